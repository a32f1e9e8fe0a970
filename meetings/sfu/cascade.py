"""A room on several nodes: which source crosses from which node to which, once each, and only while it is wanted there.

The nodes are a star: one is the centre, and what one of the others sends reaches a third through it. What each node
has and lacks it tells (``Spread``); ``plan`` works out the crossings from that alone, and ``Cascade`` makes and ends
them until it is so. Every web process with people of the room steers it, and none is the first: what one of them makes
the others find made, since a node gives the same answer to the same question; and each ends only crossings that it
knows by their label, when it has heard all nodes of the room.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from meetings.sfu.failures import CommandFailed, GatewayError
from meetings.sfu.gateway import MediaGateway
from meetings.sfu.messages import Offered, Source, Spread

logger = logging.getLogger(__name__)

AGAIN_AFTER = 1.0
"""Seconds after which is tried again what a node did not do."""
STEP_WITHIN = 2.0
"""Seconds that others wait for a node that does not answer, until it is lost."""


@dataclass(frozen=True)
class Hop:
    """One source from one node to another."""

    source: Source
    sender: str
    receiver: str


def plan(centre: str, spreads: Mapping[str, Spread]) -> dict[Hop, Offered]:
    """What is to cross, and how many layers of it; what crosses the centre comes before what leaves it.

    ``spreads`` is what each node said that is there, the centre among them. Of a source that two of them have, the first
    one's counts.
    """
    homes: dict[Source, tuple[str, Offered]] = {}
    for node, spread in spreads.items():
        for offered in spread.offers:
            homes.setdefault(offered.source, (node, offered))
    into: dict[Hop, Offered] = {}
    out: dict[Hop, Offered] = {}
    for receiver, spread in spreads.items():
        for source, layers in _wanted(spread, homes).items():
            home, offered = homes[source]
            if home == receiver:
                continue
            asked = offered.model_copy(update={"layers": min(layers, offered.layers)})
            if home != centre:
                _add(into, Hop(source, home, centre), asked)
            if receiver != centre:
                _add(out, Hop(source, centre, receiver), asked)
    return into | out


def _wanted(spread: Spread, homes: Mapping[Source, tuple[str, Offered]]) -> dict[Source, int]:
    wanted = {sought.source: sought.layers for sought in spread.seeks if sought.source in homes}
    if spread.hears:
        wanted |= {source: 1 for source in homes if source.kind in ("microphone", "content-audio")}
    return wanted


def _add(hops: dict[Hop, Offered], hop: Hop, asked: Offered) -> None:
    former = hops.get(hop)
    if former is None or former.layers < asked.layers:
        hops[hop] = asked


class Cascade:
    """Keeps the crossings of one room as they should be; everything happens in one event loop.

    ``gateway`` gives the gateway to a node. Tell ``steer`` on which nodes the room is, ``hear`` what each of them says of
    it, ``found`` and ``lost`` when a node comes and goes.
    """

    def __init__(self, room: str, gateway: Callable[[str], Awaitable[MediaGateway]]) -> None:
        self.room = room
        self._gateway = gateway
        self._centre = ""
        self._nodes: frozenset[str] = frozenset()
        self._spreads: dict[str, Spread] = {}
        self._unasked: set[str] = set()
        """Nodes of the room that are to be told that it is on several."""
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._keep(), name=f"cascade {room}")

    def steer(self, centre: str, nodes: Collection[str]) -> None:
        """The room is on these nodes, ``centre`` among them."""
        self._unasked |= set(nodes) - self._nodes
        self._centre, self._nodes = centre, frozenset(nodes)
        self._changed.set()

    def hear(self, node: str, spread: Spread) -> None:
        """What a node says of the room."""
        if spread.room == self.room:
            self._spreads[node] = spread
            self._changed.set()

    def found(self, node: str) -> None:
        """A node answers (again): it may have forgotten that the room is on several."""
        if node in self._nodes:
            self._unasked.add(node)
            self._changed.set()

    def lost(self, node: str) -> None:
        """A node is away: what crossed to and from it has ended, or will."""
        if self._spreads.pop(node, None):
            self._changed.set()

    async def close(self) -> None:
        """Leave everything as it is."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._attempt(self._ask(node) for node in tuple(self._unasked))
            if self._centre in self._spreads:
                await self._settle()

    async def _ask(self, node: str) -> None:
        if (await self._gateway(node)).is_up:  # else it is asked when it is found
            await (await self._gateway(node)).span(self.room)
            self._unasked.discard(node)

    async def _settle(self) -> None:
        """One round: end what is not to cross, then make what does not."""
        spreads = self._of_the_room()
        hops = plan(self._centre, spreads)
        if self._nodes <= spreads.keys():  # one that was not heard yet may have what the others look at
            await self._attempt(self._end_others(node, spread, hops) for node, spread in self._spreads.items())
        layers = {offered.source: offered.layers for spread in spreads.values() for offered in spread.offers}
        missing = [hop for hop, asked in hops.items() if not _is_there(hop, asked.layers, spreads)]
        for to_centre in (True, False):
            await self._attempt(
                self._make(hop, hops[hop].model_copy(update={"layers": layers[hop.source]}), hops[hop].layers)
                for hop in missing
                if (hop.receiver == self._centre) is to_centre
            )

    def _of_the_room(self) -> dict[str, Spread]:
        """What its nodes said. One with people is one of them, though this process was not told yet; but those of a node
        that was away may be elsewhere by now, so it comes last."""
        told = [node for node in sorted(self._spreads) if node in self._nodes]
        others = [node for node in sorted(self._spreads) if node not in self._nodes]
        return {node: self._spreads[node] for node in told + [n for n in others if _has_people(self._spreads[n])]}

    async def _attempt(self, steps: Iterable[Coroutine[Any, Any, None]]) -> None:
        """All steps at once; one node's fault keeps nothing else from crossing, and is tried again."""
        for failure in await asyncio.gather(*(_bounded(step) for step in steps)):
            if failure:
                logger.info("cascade of %s: %r", self.room, failure)
                asyncio.get_running_loop().call_later(AGAIN_AFTER, self._changed.set)

    async def _end_others(self, node: str, spread: Spread, hops: Mapping[Hop, Offered]) -> None:
        come_in = {hop.source for hop in hops if hop.receiver == node}
        go_out = {(hop.source, hop.receiver) for hop in hops if hop.sender == node}
        gateway = await self._gateway(node)
        for carried in spread.carried:
            if (carried.source, carried.to) not in go_out:
                await gateway.drop(self.room, carried.source, carried.label, carried.to)
        for awaited in spread.expected:
            if awaited.source not in come_in:
                await gateway.drop(self.room, awaited.source, awaited.label)

    async def _make(self, hop: Hop, offered: Offered, layers: int) -> None:
        """Have one source cross. The far node is told first: it makes the keys."""
        sender, receiver = await self._gateway(hop.sender), await self._gateway(hop.receiver)
        process = sender.process
        for attempt in range(2):
            crossing = await receiver.expect(self.room, offered, process)
            try:
                await sender.carry(self.room, hop.source, hop.receiver, layers, process, crossing)
            except CommandFailed as error:
                if error.code != "used-keys" or attempt:
                    raise
                await receiver.drop(self.room, hop.source, crossing.label)
            else:
                return


async def _bounded(step: Coroutine[Any, Any, None]) -> Exception | None:
    """What kept a step from being done."""
    try:
        async with asyncio.timeout(STEP_WITHIN):
            await step
    except (GatewayError, TimeoutError) as error:
        return error
    return None


def _has_people(spread: Spread) -> bool:
    return spread.hears or bool(spread.offers)


def _is_there(hop: Hop, layers: int, spreads: Mapping[str, Spread]) -> bool:
    expected = {awaited.label for awaited in spreads[hop.receiver].expected if awaited.source == hop.source}
    carried = spreads[hop.sender].carried
    return any(
        (c.source, c.to, c.layers) == (hop.source, hop.receiver, layers) and c.label in expected for c in carried
    )
