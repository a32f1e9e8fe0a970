"""What a viewer's line carries, and what gives way when it carries less than is to be shown.

A line is full when packets wait on it, of which browsers tell (transport-wide feedback), or when many are lost. The rule
for losses is Galène's (less than 2 %: more; more than 10 %: less); where nothing waits, fewer than 10 % are no sign of a
full line. Of a browser that does not tell, its own estimate (REMB) counts, but only beside losses: retransmissions come
late under their old time stamps, which it takes for a line that fills. A line that was found full is tried again after
a pause that grows with every failure.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from meetings.sfu.packet_path import ViewerFares
from meetings.sfu.slots import AUDIO_SLOTS, WIDE_WALL
from meetings.sfu.track import Track

FEW_LOST, MANY_LOST = 0.02, 0.10
"""Of the packets, over some seconds: less says that more may be sent, more that it is too much."""
NEWEST = 0.4
"""Weight of the last second in that average: a second has few packets, and chance makes its losses jump."""
WAITING, CLEAR = 60_000, 25_000
"""Microseconds that packets wait on a line that is full at least, and on one that may be sent more at most."""
BEHIND = 0.85
"""Of what was sent: a line that carries less in a second in which packets wait is full; else two such seconds say so. What
stops everything for a moment, as radio does, is no full line."""
SHRINKS = 0.9
"""A wait that is less than this part of the one before is getting shorter."""
KEPT = 0.85
"""Of what a full line carries: the rest empties its queue."""
QUICK = 0.6
"""Seconds since what was told before, below which it tells of less than a second: packets wait (``ViewerFares``). A line is then
full when they wait no less than before: a stop, or a large picture, is over by then."""
EMPTYING = 2.0
"""Seconds after a reduction in which what still waits is not held against the line."""
FULL = 0.9
"""A browser that loses packets and estimates less than this part of what it is sent says that the line is full."""
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 60.0
VOICES = AUDIO_SLOTS * 40_000
"""Bits per second kept for voices, which never give way."""
NOMINAL = (150_000, 500_000, 1_500_000)
"""Bits per second of a layer that has not come yet, by its index."""
FIRST = 2_500_000
LEAST = VOICES + NOMINAL[0]
MOST = 12_000_000
"""Bits per second that are believed at first, at least and at most. A line that is sent little tells little of itself."""
MARGIN = 1.15
"""What was taken away comes back when there is so much room for it."""
PRIORITY: tuple[str, ...] = ("content", "floor", "chair", *(f"wall{n}" for n in range(WIDE_WALL)))
"""Who keeps its picture longest comes first."""


class Portion(NamedTuple):
    """How much of a picture is sent: a layer, and of that every picture, or those without the highest temporal layer,
    which are half as many. More is greater."""

    layer: int
    is_whole: bool = True


OFF = Portion(-1)


class Estimate:
    """Bits per second that a viewer's line is believed to carry."""

    def __init__(self) -> None:
        self.bitrate = FIRST
        self._lost = 0.0
        self._pause = FIRST_PAUSE
        self._wait_until = self._reduced_at = 0.0
        self._waited = 0
        self._told_at = 0.0

    def update(self, fares: ViewerFares, now: float) -> None:
        """Learn from how the viewer fared since it was told last."""
        self._lost += (fares.lost / 256 - self._lost) * NEWEST
        if self._lost > MANY_LOST or self._is_full(fares, now):
            self._reduce(fares, now)
        elif self._has_room(fares) and now >= self._wait_until:
            self.bitrate = min(MOST, round(self.bitrate * 1.08))
            if now - self._wait_until > LONGEST_PAUSE:
                self._pause = FIRST_PAUSE

    def _is_full(self, fares: ViewerFares, now: float) -> bool:
        waited, self._waited = self._waited, fares.queued
        is_quick, self._told_at = now - self._told_at < QUICK, now
        if fares.queued <= WAITING or now - self._reduced_at < EMPTYING:
            return False
        if is_quick:
            return waited > WAITING and fares.queued > waited * SHRINKS
        return waited > WAITING or fares.carried < fares.numbered * BEHIND

    def _has_room(self, fares: ViewerFares) -> bool:
        return fares.queued < CLEAR and (fares.carried > 0 or self._lost < FEW_LOST)

    def _carries(self, fares: ViewerFares) -> float:
        """Bits per second that the line has room for, having been found full."""
        if fares.carried:
            return VOICES + fares.carried * KEPT
        left = fares.sent_rate * (1 - self._lost / 2)
        is_full = 0 < fares.limit < fares.sent_rate * FULL
        return min(left, fares.limit) if is_full else left

    def _reduce(self, fares: ViewerFares, now: float) -> None:
        self.bitrate = max(LEAST, round(min(self.bitrate, self._carries(fares))))
        self._lost = min(self._lost, FEW_LOST)  # what was on its way is not counted against the new rate
        self._reduced_at = now
        if now >= self._wait_until:
            self._wait_until = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)


def desired(label: str, track: Track, *, large: bool = False) -> Portion:
    """What fits the size of a slot's place on the screen; ``large``: of a wall slot that is shown large."""
    if label in ("floor", "content"):
        return Portion(track.top)
    return Portion(min(1, track.top) if large or label == "chair" else 0)


def allot(
    wanted: Mapping[str, Track], bitrate: int, former: Mapping[str, Portion], large: Collection[str] = ()
) -> dict[str, Portion]:
    """What is sent of each slot's picture, so that all together stay within ``bitrate``.

    Tiles give way first, the last before the first; then those shown ``large`` become small, then the chair goes, then the
    floor's layer and what is presented become less; at last they go. Each has half the pictures before it has a smaller
    layer. ``former`` is what was allotted before: more than that only with some room to spare.
    """
    chosen = {label: desired(label, track, large=label in large) for label, track in wanted.items()}
    budget, now = bitrate - VOICES, time.monotonic()
    for label, least in _steps(large):
        if label not in wanted:
            continue
        for less in _less(wanted[label], chosen[label], least, now):
            if _fits(wanted, chosen, former, budget):
                return chosen
            chosen[label] = less
    return chosen


def fitting(track: Track, layers: int, bitrate: int, former: int) -> int:
    """How many of the first ``layers`` layers of a picture stay within ``bitrate``: one always.

    ``former`` is how many were sent before: more than that only with some room to spare.
    """
    most, need = min(layers, len(track.layers)), 0
    for index in range(most):
        need += _rate(track, Portion(index))
        if index and need * (MARGIN if index >= former else 1.0) > bitrate:
            return index
    return most


def _steps(large: Collection[str]) -> Iterator[tuple[str, Portion]]:
    """Who gives way in turn, and down to what."""
    smallest = Portion(0, is_whole=False)
    tiles = [label for label in PRIORITY[:2:-1] if label not in large]
    yield from ((label, smallest) for label in tiles)
    yield from ((label, OFF) for label in tiles)
    yield from ((label, smallest) for label in large)
    yield from (("chair", OFF), ("floor", smallest), ("content", smallest))
    yield from ((label, OFF) for label in (*large, "floor", "content"))


def _less(track: Track, portion: Portion, least: Portion, now: float) -> Iterator[Portion]:
    """What is less than a portion of a picture, down to the least that may be."""
    while portion > least:
        if portion.is_whole and portion.layer >= 0 and track.layers[portion.layer].thins(now):
            portion = Portion(portion.layer, is_whole=False)
        else:
            portion = Portion(portion.layer - 1)
        if portion >= least:
            yield portion


def _fits(
    wanted: Mapping[str, Track], chosen: Mapping[str, Portion], former: Mapping[str, Portion], budget: int
) -> bool:
    need = sum(_rate(wanted[label], portion) for label, portion in chosen.items())
    is_more = any(portion > former.get(label, portion) for label, portion in chosen.items())
    return need * (MARGIN if is_more else 1.0) <= budget


def _rate(track: Track, portion: Portion) -> int:
    if portion == OFF:
        return 0
    layer = track.layers[portion.layer]
    if layer.is_alive(time.monotonic()):
        return layer.rate if portion.is_whole else layer.thinned
    return NOMINAL[min(portion.layer, len(NOMINAL) - 1)] if track.top else NOMINAL[1]
