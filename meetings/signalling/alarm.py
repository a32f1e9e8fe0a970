"""Rings at a time that is in the database, once: every process with the room open has one, and the first one acts."""

import asyncio
import datetime as dt
from collections.abc import Callable

from django.utils import timezone


class Alarm:
    """Setting it anew takes the former time back."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def at(self, moment: dt.datetime, *, grace_s: float) -> None:
        """Ring ``grace_s`` seconds after ``moment``; after as many from now, if it has passed."""
        self.after(max(0.0, (moment - timezone.now()).total_seconds()) + grace_s)

    def after(self, seconds: float) -> None:
        """Ring in so many seconds."""
        self.off()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._ring)

    def off(self) -> None:
        """Do not ring."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
