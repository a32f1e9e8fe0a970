"""The present part of a recording: voices and pictures come in as they arrive, blocks go out in order."""

import heapq
import itertools
from collections.abc import Callable
from pathlib import Path

from meetings.sfu.recorder.dark import dark_picture
from meetings.sfu.recorder.frames import Frame
from meetings.sfu.recorder.voices import Mixer, OpusEncoder, Voice
from meetings.sfu.recorder.webm import CONTENT, CONTENT_H264, FLOOR, FLOOR_H264, SAMPLE_RATE, VOICES, PartWriter

DELAY_S = 0.75
"""Seconds that writing is behind: longer than the longest wait for a missing packet."""
TRACK_OF = {
    ("floor", "vp8"): FLOOR,
    ("content", "vp8"): CONTENT,
    ("floor", "h264"): FLOOR_H264,
    ("content", "h264"): CONTENT_H264,
}


class Part:
    """``clock`` gives the local time in which frames and voices are stamped."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        """Raises OSError when the file cannot be made."""
        self._encoder = OpusEncoder()
        self._mixer = Mixer()
        self._voices: dict[str, Voice] = {}
        self._waiting: list[tuple[float, int, int, Frame]] = []
        self._order = itertools.count()
        self._last: dict[str, float] = {}
        self._codecs: dict[str, str] = {}
        self._clock = clock
        self._start = clock()
        self._dark = {codec: dark_picture(codec) for codec in ("vp8", "h264")}
        self.writer = PartWriter(path, self._encoder.head)

    def heard(self, slot: str, payload: bytes, sampled: float) -> None:
        """One Opus packet of an audio slot, sampled at the local time ``sampled``."""
        voice = self._voices.setdefault(slot, Voice())
        samples = voice.decode(payload)
        start = voice.place(round((sampled - self._start) * SAMPLE_RATE), len(samples))
        if start >= 0:
            self._mixer.add(start, samples)

    def seen(self, slot: str, frame: Frame, sampled: float) -> None:
        """One picture of ``floor`` or ``content``; each needs those before it, so a time never goes back."""
        former = self._codecs.get(slot, "vp8")
        if former != frame.codec:  # a track each: on the other one nobody is seen
            self._put(slot, self._dark_frame(former, frame.arrived), sampled)
        self._codecs[slot] = frame.codec
        self._put(slot, frame, sampled)

    def _put(self, slot: str, frame: Frame, sampled: float) -> None:
        track = TRACK_OF[slot, frame.codec]
        at = self._last[slot] = max(sampled - self._start, self._last.get(slot, 0.0))
        heapq.heappush(self._waiting, (at, next(self._order), track, frame))

    def darken(self, slot: str) -> None:
        """Nobody is seen any more: a dark picture takes the place of the last one."""
        now = self._clock()
        self.seen(slot, self._dark_frame(self._codecs.get(slot, "vp8"), now), now)

    def _dark_frame(self, codec: str, now: float) -> Frame:
        return Frame(self._dark[codec], keyframe=True, timestamp=0, arrived=now, codec=codec)

    def advance(self, until: float | None = None) -> None:
        """Write what is complete; at the end ``until`` now."""
        head = (until or self._clock() - DELAY_S) - self._start
        for first, samples in self._mixer.take(round(head * SAMPLE_RATE)):
            at = first / SAMPLE_RATE
            self._write_pictures(at)
            for packet in self._encoder.encode(samples):
                self.writer.block(VOICES, at, packet, keyframe=True)
        self._write_pictures(head)

    def _write_pictures(self, until: float) -> None:
        while self._waiting and self._waiting[0][0] <= until:
            at, _order, track, frame = heapq.heappop(self._waiting)
            self.writer.block(track, at, frame.data, keyframe=frame.keyframe)

    def close(self) -> None:
        """Write what there is and end the part."""
        self.advance(self._clock())
        self.writer.close()
