"""Counting (kiểm phiếu): what was cast becomes the result of the poll, and the means of casting go."""

from django.db import transaction
from django.db.models import Count

from meetings import ballot_box, tally, voter_list
from meetings.models import Ballot, BallotBox, Choice, Poll
from meetings.tally import Count as Sums


def count(poll: Poll) -> None:
    """Write the sums into ``poll`` (not saved). A secret box is opened once, and its key destroyed on commit.

    Raises Conflict("box-broken") when the box does not hold as many ballots as seats have voted.
    """
    voter_list.note_presence(poll)
    members, present = voter_list.size(poll)
    sums = _secret(poll) if poll.kind == Poll.Kind.SECRET else _open(poll)
    poll.present = present
    poll.agreed, poll.disagreed, poll.others = sums.agree, sums.disagree, sums.other
    poll.passed = tally.outcome(poll.threshold, poll.base, sums, members=members, present=present).passed
    poll.seats.exclude(receipt__isnull=True).update(receipt=None)


def throw_away(poll: Poll) -> None:
    """The ballots of a vote that was called off: a secret box goes unread."""
    box = BallotBox.objects.filter(poll=poll).first()
    if box:
        _discard(box)
    poll.seats.exclude(receipt__isnull=True).update(receipt=None)


def _open(poll: Poll) -> Sums:
    rows = Ballot.objects.filter(seat__poll=poll).order_by().values_list("choice").annotate(number=Count("pk"))
    sums = dict(rows)
    return Sums(*(sums.get(choice, 0) for choice in (Choice.AGREE, Choice.DISAGREE, Choice.OTHER)))


def _secret(poll: Poll) -> Sums:
    box = BallotBox.objects.select_for_update().filter(poll=poll).first()
    if box is None:
        raise ballot_box.broken()
    contents = ballot_box.look_into(box)
    if contents.count.cast != poll.seats.filter(voted=True).count():
        raise ballot_box.broken()
    poll.opinions = contents.opinions
    _discard(box)
    return contents.count


def _discard(box: BallotBox) -> None:
    seal = box.seal
    box.delete()
    transaction.on_commit(lambda: ballot_box.destroy_key(seal))
