"""A month of due days, each with its tasks."""

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from eoffice.accounts.models import User
from eoffice.workflow import filtering, periods
from eoffice.workflow.filtering import Filters
from eoffice.workflow.models import Task
from eoffice.workflow.timeliness import Clock

SHOWN = 4
"""So many tasks of a day are shown."""


@dataclass(frozen=True)
class Day:
    """One day: how many tasks are due, and the first of them."""

    date: dt.date
    in_month: bool
    is_today: bool
    count: int
    rows: list[dict[str, Any]]
    address: str
    """Of the list of all that are due."""

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class MonthPage:
    """Weeks from Monday to Sunday that hold the month."""

    period: periods.Period
    weeks: list[list[Day]]
    count: int


def month_page(user: User, filters: Filters, asked: str, clock: Clock) -> MonthPage:
    """The month that the address asks for, this month otherwise. Three queries."""
    period = periods.read(asked)
    if period is None or not period.is_month:
        period = periods.month_of(clock.today)
    due = replace(filters, period=period, by="due")
    found = filtering.matching(user, due, clock).tasks
    counts = dict(found.order_by().values_list("due_on").annotate(Count("pk")))
    place = Window(RowNumber(), partition_by=F("due_on"), order_by=F("pk").desc())
    first = found.order_by().annotate(place=place).filter(place__lte=SHOWN).values_list("pk", flat=True)
    tasks = Task.objects.select_related("lead_unit", "officer__person").in_bulk(list(first))
    rows: dict[dt.date, list[dict[str, Any]]] = {}
    for pk in sorted(tasks, reverse=True):
        day = tasks[pk].due_on
        if day is not None:
            rows.setdefault(day, []).append(clock.row(tasks[pk]))
    weeks = calendar.Calendar().monthdatescalendar(period.first.year, period.first.month)
    return MonthPage(
        period=period,
        weeks=[[_day(date, due, clock, counts, rows) for date in week] for week in weeks],
        count=sum(counts.values()),
    )


def _day(
    date: dt.date, due: Filters, clock: Clock, counts: dict[dt.date, int], rows: dict[dt.date, list[dict[str, Any]]]
) -> Day:
    return Day(
        date=date,
        in_month=due.period is not None and due.period.first <= date < due.period.end,
        is_today=date == clock.today,
        count=counts.get(date, 0),
        rows=rows.get(date, []),
        address=due.list_address(period=periods.of_day(date)),
    )
