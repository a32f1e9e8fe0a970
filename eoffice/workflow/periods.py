"""Periods of figures: a day, a month, a quarter, a year, as addresses name them ("2026-12-24", "2026-12", "2026-Q4", "2026")."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIRST_YEAR, LAST_YEAR = 2000, 2200
_WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?", re.ASCII)

BY = {"due": gettext_lazy("Đến hạn trong kỳ"), "assigned": gettext_lazy("Được giao trong kỳ")}
"""What of a task lies within the period."""


@dataclass(frozen=True)
class Period:
    """From the day ``first`` to the day before ``end``."""

    code: str
    first: dt.date
    end: dt.date

    @property
    def label(self) -> str:
        """ "tháng 12/2026", in the language of the moment."""
        if "Q" in self.code:
            number = ["I", "II", "III", "IV"][self.first.month // 3]
            return _("quý %(number)s/%(year)s") % {"number": number, "year": self.first.year}
        match self.code.count("-"):
            case 0:
                return _("năm %(year)s") % {"year": self.first.year}
            case 1:
                return _("tháng %(month)s") % {"month": f"{self.first:%m/%Y}"}
            case _:
                return _("ngày %(day)s") % {"day": f"{self.first:%d/%m/%Y}"}

    @property
    def last(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    @property
    def is_month(self) -> bool:
        return "Q" not in self.code and self.code.count("-") == 1

    @property
    def previous(self) -> "Period":
        """The period of the same kind before."""
        return _same_kind(self, self.last if self.first.year == FIRST_YEAR else self.first - dt.timedelta(days=1))

    @property
    def next(self) -> "Period":
        """The period of the same kind after."""
        return _same_kind(self, self.first if self.end.year >= LAST_YEAR else self.end)

    def of_tasks(self, by: str) -> Q:
        """Tasks due, or ``by`` "assigned" given, within it."""
        if by == "assigned":
            return Q(assigned_at__gte=midnight(self.first), assigned_at__lt=midnight(self.end))
        return Q(due_on__gte=self.first, due_on__lt=self.end)


def read(code: str) -> Period | None:
    """The period that an address names; None when it names none."""
    found = _WRITTEN.fullmatch(code)
    if found is None or not FIRST_YEAR <= int(found[1]) < LAST_YEAR:
        return None
    year, quarter, number, day = (int(part) if part else 0 for part in found.groups())
    try:
        if day:
            return of_day(dt.date(year, number, day))
        if number:
            return month_of(dt.date(year, number, 1))
    except ValueError:
        return None
    return quarter_of(dt.date(year, quarter * 3, 1)) if quarter else year_of(dt.date(year, 1, 1))


def of_day(day: dt.date) -> Period:
    """That one day."""
    return Period(day.isoformat(), day, day + dt.timedelta(days=1))


def month_of(day: dt.date) -> Period:
    """The month in which ``day`` lies."""
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, _months_on(first, 1))


def quarter_of(day: dt.date) -> Period:
    """The quarter in which ``day`` lies."""
    number = (day.month + 2) // 3
    first = dt.date(day.year, number * 3 - 2, 1)
    return Period(f"{day.year}-Q{number}", first, _months_on(first, 3))


def year_of(day: dt.date) -> Period:
    """The year in which ``day`` lies."""
    return Period(str(day.year), dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1))


def last_months(until: dt.date, count: int) -> list[Period]:
    """``count`` months, the last one that of ``until``."""
    first = until.replace(day=1)
    return [month_of(_months_on(first, -back)) for back in reversed(range(count))]


def offered(today: dt.date, chosen: Period) -> list[tuple[str, list[Period]]]:
    """Groups of periods to choose from, with the one that is chosen."""
    months = [month_of(_months_on(today.replace(day=1), 1)), *reversed(last_months(today, 12))]
    quarters, years = [quarter_of(today)], [year_of(today)]
    for _back in range(4):
        quarters.append(quarters[-1].previous)
    for _back in range(2):
        years.append(years[-1].previous)
    groups = [(_("Tháng"), months), (_("Quý"), quarters), (_("Năm"), years)]
    known: list[Any] = [period for _label, periods in groups for period in periods]
    return groups if chosen in known else [(_("Đang xem"), [chosen]), *groups]


def _same_kind(period: Period, day: dt.date) -> Period:
    if "Q" in period.code:
        return quarter_of(day)
    return [year_of, month_of, of_day][period.code.count("-")](day)


def _months_on(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, month + 1, 1)


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of ``day`` in the site's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
