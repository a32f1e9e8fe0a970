"""A network namespace behind a bad line: every IP packet to or from it is late, and some are lost, as ``tc netem`` does it.

The line is two TUN devices, one here and one there, and a thread that carries packets between them; it needs root, and a
kernel with TUN and namespaces, but not ``sch_netem``.
"""

import contextlib
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TUN = Path("/dev/net/tun")
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
NAME, HERE, THERE = "eoffice-far", "198.18.7.1", "198.18.7.2"
"""The namespace, and the addresses of both ends (RFC 2544's, which nobody uses)."""
MTU = 1500


@dataclass
class Line:
    """Loses the share ``loss`` of the packets each way, and brings the others after ``delay`` seconds."""

    here: int
    there: int
    loss: float
    delay: float
    lost: int = 0
    carried: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def carry(self) -> None:
        """Until ``ended``."""
        chance, number = random.Random(5), itertools.count()
        on_the_way: list[tuple[float, int, int, bytes]] = []
        while not self.ended.is_set():
            now = time.monotonic()
            while on_the_way and on_the_way[0][0] <= now:
                _at, _number, end, packet = heapq.heappop(on_the_way)
                os.write(end, packet)
            patience = min(on_the_way[0][0] - now, 0.1) if on_the_way else 0.1
            for end in select.select([self.here, self.there], [], [], patience)[0]:
                packet = os.read(end, MTU)
                if chance.random() < self.loss:
                    self.lost += 1
                    continue
                self.carried += 1
                other = self.there if end == self.here else self.here
                heapq.heappush(on_the_way, (time.monotonic() + self.delay, next(number), other, packet))


def why_not() -> str:
    """What this machine lacks; "" when a far network can be made."""
    if os.geteuid() != 0:
        return "needs root"
    if not TUN.exists():
        return "the kernel has no TUN devices"
    done = subprocess.run(["ip", "netns", "add", f"{NAME}-probe"], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", f"{NAME}-probe"], capture_output=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()


@contextlib.contextmanager
def far_network(*, loss: float, delay: float) -> Iterator[Line]:
    """The namespace ``NAME``, which reaches this one at ``HERE`` by the line alone."""
    subprocess.run(["ip", "netns", "del", NAME], capture_output=True, check=False)
    _ip("netns", "add", NAME)
    line = Line(_device("eofhere"), _device("eofthere"), loss, delay)
    try:
        _ip("addr", "add", f"{HERE}/30", "dev", "eofhere")
        _ip("link", "set", "eofhere", "up")
        _ip("link", "set", "eofthere", "netns", NAME)
        _ip("-n", NAME, "addr", "add", f"{THERE}/30", "dev", "eofthere")
        for device in ("lo", "eofthere"):
            _ip("-n", NAME, "link", "set", device, "up")
        _ip("-n", NAME, "route", "add", "default", "via", HERE)
        thread = threading.Thread(target=line.carry)
        thread.start()
        yield line
        line.ended.set()
        thread.join()
    finally:
        line.ended.set()
        os.close(line.here)
        os.close(line.there)
        _ip("netns", "del", NAME)


def _device(name: str) -> int:
    tun = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
