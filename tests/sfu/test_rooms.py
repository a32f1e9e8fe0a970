"""A node forgets the rooms and peers that nobody uses, and none that somebody does."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from meetings.sfu.messages import Done, Drop, Expect, Expected, Leave, Listen, Negotiate, Negotiated, Source, View
from meetings.sfu.node import Node, NodeConfig
from meetings.sfu.room import FORGET_AFTER, Room
from meetings.sfu.slots import AUDIO_SLOTS, USUAL_SLOTS
from tests.sfu.peers import ROOM


@pytest.fixture
async def node() -> AsyncIterator[Node]:
    node = Node(NodeConfig(bind=["127.0.0.1"]))
    yield node
    node.close()


async def offer(*media: str, direction: str = "sendonly") -> str:
    browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in media:
        browser.addTransceiver(kind, direction=direction)
    await browser.setLocalDescription(await browser.createOffer())
    text = browser.localDescription.sdp
    await browser.close()
    return text


def room_of(node: Node) -> Room:
    return node._rooms[ROOM]


async def test_a_room_nobody_came_to_is_forgotten_after_a_while(node: Node) -> None:
    node.carry_out(Listen(id=1, room=ROOM, peers=("anh",)))
    node.carry_out(View(id=2, room=ROOM, peer="anh", wall={"wall0": Source(peer="binh", kind="camera")}))
    now = asyncio.get_running_loop().time()
    assert not room_of(node).forget_unused(now + FORGET_AFTER - 1)
    assert list(room_of(node).peers) == ["anh"]
    assert room_of(node).forget_unused(now + FORGET_AFTER + 1)
    assert not room_of(node).peers


async def test_a_connection_keeps_its_peer_and_room_but_no_other_peer(node: Node) -> None:
    command = Negotiate(id=1, room=ROOM, peer="anh", connection="send", sdp=await offer("video"), kinds=("camera",))
    assert isinstance(node.carry_out(command), Negotiated)
    node.carry_out(View(id=2, room=ROOM, peer="chau", wall={}))
    late = asyncio.get_running_loop().time() + 10 * FORGET_AFTER
    assert not room_of(node).forget_unused(late)
    assert list(room_of(node).peers) == ["anh"]

    node.carry_out(Leave(id=3, room=ROOM, peer="anh"))
    assert not room_of(node).forget_unused(late + FORGET_AFTER - 1), "counted from the last connection"
    assert room_of(node).forget_unused(late + FORGET_AFTER + 1)


async def test_the_node_looks_for_unused_rooms_by_itself(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetings.sfu.room.FORGET_AFTER", 0.0)
    node.carry_out(Listen(id=1, room=ROOM, peers=("anh",)))
    async with asyncio.timeout(10):
        while node._rooms:  # noqa: ASYNC110 - the node tells nobody
            await asyncio.sleep(0.1)


async def test_what_a_connection_held_goes_when_its_peer_leaves(node: Node) -> None:
    sending = await offer("video")
    receiving = await offer(
        *("audio" if slot in USUAL_SLOTS[:AUDIO_SLOTS] else "video" for slot in USUAL_SLOTS), direction="recvonly"
    )
    node.carry_out(Negotiate(id=1, room=ROOM, peer="anh", connection="send", sdp=sending, kinds=("camera",)))
    node.carry_out(Negotiate(id=2, room=ROOM, peer="anh", connection="receive", sdp=receiving))
    ends = [weakref.ref(end) for end in room_of(node).peers["anh"].coming.values()]
    connections = [weakref.ref(end().connection) for end in ends]
    gc.disable()  # native memory hangs on them, of which the collector knows nothing
    try:
        node.carry_out(Leave(id=3, room=ROOM, peer="anh"))
        assert [ref() for ref in (*ends, *connections)] == [None] * 4
    finally:
        gc.enable()


async def test_a_crossing_that_ends_leaves_nothing_and_none_that_was_made_meanwhile_ends(node: Node) -> None:
    def expect(sender: str) -> int:
        source = Source(peer="anh", kind="camera")
        answer = node.carry_out(Expect(id=1, room=ROOM, source=source, codec="vp8", layers=3, sender=sender))
        assert isinstance(answer, Expected)
        return answer.crossing.label

    def drop(label: int) -> None:
        assert isinstance(
            node.carry_out(Drop(id=2, room=ROOM, source=Source(peer="anh", kind="camera"), label=label)), Done
        )

    for number in range(20):
        label = expect(f"process {number}")
        assert expect(f"process {number}") == label, "asked again, the answer is the same"
        newer = expect(f"process {number} after its restart")
        assert newer != label
        drop(label)
        assert len(room_of(node).tracks) == 1
        drop(newer)
    assert not room_of(node).tracks
    assert not node._switchboard.links
    assert not node._switchboard.streams
