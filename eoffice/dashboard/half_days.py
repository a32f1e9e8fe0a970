"""A week as columns of a table, each day with its morning and afternoon."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from eoffice.calendar.open_hours import is_working
from eoffice.dashboard.agenda import start_of
from eoffice.worktime.deadlines import calendar_from
from eoffice.worktime.lunar import LunarDate, lunar_date
from eoffice.worktime.models import CalendarDay

NOON = dt.time(12)


@dataclass(frozen=True)
class Column:
    """A day of the week."""

    date: dt.date
    lunar: LunarDate
    is_today: bool
    is_off: bool
    special: CalendarDay | None

    @property
    def morning(self) -> tuple[dt.datetime, dt.datetime]:
        return start_of(self.date), self._noon

    @property
    def afternoon(self) -> tuple[dt.datetime, dt.datetime]:
        return self._noon, start_of(self.date + dt.timedelta(days=1))

    @property
    def _noon(self) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.date, NOON))


def touch(span: tuple[dt.datetime, dt.datetime], starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Something from ``starts_at`` until before ``ends_at`` takes some of ``span``."""
    return starts_at < span[1] and ends_at > span[0]


def week_from(monday: dt.date) -> list[Column]:
    """Its seven days. Two queries."""
    today, calendar = timezone.localdate(), calendar_from(monday, 6)
    dates = [monday + dt.timedelta(days=offset) for offset in range(7)]
    return [
        Column(date, lunar_date(date), date == today, not is_working(date, calendar), calendar.days.get(date))
        for date in dates
    ]
