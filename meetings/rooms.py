"""The room of a meeting: booked, moved and given back with it, in its transaction (docs/domain/rooms.md)."""

from django.urls import reverse
from django.utils import timezone

from eoffice.calendar import booking as bookings
from eoffice.calendar.booking import Wish
from eoffice.calendar.models import Booking, Resource
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from meetings.models import Meeting


def follow(by: Appointment, meeting: Meeting, room: Resource | None) -> None:
    """Have ``room`` for the time of ``meeting``, whatever it had before; None: none any more. In the lock of the meeting.

    Who may change the meeting may do so. Raises UserError whose ``fields`` name "room": who has it, and what is free instead.
    """
    held = meeting.booking if meeting.room else None
    if held is not None and held.is_over:
        if meeting.ends_at <= timezone.now():
            return  # it has been
        held = None
    if room is None:
        if held is not None:
            bookings.cancel(by, held, reason=meeting.state_reason, through=_path(meeting))
        return
    try:
        if held is not None:
            bookings.change(by, held, _wish(meeting, room), version=held.version, through=_path(meeting))
            held.refresh_from_db()
        else:
            meeting.booking = bookings.book(by, _wish(meeting, room))
            meeting.save(update_fields=["booking"])
    except UserError as error:
        sentence = " ".join(str(part) for part in (error.message, error.hint) if part)
        raise UserError(error.code, error.message, hint=error.hint, fields={"room": sentence}) from error


def occupied(by: Appointment, meeting: Meeting) -> None:
    """The meeting sits: its room is used, and not taken back."""
    held = meeting.booking
    if held is None or held.state != Booking.State.ACCEPTED or held.is_over or held.checked_in_at:
        return
    if timezone.now() >= held.starts_at - bookings.EARLY:
        bookings.check_in(by, held, through=_path(meeting))


def left(by: Appointment, meeting: Meeting) -> None:
    """The meeting has ended: what is left of the room's time is free."""
    if meeting.booking is not None:
        bookings.give_back(by, meeting.booking, through=_path(meeting))


def _path(meeting: Meeting) -> str:
    return reverse("meeting-detail", args=[meeting.pk])


def _wish(meeting: Meeting, room: Resource) -> Wish:
    return Wish(
        resource=room,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        unit=meeting.organiser,
        purpose=meeting.title,
        link=_path(meeting),
    )
