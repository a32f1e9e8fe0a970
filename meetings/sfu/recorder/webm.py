"""One part of a recording, written so that it can be read whatever moment its writer dies at.

WebM (RFC 9559 and the WebM container guidelines): a segment and clusters of unknown size, each block written with
one system call. Index, duration and chapters come when the parts are joined (``join.py``).
"""

import os
import struct
import time
from pathlib import Path

FLOOR, VOICES, CONTENT, FLOOR_H264, CONTENT_H264 = 1, 2, 3, 4, 5
"""Track numbers: the picture of the floor, everybody's voice, the shared screen; pictures that come in H.264."""
CLUSTER_MS = 2000
SAMPLE_RATE = 48000
EPOCH_2001 = 978_307_200
"""Unix time of 2001-01-01, where Matroska's dates begin."""
_UNKNOWN = b"\x01" + b"\xff" * 7
_SEEK_PREROLL_NS = 80_000_000
H264 = b"V_MPEG4/ISO/AVC"
_NOMINAL = (1280, 720)
"""Players go by the size in the keyframes; the header must say something before the first."""


def element(name: int, body: bytes) -> bytes:
    """An EBML element; sizes in eight bytes, for simplicity."""
    return _id(name) + (1 << 56 | len(body)).to_bytes(8, "big") + body


def number(name: int, value: int) -> bytes:
    """An unsigned integer element."""
    return element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _id(name: int) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8, "big")


def _header(started_at: float, opus_head: bytes) -> bytes:
    ebml = number(0x4286, 1) + number(0x42F7, 1) + number(0x42F2, 4) + number(0x42F3, 8)
    ebml += element(0x4282, b"webm") + number(0x4287, 4) + number(0x4285, 2)
    date = struct.pack("!q", round((started_at - EPOCH_2001) * 1e9))
    info = (
        number(0x2AD7B1, 1_000_000) + element(0x4461, date) + element(0x4D80, b"eOffice") + element(0x5741, b"eOffice")
    )
    tracks = _video(FLOOR, b"floor") + _audio(opus_head) + _video(CONTENT, b"content")
    tracks += _video(FLOOR_H264, b"floor", H264) + _video(CONTENT_H264, b"content", H264)
    segment = _id(0x18538067) + _UNKNOWN
    return element(0x1A45DFA3, ebml) + segment + element(0x1549A966, info) + element(0x1654AE6B, tracks)


def _track(track: int, kind: int, name: bytes, codec: bytes, rest: bytes) -> bytes:
    body = number(0xD7, track) + number(0x73C5, track) + number(0x83, kind) + number(0x9C, 0)
    return element(0xAE, body + element(0x536E, name) + element(0x86, codec) + rest)


def _video(track: int, name: bytes, codec: bytes = b"V_VP8") -> bytes:
    size = number(0xB0, _NOMINAL[0]) + number(0xBA, _NOMINAL[1])
    return _track(track, 1, name, codec, number(0x88, int(track == FLOOR)) + element(0xE0, size))


def _audio(opus_head: bytes) -> bytes:
    pre_skip = int.from_bytes(opus_head[10:12], "little")
    settings = element(0xB5, struct.pack("!d", SAMPLE_RATE)) + number(0x9F, opus_head[9])
    timing = number(0x56AA, pre_skip * 1_000_000_000 // SAMPLE_RATE) + number(0x56BB, _SEEK_PREROLL_NS)
    return _track(VOICES, 2, b"voices", b"A_OPUS", element(0x63A2, opus_head) + timing + element(0xE1, settings))


class PartWriter:
    """Blocks in the order of their times, straight to the file."""

    def __init__(self, path: Path, opus_head: bytes) -> None:
        """Raises FileExistsError when the part is there already, OSError when the folder cannot be written."""
        self.path = path
        self.started_at = time.time()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        self._cluster_at = -1
        self._last: dict[int, int] = {}
        self._write(_header(self.started_at, opus_head))

    def block(self, track: int, at: float, data: bytes, *, keyframe: bool) -> None:
        """Write a picture or a piece of sound, ``at`` seconds after the part's beginning.

        Times of a track never go back: a block that would is put one millisecond behind the former.
        """
        stamp = max(round(at * 1000), self._last.get(track, -1) + 1)
        self._last[track] = stamp
        head = b""
        if self._cluster_at < 0 or not -30_000 < stamp - self._cluster_at < CLUSTER_MS:
            self._cluster_at = stamp
            head = _id(0x1F43B675) + _UNKNOWN + number(0xE7, stamp)
        body = struct.pack("!BhB", 0x80 | track, stamp - self._cluster_at, 0x80 if keyframe else 0) + data
        self._write(head + element(0xA3, body))

    def sync(self) -> None:
        """Wait until what was written survives the machine too. Slow: not in the event loop."""
        os.fdatasync(self._file)

    def close(self) -> None:
        """Nothing more is written."""
        os.close(self._file)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]
