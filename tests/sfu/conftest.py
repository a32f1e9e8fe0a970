"""A real node in its own process, shared by the tests of a module, and a gateway to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from meetings.sfu.gateway import MediaGateway
from tests.sfu.node import RunningNode, running_node
from tests.sfu.peers import ROOM, Peer


@pytest.fixture(scope="module")
def node() -> Iterator[RunningNode]:
    with running_node() as node:
        yield node


@pytest.fixture
async def gateway(node: RunningNode) -> AsyncIterator[MediaGateway]:
    """Each test finds the node empty and leaves it so."""
    gateway = await MediaGateway.connect(node.address, wait=15)
    assert gateway.is_up
    yield gateway
    await gateway.close_room(ROOM)
    report = await gateway.inspect()
    await gateway.close()
    assert (report.rooms, report.connections) == (0, 0)


@pytest.fixture
async def peers(gateway: MediaGateway) -> AsyncIterator[dict[str, Peer]]:
    """Three tabs that have not joined yet."""
    made = {name: Peer(gateway, name) for name in ("anh", "binh", "chau")}
    yield made
    for peer in made.values():
        await peer.close()
