"""Times of resources as rows of a table: a day of all rooms, a week of one (docs/domain/rooms.md)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from eoffice.calendar.lent_hours import LentHours, lent_between
from eoffice.calendar.models import Blocking, Booking, Resource

SLOT_MINUTES = 15
_SLOTS_PER_HOUR = 60 // SLOT_MINUTES
_USUAL = (7, 18)


@dataclass
class Cell:
    """Some time of one row: ``kind`` is "free", "past", "closed", "blocked" or the state of a booking; ``slots`` its width."""

    kind: str
    slots: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    taken: list[Booking] = field(default_factory=list)
    blocked: list[Blocking] = field(default_factory=list)
    first: bool = False
    """Of a run of free hours the first: the keyboard stops there only."""


@dataclass(frozen=True)
class Row:
    """One resource on one day."""

    resource: Resource
    day: dt.date
    is_today: bool
    cells: list[Cell]

    @property
    def taken(self) -> list[Cell]:
        """What is not free, for those who read it as a list."""
        return [cell for cell in self.cells if cell.taken or cell.blocked]

    @property
    def closed_all_day(self) -> bool:
        """It is not lent on that day, and nobody has it."""
        return all(cell.kind == "closed" for cell in self.cells)


@dataclass(frozen=True)
class Board:
    """Rows under the same hours."""

    hours: list[int]
    rows: list[Row]
    slots_per_hour: int = _SLOTS_PER_HOUR


def board_of(lines: list[tuple[Resource, dt.date]]) -> Board:
    """A row for each resource and day of ``lines``. Three queries."""
    if not lines:
        return Board([], [])
    days = [day for _resource, day in lines]
    start, end = _midnight(min(days)), _midnight(max(days) + dt.timedelta(days=1))
    resources = {resource.pk for resource, _day in lines}
    taken = list(Booking.objects.holding().between(start, end).filter(resource__in=resources).with_people())
    blocked = list(Blocking.objects.filter(resource__in=resources, starts_at__lt=end, ends_at__gt=start))
    lent = lent_between(min(days), max(days))
    first, last = _window(lines, taken, lent)
    rows = [
        _row(
            resource,
            day,
            (first, last),
            lent,
            [one for one in taken if one.resource_id == resource.pk],
            [one for one in blocked if one.resource_id == resource.pk],
        )
        for resource, day in lines
    ]
    return Board(list(range(first, last)), rows)


def _window(lines: list[tuple[Resource, dt.date]], taken: Iterable[Booking], lent: LentHours) -> tuple[int, int]:
    """The hours shown: those in which something is lent, or taken."""
    first, last = _USUAL
    for resource, day in lines:
        hours = lent.of(resource, day)
        if hours:
            first, last = min(first, hours[0].hour), max(last, hours[1].hour + bool(hours[1].minute))
    for booking in taken:
        start, end = timezone.localtime(booking.starts_at), timezone.localtime(booking.ends_at)
        if start.date() == end.date():
            first, last = min(first, start.hour), max(last, end.hour + bool(end.minute))
    return first, last


def _row(
    resource: Resource,
    day: dt.date,
    window: tuple[int, int],
    lent: LentHours,
    taken: list[Booking],
    blocked: list[Blocking],
) -> Row:
    cells: list[Cell] = []
    at = 0
    count = (window[1] - window[0]) * _SLOTS_PER_HOUR
    opening = _midnight(day) + dt.timedelta(hours=window[0])
    both: list[Booking | Blocking] = [*taken, *blocked]
    for one in sorted(both, key=lambda each: each.starts_at):
        begin = max(_slots(one.starts_at - opening), 0)
        end = min(_slots(one.ends_at - opening, up=True), count)
        if end <= 0 or begin >= count:
            continue
        if end <= at:  # within a quarter of an hour that another one ends in
            _fill(cells[-1], one)
            continue
        cells += _free(resource, lent, opening, at, max(begin, at))
        cell = _cell("", opening, max(begin, at), end)
        _fill(cell, one)
        cells.append(cell)
        at = end
    cells += _free(resource, lent, opening, at, count)
    _mark_first(cells)
    return Row(resource, day, day == timezone.localdate(), cells)


def _fill(cell: Cell, one: Booking | Blocking) -> None:
    if isinstance(one, Booking):
        cell.kind = one.state
        cell.taken.append(one)
    else:
        cell.kind = "blocked"
        cell.blocked.append(one)


def _free(resource: Resource, lent: LentHours, opening: dt.datetime, begin: int, end: int) -> list[Cell]:
    """The time between ``begin`` and ``end``, cut at full hours and where the resource opens and closes."""
    hours = lent.of(resource, timezone.localdate(opening))
    now = timezone.now()
    cells: list[Cell] = []
    for slot in range(begin, end):
        moment = opening + dt.timedelta(minutes=slot * SLOT_MINUTES)
        clock = timezone.localtime(moment).time()
        kind = "closed"
        if hours and hours[0] <= clock < hours[1]:
            kind = "free" if moment + dt.timedelta(minutes=SLOT_MINUTES) > now and resource.active else "past"
        if cells and cells[-1].kind == kind and (kind != "free" or slot % _SLOTS_PER_HOUR):
            cells[-1].slots += 1
            cells[-1].ends_at = moment + dt.timedelta(minutes=SLOT_MINUTES)
        else:
            cells.append(_cell(kind, opening, slot, slot + 1))
    return cells


def _mark_first(cells: list[Cell]) -> None:
    before = ""
    for cell in cells:
        cell.first = cell.kind == "free" and before != "free"
        before = cell.kind


def _cell(kind: str, opening: dt.datetime, begin: int, end: int) -> Cell:
    slot = dt.timedelta(minutes=SLOT_MINUTES)
    return Cell(kind, end - begin, opening + begin * slot, opening + end * slot)


def _slots(passed: dt.timedelta, *, up: bool = False) -> int:
    slot = dt.timedelta(minutes=SLOT_MINUTES)
    return -(-passed // slot) if up else passed // slot


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
