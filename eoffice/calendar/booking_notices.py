"""What people are told about bookings."""

from collections.abc import Callable, Iterable
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.calendar.models import Booking, Resource
from eoffice.calendar.occupancy import when
from eoffice.notifications import notify
from eoffice.notifications.digests import Line, Section
from eoffice.notifications.notify import Text
from eoffice.organisation.models import Appointment, Position

DIGEST_LINES = 20


def owners(resource: Resource) -> list[User]:
    """Who is told that somebody asks: the clerks of the owner; where there is none, its head and deputies. One query."""
    return _answering({resource.unit_id}).get(resource.unit_id, [])


def _answering(units: set[int]) -> dict[int, list[User]]:
    """Who is told for each of ``units`` (ids). One query."""
    answering = Appointment.objects.current().own().representing().filter(unit__in=units, person__is_active=True)
    held: dict[int, list[Appointment]] = {}
    for one in answering.select_related("person", "position"):
        held.setdefault(one.unit_id, []).append(one)
    told = {}
    for unit, appointments in held.items():
        clerks = [one.person for one in appointments if one.position.duty == Position.Duty.CLERK]
        told[unit] = clerks or [one.person for one in appointments]
    return told


def waiting() -> dict[int, Callable[[], Section]]:
    """What waits for the owners' answer, for their morning digests (``notifications.digests``). Two queries."""
    pending = Booking.objects.filter(state=Booking.State.PENDING, ends_at__gt=timezone.now())
    of_units: dict[int, list[Booking]] = {}
    for booking in pending.with_people().order_by("starts_at", "pk"):
        of_units.setdefault(booking.resource.unit_id, []).append(booking)
    found: dict[int, list[Booking]] = {}
    for unit, people in _answering(set(of_units)).items() if of_units else ():
        for person in people:
            found.setdefault(person.pk, []).extend(of_units[unit])
    return {person: partial(_section, bookings) for person, bookings in found.items()}


def _section(bookings: list[Booking]) -> Section:
    lines = [
        Line(
            booking.resource.name,
            f"{when(booking.starts_at, booking.ends_at)} · {booking.booked_by.person} – {booking.unit}",
            reverse("booking-detail", args=[booking.pk]),
        )
        for booking in sorted(bookings, key=lambda one: one.starts_at)[:DIGEST_LINES]
    ]
    return Section(_("Lượt đặt phòng, xe chờ bạn duyệt"), len(bookings), lines)


def asked(booking: Booking) -> None:
    """Somebody asks for what has to be approved: its owner is told once until they look."""
    inbox = reverse("booking-inbox")
    people = notify.without_unread(owners(booking.resource), kind="booking.asked", url=inbox)
    notify.send(
        people,
        kind="booking.asked",
        title=lambda: _("Chờ duyệt: %(name)s") % {"name": booking.resource},
        body=lambda: _said(booking),
        url=inbox,
        mail=True,
    )


def answered(booking: Booking) -> None:
    """The owner has said yes or no."""
    accepted = booking.state == Booking.State.ACCEPTED
    _tell(
        booking,
        "booking.answered",
        lambda: (_("Đã duyệt: %(name)s") if accepted else _("Không duyệt: %(name)s")) % {"name": booking.resource},
    )


def called_off(booking: Booking, *, by: Appointment) -> None:
    """Called off: the booker is told unless they did it; an owner who approves is told by nobody's lists but theirs."""
    if by.person_id != booking.booked_by.person_id:
        _tell(booking, "booking.cancelled", lambda: _("Đã hủy lượt đặt: %(name)s") % {"name": booking.resource})


def released(booking: Booking) -> None:
    """Nobody came, or nobody answered, or nobody confirmed."""
    _tell(booking, "booking.released", lambda: _("Đã thu hồi lượt đặt: %(name)s") % {"name": booking.resource})


def time_to_check_in(booking: Booking) -> None:
    """Who does not check in will lose it."""
    _tell(booking, "booking.check_in", lambda: _("Đến giờ nhận: %(name)s") % {"name": booking.resource}, mail=False)


def asked_again(booking: Booking) -> None:
    """A booking that comes back has to be confirmed."""
    _tell(booking, "booking.reconfirm", lambda: _("Xác nhận còn sử dụng: %(name)s") % {"name": booking.resource})


def _tell(booking: Booking, kind: str, title: Text, *, mail: bool = True) -> None:
    people: Iterable[User] = [booking.booked_by.person]
    url = reverse("booking-detail", args=[booking.pk])
    notify.send(people, kind=kind, title=title, body=lambda: _said(booking), url=url, mail=mail)


def _said(booking: Booking) -> str:
    lines = [when(booking.starts_at, booking.ends_at), f"{booking.booked_by.person} – {booking.unit}", booking.purpose]
    if booking.reason:
        lines.append(_("Lý do: %(reason)s") % {"reason": booking.reason})
    return "\n".join(lines)
