"""Feedback by which a browser finds its bitrate: when each of its packets arrived.

Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): every packet of a connection
carries a 16-bit number in a header extension; the node reports the arrival of each, and the browser's
delay-based control does the rest.
"""

import struct

from meetings.sfu.rtcp import FMT_TRANSPORT, RTPFB
from meetings.sfu.rtp import extend

TICK = 250
"""Microseconds of one unit of an arrival delta."""
REFERENCE = 64_000
"""Microseconds of one unit of the reference time."""
MOST_PACKETS = 400
"""Packets described by one feedback: what lies further apart is reported as if it began anew."""


class ArrivalLog:
    """Arrivals since the last feedback. Bounded: at most ``MOST_PACKETS`` are kept."""

    def __init__(self) -> None:
        self._arrivals: dict[int, int] = {}
        self._highest = -1
        self._next = 0
        self._count = 0

    def add(self, number: int, now: int) -> None:
        """Note that the packet with transport-wide ``number`` (16 bits) arrived at ``now`` (microseconds)."""
        extended = number if self._highest < 0 else extend(number, self._highest)
        if self._highest < 0:
            self._next = extended
        self._highest = max(self._highest, extended)
        if extended >= self._next and len(self._arrivals) < MOST_PACKETS:
            self._arrivals[extended] = now

    def feedback(self, own_ssrc: int, ssrc: int) -> bytes:
        """The RTCP packet that reports what came since the last call; empty when nothing did."""
        if not self._arrivals:
            return b""
        last = max(self._arrivals)
        base = max(self._next, last - MOST_PACKETS + 1)
        base = min(number for number in self._arrivals if number >= base) if base != self._next else base
        reference = self._arrivals[min(n for n in self._arrivals if n >= base)] // REFERENCE
        symbols, deltas = self._describe(base, last, reference)
        body = struct.pack("!HH", base & 0xFFFF, last - base + 1)
        body += ((reference & 0xFFFFFF) << 8 | self._count & 0xFF).to_bytes(4, "big")
        body += _chunks(symbols) + deltas
        self._count += 1
        self._next = last + 1
        self._arrivals.clear()
        body = struct.pack("!II", own_ssrc, ssrc) + body
        body += b"\0" * (-len(body) % 4)
        return struct.pack("!BBH", 0x80 | FMT_TRANSPORT, RTPFB, len(body) // 4) + body

    def _describe(self, base: int, last: int, reference: int) -> tuple[list[int], bytes]:
        """A symbol per packet (0 lost, 1 small delta, 2 large delta) and the deltas of those that came."""
        symbols: list[int] = []
        deltas = bytearray()
        before = reference * (REFERENCE // TICK)
        for number in range(base, last + 1):
            arrival = self._arrivals.get(number)
            if arrival is None:
                symbols.append(0)
                continue
            ticks = (arrival + TICK // 2) // TICK
            delta = max(-0x8000, min(0x7FFF, ticks - before))
            before += delta
            if 0 <= delta <= 0xFF:
                symbols.append(1)
                deltas.append(delta)
            else:
                symbols.append(2)
                deltas += delta.to_bytes(2, "big", signed=True)
        return symbols, bytes(deltas)


def _chunks(symbols: list[int]) -> bytes:
    """Status vector chunks of seven two-bit symbols each (section 3.1.4)."""
    chunks = bytearray()
    for start in range(0, len(symbols), 7):
        chunk = 0b11
        group = symbols[start : start + 7]
        for symbol in group + [0] * (7 - len(group)):
            chunk = chunk << 2 | symbol
        chunks += chunk.to_bytes(2, "big")
    return bytes(chunks)
