"""What goes out together: everything that came of the packets found at one look at the sockets.

In a large room there are some milliseconds between two looks. A message of several packets to one viewer costs little
more than one of a single packet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meetings.sfu.twin.line import Line

LARGE_AUDIENCE = 128
"""Where the native path has 300: this one has more to save, and sooner."""
MIDDLE_AUDIENCE = 64


class Outbox:
    """Lines on which something was gathered."""

    def __init__(self) -> None:
        self.audience = 0
        """Slots of the largest stream."""
        self.asked = -1
        """What ``rest`` is to be; −1 lets the size of the audience decide."""
        self.has_segmentation = False
        """Whether the kernel cuts a message up into many datagrams, on every link."""
        self._waiting: list[Line] = []

    @property
    def rest(self) -> int:
        """Microseconds between two looks."""
        if self.asked >= 0:
            return self.asked
        if self.audience >= LARGE_AUDIENCE:
            return 10_000
        return 5_000 if self.audience >= MIDDLE_AUDIENCE else 0

    @property
    def joins(self) -> bool:
        """Whether packets should be made equal in size, so that more of them go as one message."""
        return self.has_segmentation and self.rest > 0

    def expect(self, line: Line) -> None:
        """``line`` has begun to gather."""
        self._waiting.append(line)

    def flush(self) -> None:
        """Send all that was gathered."""
        while self._waiting:
            self._waiting.pop().flush()
