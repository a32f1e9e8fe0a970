"""A secret vote of all sites within five seconds: every ballot acknowledged, counted, and its result told."""

import asyncio
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.results import Result, percentile
from benchmarks.room.client import Client, Ledger, Probe

WITHIN_S = 5.0
TALLY_TARGET_MS = 1000.0
PATIENCE_S = 30.0


@dataclass
class Vote:
    """One vote on the question ``poll`` by all ``clients``, the chair first."""

    ledger: Ledger
    clients: Sequence[Client]
    poll: int
    delays: dict[str, list[float]] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)

    async def run(self) -> list[Result]:
        """Open, vote, close, publish; what it took."""
        chair, all_of_them = self.clients[0], len(self.clients)
        opened = self._watch("poll.opened", b'"state":"open"', all_of_them)
        chair.say("poll.open", poll=self.poll)
        await self._told("vote opened", opened)
        agreed, acknowledged_s = await self._cast()
        tallied = self._watch("poll.closed", b'"agree":%d,' % agreed, 1)
        closed = self._watch("poll.closed", b'"result":null', all_of_them)
        chair.say("poll.close", poll=self.poll)
        await self._told("vote closed", closed)
        await self._told("tally", tallied)
        published = self._watch("poll.published", b'"agree":%d,' % agreed, all_of_them)
        chair.say("poll.publish", poll=self.poll)
        await self._told("result", published)
        return [*self._ballots(acknowledged_s), *self._delivery()]

    async def _cast(self) -> tuple[int, float]:
        """Everybody votes at a moment of their own; how many agree, and when the last one knew to be counted."""
        chance = random.Random(632)
        acknowledged = self._watch("ballot.accepted", b'"cast":true', len(self.clients))
        began = time.perf_counter()
        choices = [chance.choice(("agree", "disagree", "other")) for _client in self.clients]

        async def cast(client: Client, choice: str) -> None:
            await asyncio.sleep(chance.uniform(0, WITHIN_S))
            text = "Đề nghị làm rõ nguồn kinh phí." if choice == "other" and chance.random() < 0.2 else ""
            client.say("ballot.cast", poll=self.poll, key=str(uuid.uuid4()), choice=choice, text=text)

        async with asyncio.TaskGroup() as group:
            for client, choice in zip(self.clients, choices, strict=True):
                group.create_task(cast(client, choice))
        await self._told("ballot", acknowledged)
        return choices.count("agree"), time.perf_counter() - began

    def _watch(self, event: str, mark: bytes, expected: int) -> Probe:
        return self.ledger.watch(Probe(event, mark, expected))

    async def _told(self, name: str, probe: Probe) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await probe.done.wait()
        except TimeoutError:
            pass
        self.ledger.forget(probe)
        self.delays[name] = probe.delays_ms
        self.missed[name] = probe.expected - len(probe.delays_ms)

    def _ballots(self, acknowledged_s: float) -> Iterator[Result]:
        yield Result("ballots cast within 5 s: not acknowledged", self.missed["ballot"], "ballots", 0)
        yield Result("last ballot acknowledged after the first was cast", acknowledged_s, "s")
        yield Result("ballots wrongly counted or not tallied", self.missed["tally"], "tallies", 0)
        tally = max(self.delays["tally"], default=PATIENCE_S * 1000)
        yield Result("tally on the chair's screen after closing", tally, "ms", TALLY_TARGET_MS)

    def _delivery(self) -> Iterator[Result]:
        for name in ("vote opened", "vote closed", "result"):
            delays = self.delays[name] or [PATIENCE_S * 1000]
            yield Result(f"{name} to a client, p95", percentile(delays, 0.95), "ms")
            yield Result(f"{name} to the last client", max(delays), "ms")
            yield Result(f"{name}: clients never told", self.missed[name], "clients", 0)
