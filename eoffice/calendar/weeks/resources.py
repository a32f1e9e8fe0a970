"""Rooms and cars of the catalogue that lines want: booked, moved and given back with the line, by whoever changes it.

What cannot be had stays wanted: that is a conflict of the week (``unmet``), which the desk sees as it sees double-booked leaders.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.calendar import booking as bookings
from eoffice.calendar import occupancy
from eoffice.calendar.booking import Wish
from eoffice.calendar.models import Booking, Entry, LineResource, Resource, WeekLine
from eoffice.calendar.weeks import addresses
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment


def want(by: Appointment, line: WeekLine, resources: Collection[Resource]) -> None:
    """``line`` wants these and no others, at its time. In the lock of the week."""
    for one in line.resources.exclude(resource__in=resources).select_related("booking"):
        _give_back(by, one)
        one.delete()
    for resource in resources:
        LineResource.objects.get_or_create(line=line, resource=resource)
    follow(by, line)


def follow(by: Appointment, line: WeekLine) -> None:
    """Have what ``line`` wants at the time it has now; nothing once it is put off. In the lock of the week."""
    gone = line.entry.state in (Entry.State.POSTPONED, Entry.State.CANCELLED)
    for one in line.resources.select_related("resource", "booking__resource").order_by("resource"):
        if gone or not _had(by, one):
            _give_back(by, one)


def hand_over(by: Appointment, line: WeekLine, link: str) -> Booking | None:
    """What ``line`` became, at ``link``, has its room from now on: the booking, if there is one. Cars stay with the line."""
    given = None
    for one in line.resources.filter(resource__kind=Resource.Kind.ROOM).select_related("booking__resource"):
        if one.booking is not None and one.booking.holds:
            wish = replace(bookings.wish_of(one.booking), link=link, purpose=line.entry.title[: bookings.PURPOSE_LIMIT])
            given = bookings.change(by, one.booking, wish, version=one.booking.version, through=addresses.line(line))
        one.delete()
    return given


@dataclass(frozen=True)
class Unmet:
    """A line that has not got what it wants, and why not."""

    line: WeekLine
    resource: Resource
    text: str


def unmet(lines: Sequence[WeekLine]) -> list[Unmet]:
    """What ``lines``, read by ``reading.lines_of``, want and have not got. One query where there is any, else none."""
    going = [line for line in lines if line.entry.state not in (Entry.State.POSTPONED, Entry.State.CANCELLED)]
    lacking = [one for line in going for one in line.resources.all() if one.booking is None or not one.booking.holds]
    if not lacking:
        return []
    of = {line.pk: line for line in going}
    first = min(of[one.line_id].entry.starts_at for one in lacking)
    last = max(of[one.line_id].entry.ends_at for one in lacking)
    holders = Booking.objects.holding().between(first, last).filter(resource__in=[one.resource_id for one in lacking])
    taken = list(holders.select_related("booked_by__person", "unit").order_by("starts_at"))
    return [Unmet(of[one.line_id], one.resource, _why(of[one.line_id], one, taken)) for one in lacking]


def _why(line: WeekLine, one: LineResource, taken: Iterable[Booking]) -> str:
    start, end = line.entry.starts_at, line.entry.ends_at
    for other in taken:
        if other.resource_id == one.resource_id and other.starts_at < end and other.ends_at > start:
            return occupancy.who_has_it(other)
    if one.booking is not None and one.booking.reason:
        return f"{one.booking.get_state_display()}: {one.booking.reason}"
    return _("Chưa đặt được: ngoài giờ cho đặt, đang tạm ngừng hoặc không cho cơ quan này đặt.")


def _had(by: Appointment, one: LineResource) -> bool:
    """It is booked at the time of its line; whether that went well."""
    wish, held = _wish(one), one.booking
    try:
        with transaction.atomic():
            if held is not None and held.holds and not held.is_over:
                bookings.change(by, held, wish, version=held.version, through=wish.link)
            else:
                one.booking = bookings.book(by, wish)
                one.save(update_fields=["booking"])
    except UserError:
        return False
    return True


def _give_back(by: Appointment, one: LineResource) -> None:
    held = one.booking
    if held is not None and held.holds and not held.is_over:
        bookings.cancel(by, held, through=addresses.line(one.line))


def _wish(one: LineResource) -> Wish:
    line, entry = one.line, one.line.entry
    private = entry.kind == Entry.Kind.BLOCKED or entry.visibility == Entry.Visibility.RESTRICTED
    return Wish(
        resource=one.resource,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        unit=line.schedule.unit,
        purpose=_("Lịch công tác của lãnh đạo") if private else entry.title[: bookings.PURPOSE_LIMIT],
        destination=entry.place[:200] if one.resource.kind == Resource.Kind.CAR else "",
        link=addresses.line(line),
    )
