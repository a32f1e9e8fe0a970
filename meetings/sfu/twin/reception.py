"""What is known about the arrival of one stream: numbers unwrapped, losses, jitter (RFC 3550)."""

from dataclasses import dataclass, field

from meetings.sfu.rtcp import ReportBlock, SenderReport
from meetings.sfu.rtp import extend

MOST_MISSING = 256
"""Packets asked for again at a time; when more are missing only a keyframe helps."""
MOST_TRIES = 8
RETRY = 100_000
"""Microseconds between two requests for the same packet."""
LARGEST_STEP = 3000
"""A jump of sequence numbers beyond this is a sender that began anew (RFC 3550, appendix A.1)."""


@dataclass
class Missing:
    """A packet that was asked for again."""

    tries: int
    due: int


@dataclass
class Reception:
    """Arrival of one SSRC; ``clock_rate`` in units per second, times in microseconds."""

    clock_rate: int
    highest: int = -1
    received: int = 0
    jitter: int = 0
    """In 1/16 of clock units."""
    missing: dict[int, Missing] = field(default_factory=dict)
    last_report: SenderReport | None = None
    reported_at: int = 0
    _base: int = 0
    _begin: int = 1 << 16
    """Where the next run begins: no number is used for two runs, since what was encrypted under one stays so."""
    _expected_before: int = 0
    _received_before: int = 0
    _transit: int | None = None

    def unwrap(self, sequence: int) -> int:
        """The 16-bit number without wrap-around; ever above 0."""
        if self.highest < 0:
            self._base = self.highest = sequence + self._begin
            return self.highest
        return extend(sequence, self.highest)

    def restarted(self, sequence: int) -> bool:
        """Whether an unwrapped number is too far from the highest to be of the same run."""
        return abs(sequence - self.highest) > LARGEST_STEP

    def arrived(self, sequence: int, timestamp: int, now: int) -> list[int]:
        """Count one packet; the unwrapped numbers newly found missing, oldest first."""
        self.received += 1
        self._update_jitter(timestamp, now)
        self.missing.pop(sequence, None)
        if sequence <= self.highest:
            return []
        new = list(range(self.highest + 1, sequence))
        self.highest = sequence
        return new

    def lost(self, numbers: list[int], now: int) -> bool:
        """Ask for ``numbers`` again at once and later; False when too many are missing to be asked for."""
        if len(self.missing) + len(numbers) > MOST_MISSING:
            self.missing.clear()
            return False
        for number in numbers:
            self.missing[number] = Missing(1, now + RETRY)
        return True

    def due(self, now: int) -> list[int]:
        """Missing numbers to be asked for again now, oldest first; what was asked for too often is given up."""
        numbers = []
        for number, missing in sorted(self.missing.items()):
            if now < missing.due:
                continue
            if missing.tries >= MOST_TRIES:
                del self.missing[number]
                continue
            missing.tries += 1
            missing.due = now + RETRY
            numbers.append(number)
        return numbers

    def restart(self) -> None:
        """Forget the run: the sender began anew."""
        self._begin = (self.highest | 0xFFFF) + 1 + (1 << 16)
        self.highest, self.received, self._expected_before, self._received_before = -1, 0, 0, 0
        self._transit = None
        self.missing.clear()

    def report(self, ssrc: int, now: int) -> ReportBlock | None:
        """The report block since the last one (RFC 3550, appendix A.3); None before the first packet."""
        if self.highest < 0:
            return None
        expected = self.highest - self._base + 1
        gone = (expected - self._expected_before) - (self.received - self._received_before)
        interval = expected - self._expected_before
        self._expected_before, self._received_before = expected, self.received
        fraction = min(255, gone * 256 // interval) if interval > 0 and gone > 0 else 0
        total = min(max(expected - self.received, 0), 0x7FFFFF)
        middle = (self.last_report.ntp >> 16) & 0xFFFFFFFF if self.last_report else 0
        delay = (now - self.reported_at) * 65536 // 1_000_000 & 0xFFFFFFFF if self.last_report else 0
        return ReportBlock(ssrc, fraction, total, self.highest & 0xFFFFFFFF, self.jitter >> 4, middle, delay)

    def _update_jitter(self, timestamp: int, now: int) -> None:
        """RFC 3550, appendix A.8."""
        transit = now * self.clock_rate // 1_000_000 - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference < self.clock_rate * 10:  # a wrapped or restarted time stamp is no jitter
                self.jitter += difference - ((self.jitter + 8) >> 4)
        self._transit = transit
