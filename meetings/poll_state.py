"""A poll as the room shows it, and the votes of a meeting as one person may know them."""

from django.db.models import Count, Q

from eoffice.accounts.models import User
from meetings import balloting, roll_call, tally
from meetings.entitled import VOTING_ROLES
from meetings.models import Attendee, Ballot, CheckIn, Meeting, Poll, PollSeat
from meetings.protocol.voting import AttendanceState, PollResult, PollState, Turnout, VotingState

SHOWN_TO_ALL = ("ready", "open", "paused", "closed", "published")


def result_of(poll: Poll) -> PollResult | None:
    """The count of a closed poll; None before."""
    if poll.agreed is None or poll.state not in (Poll.State.CLOSED, Poll.State.PUBLISHED):
        return None
    sums = tally.Count(poll.agreed, poll.disagreed or 0, poll.others or 0)
    outcome = tally.outcome(poll.threshold, poll.base, sums, members=poll.members or 0, present=poll.present or 0)
    return PollResult(
        agree=sums.agree,
        disagree=sums.disagree,
        other=sums.other,
        counted_on=outcome.counted_on,
        needed=outcome.needed,
        passed=bool(poll.passed),
    )


def turnouts(polls: list[int]) -> dict[int, Turnout]:
    """Poll → how many may vote, are there, are ready, have voted. One query."""
    counted = (
        PollSeat.objects.filter(poll__in=polls)
        .order_by()
        .values("poll")
        .annotate(
            members=Count("pk"),
            present=Count("pk", filter=Q(present=True)),
            ready=Count("pk", filter=Q(ready=True)),
            cast=Count("pk", filter=Q(voted=True)),
        )
    )
    found = {
        row["poll"]: Turnout(members=row["members"], present=row["present"], ready=row["ready"], cast=row["cast"])
        for row in counted
    }
    return dict.fromkeys(polls, Turnout(members=0, present=0, ready=0, cast=0)) | found


def state_of(poll: Poll, *, leads: bool = False, turnout: Turnout | None = None) -> PollState:
    """``poll`` for everybody, or with a result not yet published for those who lead."""
    turnout = turnout or turnouts([poll.pk])[poll.pk]
    return PollState(
        id=poll.pk,
        item=poll.item_id,
        question=poll.question,
        kind=poll.kind,
        with_other=poll.with_other,
        may_change=poll.may_change,
        threshold=poll.threshold,
        base=poll.base,
        quorum=poll.quorum,
        state=poll.state,
        turnout=turnout,
        quorum_needed=tally.quorum_needed(poll.quorum, turnout.members),
        present_at_opening=poll.present_at_opening,
        result=result_of(poll) if leads or poll.state == Poll.State.PUBLISHED else None,
    )


def voting_state(meeting: Meeting, person: User, *, leads: bool) -> VotingState:
    """The meeting's votes for ``person``. Four queries at most."""
    polls = list(Poll.objects.filter(meeting=meeting, state__in=["prepared", *SHOWN_TO_ALL] if leads else SHOWN_TO_ALL))
    if not polls:
        return VotingState(polls=(), ballots=())
    counted = turnouts([poll.pk for poll in polls])
    seats = PollSeat.objects.filter(poll__in=polls, person=person)
    mine = {seat.poll_id: seat for seat in seats}
    ballots = {ballot.seat_id: ballot for ballot in Ballot.objects.filter(seat__in=list(mine.values()))}
    return VotingState(
        polls=tuple(state_of(poll, leads=leads, turnout=counted[poll.pk]) for poll in polls),
        ballots=tuple(
            balloting.my_ballot(poll, mine[poll.pk], ballots.get(mine[poll.pk].pk)) for poll in polls if poll.pk in mine
        ),
    )


def attendance_counts(meeting_id: int) -> dict[str, int]:
    """How many attendees are listed and present, and of them with a vote. One query."""
    here = Q(pk__in=CheckIn.objects.filter(left_at__isnull=True).order_by().values("attendee"))
    moved = Q(substitute__isnull=False, substitute__role__in=VOTING_ROLES)
    votes = Q(role__in=VOTING_ROLES) & ~moved
    return Attendee.objects.filter(meeting_id=meeting_id).aggregate(
        listed=Count("pk", filter=Q(substitute__isnull=True)),
        present=Count("pk", filter=here),
        members=Count("pk", filter=votes),
        members_present=Count("pk", filter=here & votes),
    )


def attendance_state(meeting: Meeting, person: User) -> AttendanceState:
    """Check-in for ``person``. Three queries."""
    here = CheckIn.objects.filter(attendee__meeting=meeting, attendee__person=person, left_at__isnull=True).exists()
    return AttendanceState(open=roll_call.is_open(meeting.pk), here=here, **attendance_counts(meeting.pk))
