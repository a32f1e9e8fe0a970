"""The leaders of a unit × the days of a week: what each has, as far as the viewer may know it."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.calendar import sources
from eoffice.calendar.sources import Engagement
from eoffice.dashboard.agenda import start_of
from eoffice.dashboard.half_days import Column, touch, week_from
from eoffice.organisation.models import Appointment, Position, Unit
from meetings.permissions import organisers_for

LEADING = (Position.Duty.HEAD, Position.Duty.DEPUTY)


@dataclass(frozen=True)
class Part:
    """One thing in a cell; ``title`` is "" where the viewer may not know it."""

    engagement: Engagement
    title: str
    url: str


@dataclass
class Cell:
    """A leader's morning and afternoon of one day."""

    morning: list[Part] = field(default_factory=list)
    afternoon: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """The page: the week from ``first``, and a row for each leader."""

    unit: Unit
    first: dt.date
    columns: list[Column]
    rows: list[tuple[Appointment, list[tuple[Column, Cell]]]]

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(days=6)

    @property
    def previous(self) -> dt.date:
        return self.first - dt.timedelta(days=7)

    @property
    def next(self) -> dt.date:
        return self.first + dt.timedelta(days=7)


def usual_unit(by: Appointment) -> Unit:
    """Whose leaders the holder of ``by`` asks about mostly: those whom their office serves, else those of their agency."""
    return organisers_for(by)[-1]


def timeline(unit: Unit, monday: dt.date, viewer: User) -> Timeline:
    """The week from ``monday``, without days off on which nobody has anything. A fixed number of queries."""
    columns = week_from(monday)
    held = (
        Appointment.objects.current(max(monday, timezone.localdate()))
        .own()
        .filter(unit=unit, position__duty__in=LEADING)
    )
    leaders = list(held.select_related("person", "position", "unit").in_protocol_order())
    cells = {(one.person_id, column.date): Cell() for one in leaders for column in columns}
    start, end = start_of(monday), start_of(monday + dt.timedelta(days=7))
    taken = sources.engagements({one.person_id for one in leaders}, start, end)
    known = sources.known_to(viewer, {(one.source, one.pk) for one in taken})
    for one in taken:
        is_known = (one.source, one.pk) in known
        part = Part(one, one.title if is_known else "", one.url if is_known else "")
        _place(cells, columns, part)
    taken_days = {date for (_person, date), cell in cells.items() if cell.morning or cell.afternoon}
    shown = [column for column in columns if not column.is_off or column.date in taken_days]
    rows = [(one, [(column, cells[one.person_id, column.date]) for column in shown]) for one in leaders]
    return Timeline(unit, monday, shown, rows)


def _place(cells: dict[tuple[int, dt.date], Cell], columns: list[Column], part: Part) -> None:
    """Into each half day that it touches."""
    one = part.engagement
    for column in columns:
        cell = cells[one.person_id, column.date]
        if touch(column.morning, one.starts_at, one.ends_at):
            cell.morning.append(part)
        if touch(column.afternoon, one.starts_at, one.ends_at):
            cell.afternoon.append(part)
