"""The time that a feed is asked for."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

BACK = dt.timedelta(days=90)
AHEAD = dt.timedelta(days=400)
"""How far before and after today feeds reach."""
KEPT = dt.timedelta(days=30)
"""So long after it was called off or put off something stays, as CANCELLED: programs then take it out themselves."""


@dataclass(frozen=True)
class Window:
    """What is asked for: of the time from ``start`` until before ``end``, as things are at ``now``."""

    now: dt.datetime
    start: dt.datetime
    end: dt.datetime

    @classmethod
    def around(cls, now: dt.datetime) -> "Window":
        """What feeds hold at ``now``."""
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(now, midnight - BACK, midnight + AHEAD)
