"""What the worker does with all tasks at once: the figures of a month are frozen, duties are worked out anew."""

import time
from collections.abc import Callable, Iterator

from django.utils import timezone

from benchmarks.bulk import BulkCity
from benchmarks.results import Result, progress
from eoffice.workflow import duties, freezing, periods

FREEZE_TARGET_S = 20.0


def measured(city: BulkCity) -> Iterator[Result]:
    """Seconds of each round over the whole city."""
    now = timezone.now()
    month = periods.month_of(timezone.localdate(now)).previous
    yield _timed("freezing the figures of a month", lambda: freezing.freeze(month, now), FREEZE_TARGET_S)
    yield _timed("duties of all open tasks worked out anew", duties.recompute_open, None)


def _timed(name: str, act: Callable[[], object], target: float | None) -> Result:
    progress(f"Measuring: {name}")
    began = time.perf_counter()
    act()
    return Result(name, time.perf_counter() - began, "s", target)
