"""Whose weeks a person may see, and how far each is."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from eoffice.accounts.models import User
from eoffice.calendar.models import ScheduleRequest, WeekSchedule
from eoffice.calendar.permissions import WeekRights, week_rights
from eoffice.calendar.weeks import days
from eoffice.calendar.weeks.desks import desks_of
from eoffice.calendar.weeks.leaders import LEADING
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.standing import standing_of


@dataclass(frozen=True)
class Week:
    """One week of an agency in the list."""

    monday: dt.date
    schedule: WeekSchedule | None
    cut_off: dt.datetime
    waiting: int
    """Registrations that the desk has not dealt with; only for the desk."""

    @property
    def day(self) -> str:
        return self.monday.isoformat()

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def number(self) -> int:
        """ISO 8601 number of the week."""
        return self.monday.isocalendar().week


@dataclass(frozen=True)
class Agency:
    """An agency that keeps a weekly schedule."""

    unit: Unit
    rights: WeekRights
    weeks: list[Week]


def agencies_read_by(user: User) -> list[Unit]:
    """Those to or below which ``user`` belongs, and those whose desk they work at, as far as they are agencies with leaders."""
    led = Appointment.objects.current().filter(unit=OuterRef("pk"), position__duty__in=LEADING)
    belongs = Q(path__in=standing_of(user).belongs_below) | Q(pk__in=desks_of(user))
    return list(Unit.objects.filter(belongs, Exists(led), agency__isnull=False))


def agencies_of(user: User, monday: dt.date) -> list[Agency]:
    """``agencies_read_by``, each with the week from ``monday`` and the next. Some queries for each: one belongs to few."""
    return [_agency(user, unit, monday) for unit in agencies_read_by(user)]


def _agency(user: User, unit: Unit, monday: dt.date) -> Agency:
    rights = week_rights(user, unit)
    mondays = [monday, monday + dt.timedelta(days=7)]
    known = {one.monday: one for one in WeekSchedule.objects.filter(unit=unit, monday__in=mondays)}
    settings = days.settings_of(unit)
    weeks = []
    for first in mondays:
        schedule = known.get(first)
        cut_off = schedule.cut_off if schedule else days.cut_off_of(settings, first)
        waiting = _waiting(schedule) if schedule and rights.compiles else 0
        weeks.append(Week(first, schedule, cut_off, waiting))
    return Agency(unit, rights, weeks)


def _waiting(schedule: WeekSchedule) -> int:
    return schedule.requests.filter(state=ScheduleRequest.State.SUBMITTED).count()
