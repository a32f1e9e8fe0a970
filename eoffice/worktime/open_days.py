"""Whether offices are open on a day, as far as is known: for when people are told something, never for a due date.

Other than in ``deadlines`` a year that nobody has confirmed is no obstacle: its Saturdays and Sundays are off.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

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


def mail_from(now: dt.datetime) -> dt.datetime | None:
    """When a mail that may wait is sent: None: now; else when the quiet hours (giờ yên tĩnh) are over.

    Quiet are the nights (``MAIL_QUIET_FROM``, ``MAIL_QUIET_UNTIL``) and the days off. One query; none where nothing is
    quiet because the two are the same.
    """
    begins, ends = settings.MAIL_QUIET_FROM, settings.MAIL_QUIET_UNTIL
    if begins == ends:
        return None
    local = timezone.localtime(now, timezone.get_default_timezone())
    days = OpenDays.since(local.date())
    day = local.date()
    if days.is_open(day) and _loud(local.time(), begins, ends):
        return None
    if local.time() >= ends or not days.is_open(day):
        day += dt.timedelta(days=1)
    last = local.date() + _AHEAD
    while not days.is_open(day) and day < last:
        day += dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, ends), timezone.get_default_timezone())


def _loud(time: dt.time, begins: dt.time, ends: dt.time) -> bool:
    if begins > ends:  # over midnight
        return ends <= time < begins
    return not begins <= time < ends
