"""How the Python path uses its sockets: several datagrams in one message, and rests between two looks."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.sfu.packet_path import Counters
from meetings.sfu.twin.link import BATCH, Link
from meetings.sfu.twin.way import MOST_SEGMENTS, SocketWay, cuts_messages, messages

SECOND = 1_000_000


@given(st.lists(st.integers(1, 4), max_size=100), st.integers(1, MOST_SEGMENTS))
def test_a_message_holds_datagrams_of_one_size_and_then_one_that_is_shorter(sizes: list[int], most: int) -> None:
    datagrams = [bytes([number]) * size for number, size in enumerate(sizes)]
    found = [list(message) for message in messages(datagrams, most)]
    assert [datagram for message in found for datagram in message] == datagrams
    for message in found:
        *others, last = map(len, message)
        assert len(message) <= most
        assert len(set(others)) <= 1
        assert not others or last <= others[0]


@pytest.fixture
def link() -> Iterator[Link]:
    opened = Link(3, "127.0.0.1", 0)
    yield opened
    opened.close()


@pytest.fixture
def other() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(1)
        yield opened


@pytest.mark.parametrize("cuts", [True, False])
def test_what_goes_as_one_message_arrives_as_it_was(link: Link, other: socket.socket, *, cuts: bool) -> None:
    if cuts and not cuts_messages(link.socket):
        pytest.skip("this kernel does not segment")
    counters = Counters()
    datagrams = [bytes([number]) * size for number, size in enumerate([1000] * 40 + [999, 80, 80, 90, 3])]
    SocketWay(link.socket, other.getsockname(), counters, cuts=cuts).send_all(datagrams)
    assert [other.recv(2048) for _ in datagrams] == datagrams
    assert (counters.packets_out, counters.bytes_out) == (len(datagrams), sum(map(len, datagrams)))


def test_a_message_that_is_refused_goes_datagram_by_datagram(link: Link, other: socket.socket) -> None:
    """As where a network is too narrow for it: here one datagram of the message is larger than any can be."""
    counters = Counters()
    datagrams = [bytes(60_000), bytes(60_000), b"last"]
    SocketWay(link.socket, other.getsockname(), counters, cuts=True).send_all(datagrams)
    assert [len(other.recv(1 << 16)) for _ in datagrams] == [60_000, 60_000, 4]
    assert counters.packets_out == 3
    assert counters.sends_failed == 0


def test_what_comes_is_read_with_where_and_when(link: Link, other: socket.socket) -> None:
    before = time.time_ns() // 1000
    for number in range(BATCH + 1):
        other.sendto(bytes([number]), link.socket.getsockname())
    first, second = link.read(), link.read()
    assert [datagram.data[0] for datagram in first + second] == list(range(BATCH + 1))
    assert {(d.address.host, d.address.port, d.address.link) for d in first} == {(*other.getsockname(), 3)}
    assert before - SECOND < first[0].came <= first[-1].came < before + 10 * SECOND
    assert link.read() == []


async def test_a_link_that_rests_is_looked_at_later_and_then_as_things_come(link: Link, other: socket.socket) -> None:
    looked: asyncio.Queue[float] = asyncio.Queue()

    def look(link: Link) -> None:
        link.read()
        looked.put_nowait(time.monotonic())

    began = time.monotonic()
    link.await_next(look, 100_000)
    other.sendto(b"meanwhile", link.socket.getsockname())
    assert await looked.get() - began >= 0.1
    link.await_next(look, 0)
    await asyncio.sleep(0.05)
    assert looked.empty()
    other.sendto(b"now", link.socket.getsockname())
    await asyncio.wait_for(looked.get(), 5)
