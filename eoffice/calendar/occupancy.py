"""Whether a resource is free, who has it if not, and what is free instead."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.calendar.lent_hours import LentHours, lent_between
from eoffice.calendar.models import Blocking, Booking, Resource
from eoffice.errors import Conflict

SHOWN = 3
"""So many rooms and so many times are proposed instead."""
_LOOKED_AT = 60
_DAYS_AHEAD = 7
_STEP = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Times:
    """From ``starts_at`` until before ``ends_at``, both aware."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way: ``code`` is "taken", "blocked" or "closed"."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Instead:
    """What is free: other resources at that time, this one at other times."""

    resources: list[Resource]
    times: list[Times]

    def in_words(self) -> str:
        """As the hint of a refusal."""
        parts = []
        if self.resources:
            names = ", ".join(_named(resource) for resource in self.resources)
            parts.append(_("Còn trống lúc đó: %(names)s.") % {"names": names})
        if self.times:
            times = "; ".join(when(one.starts_at, one.ends_at) for one in self.times)
            parts.append(_("Cũng nơi đó, còn trống: %(times)s.") % {"times": times})
        return " ".join(parts) or _("Chọn thời gian khác.")


def obstacles(resource: Resource, times: Times, *, besides: int | None = None) -> list[Obstacle]:
    """Everything that stands in the way of having ``resource`` at ``times``; the booking ``besides`` does not count.

    Three queries. Asked inside the lock of the resource's row it is the truth, elsewhere what was true a moment ago.
    """
    found = [
        Obstacle("taken", who_has_it(booking))
        for booking in Booking.objects.holding()
        .between(times.starts_at, times.ends_at)
        .filter(resource=resource)
        .exclude(pk=besides or 0)
        .select_related("booked_by__person", "unit")
    ]
    blocked = Blocking.objects.filter(resource=resource, starts_at__lt=times.ends_at, ends_at__gt=times.starts_at)
    found += [
        Obstacle(
            "blocked",
            _("%(when)s: tạm ngừng cho đặt (%(reason)s).")
            % {"when": when(one.starts_at, one.ends_at), "reason": one.reason},
        )
        for one in blocked
    ]
    hours = hours_of(times)
    if not is_open(resource, times, hours):
        found.append(Obstacle("closed", hours_in_words(resource, timezone.localdate(times.starts_at), hours)))
    return found


def require_free(
    user: User, resource: Resource, times: Times, *, besides: int | None = None, any_hour: bool = False
) -> None:
    """Raise Conflict that says who has ``resource`` at ``times`` and what is free instead; inside the lock of its row.

    ``any_hour``: who administers it lends it outside its hours as well. The code is the first obstacle's: "resource-taken",
    "resource-blocked", "resource-closed".
    """
    found = [one for one in obstacles(resource, times, besides=besides) if not (any_hour and one.code == "closed")]
    if not found:
        return
    sentence = " ".join([_("%(name)s không trống.") % {"name": resource}, *(one.sentence for one in found)])
    hint = instead(user, resource, times, besides=besides).in_words()
    raise Conflict(f"resource-{found[0].code}", sentence, hint=hint, fields={"start": f"{sentence} {hint}"})


def instead(
    user: User, resource: Resource, times: Times, *, attendees: int | None = None, besides: int | None = None
) -> Instead:
    """What ``user`` may have instead: of the same kind with as many seats at that time, and the same at other times."""
    return Instead(
        free_resources(user, resource, times, attendees=attendees),
        free_times(resource, times, besides=besides),
    )


def free_resources(user: User, like: Resource, times: Times, *, attendees: int | None = None) -> list[Resource]:
    """Free ones of the same kind, those of the same owner first, then the smallest that is large enough."""
    found = Resource.objects.visible_to(user).filter(kind=like.kind, active=True).exclude(pk=like.pk)
    wanted = attendees or 0
    if wanted:
        found = found.filter(seats__gte=wanted)
    if like.bridge:
        found = found.exclude(bridge="")
    rows = found.free_between(times.starts_at, times.ends_at).order_by("seats", "name")[:_LOOKED_AT]
    hours = hours_of(times)
    free = [resource for resource in rows if is_open(resource, times, hours)]
    target = wanted or like.seats or 0
    free.sort(key=lambda one: (one.unit_id != like.unit_id, abs((one.seats or 0) - target)))
    return free[:SHOWN]


def free_times(resource: Resource, times: Times, *, besides: int | None = None) -> list[Times]:
    """Times as long as ``times`` at which it is free, from now on, within a week: the nearest first."""
    length = times.ends_at - times.starts_at
    if length > dt.timedelta(days=1):
        return []
    start = timezone.localtime(times.starts_at)
    first = max(start - dt.timedelta(days=1), timezone.localtime())
    until = start + dt.timedelta(days=_DAYS_AHEAD)
    busy = busy_times(resource, Times(first, until), besides=besides)
    found = [
        candidate
        for candidate in _candidates(resource, first, until, length)
        if not any(one.starts_at < candidate.ends_at and one.ends_at > candidate.starts_at for one in busy)
    ]
    found.sort(key=lambda one: abs(one.starts_at - times.starts_at))
    chosen: list[Times] = []
    for one in found:
        if all(one.starts_at >= other.ends_at or one.ends_at <= other.starts_at for other in chosen):
            chosen.append(one)
        if len(chosen) == SHOWN:
            break
    return sorted(chosen, key=lambda one: one.starts_at)


def busy_times(resource: Resource, times: Times, *, besides: int | None = None) -> list[Times]:
    """Bookings and blockings of ``resource`` that touch ``times``. Two queries."""
    bookings = Booking.objects.holding().between(times.starts_at, times.ends_at).filter(resource=resource)
    blocked = Blocking.objects.filter(resource=resource, starts_at__lt=times.ends_at, ends_at__gt=times.starts_at)
    rows = [
        *bookings.exclude(pk=besides or 0).values_list("starts_at", "ends_at"),
        *blocked.values_list("starts_at", "ends_at"),
    ]
    return [Times(start, end) for start, end in rows]


def hours_of(times: Times) -> LentHours:
    """The hours of the days that ``times`` touch. One query."""
    return lent_between(timezone.localdate(times.starts_at), timezone.localdate(times.ends_at))


def is_open(resource: Resource, times: Times, lent: LentHours) -> bool:
    """It is lent then: begin and end lie within the hours of their days, and no day between is one without any."""
    start, end = timezone.localtime(times.starts_at), timezone.localtime(times.ends_at)
    last = end.date() if end.time() > dt.time(0) or end.date() == start.date() else end.date() - dt.timedelta(days=1)
    day = start.date()
    while day <= last:
        hours = lent.of(resource, day)
        if hours is None:
            return False
        if day == start.date() and start.time() < hours[0]:
            return False
        if day == last and (last != end.date() or end.time() > hours[1]):
            return False
        day += dt.timedelta(days=1)
    return True


def hours_in_words(resource: Resource, day: dt.date, lent: LentHours) -> str:
    """ "Ngày 24/11/2026 chỉ cho đặt từ 07:00 đến 18:00."."""
    hours = lent.of(resource, day)
    if off := lent.day_off(day):
        return _("Ngày %(day)s là ngày nghỉ (%(name)s), không cho đặt.") % {"day": f"{day:%d/%m/%Y}", "name": off}
    if hours is None:
        return _("Không cho đặt vào ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
    return _("Ngày %(day)s chỉ cho đặt từ %(start)s đến %(end)s.") % {
        "day": f"{day:%d/%m/%Y}",
        "start": f"{hours[0]:%H:%M}",
        "end": f"{hours[1]:%H:%M}",
    }


def when(start: dt.datetime, end: dt.datetime) -> str:
    """ "08:00–10:00 ngày 24/11/2026"; both days when they differ."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        return _("%(start)s–%(end)s ngày %(day)s") % {
            "start": f"{first:%H:%M}",
            "end": f"{last:%H:%M}",
            "day": f"{first:%d/%m/%Y}",
        }
    return f"{first:%H:%M %d/%m/%Y} – {last:%H:%M %d/%m/%Y}"


def _candidates(resource: Resource, first: dt.datetime, until: dt.datetime, length: dt.timedelta) -> Iterator[Times]:
    day, lent = first.date(), lent_between(first.date(), until.date())
    while day <= until.date():
        hours = lent.of(resource, day)
        if hours:
            start = timezone.make_aware(dt.datetime.combine(day, hours[0]))
            closing = timezone.make_aware(dt.datetime.combine(day, hours[1]))
            while start + length <= closing:
                if start >= first:
                    yield Times(start, start + length)
                start += _STEP
        day += dt.timedelta(days=1)


def who_has_it(booking: Booking) -> str:
    """In words for everybody who may book it."""
    words = {
        "when": when(booking.starts_at, booking.ends_at),
        "person": booking.booked_by.person,
        "unit": booking.unit.short_name,
    }
    if booking.state == Booking.State.PENDING:
        return _("%(when)s: %(person)s (%(unit)s) đã đề nghị, đang chờ duyệt.") % words
    return _("%(when)s: %(person)s (%(unit)s) đã đặt.") % words


def _named(resource: Resource) -> str:
    if resource.seats:
        return _("%(name)s (%(seats)d chỗ)") % {"name": resource, "seats": resource.seats}
    return str(resource)
