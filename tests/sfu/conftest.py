"""A real node in its own process, shared by the tests of a module, and a gateway to it."""

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest

from meetings.sfu.gateway import MediaGateway
from meetings.sfu.native.binding import NativePath
from meetings.sfu.native.build import CannotBuild, build
from meetings.sfu.twin.path import TwinPath
from tests.sfu.by_hand import SLOT, SOURCE, START, WALL, AnyPath, Browser, picture_slot, video
from tests.sfu.node import RunningNode, running_node
from tests.sfu.peers import ROOM, Peer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that names ``PATHS`` has its nodes on each packet path in turn."""
    paths = getattr(metafunc.module, "PATHS", ())
    if paths and "packet_path" in metafunc.fixturenames:
        metafunc.parametrize("packet_path", paths, indirect=True, scope="module")


@pytest.fixture(scope="session", autouse=True)
def native_path_is_built() -> None:
    """Of the sources as they are; where there is no compiler, nodes use the other path."""
    with contextlib.suppress(CannotBuild):
        build()


@pytest.fixture(scope="module")
def packet_path(request: pytest.FixtureRequest) -> list[str]:
    """The options by which a node uses the path that is tested."""
    return ["--path", request.param] if hasattr(request, "param") else []


@pytest.fixture(scope="module")
def node(packet_path: list[str]) -> Iterator[RunningNode]:
    with running_node(*packet_path) as node:
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


@pytest.fixture(params=[NativePath, TwinPath], ids=["native", "python"])
def path(request: pytest.FixtureRequest) -> Iterator[AnyPath]:
    """Each packet path in turn, moved on by hand."""
    made: AnyPath = request.param()
    made.gather(0)
    made.step_clock(START, WALL)
    yield made
    made.close()


@pytest.fixture
def sender(path: AnyPath) -> Browser:
    """Peer 1, which sends a picture."""
    browser = Browser(1)
    browser.join(path)
    path.add_stream(video(1, 1, SOURCE))
    return browser


@pytest.fixture
def viewer(path: AnyPath, sender: Browser) -> Browser:
    """Peer 2, which looks at it."""
    browser = Browser(2)
    browser.join(path)
    path.add_slot(picture_slot(1, 2, SLOT))
    path.aim(1, 1)
    return browser
