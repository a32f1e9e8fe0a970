"""Whose voices are forwarded: the loudest few, without flapping."""

from collections.abc import Callable, Mapping, Sequence

from meetings.sfu.messages import Source
from meetings.sfu.slots import AUDIO_SLOTS
from meetings.sfu.track import Track

ADVANTAGE = 10.0
"""Decibels by which a voice must be louder than one that is forwarded to take its place."""
HOLD = 1.0
"""Seconds a voice keeps its slot at least."""
SPEAKING = 75.0
"""Loudness (decibels above −127 dBov) from which somebody is said to speak; speech is about 85 to 105."""
STOPPED = 65.0
SPEAKING_INTERVAL = 0.5


class Loudest:
    """Assigns sources to the audio slots of a room and tells who speaks."""

    def __init__(self) -> None:
        self.slots: list[Source | None] = [None] * AUDIO_SLOTS
        self.speaking: tuple[str, ...] = ()
        self._since: dict[Source, float] = {}
        self._told_at = 0.0

    def choose(self, candidates: Mapping[Source, Track], first: Source | None, now: float) -> bool:
        """Fill the slots from ``candidates``; whether anything changed.

        ``first`` (the microphone of who has the floor) sits in slot 0 when it is chosen, because browsers
        keep that slot in step with the floor's picture.
        """
        before = list(self.slots)
        self.slots = [source if source in candidates else None for source in self.slots]
        waiting = sorted(
            (s for s in candidates if s not in self.slots), key=lambda s: candidates[s].loudness, reverse=True
        )
        for source in waiting:
            slot = self._place(candidates, candidates[source].loudness, now)
            if slot is None:
                break
            self.slots[slot] = source
            self._since[source] = now
        if first in self.slots:
            at = self.slots.index(first)
            self.slots[0], self.slots[at] = self.slots[at], self.slots[0]
        self._since = {source: self._since[source] for source in self.slots if source}
        return self.slots != before

    def _place(self, candidates: Mapping[Source, Track], loudness: float, now: float) -> int | None:
        """The slot that a voice of ``loudness`` may take: an empty one, or the quietest that had its time."""
        taken: list[tuple[float, int]] = []
        for index, source in enumerate(self.slots):
            if source is None:
                return index
            if now - self._since[source] >= HOLD:
                taken.append((candidates[source].loudness, index))
        if taken and loudness >= min(taken)[0] + ADVANTAGE:
            return min(taken)[1]
        return None

    def tell(self, tracks: Sequence[Track], now: float, emit: Callable[[tuple[str, ...]], None]) -> None:
        """Say who speaks, loudest first, when it changed and not more than twice a second."""
        if now - self._told_at < SPEAKING_INTERVAL:
            return
        loud = sorted(
            (s for s in tracks if s.loudness >= (STOPPED if s.source.peer in self.speaking else SPEAKING)),
            key=lambda s: s.loudness,
            reverse=True,
        )
        peers = tuple(track.source.peer for track in loud)
        if peers != self.speaking:
            self.speaking = peers
            self._told_at = now
            emit(peers)
