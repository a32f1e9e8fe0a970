"""From when to when a resource is lent on a day: its hours of the weekday, with days off and make-up days (docs/domain/rooms.md)."""

import datetime as dt
from dataclasses import dataclass

from eoffice.calendar.models import Resource
from eoffice.worktime.models import CalendarDay

_FRIDAY = dt.date(2026, 12, 4)


@dataclass(frozen=True)
class LentHours:
    """Of the days that ``lent_between`` was asked about; answers without a query."""

    special: dict[dt.date, CalendarDay]

    def of(self, resource: Resource, day: dt.date) -> tuple[dt.time, dt.time] | None:
        """From when to when on ``day``; None: not at all. A make-up day on which it is not lent otherwise has the hours of a Friday."""
        named = self.special.get(day)
        if named is None:
            return resource.open_on(day)
        if named.kind == CalendarDay.Kind.MAKEUP_WORK:
            return resource.open_on(day) or resource.open_on(_FRIDAY)
        return None

    def day_off(self, day: dt.date) -> str:
        """What a day off by name is called; "" of other days."""
        named = self.special.get(day)
        return "" if named is None or named.kind == CalendarDay.Kind.MAKEUP_WORK else named.name


def lent_between(first: dt.date, last: dt.date) -> LentHours:
    """Of the days from ``first`` to ``last``. One query."""
    return LentHours({one.day: one for one in CalendarDay.objects.filter(day__range=(first, last))})
