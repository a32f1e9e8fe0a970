"""What the page of a vote, its printed sheet and the desk of who leads it show."""

from itertools import groupby
from typing import Any

from eoffice.accounts.models import User
from meetings import balloting, confidential, tally
from meetings.entitled import may_prepare_polls, may_run_polls
from meetings.models import Ballot, Choice, Meeting, Poll, PollSeat
from meetings.poll_state import result_of, turnouts

RUNNING = (Poll.State.READY, Poll.State.OPEN, Poll.State.PAUSED)


def gather(poll: Poll, reader: User) -> dict[str, Any]:
    """The context of a vote's page. A constant number of queries; of a secret vote, no names."""
    leads = may_run_polls(reader, poll.meeting)
    turnout = turnouts([poll.pk])[poll.pk]
    result = result_of(poll) if leads or poll.state == Poll.State.PUBLISHED else None
    seat = PollSeat.objects.filter(poll=poll, person=reader).first()
    ballot = Ballot.objects.filter(seat=seat).first() if seat else None
    published = poll.state == Poll.State.PUBLISHED
    return {
        "poll": poll,
        "meeting": poll.meeting,
        "leads": leads,
        "prepares": poll.state == Poll.State.PREPARED and may_prepare_polls(reader, poll.meeting),
        "running": poll.state in RUNNING,
        "turnout": turnout,
        "quorum_needed": tally.quorum_needed(poll.quorum, turnout.members),
        "result": result,
        "bars": bars(poll, turnout.members) if result else [],
        "mine": balloting.my_ballot(poll, seat, ballot) if seat else None,
        "my_choice": ballot.get_choice_display() if ballot else "",
        "choices": choices(poll),
        "names": names(poll) if published and poll.kind == Poll.Kind.OPEN else [],
        "opinions": poll.opinions if published else [],
        "by_substitutes": poll.seats.filter(voted=True).exclude(stands_for="").count() if published else 0,
        "by_hand": Ballot.objects.filter(seat__poll=poll, entered_by__isnull=False).count() if published else 0,
    }


def choices(poll: Poll) -> list[tuple[str, str]]:
    """(value, words) of what a ballot of ``poll`` can say."""
    return [(value, str(words)) for value, words in Choice.choices if value != Choice.OTHER or poll.with_other]


def bars(poll: Poll, members: int) -> list[dict[str, Any]]:
    """One line of the chart per choice, and who did not vote; ``share`` in per cent of all members."""
    counts = {Choice.AGREE: poll.agreed, Choice.DISAGREE: poll.disagreed, Choice.OTHER: poll.others}
    lines = [(value, words, counts[Choice(value)] or 0) for value, words in choices(poll)]
    lines.append(("none", "", max(0, members - poll.cast)))
    return [
        {"name": name, "words": words, "number": number, "share": round(100 * number / max(1, members), 1)}
        for name, words, number in lines
    ]


def names(poll: Poll) -> list[PollSeat]:
    """Every seat of an open vote with its ballot, in the order of protocol."""
    return list(poll.seats.select_related("ballot__entered_by__person").order_by("rank", "name", "pk"))


def desk(poll: Poll) -> dict[str, Any]:
    """Who has not answered yet, by site, and who may be a witness. Never what anybody chose."""
    waiting = poll.seats.filter(ready=False) if poll.state == Poll.State.READY else poll.seats.filter(voted=False)
    seats = list(waiting.order_by("site", "rank", "name"))
    return {
        "poll": poll,
        "sites": [(site, list(lines)) for site, lines in groupby(seats, key=lambda seat: seat.site)],
        "waiting": seats,
        "enters": poll.kind == Poll.Kind.OPEN and poll.state == Poll.State.OPEN,
        "choices": choices(poll),
        "witnesses": list(
            poll.meeting.attendees.filter(substitute__isnull=True)
            .select_related("person")
            .order_by("appointment__position__rank", "person__full_name")
        ),
    }


def of_meeting(meeting: Meeting, reader: User) -> dict[str, Any]:
    """The section "Biểu quyết" of a meeting's page. Two queries."""
    prepares = may_prepare_polls(reader, meeting)
    leads = may_run_polls(reader, meeting)
    polls = confidential.without_hidden(Poll.objects.filter(meeting=meeting), reader).select_related("item")
    if not (prepares or leads):
        polls = polls.exclude(state=Poll.State.PREPARED)
    return {"polls": list(polls), "prepares_polls": prepares, "runs_polls": leads}
