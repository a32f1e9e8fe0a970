"""Figures of tasks by unit and by month: the four cells, counted in one query and added up along the tree of units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.organisation import paths
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of
from eoffice.workflow import cells, filtering, periods
from eoffice.workflow.cells import Figures
from eoffice.workflow.filtering import Filters
from eoffice.workflow.models import MonthlyFigure
from eoffice.workflow.scopes import COUNTED
from eoffice.workflow.timeliness import Clock

TREND_MONTHS = 12


@dataclass(frozen=True)
class Row:
    """One line of figures, and the filters of the list that it counts."""

    name: str
    figures: Figures
    filters: Filters
    unit: Unit | None = None
    opens: bool = False
    """There are units below, with figures of their own."""
    frozen: MonthlyFigure | None = None
    """As it was reported, where that differs from today."""

    @property
    def label(self) -> str:
        """The unit's name; of its own tasks without those of the units below, that it is so."""
        return _("%(unit)s (trực tiếp)") % {"unit": self.name} if self.filters.own else self.name

    def cells(self) -> list[tuple[str, str, int, str]]:
        """(cell, its name, how many, address of the list)."""
        return [
            (cell.value, str(cell.label), getattr(self.figures, cell.value), self.address(cell.value))
            for cell in cells.Cell
        ]

    def address(self, state: str) -> str:
        """Of the list of what was counted."""
        return f"{self._list}&state={state}"

    @cached_property
    def _list(self) -> str:
        """Made once: a page of figures has hundreds of addresses."""
        return self.filters.list_address(state="open")

    @property
    def total_address(self) -> str:
        return self.address(cells.TOTAL)

    @property
    def board_query(self) -> str:
        """Of the page of figures of what is below."""
        return self.filters.query()

    @property
    def extended_address(self) -> str:
        return self.address(cells.EXTENDED)

    @property
    def newly_late_address(self) -> str:
        return self.address(cells.NEWLY_LATE)


@dataclass(frozen=True)
class Board:
    """The page of figures at one place of the tree."""

    filters: Filters
    line: list[Unit]
    """The unit whose parts are shown, last; before it those above it."""
    rows: list[Row]
    """The unit itself first, then those right below it."""
    levels: list[Row]
    """Sums of the rows by level, where there are several."""
    total: Row
    idle: int = 0
    """How many units right below have no tasks in the period."""
    options: list[tuple[str, list[periods.Period]]] = field(default_factory=list)

    @property
    def unit(self) -> Unit | None:
        return self.line[-1] if self.line else None


def filters_of(user: User, query: Mapping[str, str], clock: Clock) -> Filters:
    """What the address of the page of figures asks for: this month, of the units below, unless it says otherwise."""
    default = "below" if standing_of(user).authority else "mine"
    asked = Filters.of(query, default)
    scope = asked.scope if asked.scope in COUNTED else default
    period = asked.period or periods.month_of(clock.today)
    return Filters(scope=scope, unit=asked.unit, period=period, by=asked.by, earlier=asked.earlier)


def board_of(user: User, filters: Filters, clock: Clock, *, by_unit: bool = True) -> Board:
    """The figures that ``filters`` ask for; not ``by_unit``: only their place and period. Eight queries at most, whatever the number of tasks and units."""
    line = _line(user, filters)
    top = line[-1] if line else None
    filters = replace(filters, unit=top.pk if top else None)
    units = _units(user, filters, top)
    counted = _counted(user, filters, clock) if by_unit else {}
    rows, idle = _rows(filters, top, units, counted)
    total = Row(_("Tổng cộng"), sum((row.figures for row in rows), Figures()), filters)
    *rows, total = _with_frozen(user, [*rows, total], filters)
    return Board(
        filters=filters,
        line=line,
        rows=rows,
        levels=_levels(rows, filters) if top else [],
        total=total,
        idle=idle,
        options=periods.offered(clock.today, filters.period) if filters.period else [],
    )


@dataclass(frozen=True)
class Month:
    """A month of the trend: as it stands today, and as it was reported."""

    period: periods.Period
    row: Row
    frozen: MonthlyFigure | None

    @property
    def differs(self) -> bool:
        return self.frozen is not None and not _same(self.frozen, self.row.figures)


def trend_of(user: User, filters: Filters, clock: Clock) -> list[Month]:
    """Twelve months of tasks by the month in which they are due, from that of the period back. Four queries at most."""
    until = min(filters.period.last, clock.today) if filters.period else clock.today
    months = periods.last_months(until, TREND_MONTHS)
    whole = periods.Period("", months[0].first, months[-1].end)
    tasks = filtering.chosen(user, replace(filters, period=whole, by="due")).tasks
    sums = dict.fromkeys((month.first for month in months), Figures())
    for day, figures in cells.tally(tasks, "due_on", clock.today, earlier=filters.earlier).items():
        sums[day.replace(day=1)] += figures
    reported = _reported(user, filters, [filters.unit]).filter(month__range=(months[0].first, months[-1].first))
    frozen = {} if filters.earlier else {one.month: one for one in reported}
    return [
        Month(
            month,
            Row(month.label, sums[month.first], replace(filters, period=month, by="due")),
            frozen.get(month.first),
        )
        for month in reversed(months)
    ]


def sums_by_unit(
    counted: Mapping[int, Figures], units: Iterable[tuple[int, str]], tops: Iterable[str]
) -> dict[str, Figures]:
    """``counted`` by lead unit, added up for each path of ``tops`` over all units below it."""
    wanted = set(tops)
    sums = dict.fromkeys(wanted, Figures())
    for pk, path in units:
        if pk in counted:
            for above in wanted.intersection(paths.line(path)):
                sums[above] += counted[pk]
    return sums


def _counted(user: User, filters: Filters, clock: Clock) -> dict[int, Figures]:
    tasks = filtering.chosen(user, filters).tasks
    return cells.tally(tasks, "lead_unit", clock.today, earlier=filters.earlier)


def _line(user: User, filters: Filters) -> list[Unit]:
    """The unit asked for with those above it; without one, where there is but one to begin with."""
    if filters.unit is not None:
        unit = Unit.objects.filter(pk=filters.unit).first()
        if unit is not None:
            return list(Unit.objects.filter(path__in=paths.line(unit.path)).order_by("path"))
    begins = _begins(user, filters.scope)
    return begins if len(begins) == 1 else []


def _begins(user: User, scope: str) -> list[Unit]:
    """Where the tree begins for ``user``: at the units they answer for, or at its roots."""
    if scope != "below":
        return list(Unit.objects.filter(depth=1).order_by("path"))
    held = standing_of(user).authority
    tops = [path for path in held if not any(path != other and path.startswith(other) for other in held)]
    return list(Unit.objects.filter(path__in=tops).order_by("path"))


def _units(user: User, filters: Filters, top: Unit | None) -> list[Unit]:
    if top is not None:
        return list(Unit.objects.below(top).order_by("path"))
    known = Unit.objects.all() if filters.scope != "below" else Unit.objects.filter(standing_of(user).over())
    return list(known.order_by("path"))


def _rows(
    filters: Filters, top: Unit | None, units: list[Unit], counted: Mapping[int, Figures]
) -> tuple[list[Row], int]:
    """A row of the unit itself and of each right below it that has tasks; how many of today have none."""
    known = {unit.path for unit in units}
    heads = [unit for unit in units if (_is_right_below(unit, top) if top else _is_first(unit, known))]
    sums = sums_by_unit(counted, [(unit.pk, unit.path) for unit in units], [unit.path for unit in heads])
    with_below = {paths.superior(unit.path) for unit in units}
    rows = [
        Row(unit.short_name, sums[unit.path], replace(filters, unit=unit.pk), unit, unit.path in with_below)
        for unit in heads
        if sums[unit.path].total
    ]
    own = counted.get(top.pk, Figures()) if top else Figures()
    if top and own.total:
        rows.insert(0, Row(top.short_name, own, replace(filters, own=True), top))
    return rows, sum(not sums[unit.path].total and unit.valid_to is None for unit in heads)


def _is_right_below(unit: Unit, top: Unit) -> bool:
    return unit.pk != top.pk and paths.superior(unit.path) == top.path


def _is_first(unit: Unit, known: set[str]) -> bool:
    return paths.superior(unit.path) not in known - {unit.path}


def _levels(rows: list[Row], filters: Filters) -> list[Row]:
    below = [row for row in rows if row.unit is not None and row.unit.pk != filters.unit]
    sums: dict[str, Figures] = {}
    for row in below:
        assert row.unit is not None
        sums[row.unit.level] = sums.get(row.unit.level, Figures()) + row.figures
    if len(sums) < 2:
        return []
    return [
        Row(str(Unit.Level(level).label), figures, replace(filters, level=level))
        for level, figures in sorted(sums.items(), key=lambda pair: Unit.Level.values.index(pair[0]))
    ]


def _with_frozen(user: User, rows: list[Row], filters: Filters) -> list[Row]:
    """Beside each agency the figures reported, where the period is a month and they differ."""
    if filters.by != "due" or filters.earlier or filters.period is None or not filters.period.is_month:
        return rows
    reported = _reported(user, filters, [row.filters.unit for row in rows if not row.filters.own])
    frozen = {one.unit_id: one for one in reported.filter(month=filters.period.first)}
    return [
        row if row.filters.own else replace(row, frozen=_if_differs(frozen.get(row.filters.unit or 0), row))
        for row in rows
    ]


def _if_differs(frozen: MonthlyFigure | None, row: Row) -> MonthlyFigure | None:
    return None if frozen is None or _same(frozen, row.figures) else frozen


def _reported(user: User, filters: Filters, units: list[int | None]) -> QuerySet[MonthlyFigure]:
    """Frozen figures of ``units``: they count all that is led there, so they are for who answers for these units."""
    if filters.scope != "below":
        return MonthlyFigure.objects.none()
    known = Unit.objects.filter(standing_of(user).over(), pk__in=[pk for pk in units if pk is not None])
    return MonthlyFigure.objects.filter(unit__in=known.order_by().values("pk"))


def _same(frozen: MonthlyFigure, live: Figures) -> bool:
    names = [*cells.Cell.values, cells.EXTENDED]
    return all(getattr(frozen, name) == getattr(live, name) for name in names)
