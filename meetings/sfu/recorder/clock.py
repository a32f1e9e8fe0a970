"""From RTP time stamps to seconds of the recording, so that picture and voice stay together.

The node's sender reports say when, by the node's clock, a time stamp was sampled. The node's clock is laid over
ours by the fastest packet seen of late, over all slots, so that what is common to all of them cancels out.
"""

from dataclasses import dataclass

from meetings.sfu import rtcp
from meetings.sfu.rtp import extend

WINDOW_S = 20.0
"""Over two such windows the fastest packet counts: clocks drift."""
LARGEST_ERROR_S = 1.0
"""A report that puts a packet further than this from its arrival is not believed."""


class NodeClock:
    """The difference between our clock and the node's."""

    def __init__(self) -> None:
        self._former: float | None = None
        self._current: float | None = None
        self._since = 0.0

    def observe(self, node_time: float, arrived: float) -> None:
        """A packet sampled at ``node_time`` arrived at ``arrived``."""
        if arrived - self._since > WINDOW_S:
            self._former, self._current, self._since = self._current, None, arrived
        delay = arrived - node_time
        self._current = delay if self._current is None else min(self._current, delay)

    def local(self, node_time: float) -> float:
        """``node_time`` by our clock. At least one packet must have been observed."""
        return node_time + min(delay for delay in (self._former, self._current) if delay is not None)


@dataclass
class _Anchor:
    timestamp: int
    time: float


class SlotClock:
    """Times of one slot's packets, by our clock."""

    def __init__(self, node: NodeClock, clock_rate: int) -> None:
        self._node = node
        self._rate = clock_rate
        self._arrival: _Anchor | None = None
        self._report: _Anchor | None = None
        self._highest = 0

    def reported(self, report: rtcp.SenderReport) -> None:
        """A sender report for this slot came."""
        if self._arrival:
            self._report = _Anchor(extend(report.rtp_time, self._highest, 32), rtcp.unix(report.ntp) / 1e6)

    def time_of(self, timestamp: int, arrived: float) -> float:
        """When the packet was sampled; by its arrival as long as no report has come, or when it is absurd."""
        if self._arrival is None:
            self._arrival = _Anchor(timestamp, arrived)
            self._highest = timestamp
        extended = extend(timestamp, self._highest, 32)
        self._highest = max(self._highest, extended)
        if self._report:
            sampled = self._report.time + (extended - self._report.timestamp) / self._rate
            self._node.observe(sampled, arrived)
            time = self._node.local(sampled)
            if abs(arrived - time) < LARGEST_ERROR_S:
                return time
        return self._by_arrival(extended, arrived)

    def _by_arrival(self, extended: int, arrived: float) -> float:
        """Steady from an arrival on; an earlier packet, or one far off, moves the anchor."""
        assert self._arrival is not None
        time = self._arrival.time + (extended - self._arrival.timestamp) / self._rate
        if time > arrived or arrived - time > LARGEST_ERROR_S:
            self._arrival = _Anchor(extended, arrived)
            return arrived
        return time
