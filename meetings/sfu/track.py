"""What a peer sends and what a viewer is sent, as policies see them: who shows what, in which layer, and how loud it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from meetings.sfu.messages import Source
from meetings.sfu.packet_path import ALL_LAYERS, Codec, Loudness, PacketPath, StreamArrives

HEARD = 0.3
"""Seconds after which a loudness that was told is taken back."""
ALIVE = 1.5
"""Seconds without word of a layer after which it is not sent any more: browsers stop the upper ones by themselves."""


@dataclass
class Layer:
    """One encoding of a source; ``rate`` in bits per second and ``lost`` in 1/256, as it last came."""

    stream: int
    rid: str = ""
    rate: int = 0
    lost: int = 0
    thinned: int = 0
    """Rate without the highest temporal layer."""
    temporal: int = 0
    """The highest temporal layer that was seen."""
    told_at: float = -ALIVE

    def is_alive(self, now: float) -> bool:
        """Whether it is being sent."""
        return now - self.told_at < ALIVE

    def thins(self, now: float) -> bool:
        """Whether it can be sent without its highest temporal layer."""
        return self.temporal > 0 and self.is_alive(now)

    def heard(self, event: StreamArrives, now: float) -> None:
        """How it arrives."""
        seen = 2 if event.lower < event.rate else 1 if event.lowest < event.rate else 0
        self.temporal = max(self.temporal, seen)
        self.rate, self.lost, self.told_at = event.rate, event.lost, now
        self.thinned = (event.lowest, event.lowest, event.lower)[self.temporal]


class Track:
    """A source while it is sent. ``slots`` show it or are to show it; ``layers`` go from the smallest to the largest."""

    def __init__(self, source: Source, layers: Sequence[Layer], codec: Codec = Codec.VP8) -> None:
        self.source = source
        self.codec = codec
        self.layers = list(layers)
        self.is_video = source.kind in ("camera", "content")
        self.slots: set[Slot] = set()
        self.closed = False
        self._decibels = 0
        self._heard_at = 0.0

    @property
    def top(self) -> int:
        """Index of the largest layer."""
        return len(self.layers) - 1

    @property
    def layers_wanted(self) -> int:
        """How many layers, from the smallest on, somebody is to be shown."""
        return 1 + max((slot.desired for slot in self.slots), default=-1)

    def best(self, most: int, now: float) -> int:
        """The largest layer up to ``most`` that is being sent; the smallest when none is."""
        return max((n for n in range(min(most, self.top) + 1) if self.layers[n].is_alive(now)), default=0)

    @property
    def loudness(self) -> float:
        """Decibels above −127 dBov; speech is about 85 to 105."""
        return float(self._decibels) if time.monotonic() - self._heard_at < HEARD else 0.0

    def heard(self, event: Loudness | StreamArrives) -> None:
        """What the packet path tells of it."""
        now = time.monotonic()
        if isinstance(event, Loudness):
            self._decibels, self._heard_at = event.decibels, now
            return
        for layer in self.layers:
            if layer.stream != event.stream:
                continue
            if event.rate:
                layer.heard(event, now)
            else:
                layer.told_at = -ALIVE
                for slot in tuple(self.slots):
                    slot.on_paused()

    def close(self) -> None:
        """It is sent no more."""
        self.closed = True
        for slot in tuple(self.slots):
            slot.lost(self)
        self.slots.clear()


def _nothing() -> None:
    """Nobody wants to know."""


class Slot:
    """One slot of one viewer: ``target`` is what it is to show, ``showing`` what it shows until then.

    ``desired`` is the layer it should show, which may not be sent yet, ``layer`` the one it shows of ``showing``.
    """

    def __init__(
        self, name: int, label: str, path: PacketPath, find: Callable[[int], Track | None], *, is_video: bool
    ) -> None:
        self.name = name
        self.label = label
        self.is_video = is_video
        self.target: Track | None = None
        self.showing: Track | None = None
        self.desired = 0
        self.layer = 0
        self.on_paused: Callable[[], None] = _nothing
        """Called when a layer of what it is to show is not sent any more."""
        self._aimed = (0, ALL_LAYERS)
        self._path = path
        self._find = find

    def aim(self, track: Track | None, layer: int = 0, *, is_whole: bool = True) -> None:
        """Show ``track`` as soon as it can be (video: from its next keyframe); None shows nothing at once.

        ``is_whole`` false: of that layer without its highest temporal layer.
        """
        if track is not None and track.closed:
            track = None
        former, self.target = self.target, track
        if track is None:
            showing, self.showing = self.showing, None
            self._leave(showing)
        else:
            track.slots.add(self)
        if former is not track:
            self._leave(former)
        if track is None:
            self._aim_at(0, ALL_LAYERS)
        else:
            aimed = track.layers[layer]
            self._relieve(track, layer)
            self._aim_at(aimed.stream, ALL_LAYERS if is_whole else max(0, aimed.temporal - 1))

    def _relieve(self, track: Track, layer: int) -> None:
        """Until a smaller layer can begin, send the least of the larger one: what asks for less may be a full line."""
        aimed, _ = self._aimed
        if track is self.showing and layer < self.layer and aimed != track.layers[layer].stream:
            self._path.aim(self.name, track.layers[self.layer].stream, 0)

    def _aim_at(self, stream: int, layers: int) -> None:
        if (stream, layers) != self._aimed:
            self._aimed = stream, layers
            self._path.aim(self.name, stream, layers)

    def switched(self, stream: int) -> bool:
        """The path shows ``stream`` now; whether that is another source, and still the one to show."""
        track = self._find(stream)
        if track is None or track is not self.target:
            return False
        self.layer = next(n for n, layer in enumerate(track.layers) if layer.stream == stream)
        if track is self.showing:
            return False
        former, self.showing = self.showing, track
        self._leave(former)
        return True

    def lost(self, track: Track) -> None:
        """``track`` has ended."""
        if self.target is track:
            self.target = None
        if self.showing is track:
            self.showing = None

    def _leave(self, track: Track | None) -> None:
        if track is not None and track is not self.target and track is not self.showing:
            track.slots.discard(self)
