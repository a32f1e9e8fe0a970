"""Parts of a recording made one file that can be sought in: index in front, duration, chapters.

``python -m meetings.sfu.recorder.join`` reads a ``Job`` as JSON on standard input and prints a ``Joined``. Pictures and
sound are copied as they are. Parts whose writer was killed are read as far as they go.
"""

from __future__ import annotations

import io
import logging
import sys
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from meetings.sfu.recorder.dark import dark_picture
from meetings.sfu.recorder.frames import size_of
from meetings.sfu.recorder.jobs import Chapter, Job, Joined
from meetings.sfu.recorder.parts import (
    CONTENT,
    CONTENT_H264,
    FLOOR,
    FLOOR_H264,
    VOICES,
    Piece,
    measure,
    opened,
    packets,
    place_marks,
    seconds,
)

logger = logging.getLogger(__name__)

MILLISECOND = Fraction(1, 1000)


def join(job: Job) -> Joined:
    """Write ``target`` (and ``content``), replacing what an earlier attempt left. Raises OSError.

    WebM knows no H.264: with such pictures the file is Matroska, its name ends in ``.mkv``, and they have a track each.
    """
    until = job.until.timestamp() if job.until else None
    pieces = measure(job.parts, until)
    if not pieces:
        return Joined(duration=0, chapters=(), pieces=(), shared=(), file="")
    shared = tuple(span for piece in pieces for span in piece.shared_in_file)
    chapters = place_marks(job.marks, pieces)
    duration = pieces[-1].start + pieces[-1].duration
    streams = _streams({index for piece in pieces for index in piece.heads})
    has_h264 = FLOOR_H264 in streams or CONTENT_H264 in streams
    target = job.target.with_suffix(".mkv") if has_h264 else job.target
    _write(target, pieces, streams, job.title, chapters, duration, until)
    if shared:
        _write(job.content, pieces, (CONTENT,), job.title, chapters, duration, until)
    places = tuple((round(piece.began, 3), round(piece.start, 3), round(piece.duration, 3)) for piece in pieces)
    return Joined(duration=round(duration, 3), chapters=chapters, pieces=places, shared=shared, file=target.name)


def _streams(seen: set[int]) -> tuple[int, ...]:
    """What goes into the file; what players show first is the floor, in the codec that most browsers send."""
    floor = [index for index in (FLOOR, FLOOR_H264) if index in seen] or [FLOOR]
    return (*floor, VOICES, *(index for index in (CONTENT, CONTENT_H264) if index in seen))


def _write(
    target: Path,
    pieces: list[Piece],
    streams: tuple[int, ...],
    title: str,
    chapters: tuple[Chapter, ...],
    duration: float,
    until: float | None,
) -> None:
    unfinished = target.with_suffix(".unfinished")
    form = "webm" if target.suffix == ".webm" else "matroska"
    options = {"cues_to_front": "1", "cluster_time_limit": "5000"}
    with av.open(str(unfinished), "w", format=form, options=options) as output:
        output.metadata["title"] = title
        output.set_chapters(
            [
                {
                    "id": number + 1,
                    "start": round(chapter.start * 1000),
                    "end": round(after * 1000),
                    "time_base": MILLISECOND,
                    "metadata": {"title": chapter.title},
                }
                for number, (chapter, after) in enumerate(
                    zip(chapters, [*(c.start for c in chapters[1:]), duration], strict=False)
                )
            ]
        )
        _copy(output, pieces, streams, until)
    unfinished.replace(target)


def _copy(output: OutputContainer, pieces: list[Piece], streams: tuple[int, ...], until: float | None) -> None:
    made: dict[int, Stream] = {}
    for piece in pieces:
        with opened(piece.path) as container:
            if not made:
                made = {index: _like(output, container, index, pieces) for index in streams}
                if stream := made.get(CONTENT):
                    output.mux_one(_dark(stream))
            shift = round(piece.start * 1000)
            for packet in packets(container, None if until is None else until - piece.began):
                if stream := made.get(packet.stream_index):
                    packet.pts = packet.dts = round(seconds(packet) * 1000) + shift
                    packet.time_base = MILLISECOND
                    packet.stream = stream
                    output.mux_one(packet)


def _dark(stream: Stream) -> Packet[Stream]:
    """What is shown before a screen is: the file begins with the meeting's time 0."""
    packet: Packet[Stream] = Packet(dark_picture())
    packet.stream, packet.time_base, packet.is_keyframe = stream, MILLISECOND, True
    packet.pts = packet.dts = 0
    return packet


def _like(output: OutputContainer, container: InputContainer, index: int, pieces: list[Piece]) -> Stream:
    if index == VOICES:
        return output.add_stream_from_template(container.streams[index])
    head = next((piece.heads[index] for piece in pieces if index in piece.heads), dark_picture())
    if index in (FLOOR_H264, CONTENT_H264):
        with av.open(io.BytesIO(head), "r", format="h264") as parameters:
            return output.add_stream_from_template(parameters.streams.video[0])
    width, height = size_of(head)
    return output.add_mux_stream("vp8", width=width or 640, height=height or 360, time_base=MILLISECOND)


def main() -> int:
    """The exit status."""
    logging.basicConfig(level="WARNING")
    job = Job.model_validate_json(sys.stdin.buffer.read())
    try:
        joined = join(job)
    except (OSError, FFmpegError) as error:
        logger.error("cannot be joined: %s", error)
        return 1
    sys.stdout.write(joined.model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
