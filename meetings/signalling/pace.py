"""How often one tab may say something: a bucket that fills with time."""

import time


class Pace:
    """``burst`` at once, then ``per_s`` a second."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s, self._burst = per_s, burst
        self._left, self._at = burst, time.monotonic()

    def allows(self) -> bool:
        """Whether once more is not too often; if not, it does not count."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
