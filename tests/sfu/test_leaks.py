"""Two hundred joins and leaves leave a node as they found it."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from meetings.sfu.gateway import MediaGateway
from meetings.sfu.messages import Connected, Report
from tests.sfu.peers import ROOM

pytestmark = pytest.mark.slow


async def join_and_leave(gateway: MediaGateway, peer: str) -> None:
    """Connect for real (ICE, DTLS), then leave."""
    connected = asyncio.Event()

    def heard(event: object) -> None:
        if isinstance(event, Connected) and event.peer == peer:
            connected.set()

    forget = gateway.add_listener(heard)
    browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    browser.addTransceiver("video", direction="sendonly")
    await browser.setLocalDescription(await browser.createOffer())
    answer = await gateway.negotiate(ROOM, peer, "send", browser.localDescription.sdp, ("camera",))
    await browser.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await asyncio.wait_for(connected.wait(), 10)
    await gateway.leave(ROOM, peer)
    await browser.close()
    forget()


async def cycles(gateway: MediaGateway, names: Iterator[int], number: int) -> None:
    for _ in range(number):
        await join_and_leave(gateway, f"peer-{next(names)}")


async def settled(gateway: MediaGateway) -> Report:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            while (await gateway.inspect()).connections:  # noqa: ASYNC110 - the node is another process
                await asyncio.sleep(0.05)
    return await gateway.inspect()


async def test_two_hundred_joins_and_leaves_leave_nothing_behind(gateway: MediaGateway) -> None:
    names = iter(range(1000))
    await asyncio.gather(*(cycles(gateway, names, 10) for _ in range(4)))
    before = await settled(gateway)
    await asyncio.gather(*(cycles(gateway, names, 50) for _ in range(4)))
    after = await settled(gateway)
    assert (after.file_descriptors, after.tasks) == (before.file_descriptors, before.tasks)
    assert (after.connections, after.peers) == (0, 0)
    assert after.memory_kb <= before.memory_kb * 1.05
