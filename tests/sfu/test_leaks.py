"""A hundred joins and leaves beside a meeting that goes on leave a node as they found it."""

import asyncio
import contextlib
import itertools
import os
import sys
import time

import pytest

from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Connected, Lost, Report, Source, Switched
from tests.sfu.peers import ROOM, Peer, camera
from tests.sfu.relay import Relay

pytestmark = pytest.mark.slow

ROWS = 4
"""Guests at a time; each row has a tile of its own on the standing viewer's wall."""
WARM_UP = 40
CYCLES = 100 * int(os.environ.get("EOFFICE_EXAMPLES", "1"))
VANISHING = 10
"""The first of them do not leave: their network just falls silent. They are missed after 15 s, while others come and go."""


class Guests:
    """Peers that join with both connections, see and are seen, and go."""

    def __init__(self, gateway: MediaGateway, standing: Peer) -> None:
        self.gateway = gateway
        self.standing = standing
        self.numbers = itertools.count()
        self.events: set[Event] = set()
        self.wall: dict[str, Source] = {}
        self.vanished: list[tuple[Peer, list[Relay]]] = []
        gateway.add_listener(self.events.add)

    async def come_and_go(self, number: int, *, vanishing: int) -> None:
        """So many joins and leaves; returns when those who vanished have been missed, and left."""
        turns = iter(range(number))

        async def row(tile: str) -> None:
            for turn in turns:
                await self._come_and_go(next(self.numbers), tile, vanishes=turn < vanishing)

        await asyncio.gather(*(row(f"wall{n}") for n in range(ROWS)))
        for peer, relays in self.vanished:
            await self._heard(peer, *(Lost(room=ROOM, peer=peer.name, connection=c) for c in ("send", "receive")))
            await self._leave(peer, relays)
        self.vanished.clear()

    async def _come_and_go(self, number: int, tile: str, *, vanishes: bool) -> None:
        peer, relays = Peer(self.gateway, f"guest-{number}"), [Relay(), Relay()]
        await peer.send(relays[0])
        await peer.receive(relays[1])
        await self._heard(peer, *(Connected(room=ROOM, peer=peer.name, connection=c) for c in ("send", "receive")))
        self.wall[tile] = camera(peer.name)
        await self.gateway.view(ROOM, self.standing.name, self.wall)
        await self._heard(
            peer, Switched(room=ROOM, peer=self.standing.name, slot=tile, source=camera(peer.name)), seen="floor"
        )
        if not vanishes:
            await self._leave(peer, relays)
            return
        for relay in relays:
            relay.silent = True
        self.vanished.append((peer, relays))

    async def _heard(self, peer: Peer, *events: Event, seen: str = "") -> None:
        await peer.until(lambda: self.events.issuperset(events) and (not seen or peer.frames[seen]), 40)

    async def _leave(self, peer: Peer, relays: list[Relay]) -> None:
        await self.gateway.leave(ROOM, peer.name)
        await peer.close()
        for relay in relays:
            relay.close()


async def settled(gateway: MediaGateway) -> Report:
    """The node's counts when only the standing peer is there."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(10):
            while (await gateway.inspect()).connections > 2:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
    return await gateway.inspect()


async def test_many_joins_and_leaves_leave_nothing_behind(
    gateway: MediaGateway, peers: dict[str, Peer], capsys: pytest.CaptureFixture[str]
) -> None:
    anh = peers["anh"]
    await gateway.show(ROOM, "floor", camera("anh"))
    await gateway.listen(ROOM, ["anh"])
    await anh.send()
    await anh.receive()
    guests = Guests(gateway, anh)
    await guests.come_and_go(WARM_UP, vanishing=VANISHING)
    before, started, seen = await settled(gateway), time.monotonic(), anh.frames["wall0"]
    await guests.come_and_go(CYCLES, vanishing=VANISHING)
    after, took = await settled(gateway), time.monotonic() - started
    figures = ("file_descriptors", "tasks", "memory_kb", "connections", "peers", "rooms", "packets_out")
    with capsys.disabled():
        sys.stdout.write(f"\n{CYCLES} joins and leaves in {took:.0f} s\n")
        sys.stdout.writelines(f"  {name}: {getattr(before, name)} → {getattr(after, name)}\n" for name in figures)
    assert (after.file_descriptors, after.tasks) == (before.file_descriptors, before.tasks)
    assert (after.connections, after.peers, after.rooms) == (2, 1, 1)
    assert abs(after.memory_kb - before.memory_kb) <= before.memory_kb * 0.05
    assert anh.frames["wall0"] > seen, "the meeting went on"
