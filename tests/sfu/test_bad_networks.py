"""Real peers over networks that lose, fall silent or change addresses: the picture stays, or its end is told."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiortc.rtp import RtcpPsfbPacket, RtcpRtpfbPacket

from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Connected, Lost
from tests.sfu.peers import ROOM, Peer, camera, overhear
from tests.sfu.relay import Relay

pytestmark = pytest.mark.slow


@pytest.fixture
async def relay() -> AsyncIterator[Callable[..., Relay]]:
    made: list[Relay] = []

    def make(**options: Any) -> Relay:
        made.append(Relay(**options))
        return made[-1]

    yield make
    for relay in made:
        relay.close()


async def test_losses_on_both_ways_are_made_good(
    gateway: MediaGateway, peers: dict[str, Peer], relay: Callable[..., Relay]
) -> None:
    anh, chau = peers["anh"], peers["chau"]
    await gateway.show(ROOM, "floor", camera("anh"))
    sending = await anh.send(uplink := relay(), busy=True)
    sender = sending.getSenders()[1]
    to_sender = overhear(sender)
    await chau.receive(downlink := relay())
    await chau.until(lambda: chau.frames["floor"] > 5)
    before, seen, taken = await gateway.inspect(), chau.frames["floor"], sender.track.count
    uplink.loss = downlink.loss = 0.07
    await asyncio.sleep(10)
    after = await gateway.inspect()
    assert uplink.lost > 10 and downlink.lost > 10
    assert chau.frames["floor"] - seen > 0.6 * (sender.track.count - taken)
    assert after.nacks - before.nacks > 5
    assert after.retransmitted - before.retransmitted > 5
    assert sum(isinstance(packet, RtcpRtpfbPacket) and packet.fmt == 1 for _, packet in to_sender) > 5
    assert after.keyframe_requests - before.keyframe_requests <= 8, "repair, not a keyframe for every loss"


async def test_many_cries_for_a_keyframe_reach_the_sender_as_few(gateway: MediaGateway, peers: dict[str, Peer]) -> None:
    await gateway.show(ROOM, "floor", camera("anh"))
    sending = await peers["anh"].send()
    viewers = [peers["binh"], peers["chau"]]
    floors = [(await viewer.receive()).getTransceivers()[3].receiver for viewer in viewers]
    for viewer in viewers:
        await viewer.until(lambda viewer=viewer: viewer.frames["floor"] > 3)
    await asyncio.sleep(1)
    to_sender = overhear(sending.getSenders()[1])
    for _ in range(40):
        for floor in floors:
            (source,) = floor.getSynchronizationSources()
            await floor._send_rtcp_pli(source.source)
        await asyncio.sleep(0.05)
    asked = [at for at, packet in to_sender if isinstance(packet, RtcpPsfbPacket) and packet.fmt == 1]
    assert 2 <= len(asked) <= 8, "eighty were sent within some two seconds"
    assert min(later - at for at, later in itertools.pairwise(asked)) > 0.4


async def test_a_peer_whose_datagrams_stop_is_missed(
    gateway: MediaGateway, peers: dict[str, Peer], relay: Callable[..., Relay]
) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    chau = peers["chau"]
    await chau.receive(network := relay())
    await chau.until(lambda: Connected(room=ROOM, peer="chau", connection="receive") in heard)
    network.silent = True
    await chau.until(lambda: Lost(room=ROOM, peer="chau", connection="receive") in heard, 20)
    assert (await gateway.inspect()).connections == 0


async def test_a_peer_that_changes_its_address_goes_on(
    gateway: MediaGateway, peers: dict[str, Peer], relay: Callable[..., Relay]
) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    anh, chau = peers["anh"], peers["chau"]
    await gateway.show(ROOM, "floor", camera("anh"))
    await anh.send(uplink := relay(), busy=True)
    await chau.receive(downlink := relay())
    for network in (downlink, uplink):
        await chau.until(lambda: chau.frames["floor"] > 10)
        network.move()
        chau.frames["floor"] = 0
        # aiortc checks every 5 s and nominates only once: two checks may have to pass
        await chau.until(lambda: chau.frames["floor"] > 30, 20)
    assert not [event for event in heard if isinstance(event, Lost)]
    assert (await gateway.inspect()).connections == 2
