"""How a viewer's line carries what it is sent: each numbered packet is noted when it goes, and the browser's feedback says
which came, and when (draft-holmer-rmcat-transport-wide-cc-extensions-01).

Times are microseconds; both clocks are unknown to each other, so only differences count. They wrap around at 32 bits.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache

from meetings.sfu.rtcp import Block

SENT = 512
"""Packets that are remembered."""
MOST_TOLD = 1024
"""Packets of one feedback that are looked at."""
TICK = 250
"""Of one unit of a delta."""
REFERENCE = 64_000
"""Of one unit of the reference time."""
LEAST_FOR = 30_000_000
LONG_WAIT = 60_000
STRANGE = 10_000_000
"""A wait so long is a clock that was set, or a reference time that began anew."""
HEAD = 16
RESERVED = 3
_WRAP = 0xFFFFFFFF
_NEGATIVE = 0x80000000
"""The bit of a difference that says that it is below 0."""


class Carried:
    """What of the numbered packets came since it was summed up last, and how long it waited."""

    def __init__(self) -> None:
        self._sent: dict[int, tuple[int, int, int]] = {}
        """Number, time and size by the number's remainder."""
        self._next = 0
        self._least: int | None = None
        self._former_least = 0
        self._least_since = 0
        self._forget()

    def _forget(self) -> None:
        self._told = self._lost = self._octets = self._noted = self._feedbacks = self._waited = 0

    def sent(self, now: int, size: int) -> int:
        """Note a packet of ``size`` bytes; its number."""
        number, self._next = self._next, self._next + 1 & 0xFFFF
        self._sent[number % SENT] = number, now, size
        self._noted += size
        return number

    def told(self, block: Block, now: int, *, is_excused: bool) -> None:
        """Take a feedback; what follows in one that is malformed is left out, and losses that are excused."""
        body = block.body
        if len(body) < HEAD or not (self._next or self._sent):
            return
        base, count, reference = struct.unpack_from("!HHI", body, 8)
        symbols, at = _symbols(body, count) if count <= MOST_TOLD else ((), 0)
        when, smallest = (reference >> 8) * REFERENCE, None
        for number, size in enumerate(symbols, start=base):
            if size == RESERVED or at + size > len(body):
                break
            if size:
                when += (body[at] if size == 1 else int.from_bytes(body[at : at + 2], "big", signed=True)) * TICK
            at += size
            sent = self._sent.get(number % SENT)
            if sent is None or sent[0] != number & 0xFFFF:
                continue
            self._told += 1
            if not size:
                self._lost += not is_excused
                continue
            del self._sent[number % SENT]
            self._octets += sent[2]
            delay = when - sent[1] & _WRAP
            smallest = delay if smallest is None or delay - smallest & _NEGATIVE else smallest
        if smallest is not None:
            self._learn(smallest, now)

    def _learn(self, delay: int, now: int) -> None:
        """The smallest delay of a feedback's packets: those behind it waited for each other."""
        if self._least is None or abs(_above(delay, self._least)) > STRANGE:
            self._least = self._former_least = delay
            self._least_since = now
        if now - self._least_since > LEAST_FOR:
            self._former_least, self._least, self._least_since = self._least, delay, now
        self._least = _lesser(self._least, delay)
        self._waited += delay - _lesser(self._least, self._former_least) & _WRAP
        self._feedbacks += 1

    @property
    def waits(self) -> bool:
        """Whether packets wait long, as far as was told since the last summary."""
        return self._feedbacks > 0 and self._waited // self._feedbacks > LONG_WAIT

    def summary(self, past: int) -> tuple[int | None, int, int, int]:
        """Of the ``past`` µs, which are forgotten: losses in 1/256 (None: nothing was told), bit/s that came, the mean wait,
        and bit/s that went."""
        lost = self._lost * 256 // self._told if self._told else None
        rate = self._octets * 8 * 1_000_000 // past
        queued = self._waited // self._feedbacks if self._feedbacks else 0
        numbered = self._noted * 8 * 1_000_000 // past
        self._forget()
        return lost, rate, queued, numbered


def _symbols(body: bytes, wanted: int) -> tuple[Sequence[int], int]:
    """A symbol for each packet (sections 3.1.3 and 3.1.4), and where the deltas begin; none when it is malformed."""
    symbols: list[int] = []
    at = HEAD
    while len(symbols) < wanted:
        more = _chunk(body[at] << 8 | body[at + 1]) if at + 2 <= len(body) else ()
        if not more:
            return (), 0
        symbols += more
        at += 2
    return symbols[:wanted], at


def _chunk(chunk: int) -> tuple[int, ...]:
    return _vector(chunk) if chunk >> 15 else (chunk >> 13 & 3,) * (chunk & 0x1FFF)


@lru_cache(maxsize=1024)  # most say that all came
def _vector(chunk: int) -> tuple[int, ...]:
    if chunk >> 14 & 1:
        return tuple(chunk >> shift & 3 for shift in range(12, -1, -2))
    return tuple(chunk >> shift & 1 for shift in range(13, -1, -1))


def _above(a: int, b: int) -> int:
    """How far a time is above another, with a sign."""
    return (a - b + _NEGATIVE & _WRAP) - _NEGATIVE


def _lesser(a: int, b: int) -> int:
    return a if _above(a, b) < 0 else b
