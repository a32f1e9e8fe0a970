"""Whose calendars a person may subscribe to: their own, their leaders', their units', those of rooms, published weeks."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.calendar.models import Resource
from eoffice.calendar.permissions import may_read_week
from eoffice.calendar.weeks.leaders import leaders_of
from eoffice.calendar.weeks.overview import agencies_read_by
from eoffice.feeds.models import FeedToken
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.organisation.standing import appointments_of, standing_of
from meetings.permissions import organisers_for

Kind = FeedToken.Kind
SHOWN_RESOURCES = 100


@dataclass(frozen=True)
class Subject:
    """What a feed is of."""

    kind: str
    appointment: Appointment | None = None
    unit: Unit | None = None
    resource: Resource | None = None

    def columns(self) -> dict[str, Any]:
        """As a ``FeedToken`` keeps it."""
        return {"kind": self.kind, "appointment": self.appointment, "unit": self.unit, "resource": self.resource}


def of(feed: FeedToken) -> Subject:
    """What ``feed`` is of."""
    return Subject(feed.kind, feed.appointment, feed.unit, feed.resource)


def leaders_for(user: User) -> list[Appointment]:
    """Heads and deputies whose calendar ``user`` may see: those of the units in whose name they may call meetings, and those
    for whom they act while absent.
    """
    standing = standing_of(user)
    leading = [Position.Duty.HEAD, Position.Duty.DEPUTY]
    found = (
        Appointment.objects.current()
        .own()
        .filter(position__duty__in=leading, unit__in=units_for(user), person__is_active=True)
    )
    found = found | Appointment.objects.current().filter(pk__in=standing.in_place_of)
    rows = found.exclude(person=user).select_related("person", "position", "unit")
    return list(rows.order_by("unit__path", "position__rank", "person__search_name").distinct())


def units_for(user: User) -> list[Unit]:
    """Units whose calendar ``user`` may subscribe to: those they belong to, and those in whose name they call meetings."""
    today = timezone.localdate()
    held = [appointment for appointment in appointments_of(user) if appointment.is_valid_on(today)]
    units = {unit.pk: unit for appointment in held for unit in organisers_for(appointment)}
    return sorted(units.values(), key=lambda unit: unit.path)


def resources_for(user: User, wanted: int | None) -> list[Resource]:
    """Rooms, cars and equipment that ``user`` lends, and the one ``wanted`` (its id) from its page, where they may know of it."""
    lent = Resource.objects.administered_by(user).select_related("unit")
    if wanted is None:
        return list(lent[:SHOWN_RESOURCES])
    asked = Resource.objects.visible_to(user).filter(pk=wanted)
    return [*asked, *lent.exclude(pk=wanted)[:SHOWN_RESOURCES]]


def weeks_for(user: User) -> list[tuple[Unit, list[Appointment]]]:
    """Agencies whose published weeks ``user`` reads, each with its leaders. Two queries, and one for each agency."""
    return [(unit, list(leaders_of(unit))) for unit in agencies_read_by(user)]


def may_subscribe(user: User, subject: Subject) -> bool:
    """``user`` may, today, have the calendar of ``subject``."""
    if subject.kind == Kind.LEADER and subject.appointment is not None:
        return any(one.pk == subject.appointment.pk for one in leaders_for(user))
    if subject.kind == Kind.UNIT and subject.unit is not None:
        return any(unit.pk == subject.unit.pk for unit in units_for(user))
    if subject.kind == Kind.RESOURCE and subject.resource is not None:
        return Resource.objects.visible_to(user).filter(pk=subject.resource.pk).exists()
    if subject.kind == Kind.WEEK and subject.unit is not None:
        of_unit = subject.appointment is None or subject.appointment.unit_id == subject.unit.pk
        return of_unit and may_read_week(user, subject.unit)
    return subject.kind in (Kind.PERSON, Kind.FREE_BUSY)
