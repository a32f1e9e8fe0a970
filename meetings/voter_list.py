"""The list of those who may vote in a poll (danh sách biểu quyết): by seat, never by connection."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from meetings import confidential
from meetings.entitled import voting_seats
from meetings.models import Attendee, CheckIn, Poll, PollSeat
from meetings.realtime import poll_counted

_RUNNING = (Poll.State.READY, Poll.State.OPEN, Poll.State.PAUSED)


def draw_up(poll: Poll) -> None:
    """Bring the list to who may vote and who is present now. Who already said "ready" stays so.

    Six queries, whatever the number of seats; at a confidential item a few more.
    """
    attendees = {attendee.person_id: attendee for attendee in _voting_at(poll)}
    here = _people_here(poll.meeting_id)
    listed = {seat.person_id: seat for seat in poll.seats.all()}
    poll.seats.exclude(person__in=attendees).delete()
    new = [_line(poll, attendee, here) for person, attendee in attendees.items() if person not in listed]
    PollSeat.objects.bulk_create(new)
    arrived = [seat.pk for person, seat in listed.items() if person in attendees and person in here]
    poll.seats.filter(pk__in=arrived).update(present=True)
    gone = [seat.pk for person, seat in listed.items() if person not in here]
    poll.seats.filter(pk__in=gone).update(present=False)


def _voting_at(poll: Poll) -> "QuerySet[Attendee]":
    """Who may vote; at a confidential item, those of them who take part in it."""
    seats = voting_seats(poll.meeting_id)
    if poll.item is None or not poll.item.confidential:
        return seats
    return seats.filter(person__in=confidential.those_who_know(poll.meeting_id)[poll.item.pk])


def _people_here(meeting_id: int) -> set[int]:
    stays = CheckIn.objects.filter(attendee__meeting_id=meeting_id, left_at__isnull=True)
    return set(stays.order_by().values_list("attendee__person", flat=True))


def _line(poll: Poll, attendee: Attendee, here: set[int]) -> PollSeat:
    return PollSeat(poll=poll, present=attendee.person_id in here, **_who(attendee))


def _who(attendee: Attendee) -> dict[str, Any]:
    absent = getattr(attendee, "stands_for", None)
    return {
        "attendee": attendee,
        "person_id": attendee.person_id,
        "name": attendee.person.full_name,
        "title": attendee.appointment.title[:300],
        "stands_for": absent.person.full_name if absent else "",
        "site": attendee.site.name,
        "rank": attendee.appointment.position.rank,
    }


def hold(meeting_id: int) -> None:
    """Until the transaction ends no vote of the meeting is opened or closed, and nobody casts a ballot."""
    list(
        Poll.objects.select_for_update().filter(meeting=meeting_id, closed_at__isnull=True).order_by("pk").values("pk")
    )


def hold_seats(*attendees: Attendee) -> None:
    """Until the transaction ends nobody else changes their lines in votes that are being taken. Before the attendees' own
    rows, after the votes: everybody locks in this order."""
    seats = PollSeat.objects.select_for_update().filter(attendee__in=attendees, poll__state__in=_RUNNING)
    list(seats.order_by("pk").values("pk"))


def hand_over(attendee: Attendee, to: Attendee) -> None:
    """In a vote that is being taken the seat of ``attendee`` is that of ``to`` from now on, unless its ballot is cast:
    then it stays as it is. The caller holds the votes (``hold``)."""
    to = Attendee.objects.select_related("person", "appointment__position", "appointment__unit", "site").get(pk=to.pk)
    here = CheckIn.objects.filter(attendee=to, left_at__isnull=True).exists()
    seats = PollSeat.objects.filter(attendee=attendee, voted=False, poll__state__in=_RUNNING)
    for seat in seats.exclude(poll__seats__person=to.person_id):
        moved = {**_who(to), "present": here, "ready": False, "receipt": None}
        PollSeat.objects.filter(pk=seat.pk).update(**moved)
        poll_counted(to.meeting_id, seat.poll_id)


def size(poll: Poll) -> tuple[int, int]:
    """How many may vote, and how many of them are present."""
    counted = poll.seats.aggregate(members=Count("pk"), present=Count("pk", filter=Q(present=True)))
    return counted["members"], counted["present"]


def note_presence(poll: Poll) -> None:
    """Whoever was checked in at any time while the vote was open was present."""
    stays = CheckIn.objects.filter(attendee__meeting_id=poll.meeting_id, at__lte=poll.closed_at)
    while_open = stays.filter(Q(left_at__isnull=True) | Q(left_at__gte=poll.opened_at)).order_by().values("attendee")
    poll.seats.filter(present=False, attendee__in=while_open).update(present=True)
