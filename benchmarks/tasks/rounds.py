"""What the worker does with all tasks at once: the figures of a month are frozen, duties are worked out anew, people
are reminded and told in the morning what lies before them.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator

from django.utils import timezone

from benchmarks.bulk import BulkCity
from benchmarks.results import Result, progress
from eoffice.notifications.models import Digest, DigestDay, Notification
from eoffice.workflow import duties, freezing, morning, periods, reminding
from eoffice.workflow.models import MonthlyFigure, Reminder
from eoffice.worktime import seeding
from eoffice.worktime.open_days import OpenDays

FREEZE_TARGET_S = 20.0
SWEEP_TARGET_S, DIGEST_TARGET_S = 20.0, 60.0


def measured(city: BulkCity) -> Iterator[Result]:
    """Seconds of each round over the whole city."""
    now = timezone.now()
    month = periods.month_of(timezone.localdate(now)).previous
    yield _timed("freezing the figures of a month", lambda: freezing.freeze(month, now), FREEZE_TARGET_S)
    yield _timed("duties of all open tasks worked out anew", duties.recompute_open, None)
    at = _working_morning(city)
    yield _timed("sweep of reminders, all due steps", lambda: reminding.sweep(at), SWEEP_TARGET_S)
    yield _timed("sweep of reminders, nothing to say", lambda: reminding.sweep(at), SWEEP_TARGET_S)
    yield _timed("digests of a morning", lambda: morning.deliver(at), DIGEST_TARGET_S)


def forget() -> None:
    """As if no round had been made yet."""
    for model in (MonthlyFigure, Reminder, Notification, Digest, DigestDay):
        model.objects.all().delete()


def _working_morning(city: BulkCity) -> dt.datetime:
    """Half past eight on the next day on which offices are open; the years around it are confirmed."""
    day = timezone.localdate()
    for year in (day.year - 1, day.year, day.year + 1):
        seeding.seed_year(year, confirmed_by=city.head(city.agencies[0]).person)
    days = OpenDays.since(day)
    open_day = day if days.is_open(day) else days.after(day, 1)
    return timezone.make_aware(dt.datetime.combine(open_day, dt.time(8, 30)))


def _timed(name: str, act: Callable[[], object], target: float | None) -> Result:
    progress(f"Measuring: {name}")
    began = time.perf_counter()
    act()
    return Result(name, time.perf_counter() - began, "s", target)
