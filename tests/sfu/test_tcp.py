"""Media over TCP: a real Chromium without UDP sees the picture, and strangers at the port do no harm."""

import asyncio
import os
import random
import re
import socket
import struct
from collections.abc import AsyncIterator, Iterator

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from meetings.sfu import stun, tcp
from meetings.sfu.gateway import MediaGateway
from meetings.sfu.tcp import TcpRelay
from tests.sfu.node import RunningNode, running_node
from tests.sfu.peers import ROOM, camera
from tests.sfu.test_chromium import STATS, chromium, receive, send, until

CHECK = stun.build(stun.BINDING_REQUEST, b"0" * 12, [(stun.USERNAME, b"nobody:nobody")], b"guessed")
"""A check as a stranger can make it."""


class WithoutUdp:
    """Takes the UDP candidates out of the node's answer, as a network that blocks UDP does."""

    def between(self, answer: str) -> str:
        assert re.search(r"a=candidate:\d+ 1 udp ", answer)
        return re.sub(r"a=candidate:\d+ 1 udp [^\r]*\r\n", "", answer)


@pytest.fixture(scope="module")
def node() -> Iterator[RunningNode]:
    with running_node("--tcp-port", "0") as node:
        yield node


class Framed:
    """A client of the TCP port that frames as RFC 4571 says, or not."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def put(self, frame: bytes) -> None:
        self.writer.write(struct.pack("!H", len(frame)) + frame)

    async def get(self) -> bytes:
        async with asyncio.timeout(5):
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            return await self.reader.readexactly(length)

    async def is_hung_up_on(self, seconds: float = 5) -> bool:
        try:
            return await asyncio.wait_for(self.reader.read(100), seconds) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def close(self) -> None:
        self.writer.transport.abort()


class Door:
    """The TCP port of the node, with the credentials of a connection that was negotiated for it."""

    def __init__(self, offer: str, answer: str) -> None:
        found = re.search(r"a=candidate:\d+ 1 tcp \d+ 127\.0\.0\.1 (\d+) typ host tcptype passive", answer)
        assert found, answer
        self.answer = answer
        self.port = int(found[1])
        self.ufrag, self.password = (
            re.findall(pattern, answer)[0] for pattern in (r"ice-ufrag:(\S+)", r"ice-pwd:(\S+)")
        )
        self.remote = re.findall(r"ice-ufrag:(\S+)", offer)[0]
        self.opened: list[Framed] = []

    async def connect(self) -> Framed:
        self.opened.append(Framed(*await asyncio.open_connection("127.0.0.1", self.port)))
        return self.opened[-1]

    def check(self) -> bytes:
        username = f"{self.ufrag}:{self.remote}".encode()
        return stun.build(stun.BINDING_REQUEST, os.urandom(12), [(stun.USERNAME, username)], self.password.encode())


@pytest.fixture
async def door(gateway: MediaGateway) -> AsyncIterator[Door]:
    browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    browser.addTransceiver("audio", direction="sendonly")
    await browser.setLocalDescription(await browser.createOffer())
    offer = browser.localDescription.sdp
    door = Door(offer, await gateway.negotiate(ROOM, "anh", "send", offer, ("microphone",)))
    yield door
    for framed in door.opened:
        framed.close()
    await browser.close()


@pytest.mark.browser
async def test_a_chromium_without_udp_sends_and_decodes_pictures_and_voices(gateway: MediaGateway) -> None:
    async with chromium(2) as pages:
        await gateway.show(ROOM, "floor", camera("red"))
        await gateway.listen(ROOM, ["red"])
        await send(pages[0], gateway, "red", "rgb(255, 0, 0)", WithoutUdp())
        await receive(pages[1], gateway, WithoutUdp())
        await until(lambda: pages[1].evaluate(STATS), lambda s: s["frames"] > 60 and s["energy"] > 0, 25)


async def test_candidates_over_tcp_come_after_those_over_udp(door: Door) -> None:
    found = re.findall(r"a=candidate:\d+ 1 (udp|tcp) (\d+) ", door.answer)
    assert [protocol for protocol, _ in sorted(found, key=lambda one: -int(one[1]))] == ["udp", "tcp"]


def test_the_first_address_comes_first() -> None:
    first, second = tcp.candidates(["10.0.0.1", "::1"], 443)
    assert first.priority > second.priority


async def test_a_right_check_is_answered_even_when_it_comes_byte_by_byte(door: Door) -> None:
    framed = await door.connect()
    check = door.check()
    for byte in struct.pack("!H", len(check)) + check:
        framed.writer.write(bytes([byte]))
        await asyncio.sleep(0)
    answer = stun.parse(await framed.get())
    assert answer.kind == stun.BINDING_SUCCESS
    framed.put(b"")
    framed.writer.write(struct.pack("!H", len(check)) + check + struct.pack("!H", len(check)) + check)
    assert [stun.parse(await framed.get()).kind for _ in range(2)] == [stun.BINDING_SUCCESS] * 2


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40),
        struct.pack("!H", 0),
        struct.pack("!H", 19) + bytes(19),
        struct.pack("!H", 0xFFFF),
        struct.pack("!H", 60) + b"\x80\x6f" + bytes(58),
        struct.pack("!H", len(CHECK)) + CHECK[:-1] + b"\0",
        struct.pack("!H", 20) + b"\x01\x01\0\0\x21\x12\xa4\x42" + bytes(12),
    ],
    ids=["http", "tls", "empty", "too-short", "too-long", "rtp", "wrong-fingerprint", "stun-answer"],
)
async def test_whoever_does_not_begin_with_a_check_is_hung_up_on(door: Door, bytes_sent: bytes) -> None:
    framed = await door.connect()
    framed.writer.write(bytes_sent)
    assert await framed.is_hung_up_on()


async def test_a_frame_too_long_ends_a_connection_in_use(door: Door) -> None:
    framed = await door.connect()
    framed.put(door.check())
    await framed.get()
    framed.writer.write(struct.pack("!H", tcp.LONGEST + 1))
    assert await framed.is_hung_up_on()


async def test_guessed_checks_are_not_answered_and_soon_ended(door: Door) -> None:
    framed = await door.connect()
    for _ in range(tcp.UNPROVEN_FRAMES + 1):
        framed.put(CHECK)
    assert await framed.is_hung_up_on()


@pytest.mark.slow
async def test_who_says_nothing_is_hung_up_on_in_ten_seconds(door: Door) -> None:
    framed = await door.connect()
    assert await framed.is_hung_up_on(tcp.PROVE_WITHIN + 3)


async def test_one_address_cannot_take_all_places(door: Door) -> None:
    crowd = [await door.connect() for _ in range(tcp.MOST_UNPROVEN_PER_ADDRESS + 5)]
    ended = [framed for framed in crowd if await framed.is_hung_up_on(0.05)]
    assert len(ended) == 5
    crowd[0].put(door.check())
    assert stun.parse(await crowd[0].get()).kind == stun.BINDING_SUCCESS, "those inside are served on"


async def test_nonsense_leaves_nothing_behind(door: Door, gateway: MediaGateway, node: RunningNode) -> None:
    before = await gateway.inspect()
    chance = random.Random(4)
    for _ in range(200):
        framed = await door.connect()
        if chance.random() < 0.3:
            framed.put(door.check())
        framed.writer.write(os.urandom(chance.choice((1, 30, 3000, 100_000))))
        if chance.random() < 0.5:
            framed.close()
        else:
            await asyncio.sleep(0)
    for framed in door.opened:
        framed.close()
    async with asyncio.timeout(5):
        while (after := await gateway.inspect()).file_descriptors > before.file_descriptors:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert after.node == before.node
    assert "Traceback" not in node.log


async def test_who_does_not_read_misses_pictures_and_costs_no_memory() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as node:
        node.bind(("127.0.0.1", 0))
        node.setblocking(False)
        relay = await TcpRelay.start(0, ["127.0.0.1"], [], node.getsockname()[1])
        framed = Framed(*await asyncio.open_connection("127.0.0.1", relay.candidates[0].port, limit=1))
        framed.put(CHECK)
        _, address = await asyncio.wait_for(asyncio.get_running_loop().sock_recvfrom(node, 2048), 10)
        for _ in range(200):
            for _ in range(50):
                node.sendto(bytes(1200), address)
            await asyncio.sleep(0.001)
        (connection,) = relay.connections
        assert relay.counters.dropped > 100
        assert connection.waiting <= tcp.BACKLOG
        dropped = relay.counters.dropped
        node.sendto(bytes(100), address)
        await asyncio.sleep(0.05)
        assert relay.counters.dropped == dropped, "sound still finds room"
        framed.close()
        relay.close()
        assert not relay.connections
