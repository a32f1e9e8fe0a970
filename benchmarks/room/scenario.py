"""What the sites do: come within a minute, then one act after the other while lines are measured and people write."""

import asyncio
import itertools
import os
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.media.processor import Usage, core_busy, family, memory_kb, usage
from benchmarks.results import Result, percentile, progress
from benchmarks.room.client import Client, Ledger, Probe
from benchmarks.room.plenary import PAGES, Plenary
from benchmarks.room.vote import Vote

JOIN_WITHIN_S = 60.0
STAT_EVERY_S = 4.0
"""As the browser's connection.ts."""
SETTLE_S = 3.0
"""Until the last ones' camera is known to all."""
PATIENCE_S = 15.0
BETWEEN_S = 0.3
ACTS_TARGETS = {"floor switch": (500.0, 1500.0), "page turn": (500.0, 1500.0)}
"""Act → milliseconds to 95 % of clients, and to all."""
ROSTER_TARGET_KBIT = 20.0


@dataclass
class Period:
    """What was used in a stretch of time."""

    began: float
    servers: Usage
    load: Usage
    cores: float
    seconds: float = 0.0
    shares: dict[str, float] = field(default_factory=dict)


class Scenario:
    """One run of ``plenary`` on the web processes at ``ports``."""

    def __init__(self, plenary: Plenary, ports: Sequence[int], pids: Sequence[int], *, ramp_s: float, rounds: int):
        self.plenary = plenary
        self.ports = ports
        self.pids = list(pids)
        self.ramp_s = ramp_s
        self.rounds = rounds
        self.ledger = Ledger()
        self.chance = random.Random(2026)
        self.clients: list[Client] = []
        self.delays: dict[str, list[float]] = {}
        self.missed: dict[str, int] = {}
        self.failed: list[str] = []

    async def run(self) -> list[Result]:
        """Everything, in the order in which it is reported."""
        memory_before = self._memory()
        stats: list[asyncio.Task[None]] = []
        progress(f"{len(self.plenary.sites)} sites join")
        period = self._begin()
        joined_s = await self._join(stats)
        await asyncio.sleep(SETTLE_S)
        self._end(period)
        results = [*self._joining(joined_s, period), *self._roster(period)]
        progress("They act")
        period, heard = self._begin(), sum(client.bytes for client in self.clients)
        await self._acts()
        self._end(period)
        results += self._delivery()
        progress("They vote")
        results += await Vote(self.ledger, self.clients, self.plenary.poll).run()
        lost = sum(client.lost for client in self.clients)
        each = (sum(client.bytes for client in self.clients) - heard) / len(self.clients)
        results += [
            Result("clients dropped", lost, "clients", 0),
            Result("acts refused", sum(self.ledger.refused.values()), "acts", 0),
            Result("received per client while they act", each * 8 / 1000 / period.seconds, "kbit/s"),
            Result("web processes: memory", self._memory(), "MB"),
            Result(
                "web processes: memory per client", (self._memory() - memory_before) * 1024 / len(self.clients), "KB"
            ),
            *self._processor("while they act", period),
        ]
        for task in stats:
            task.cancel()
        for client in self.clients:
            client.leave()
        return results

    # --- joining --------------------------------------------------------------------------------------

    async def _join(self, stats: list[asyncio.Task[None]]) -> float:
        began = time.perf_counter()
        gap = self.ramp_s / len(self.plenary.sites)

        async def come(number: int) -> None:
            await asyncio.sleep(number * gap)
            client = await self._connect(number)
            await client.entered.wait()
            client.say("view", wall={}, hidden=[])
            client.say("mute", source="camera", muted=False)
            stats.append(asyncio.create_task(self._measure_line(client)))

        async with asyncio.TaskGroup() as group:
            for number in range(len(self.plenary.sites)):
                group.create_task(come(number))
        return time.perf_counter() - began

    async def _connect(self, number: int) -> Client:
        client = Client(self.ledger, self.plenary.meeting, self.plenary.sites[number], self.plenary.cookies[number])
        self.clients.append(client)
        port = self.ports[number % len(self.ports)]
        await asyncio.get_running_loop().create_connection(lambda: client, "127.0.0.1", port)
        return client

    async def _measure_line(self, client: Client) -> None:
        """Every client tells how good its line is; one in a hundred times it is weak."""
        chance = random.Random(client.site)
        await asyncio.sleep(chance.uniform(0, STAT_EVERY_S))
        while not client.lost:
            client.say("stat", loss=0.08 if chance.random() < 0.01 else 0.0, rtt_ms=40, jitter_ms=4)
            await asyncio.sleep(STAT_EVERY_S)

    def _joining(self, joined_s: float, period: Period) -> Iterator[Result]:
        times = [client.join_ms for client in self.clients]
        states = self.ledger.bytes["state"] / max(1, self.ledger.messages["state"])
        yield Result("all sites joined after", joined_s, "s", JOIN_WITHIN_S)
        yield Result("socket to full state, median", percentile(times, 0.5), "ms")
        yield Result("socket to full state, p95", percentile(times, 0.95), "ms")
        yield Result("full state, mean size", states / 1024, "KB")
        yield from self._processor("while they join", period)

    def _roster(self, period: Period) -> Iterator[Result]:
        chair, others = self.clients[0], self.clients[1:]
        rates = [client.roster_bytes * 8 / 1000 / period.seconds for client in others]
        yield Result("roster per client while all join, worst", max(rates), "kbit/s", ROSTER_TARGET_KBIT)
        rate = chair.roster_bytes * 8 / 1000 / period.seconds
        yield Result("roster to the chair while all join", rate, "kbit/s", ROSTER_TARGET_KBIT)

    # --- acts -----------------------------------------------------------------------------------------

    async def _acts(self) -> None:
        chair, pages, site = self.clients[0], itertools.count(2), 0
        await self._act("paper opened", "document.opened", b'"title"', chair, version=self.plenary.version, page=1)
        for _round in range(self.rounds):
            one, other = self.chance.sample([client for client in self.clients[1:] if client.site != site], 2)
            key = str(uuid.uuid4())
            await self._act("chat message", "chat.sent", key.encode(), one, key=key, text="Điểm cầu chúng tôi nghe rõ.")
            await self._act("hand", "floor.requested", b'"site":%d,' % other.site, other)
            site = other.site
            await self._act("call to the floor", "microphone.asked", b'"site":%d,' % site, chair, site=site)
            await self._act("floor switch", "floor.granted", b'"site":%d,' % site, other)
            page = 1 + next(pages) % PAGES
            await self._act("page turn", "document.turned", b'"page":%d}' % page, chair, page=page)

    async def _act(self, name: str, event: str, mark: bytes, by: Client, **fields: object) -> None:
        """``by`` does something; wait until everybody has been told."""
        probe = self.ledger.watch(Probe(event, mark, len(self.clients)))
        by.say(REQUESTS[event], **fields)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await probe.done.wait()
        except TimeoutError:
            self.missed[name] = self.missed.get(name, 0) + probe.expected - len(probe.delays_ms)
        self.ledger.forget(probe)
        self.delays.setdefault(name, []).extend(probe.delays_ms)
        await asyncio.sleep(BETWEEN_S)

    def _delivery(self) -> Iterator[Result]:
        for name, told in self.delays.items():
            delays = told or [PATIENCE_S * 1000]
            most = ACTS_TARGETS.get(name, (None, None))
            yield Result(f"{name} to a client, p50", percentile(delays, 0.5), "ms")
            yield Result(f"{name} to a client, p95", percentile(delays, 0.95), "ms", most[0])
            yield Result(f"{name} to a client, p99", percentile(delays, 0.99), "ms")
            yield Result(f"{name} to the last client", max(delays), "ms", most[1])
            yield Result(f"{name}: clients never told", self.missed.get(name, 0), "clients", 0)

    # --- what it costs --------------------------------------------------------------------------------

    def _family(self) -> list[int]:
        return [pid for one in self.pids for pid in family(one)]

    def _memory(self) -> float:
        return memory_kb(self._family()) / 1024

    def _begin(self) -> Period:
        return Period(time.perf_counter(), usage(self._family()), usage([os.getpid()]), _cores())

    def _end(self, period: Period) -> None:
        period.seconds = time.perf_counter() - period.began
        servers = usage(self._family()).since(period.servers).total
        load = usage([os.getpid()]).since(period.load).total
        others = max(0.0, _cores() - period.cores - servers - load)
        spent = {"web processes": servers, "the load itself": load, "everything else on the machine": others}
        period.shares = {name: 100 * seconds / period.seconds for name, seconds in spent.items()}

    def _processor(self, when: str, period: Period) -> Iterator[Result]:
        for name, share in period.shares.items():
            yield Result(f"{name} {when}", share, "% core")


REQUESTS = {
    "document.opened": "document.open",
    "document.turned": "document.page",
    "microphone.asked": "floor.grant",
    "floor.granted": "floor.accept",
    "floor.requested": "floor.request",
    "chat.sent": "chat.send",
}


def _cores() -> float:
    return sum(core_busy(core) for core in range(os.cpu_count() or 1))
