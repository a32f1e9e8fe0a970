"""The list of those who may vote in a poll (danh sách biểu quyết): by seat, never by connection."""

from django.db.models import Count, Q

from meetings.entitled import voting_seats
from meetings.models import Attendee, CheckIn, Poll, PollSeat


def draw_up(poll: Poll) -> None:
    """Bring the list to who may vote and who is present now. Who already said "ready" stays so.

    Five queries, whatever the number of seats.
    """
    attendees = {attendee.person_id: attendee for attendee in voting_seats(poll.meeting_id)}
    here = _people_here(poll.meeting_id)
    listed = {seat.person_id: seat for seat in poll.seats.all()}
    poll.seats.exclude(person__in=attendees).delete()
    new = [_line(poll, attendee, here) for person, attendee in attendees.items() if person not in listed]
    PollSeat.objects.bulk_create(new)
    arrived = [seat.pk for person, seat in listed.items() if person in attendees and person in here]
    poll.seats.filter(pk__in=arrived).update(present=True)
    gone = [seat.pk for person, seat in listed.items() if person not in here]
    poll.seats.filter(pk__in=gone).update(present=False)


def _people_here(meeting_id: int) -> set[int]:
    stays = CheckIn.objects.filter(attendee__meeting_id=meeting_id, left_at__isnull=True)
    return set(stays.order_by().values_list("attendee__person", flat=True))


def _line(poll: Poll, attendee: Attendee, here: set[int]) -> PollSeat:
    return PollSeat(
        poll=poll,
        attendee=attendee,
        person_id=attendee.person_id,
        name=attendee.person.full_name,
        title=attendee.appointment.title[:300],
        site=attendee.site.name,
        rank=attendee.appointment.position.rank,
        present=attendee.person_id in here,
    )


def size(poll: Poll) -> tuple[int, int]:
    """How many may vote, and how many of them are present."""
    counted = poll.seats.aggregate(members=Count("pk"), present=Count("pk", filter=Q(present=True)))
    return counted["members"], counted["present"]


def note_presence(poll: Poll) -> None:
    """Whoever was checked in at any time while the vote was open was present."""
    stays = CheckIn.objects.filter(attendee__meeting_id=poll.meeting_id, at__lte=poll.closed_at)
    while_open = stays.filter(Q(left_at__isnull=True) | Q(left_at__gte=poll.opened_at)).order_by().values("attendee")
    poll.seats.filter(present=False, attendee__in=while_open).update(present=True)
