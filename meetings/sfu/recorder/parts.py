"""The parts of a recording read as far as they go, and where each lies in the joined file."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from meetings.sfu.recorder.dark import dark_picture
from meetings.sfu.recorder.jobs import Chapter, Mark

logger = logging.getLogger(__name__)

LONGEST_GAP_S = 2.0
"""Seconds of standstill that are kept of the time between two parts."""
FLOOR, VOICES, CONTENT, FLOOR_H264, CONTENT_H264 = range(5)
"""Streams of a part, in the order of its tracks."""


@dataclass(frozen=True)
class Piece:
    """Where one part lies: seconds of the clock (Unix time), seconds in the joined file."""

    path: Path
    began: float
    start: float
    duration: float
    heads: dict[int, bytes]
    """The first keyframe of each stream of pictures."""
    shared: list[tuple[float, float]]
    """When a screen was shared, in seconds of the part."""

    @property
    def shared_in_file(self) -> list[tuple[float, float]]:
        """``shared`` in seconds of the joined file."""
        return [(round(self.start + a, 3), round(self.start + b, 3)) for a, b in self.shared]

    def place(self, at: float) -> float:
        """Where the Unix time ``at`` lies in the joined file, kept within this piece."""
        return self.start + min(max(at - self.began, 0.0), self.duration)


def measure(parts: tuple[Path, ...], until: float | None = None) -> list[Piece]:
    """The parts that hold something, one after another; nothing of what came after the Unix time ``until``."""
    pieces: list[Piece] = []
    for path in parts:
        look = _look_at(path, until)
        if look.duration <= 0:
            continue
        start = 0.0
        if pieces:
            last = pieces[-1]
            gap = look.began - (last.began + last.duration)
            start = last.start + last.duration + min(max(gap, 0.02), LONGEST_GAP_S)
        pieces.append(Piece(path, look.began, start, look.duration, look.heads, look.shared()))
    return pieces


class _Look:
    """What one part holds: when it began, its duration, the first keyframe of each stream, when screens were shared."""

    def __init__(self) -> None:
        self.began = self.duration = 0.0
        self.heads: dict[int, bytes] = {}
        self._dark = {dark_picture(codec) for codec in ("vp8", "h264")}
        self._changes: list[tuple[float, bool]] = []

    def note(self, packet: Packet[Stream]) -> None:
        """One packet, in order."""
        at = seconds(packet)
        self.duration = max(self.duration, at)
        if packet.stream_index == VOICES:
            return
        data = bytes(packet)
        dark = data in self._dark
        if packet.is_keyframe and not dark:
            self.heads.setdefault(packet.stream_index, data)
        if packet.stream_index == CONTENT:
            self._changes.append((at, not dark))

    def shared(self) -> list[tuple[float, float]]:
        """When a screen was shared, in seconds of the part."""
        spans: list[tuple[float, float]] = []
        since: float | None = None
        for at, shown in self._changes:
            if shown and since is None:
                since = at
            elif not shown and since is not None:
                spans.append((since, at))
                since = None
        return spans if since is None else [*spans, (since, self.duration)]


def _look_at(path: Path, until: float | None) -> _Look:
    look = _Look()
    try:
        with opened(path) as container:
            written = container.metadata.get("creation_time", "")
            look.began = dt.datetime.fromisoformat(written).timestamp() if written else path.stat().st_mtime
            for packet in packets(container, None if until is None else until - look.began):
                look.note(packet)
    except (FFmpegError, OSError, ValueError) as error:
        logger.warning("%s cannot be read: %s", path, error)
    return look


def opened(path: Path) -> InputContainer:
    """A part, to be read. Raises FFmpegError."""
    return av.open(str(path), "r", format="matroska")


def packets(container: InputContainer, until: float | None = None) -> Iterator[Packet[Stream]]:
    """Packets up to where the part is cut off, and none of later seconds of the part than ``until``."""
    demuxed = container.demux()
    while True:
        try:
            packet = next(demuxed, None)
        except FFmpegError as error:
            logger.warning("the rest is cut off: %s", error)
            return
        if packet is None:
            return
        if packet.size and packet.pts is not None and (until is None or seconds(packet) <= until):
            yield packet


def seconds(packet: Packet[Stream]) -> float:
    """Its time in the part."""
    return float((packet.pts or 0) * packet.time_base)


def place_marks(marks: tuple[Mark, ...], pieces: list[Piece]) -> tuple[Chapter, ...]:
    """Chapters in the joined file. A mark before the recording, or between two parts, counts from the next
    beginning; of several marks of a kind that fall on one place the last counts; what came after the end is left out."""
    chapters: dict[tuple[float, str], str] = {}
    end = pieces[-1].began + pieces[-1].duration
    for mark in sorted(marks, key=lambda mark: mark.at):
        at = mark.at.timestamp()
        if at < end:
            piece = next(piece for piece in pieces if at < piece.began + piece.duration)
            chapters[round(piece.place(at), 3), mark.kind] = mark.title
    return tuple(Chapter(start=start, title=title, kind=kind) for (start, kind), title in sorted(chapters.items()))
