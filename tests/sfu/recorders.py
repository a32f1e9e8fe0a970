"""Real recorder processes, senders with a tone of their own, and what a recording holds."""

import asyncio
import contextlib
import fractions
import math
import subprocess
import sys
import time
from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from aiortc.mediastreams import AudioStreamTrack
from av import AudioFrame, AudioResampler, VideoFrame

from tests.sfu.node import SECRET
from tests.sfu.peers import ROOM, Grey

RATE = 48000
HERTZ = {"anh": 440, "binh": 1000}
"""The tone of each sender's voice."""


class Tone(AudioStreamTrack):
    """A steady tone, in pieces of 20 ms; ``amplitude`` up to 32767."""

    def __init__(self, hertz: int, amplitude: int = 8000) -> None:
        super().__init__()
        self._hertz = hertz
        self._amplitude = amplitude
        self._sent = 0

    async def recv(self) -> AudioFrame:
        silent = await super().recv()
        count = silent.sample_rate // 50
        turn = 2 * math.pi * self._hertz / silent.sample_rate
        wave = array("h", (round(self._amplitude * math.sin(turn * (self._sent + n))) for n in range(count)))
        self._sent += count
        frame = AudioFrame("s16", "mono", count)
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate, frame.pts = silent.sample_rate, silent.pts
        frame.time_base = fractions.Fraction(1, silent.sample_rate)
        return frame


class Clapper:
    """A picture that turns white and a voice that sounds at the same moments: in every second second of the clock."""

    def __init__(self) -> None:
        self.voice, self.picture = _ClappingVoice(HERTZ["anh"]), _ClappingPicture(16)

    @staticmethod
    def on(at: float | None = None) -> bool:
        """Whether it is white and loud now."""
        return int(time.time() if at is None else at) % 2 == 0


class _ClappingVoice(Tone):
    async def recv(self) -> AudioFrame:
        frame = await super().recv()
        if not Clapper.on():
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        return frame


class _ClappingPicture(Grey):
    async def recv(self) -> VideoFrame:
        frame = await super().recv()
        if Clapper.on():
            frame.planes[0].update(b"\xdc" * frame.planes[0].buffer_size)
        return frame


class RecorderProcess:
    """A recorder of the tests' room."""

    def __init__(self, control: str, folder: Path) -> None:
        where = ["--control", control, "--room", ROOM, "--folder", str(folder)]
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "meetings.sfu.recorder", *where, "--child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=Path(__file__).parents[2],
                env={"EOFFICE_MEDIA_NODE_SECRET": SECRET},
            )

    def says(self) -> str:
        """Its next word."""
        return self.process.stdout.readline().decode().strip()

    def stop(self) -> None:
        """As the end of its parent would."""
        self.process.stdin.close()
        assert self.process.wait(20) == 0

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(20)


@contextlib.asynccontextmanager
async def recorder(control: str, folder: Path) -> AsyncIterator[RecorderProcess]:
    """A recorder that records by now; stopped, if it is not yet, at the end."""
    running = RecorderProcess(control, folder)
    try:
        assert await asyncio.to_thread(running.says) == "recording", (folder / "log").read_text()
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()
        running.process.stdin.close()
        running.process.stdout.close()


@dataclass
class Contents:
    """What a file holds, decoded: greys of the floor as they change, mono sound with gaps as silence."""

    duration: float
    chapters: list[tuple[float, str]]
    greys: list[tuple[float, int]] = field(default_factory=list)
    sound: array = field(default_factory=lambda: array("h"))
    last: dict[int, float] = field(default_factory=dict)

    def loudness(self, hertz: int, start: float, end: float) -> float:
        """Amplitude of one frequency between two times (Goertzel's algorithm)."""
        piece = self.sound[round(start * RATE) : round(end * RATE)]
        coefficient, a, b = 2 * math.cos(2 * math.pi * hertz / RATE), 0.0, 0.0
        for sample in piece:
            a, b = sample + coefficient * a - b, a
        return 2 * math.sqrt(max(a * a + b * b - coefficient * a * b, 0.0)) / len(piece)

    def onsets(self) -> list[float]:
        """When silence ended, in seconds."""
        step = RATE // 100
        loud = [max(self.sound[n : n + step], default=0) > 2000 for n in range(0, len(self.sound), step)]
        return [n / 100 for n in range(1, len(loud)) if loud[n] and not any(loud[max(0, n - 30) : n])]


def look_into(path: Path, floor: int = 0) -> Contents:
    """Decode a whole file; every packet must decode, and no track's times may go back.

    ``floor``: the stream whose pictures are looked at.
    """
    with av.open(str(path)) as container:
        chapters = [(float(c["start"] * c["time_base"]), c["metadata"]["title"]) for c in container.chapters()]
        found = Contents((container.duration or 0) / av.time_base, chapters)
        resampler = AudioResampler("s16", "mono", RATE)
        for packet in container.demux():
            if packet.size:
                at = float(packet.pts * packet.time_base)
                assert at >= found.last.get(packet.stream_index, -1.0)
                found.last[packet.stream_index] = at
            for frame in packet.decode():
                if isinstance(frame, AudioFrame) or packet.stream_index == floor:
                    _note(found, frame, resampler)
    return found


def _note(found: Contents, frame: Any, resampler: AudioResampler) -> None:
    if isinstance(frame, AudioFrame):
        found.sound.extend([0] * (round(frame.time * RATE) - len(found.sound)))
        for piece in resampler.resample(frame):
            found.sound.frombytes(bytes(piece.planes[0])[: 2 * piece.samples])
    else:
        grey = bytes(frame.planes[0])[0]
        if not found.greys or abs(found.greys[-1][1] - grey) > 20:
            found.greys.append((frame.time, grey))
