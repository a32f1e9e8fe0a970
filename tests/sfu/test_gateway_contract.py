"""What the web side may rely on, over a Unix socket and over TCP alike."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from meetings.sfu.failures import CommandFailed, NodeUnavailable
from meetings.sfu.gateway import MediaGateway, NodeFound, NodeLost
from meetings.sfu.messages import Source
from tests.sfu.node import SECRET, RunningNode, start_node

PATHS = ("native", "python")
BUSY_S = 2
"""By how much a busy machine may be later."""


@pytest.fixture(params=["unix", "tcp"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"unix:{tmp_path}/control" if request.param == "unix" else free_tcp_address()


def free_tcp_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp:127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def own_node(address: str, tmp_path: Path, packet_path: list[str]) -> Iterator[RunningNode]:
    node = start_node(address, tmp_path / "log", *packet_path)
    yield node
    node.stop()


@pytest.fixture
def idle_node(address: str, tmp_path: Path) -> Iterator[RunningNode]:
    node = start_node(address, tmp_path / "log")
    yield node
    node.stop()


async def test_commands_are_carried_out_and_refused_with_a_code(own_node: RunningNode) -> None:
    gateway = await MediaGateway.connect(own_node.address, SECRET, wait=15)
    await gateway.show("room", "floor", Source(peer="a", kind="camera"))
    await gateway.view("room", "a", {"wall0": Source(peer="b", kind="camera")}, ("chair",))
    await gateway.listen("room", ["a"])
    with pytest.raises(CommandFailed) as refused:
        await gateway.negotiate("room", "a", "send", "not SDP at all", ("camera",))
    assert refused.value.code == "bad-offer"
    with pytest.raises(CommandFailed) as unknown:
        await gateway.measure("room", "a")
    assert unknown.value.code == "no-such-viewer"
    assert (await gateway.inspect()).rooms == 1
    await gateway.leave("room", "nobody")
    await gateway.close_room("room")
    assert (await gateway.inspect()).rooms == 0
    await gateway.close()


@pytest.mark.slow
async def test_a_node_that_went_away_is_found_again(address: str, tmp_path: Path) -> None:
    node = start_node(address, tmp_path / "log")
    gateway = await MediaGateway.connect(address, SECRET, wait=15)
    heard: asyncio.Queue = asyncio.Queue()
    gateway.add_listener(heard.put_nowait)
    node.stop()
    assert await asyncio.wait_for(heard.get(), 5) == NodeLost(address)
    with pytest.raises(NodeUnavailable):
        await gateway.inspect()
    node = start_node(address, tmp_path / "log")
    assert await asyncio.wait_for(heard.get(), 15) == NodeFound(address, restarted=True)
    assert (await gateway.inspect()).rooms == 0
    await gateway.close()
    node.stop()


@pytest.mark.slow
async def test_a_node_that_falls_silent_is_missed_within_three_seconds(idle_node: RunningNode) -> None:
    gateway = await MediaGateway.connect(idle_node.address, SECRET, wait=15)
    heard: asyncio.Queue = asyncio.Queue()
    gateway.add_listener(heard.put_nowait)
    await asyncio.sleep(3)
    assert gateway.is_up and heard.empty(), "idle is not silent"
    idle_node.process.send_signal(signal.SIGSTOP)
    try:
        assert await asyncio.wait_for(heard.get(), 3 + BUSY_S) == NodeLost(idle_node.address)
    finally:
        idle_node.process.send_signal(signal.SIGCONT)
    assert await asyncio.wait_for(heard.get(), 10) == NodeFound(idle_node.address, restarted=False)
    await gateway.close()


async def test_lines_that_are_no_commands_are_answered_and_harmless(gateway: MediaGateway) -> None:
    reader, writer = await asyncio.open_unix_connection(gateway.address.removeprefix("unix:"))
    for line in (b"{", b"\xff\xfe", b'{"type":"rob"}', b'{"type":"show","id":4}', b"[]"):
        writer.write(line + b"\n")
        assert b'"bad-command"' in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert (await gateway.inspect()).rooms == 0


async def test_a_stranger_on_tcp_is_not_obeyed(tmp_path: Path) -> None:
    address = free_tcp_address()
    node = start_node(address, tmp_path / "log")
    friend = await MediaGateway.connect(address, SECRET, wait=15)
    stranger = await MediaGateway.connect(address, "guessed", wait=0.3)
    assert friend.is_up and not stranger.is_up
    await stranger.close()
    await friend.close()
    node.stop()
