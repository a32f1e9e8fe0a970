"""Whether offices are open on a day, as far as is known: for when people are told something, never for a due date.

Other than in ``deadlines`` a year that nobody has confirmed is no obstacle: its Saturdays and Sundays are off.
"""

import datetime as dt
from dataclasses import dataclass

from eoffice.worktime.models import CalendarDay

_AHEAD = dt.timedelta(days=30)
_SATURDAY = 5


@dataclass(frozen=True)
class OpenDays:
    """The days from one on, for a month."""

    special: dict[dt.date, str]

    @classmethod
    def since(cls, day: dt.date) -> "OpenDays":
        """One query."""
        return cls(dict(CalendarDay.objects.filter(day__range=(day, day + _AHEAD)).values_list("day", "kind")))

    def is_open(self, day: dt.date) -> bool:
        """People are at work on ``day``."""
        kind = self.special.get(day)
        return day.weekday() < _SATURDAY if kind is None else kind == CalendarDay.Kind.MAKEUP_WORK

    def after(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th open day after ``day``."""
        while count:
            day += dt.timedelta(days=1)
            count -= self.is_open(day)
        return day
