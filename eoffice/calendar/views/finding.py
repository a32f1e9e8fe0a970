"""From an address to a week and what the reader may do with it."""

import datetime as dt
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from eoffice.calendar.models import ScheduleRequest, WeekEdition, WeekLine, WeekSchedule
from eoffice.calendar.permissions import WeekRights, week_rights
from eoffice.calendar.weeks import days, reading, rows
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Unit

WEEKS_BACK, WEEKS_AHEAD = 8, 26
"""Of such weeks there may be a schedule to be worked at."""


@dataclass(frozen=True)
class Found:
    """A week of a unit and the reader's rights; ``schedule`` is None while nobody has registered."""

    unit: Unit
    monday: dt.date
    rights: WeekRights
    schedule: WeekSchedule | None

    @property
    def previous(self) -> dt.date:
        return self.monday - dt.timedelta(days=7)

    @property
    def next(self) -> dt.date:
        return self.monday + dt.timedelta(days=7)

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def number(self) -> int:
        """ISO 8601 number of the week."""
        return self.monday.isocalendar().week

    @property
    def day(self) -> str:
        """As addresses have it."""
        return self.monday.isoformat()


def monday_from(day: str) -> dt.date:
    """The Monday of the week that holds ``day`` (ISO). Raises Http404."""
    try:
        found = dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if not dt.date(2000, 1, 1) <= found <= dt.date(2200, 1, 1):
        raise Http404
    return days.monday_of(found)


def week_for_reader(request: ActingRequest, unit: int, day: str) -> Found:
    """For whoever belongs to the agency; others get 404."""
    found_unit = get_object_or_404(Unit, pk=unit)
    monday = monday_from(day)
    rights = week_rights(request.user, found_unit)
    if not rights.reads:
        raise Http404
    schedule = WeekSchedule.objects.filter(unit=found_unit, monday=monday)
    return Found(
        found_unit,
        monday,
        rights,
        schedule.select_related("approved_by__person", "approved_by__position", "approved_by__unit", "unit").first(),
    )


@dataclass(frozen=True)
class Published:
    """An edition as its reader may see it."""

    week: Found
    schedule: WeekSchedule
    edition: WeekEdition
    rows: list[rows.Row]


def published(request: ActingRequest, unit: int, day: str, number: int) -> Published:
    """Edition ``number`` of a week, for whoever belongs to the agency; others get 404."""
    found = week_for_reader(request, unit, day)
    edition = get_object_or_404(
        WeekEdition.objects.select_related("by__person"), schedule=found.schedule, number=number
    )
    if found.schedule is None:
        raise Http404
    shown = rows.for_reader(rows.kept(edition), request.user.pk, compiles=found.rights.compiles)
    return Published(found, found.schedule, edition, shown)


def week_to_work_at(request: ActingRequest, unit: int, day: str, right: str) -> tuple[Found, WeekSchedule]:
    """For whoever has ``right`` ("registers", "compiles", …); a near week gets its row where it has none."""
    found = week_for_reader(request, unit, day)
    if not getattr(found.rights, right):
        raise Http404
    if found.schedule is not None:
        return found, found.schedule
    this = days.monday_of(timezone.localdate())
    if not this - dt.timedelta(weeks=WEEKS_BACK) <= found.monday <= this + dt.timedelta(weeks=WEEKS_AHEAD):
        raise Http404
    return found, days.schedule_of(found.unit, found.monday)


def line_to_compile(request: ActingRequest, pk: int) -> tuple[Found, WeekLine]:
    """For the desk; others get 404. The line is read as ``reading.lines_of`` does."""
    line = get_object_or_404(WeekLine.objects.select_related("schedule__unit"), pk=pk)
    found = week_for_reader(request, line.schedule.unit_id, line.schedule.monday.isoformat())
    if not found.rights.compiles or found.schedule is None:
        raise Http404
    return found, next(one for one in reading.lines_of(found.schedule) if one.pk == pk)


def visible_request(request: ActingRequest, pk: int) -> ScheduleRequest:
    """A registration of theirs, or one that came to their desk."""
    related = (
        "schedule__unit",
        "unit",
        "leader__person",
        "papers_by",
        "room",
        "vehicle",
        "line__entry",
        "handled_by__person",
        "created_by__person",
    )
    return get_object_or_404(ScheduleRequest.objects.visible_to(request.user).select_related(*related), pk=pk)
