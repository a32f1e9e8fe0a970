"""A call goes on while its node's port is showered with nonsense, from strangers and under a caller's own address."""

import asyncio
import os
import random
import socket
from collections.abc import Callable, Iterator

import pytest

from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Connected, Lost
from tests.sfu.node import RunningNode
from tests.sfu.peers import ROOM, Peer, camera
from tests.sfu.relay import Relay

pytestmark = pytest.mark.slow

ROUNDS = 150
PER_ROUND = 20
HEADS = (b"", b"\x00\x01", b"\x01\x01", b"\x14\xfe\xfd", b"\x16\xfe\xfd\x00\x00", b"\x15\xfe\xfd\x00\x00",
         b"\x17\xfe\xfd\x00\x01", b"\x80\x60", b"\x90\xe0", b"\x81\xc9\x00\x07", b"\x8f\xcd", b"\xbf\xff")  # fmt: skip
"""Beginnings by which a datagram is taken for STUN, DTLS, RTP or RTCP."""
ALERTS = [bytes.fromhex(f"15fefd0000{number:012x}0002{alert}") for number in range(3) for alert in ("0100", "0228")]
"""Goodbyes and failures of a handshake as anybody can write them: without encryption."""


def invented(chance: random.Random) -> bytes:
    """A datagram that begins like one of the protocols and goes on at random, up to more than a node reads."""
    return chance.choice(HEADS) + os.urandom(chance.choice((0, 1, 8, 19, 40, 200, 1200, 3000)))


def changed(data: bytes, chance: random.Random) -> bytes:
    """A real datagram with bytes changed, cut off or added, or just sent once more."""
    match chance.randrange(5):
        case 0:
            return data
        case 1:
            return data[: chance.randrange(len(data))]
        case 2:
            return data + os.urandom(chance.randrange(1, 50))
        case _:
            broken = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                broken[chance.randrange(min(len(broken), 60))] = chance.randrange(256)
            return bytes(broken)


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        yield sock


@pytest.fixture
def shower(stranger: socket.socket) -> Callable[[Relay, random.Random], None]:
    """Sends one round of nonsense to the node behind a relay."""

    def send(relay: Relay, chance: random.Random) -> None:
        for _ in range(PER_ROUND):
            real = chance.choice(relay.kept)
            for data in (invented(chance), changed(real, chance), chance.choice(ALERTS)):
                stranger.sendto(data, relay.node)
                relay.inject(data)

    return send


async def test_a_call_survives_nonsense(
    gateway: MediaGateway, peers: dict[str, Peer], node: RunningNode, shower: Callable[[Relay, random.Random], None]
) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    anh, chau = peers["anh"], peers["chau"]
    uplink, downlink = Relay(), Relay()
    await gateway.show(ROOM, "floor", camera("anh"))
    await gateway.listen(ROOM, ["anh"])
    await anh.send(uplink, busy=True)
    await chau.receive(downlink)
    await chau.until(lambda: chau.frames["floor"] > 10 and chau.frames["audio0"] > 10)
    before = await gateway.inspect()
    for number in range(ROUNDS):
        chance = random.Random(number)
        for relay in (uplink, downlink):
            shower(relay, chance)
        await asyncio.sleep(0.03)
    seen, voiced = chau.frames["floor"], chau.frames["audio0"]
    await chau.until(lambda: chau.frames["floor"] > seen + 15 and chau.frames["audio0"] > voiced + 30)
    after = await gateway.inspect()
    uplink.close()
    downlink.close()
    assert not [event for event in heard if isinstance(event, Lost)]
    assert after.node == before.node
    assert (after.connections, after.file_descriptors) == (before.connections, before.file_descriptors)
    assert after.dropped - before.dropped > ROUNDS * PER_ROUND
    assert "could not be handled" not in node.log


async def test_nonsense_during_the_handshake_does_not_keep_a_browser_out(
    gateway: MediaGateway, peers: dict[str, Peer], node: RunningNode
) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    anh, chance, before = peers["anh"], random.Random(1), await gateway.inspect()
    await anh.send(uplink := Relay(noise=lambda: invented(chance)))
    await anh.until(lambda: Connected(room=ROOM, peer="anh", connection="send") in heard, 20)
    uplink.close()
    assert (await gateway.inspect()).dropped - before.dropped > 10
    assert "could not be handled" not in node.log
