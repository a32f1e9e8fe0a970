"""Joins and leaves beside media for minutes: ``python -m tests.sfu.soak [--minutes 10] [--path native|python]``.

A threaded path carries one source to standing viewers, who lose packets, ask for them again and report, while others
come and go. What the process and the C library hold is read sixty times; it may not grow. Streams come and go
too, and a twentieth of the guests just falls silent.
"""

import argparse
import asyncio
import ctypes
import itertools
import resource
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from meetings.sfu.native.binding import NativePath
from meetings.sfu.native.build import build
from meetings.sfu.packet_path import Event, PeerLapsed
from meetings.sfu.twin.path import TwinPath
from tests.sfu.by_hand import VP8_KEYFRAME, VP8_OTHER, AnyPath, Browser, nack, picture_slot, rtp, sender_report, video

SOURCE, SLOT = 0x10000, 0x2222
STANDING, GUESTS = 10, 30
PACKETS_PER_SECOND = 200
TOLERATED = 0.03
"""How much more may be held at the end than when it had warmed up."""
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Reading:
    """So many seconds after the start: KiB resident, descriptors open, packets sent, guests who came."""

    at: float
    resident: int
    descriptors: int
    packets: int
    joins: int


class Seat:
    """A connection with a socket of its own."""

    def __init__(self, browser: Browser, port: int) -> None:
        self.browser = browser
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)

    def check(self) -> None:
        self.socket.send(self.browser.request())

    def send(self, plain: bytes) -> None:
        self.socket.send(self.browser.seal(plain))

    def read(self) -> int:
        """How many datagrams waited."""
        for count in itertools.count():
            try:
                self.socket.recv(2048)
            except OSError:
                return count
        return 0


@dataclass
class Soak:
    path: AnyPath
    seconds: float
    readings: list[Reading] = field(default_factory=list)
    names: "itertools.count[int]" = field(default_factory=lambda: itertools.count(2))

    def __post_init__(self) -> None:
        self.port = self.path.open_link("127.0.0.1", 0)
        self.sender = Seat(Browser(1), self.port)
        self.standing: list[Seat] = []
        self.guests: deque[Seat] = deque()
        self.number = 1
        self.joins = 0

    async def run(self) -> list[Reading]:
        """What was read."""
        self.path.start(self._hear)
        self._add(self.sender)
        self.path.add_stream(video(1, 1, SOURCE))
        self.standing = [self._join() for _ in range(STANDING)]
        started = time.monotonic()
        for step in itertools.count():
            now = time.monotonic() - started
            if now >= self.seconds:
                break
            if now >= len(self.readings) * self.seconds / 60:
                self.readings.append(self._read(now))
            self._media(step)
            if step % 2 == 0:
                self._come_and_go(step)
            await asyncio.sleep(0.05)
        self.path.close()
        for seat in (self.sender, *self.standing, *self.guests):
            seat.socket.close()
        return self.readings

    def _hear(self, event: Event) -> None:
        if isinstance(event, PeerLapsed):
            self.path.remove_peer(event.peer)

    def _read(self, now: float) -> Reading:
        _libc.malloc_trim(0)
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024
        descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
        return Reading(now, resident, descriptors, self.path.counters().packets_out, self.joins)

    def _add(self, seat: Seat) -> None:
        seat.browser.introduce(self.path)
        seat.check()

    def _join(self) -> Seat:
        """A viewer that sends a picture too, which nobody watches."""
        name = next(self.names)
        self.joins += 1
        seat = Seat(Browser(name), self.port)
        self._add(seat)
        self.path.add_slot(picture_slot(name, name, SLOT))
        self.path.add_stream(video(name, name, SOURCE + 16 * name))
        self.path.aim(name, 1)
        return seat

    def _media(self, step: int) -> None:
        """A frame of the source; each viewer reads, and asks for something again."""
        for n in range(PACKETS_PER_SECOND // 20):
            head = VP8_KEYFRAME if n == 0 and step % 20 == 0 else VP8_OTHER
            if self.number % 50:  # the path asks for those that are missing
                self.sender.send(rtp(SOURCE, self.number, step * 4500, head + bytes(1000)))
            self.number += 1
        if step % 20 == 0:
            self.sender.send(sender_report(SOURCE, step << 32, step * 4500))
            for seat in (self.sender, *self.standing):
                seat.check()
        for seat in (self.sender, *self.standing, *self.guests):
            seat.read()
        for seat in self.standing:
            seat.send(nack(SLOT, range(self.number - 10, self.number)))

    def _come_and_go(self, step: int) -> None:
        seat = self._join()
        self.guests.append(seat)
        for n in range(20):
            seat.send(rtp(SOURCE + 16 * seat.browser.name, n, 90 * n, VP8_KEYFRAME + bytes(500)))
        if len(self.guests) > GUESTS:
            gone = self.guests.popleft()
            gone.socket.close()
            if step % 40:  # the others just fall silent
                self.path.remove_peer(gone.browser.name)


def soak(kind: str, seconds: float) -> list[Reading]:
    """Run one; the readings."""
    if kind == "native":
        build()
    return asyncio.run(Soak(NativePath() if kind == "native" else TwinPath(), seconds).run())


def growth(readings: list[Reading]) -> float:
    """By how much more is held in the last quarter than in the second, as a fraction: the least of each counts."""
    quarter = len(readings) // 4
    before = min(r.resident for r in readings[quarter : 2 * quarter])
    after = min(r.resident for r in readings[-quarter:])
    return after / before - 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sfu.soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--path", choices=["native", "python"], default="native")
    arguments = parser.parse_args()
    readings = soak(arguments.path, arguments.minutes * 60)
    for r in readings[:: max(1, len(readings) // 20)]:
        line = f"{r.at:6.0f} s  {r.resident:8d} KiB  {r.descriptors:4d} descriptors  {r.packets:9d} packets  {r.joins} came"
        sys.stdout.write(line + "\n")
    grown = growth(readings)
    sys.stdout.write(f"{arguments.path}: {grown:+.1%}\n")
    return int(grown > TOLERATED)


if __name__ == "__main__":
    sys.exit(main())
