"""A viewer who says nothing for a while had no network: what was lost then says nothing of how much its line carries."""

SILENT = 1_500_000
"""Microseconds. A viewer says something every second."""
EXCUSED = 2_000_000
"""After a silence, what is told of losses is of that time so long."""


class Silence:
    """Of one viewer: the network that was away, or became another one, lost everything for a while."""

    def __init__(self) -> None:
        self._said_at = self._until = 0

    def said(self, now: int) -> None:
        """The viewer says something."""
        if self._said_at and now - self._said_at > SILENT:
            self.moved(now)
        self._said_at = now

    def moved(self, now: int) -> None:
        """It is sent to elsewhere: what went to where it was is lost."""
        self._until = now + EXCUSED

    def excuses(self, now: int) -> bool:
        """Whether losses that are told now are no fault of the line."""
        return now < self._until
