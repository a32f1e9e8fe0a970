"""One run in a process of its own: ``python -m benchmarks.media.run '{...}'`` prints what it found as JSON.

A process of its own, because the generator's library lives once in a process, and every run starts from nothing.
"""

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Protocol

from benchmarks.media import processor
from benchmarks.media.generator import CONNECTED, FAILED, CannotMeasure, Generator, Outcome, Own, Side, unix_ns
from benchmarks.media.janus import JanusUnderLoad
from benchmarks.media.node import NodeUnderLoad
from benchmarks.media.offers import EXTENSIONS, OPUS, VP8
from benchmarks.results import percentile

SERVER_CORE, GENERATOR_CORE = 0, 1
JOIN_TIMEOUT = 40.0
THOROUGH = 3
"""Viewers of which every packet is decrypted and compared."""
SETTLE = 1.0


@dataclass(frozen=True)
class Load:
    """What is asked of one run."""

    peer: str
    subscribers: int
    seconds: float
    video: int = 1
    audio: int = 3
    joining: int = 32
    gcm: bool = True
    gro: bool = True
    nack_percent: float = 1.0
    pli_every_s: float = 2.0
    host: str = "127.0.0.1"
    """Where the server listens."""
    viewers: str = "127.64.0.0/16"
    """Addresses of the generator's peers; they must be this machine's."""
    node_options: str = ""
    nice: int = 0


class Server(Protocol):
    """What is measured."""

    name: str
    process: Any

    async def start(self) -> None: ...
    async def publish(self, own: Own, *, video: bool, ssrc: int) -> Side: ...
    async def open_room(self, cameras: list[int], microphones: list[int]) -> None: ...
    async def subscribe(self, own: Own) -> Side: ...
    async def counts(self) -> dict[str, int]: ...
    async def stop(self) -> None: ...


class Run:
    """Publishers, then viewers, then the measuring window."""

    def __init__(self, load: Load, server: Server, generator: Generator) -> None:
        self.load = load
        self.server = server
        self.generator = generator
        self.publishers = load.video + load.audio
        self.viewers = range(self.publishers, self.publishers + load.subscribers)

    async def measure(self) -> dict[str, Any]:
        """All figures of the run, by name."""
        await self.server.start()
        await self._publish()
        await asyncio.sleep(SETTLE)
        pids = processor.family(self.server.process.pid)
        before_kb = processor.memory_kb(pids)
        figures = await self._join()
        await self._until_video()
        await asyncio.sleep(SETTLE)
        pids = processor.family(self.server.process.pid)
        after_kb = processor.memory_kb(pids)
        figures["memory_kb_per_viewer"] = (after_kb - before_kb) / self.load.subscribers
        figures["memory_kb"] = after_kb
        figures |= await self._watch(pids)
        figures["server_counts"] = await self.server.counts()
        return figures

    # --- joining ----------------------------------------------------------------------------------------

    async def _publish(self) -> None:
        for number in range(self.publishers):
            video = number < self.load.video
            own, ssrc = self.generator.own(number), 0x20000000 + number * 7919
            names = ("mid", "number") if video else ("level", "mid", "number")
            extensions = {name: EXTENSIONS[name][0] for name in names}
            payload_type = VP8 if video else OPUS
            self.generator.track(number, video=video, payload_type=payload_type, ssrc=ssrc, extensions=extensions)
            started = unix_ns()
            side = await self.server.publish(own, video=video, ssrc=ssrc)
            self.generator.connect(own, side, started, viewer=False)
            await self._until_connected(number)
        await self.server.open_room(list(range(self.load.video)), list(range(self.load.video, self.publishers)))

    async def _until_connected(self, number: int) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(JOIN_TIMEOUT):
                while self.generator.state(number) < CONNECTED:  # noqa: ASYNC110 - the library signals nothing
                    await asyncio.sleep(0.005)
        if self.generator.state(number) != CONNECTED:
            failure = self.generator.outcome(number).failure.decode()
            raise CannotMeasure(f"publisher {number} did not connect: {failure or 'no answer'}")

    async def _join(self) -> dict[str, Any]:
        """Everybody joins, so many at a time; a join lasts until its first media packet."""
        turns = asyncio.Semaphore(self.load.joining)
        started = time.monotonic()
        ends: list[float] = []
        failures: Counter[str] = Counter()

        async def one(number: int) -> None:
            async with turns:
                try:
                    async with asyncio.timeout(JOIN_TIMEOUT):
                        await self._join_one(number)
                except (TimeoutError, CannotMeasure) as error:
                    failures[str(error) or "no media in time"] += 1
                else:
                    ends.append(time.monotonic())

        await asyncio.gather(*map(one, self.viewers))
        met = [self.generator.outcome(number) for number in self.viewers]
        first = [outcome.first_ms for outcome in met if outcome.first_ms >= 0] or [-1.0]
        connected = [outcome.connected_ms for outcome in met if outcome.connected_ms >= 0] or [-1.0]
        return {
            "joined": len(ends),
            "join_failures": dict(failures),
            "joins_per_s": len(ends) / (max(ends) - started) if ends else 0.0,
            "join_ms_p50": percentile(first, 0.5),
            "join_ms_p95": percentile(first, 0.95),
            "connected_ms_p95": percentile(connected, 0.95),
        }

    async def _join_one(self, number: int) -> None:
        own = self.generator.own(number)
        started = unix_ns()
        side = await self.server.subscribe(own)
        thorough = number - self.publishers < THOROUGH
        self.generator.connect(own, side, started, viewer=True, thorough=thorough)
        while not self.generator.arrived(number):
            if self.generator.state(number) == FAILED:
                raise CannotMeasure(self.generator.outcome(number).failure.decode())
            await asyncio.sleep(0.005)

    async def _until_video(self) -> None:
        if not self.load.video:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                while any(self.generator.arrived(number) == 1 for number in self.viewers):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    # --- measuring --------------------------------------------------------------------------------------

    async def _watch(self, pids: list[int]) -> dict[str, Any]:
        self.generator.begin()
        began, cpu = time.monotonic(), processor.usage(pids)
        core, first = processor.core_busy(SERVER_CORE), self.generator.totals()
        await asyncio.sleep(self.load.seconds)
        last, used = self.generator.totals(), processor.usage(pids).since(cpu)
        busy, elapsed = processor.core_busy(SERVER_CORE) - core, time.monotonic() - began
        self.generator.end()
        await asyncio.sleep(SETTLE)
        packets = max(1, last["received"] - first["received"])
        own_share = (last["cpu_ns"] - first["cpu_ns"]) / 1e9 / elapsed
        return {
            "us_per_packet": used.total / packets * 1e6,
            "us_user": used.user / packets * 1e6,
            "us_system": used.system / packets * 1e6,
            "core_share": used.total / elapsed,
            "others_share": max(0.0, busy - used.total) / elapsed,
            "threads": {
                name: round(s / elapsed, 4) for name, s in sorted(used.threads.items(), key=lambda pair: -pair[1])[:5]
            },
            "packets_per_s": packets / elapsed,
            "mbit_per_s": (last["octets"] - first["octets"]) * 8 / elapsed / 1e6,
            "generator_core_share": own_share,
            **self._delays(),
            **self._losses(),
        }

    def _delays(self) -> dict[str, float]:
        delays = {f"delay_ms_p{p}": self.generator.delay_ms(p / 100) for p in (50, 95, 99)}
        return delays | {"generator_lag_ms_p99": self.generator.lag_ms(0.99)}

    def _losses(self) -> dict[str, Any]:
        totals = self.generator.totals()
        met = [self.generator.outcome(number) for number in self.viewers]
        video_lost, audio_lost = _total(met, "video_lost"), _total(met, "audio_lost")
        return {
            "expected": _total(met, "video_expected") + _total(met, "audio_expected"),
            "lost": video_lost + audio_lost,
            "video_lost": video_lost,
            "audio_lost": audio_lost,
            "viewers_with_loss": sum(bool(o.video_lost or o.audio_lost) for o in met),
            "without_consent": sum(not o.consents for o in met),
            "ciphers": dict(Counter(o.cipher.decode() for o in met)),
            "send_late_ms": totals.pop("late_ns") / 1e6,
            **{name: value for name, value in totals.items() if name not in ("received", "octets", "cpu_ns")},
            **self.generator.asked(),
        }


def _total(outcomes: Sequence[Outcome], name: str) -> int:
    return sum(int(getattr(outcome, name)) for outcome in outcomes)


def _prefer(nice: int) -> None:
    """Priority over the machine's other work, for this process and all it starts; the kernel may weigh whole sessions."""
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    sessions = Path("/proc/self/autogroup")
    if nice and sessions.exists():
        with contextlib.suppress(PermissionError):  # it leads one already
            os.setsid()
        sessions.write_text(str(nice))


async def measure(load: Load) -> dict[str, Any]:
    """Start server and generator, each on its core; figures, with the load they belong to."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {GENERATOR_CORE} & cores or cores)
    _prefer(load.nice)
    with tempfile.TemporaryDirectory(prefix="bench-media") as name:
        server: Server
        if load.peer == "janus":
            server = JanusUnderLoad(Path(name), load.host, SERVER_CORE)
        else:
            server = NodeUnderLoad(Path(name), load.host, SERVER_CORE, load.node_options.split())
        generator = Generator(
            gcm=load.gcm,
            gro=load.gro,
            peers=IPv4Network(load.viewers),
            nack_share=load.nack_percent / 100,
            pli_every_s=load.pli_every_s,
        )
        try:
            figures = await Run(load, server, generator).measure()
        finally:
            await server.stop()
            generator.close()
    return {"load": asdict(load), "load_average": os.getloadavg()[0], **figures}


def main(words: list[str]) -> int:
    """The exit status: 0 when it could measure."""
    load = Load(**json.loads(words[0]))
    try:
        figures = asyncio.run(measure(load))
    except CannotMeasure as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
