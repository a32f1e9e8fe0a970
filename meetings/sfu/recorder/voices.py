"""The voices of several slots, decoded, mixed on one time line, and encoded as one Opus track."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from operator import add
from typing import Any

from av import AudioFrame, AudioResampler, Packet
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext

from meetings.sfu.recorder.webm import SAMPLE_RATE

CHUNK = 960
"""Samples of one Opus packet: 20 ms."""
BITRATE = 48_000
TOLERANCE = SAMPLE_RATE * 60 // 1000
"""Samples by which packets may come apart from their times before the gap is heard as one."""
_SILENCE = array("h", bytes(2 * CHUNK))


class Voice:
    """One slot's decoder, and where its next sample belongs."""

    def __init__(self) -> None:
        decoder = CodecContext.create("libopus", "r")
        assert isinstance(decoder, AudioCodecContext)
        decoder.layout = "stereo"
        decoder.sample_rate = SAMPLE_RATE
        self._decoder = decoder
        self._resampler = AudioResampler("s16", "mono", SAMPLE_RATE)
        self._next = -1

    def decode(self, payload: bytes) -> array[int]:
        """Samples of one packet; none when it is broken."""
        samples = array("h")
        try:
            for frame in self._decoder.decode(Packet(payload)):
                for mono in self._resampler.resample(frame):
                    samples.frombytes(bytes(mono.planes[0])[: 2 * mono.samples])
        except (OSError, ValueError):  # av's errors are both
            return array("h")
        return samples

    def place(self, at: int, length: int) -> int:
        """Where ``length`` samples that are due at ``at`` are put: on end with the former, when that is near."""
        if self._next < 0 or abs(at - self._next) > TOLERANCE:
            self._next = at
        start = self._next
        self._next += length
        return start


class Mixer:
    """Sums voices by their times. ``take`` moves on: what comes for a time that was taken is too late."""

    def __init__(self) -> None:
        self._chunks: dict[int, array[int]] = {}
        self._taken = 0

    def add(self, start: int, samples: array[int]) -> None:
        """Lay ``samples`` (mono) over what is there from the sample ``start`` on."""
        offset = 0
        while offset < len(samples):
            chunk, within = divmod(start + offset, CHUNK)
            piece = samples[offset : offset + CHUNK - within]
            offset += len(piece)
            if chunk >= self._taken:
                self._lay(chunk, within, piece)

    def _lay(self, chunk: int, within: int, piece: array[int]) -> None:
        there = self._chunks.get(chunk)
        if there is None:
            there = self._chunks[chunk] = array("h", _SILENCE)
        end = within + len(piece)
        there[within:end] = _sum(there[within:end], piece)

    def take(self, until: int) -> Iterator[tuple[int, array[int]]]:
        """Whole chunks before the sample ``until``, with their first sample's number; silence where nobody spoke."""
        while (self._taken + 1) * CHUNK <= until:
            chunk = self._taken
            self._taken += 1
            yield chunk * CHUNK, self._chunks.pop(chunk, _SILENCE)


def _sum(a: array[int], b: array[int]) -> array[int]:
    try:
        return array("h", map(add, a, b))
    except OverflowError:
        return array("h", (max(-32768, min(32767, x + y)) for x, y in zip(a, b, strict=True)))


class OpusEncoder:
    """One channel of 48 kHz to Opus."""

    def __init__(self) -> None:
        encoder = CodecContext.create("libopus", "w")
        assert isinstance(encoder, AudioCodecContext)
        encoder.sample_rate = SAMPLE_RATE
        encoder.layout = "mono"
        encoder.format = "s16"
        encoder.bit_rate = BITRATE
        encoder.options = {"application": "voip", "frame_duration": "20", "vbr": "on"}
        encoder.open()
        self._encoder = encoder
        extradata: Any = encoder.extradata
        self.head = bytes(extradata)
        """The OpusHead (RFC 7845, section 5.1), which is Matroska's CodecPrivate."""

    def encode(self, samples: array[int]) -> list[bytes]:
        """The packets of one chunk: one, but for the first, which may wait."""
        frame = AudioFrame("s16", "mono", CHUNK)
        frame.sample_rate = SAMPLE_RATE
        frame.planes[0].update(samples.tobytes())
        return [bytes(packet) for packet in self._encoder.encode(frame)]
