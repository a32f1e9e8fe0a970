"""A meeting on three nodes, shaped like a city and two of its districts: everybody sees and hears the same."""

import asyncio
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack

import pytest

from meetings.sfu.cascade import Cascade
from meetings.sfu.gateway import Event, MediaGateway, NodeFound, NodeLost
from meetings.sfu.messages import Crossing, Offered, Spread, Wanted
from tests.sfu.node import RunningNode, running_node
from tests.sfu.peers import ROOM, Peer, camera
from tests.sfu.relay import Relay

pytestmark = pytest.mark.slow

CITY, EAST, WEST = range(3)


class Wire(MediaGateway):
    """The gateway to a node that other nodes reach through a relay, which keeps what they sent."""

    relay: Relay
    asked = 0
    """How often a crossing to it was asked for."""

    async def expect(self, room: str, offered: Offered, sender: str) -> Crossing:
        self.asked += 1
        crossing = await super().expect(room, offered, sender)
        self.relay.node = (crossing.address, crossing.port)
        return crossing.model_copy(update={"port": self.relay.port})

    def media(self) -> list[tuple[int, int]]:
        """SSRC and number of each packet of media that came from other nodes."""
        packets = [data for data in self.relay.kept if 127 < data[0] < 192 and not 192 <= data[1] < 224]
        return [(struct.unpack_from("!I", data, 8)[0], struct.unpack_from("!H", data, 2)[0]) for data in packets]

    def crossed(self) -> int:
        """How many sources sent media here lately, each of one layer."""
        return len(self.streams())

    def streams(self) -> set[int]:
        """SSRCs of what came from other nodes."""
        return {ssrc for ssrc, _ in self.media()}


class Coordinator:
    """One web process: its gateways to the three nodes, what they said, and the cascade that it steers."""

    def __init__(self, gateways: list[Wire]) -> None:
        self.gateways = gateways
        self.heard: list[list[Event]] = [[], [], []]
        self.names = names = {gateway.address: gateway for gateway in gateways}

        async def find(name: str) -> MediaGateway:
            return names[name]

        self.cascade = Cascade(ROOM, find)
        for number, gateway in enumerate(gateways):
            gateway.add_listener(self._listener(number, gateway.address))

    def _listener(self, number: int, name: str) -> Callable[[Event], None]:
        def hear(event: Event) -> None:
            self.heard[number].append(event)
            if isinstance(event, Spread):
                self.cascade.hear(name, event)
            elif isinstance(event, NodeLost):
                self.cascade.lost(name)
            elif isinstance(event, NodeFound):
                self.cascade.found(name)

        return hear

    def steer(self, centre: int = CITY, nodes: Iterable[int] = (CITY, EAST, WEST)) -> None:
        self.cascade.steer(self.gateways[centre].address, [self.gateways[node].address for node in nodes])

    @property
    def asked(self) -> int:
        """How many crossings it has asked for."""
        return sum(gateway.asked for gateway in self.gateways)

    async def close(self) -> None:
        await self.cascade.close()
        for gateway in self.gateways:
            await gateway.close()


class Scene(Coordinator):
    """Three nodes and a process that steers them; ``peer`` is a tab at one of them."""

    def __init__(self, gateways: list[Wire]) -> None:
        super().__init__(gateways)
        self.peers: list[Peer] = []

    def peer(self, node: int, name: str) -> Peer:
        self.peers.append(Peer(self.gateways[node], name))
        return self.peers[-1]

    async def everywhere(self, floor: str, heard: list[str]) -> None:
        """What the web side tells every node of the room."""
        for gateway in self.gateways:
            await gateway.listen(ROOM, heard)
            await gateway.show(ROOM, "floor", camera(floor))


@pytest.fixture(scope="module", params=["native", "python"])
def nodes(request: pytest.FixtureRequest) -> Iterator[list[RunningNode]]:
    with ExitStack() as stack:
        yield [stack.enter_context(running_node("--path", request.param)) for _ in range(3)]


async def wire(address: str, relay: Relay) -> Wire:
    """A gateway of its own to a node that other nodes reach through that relay."""
    gateway = Wire.open(address)
    assert isinstance(gateway, Wire)
    gateway.relay = relay
    assert await gateway.wait(15)
    return gateway


@pytest.fixture
async def scene(nodes: list[RunningNode]) -> AsyncIterator[Scene]:
    """Every node is empty before and after."""
    scene = Scene([await wire(node.address, Relay(kept=deque(maxlen=100_000))) for node in nodes])
    scene.steer()
    yield scene
    await scene.cascade.close()
    for peer in scene.peers:
        await peer.close()
    for gateway in scene.gateways:
        await gateway.close_room(ROOM)
        report = await gateway.inspect()
        await gateway.close()
        gateway.relay.close()
        assert (report.rooms, report.connections) == (0, 0)


async def rests(count: Callable[[], int]) -> None:
    """Return when something has not been counted up for a second and a half."""
    async with asyncio.timeout(20):
        before = -1
        while count() != before:
            before = count()
            await asyncio.sleep(1.5)


async def test_who_speaks_in_the_city_is_seen_and_heard_in_both_districts(scene: Scene) -> None:
    anh = scene.peer(CITY, "anh")
    watching = [scene.peer(EAST, "east1"), scene.peer(EAST, "east2"), scene.peer(WEST, "west1"), scene.peer(CITY, "c")]
    await anh.send()
    await scene.everywhere("anh", ["anh"])
    for peer in watching:
        await peer.receive()
    for peer in watching:
        await peer.until(lambda peer=peer: peer.shows("floor") == "anh" and peer.frames["audio0"] > 20)
    for district in (EAST, WEST):
        packets = scene.gateways[district].media()
        assert len(packets) == len(set(packets)), "a packet crossed twice"
        assert scene.gateways[district].crossed() == 2
    assert scene.gateways[CITY].crossed() == 0


async def test_the_floor_moves_from_one_district_to_the_other(scene: Scene) -> None:
    binh, chau = scene.peer(EAST, "binh"), scene.peer(WEST, "chau")
    watching = [scene.peer(node, f"viewer{node}") for node in (CITY, EAST, WEST)]
    await binh.send()
    await chau.send()
    await scene.everywhere("binh", ["binh", "chau"])
    for peer in watching:
        await peer.receive()
    for peer in watching:
        await peer.until(lambda peer=peer: peer.shows("floor") == "binh" and peer.frames["audio1"] > 20)
    await scene.everywhere("chau", ["binh", "chau"])
    for peer in watching:
        await peer.until(lambda peer=peer: peer.shows("floor") == "chau")
    said = [event for event in scene.heard[EAST] if isinstance(event, Wanted) and event.source == camera("chau")]
    assert not said, "only the node that has a camera says how much of it is wanted"


async def test_what_nobody_is_shown_elsewhere_does_not_cross(scene: Scene) -> None:
    anh, east = scene.peer(CITY, "anh"), scene.peer(EAST, "east")
    await anh.send()
    await scene.everywhere("anh", [])
    await east.receive()
    await east.until(lambda: east.shows("floor") == "anh")
    assert (scene.gateways[EAST].crossed(), scene.gateways[WEST].crossed()) == (1, 0)
    await scene.gateways[EAST].view(ROOM, "east", {}, ("floor",))
    await rests(lambda: len(scene.gateways[EAST].media()))
    wanted = [
        event.layers for event in scene.heard[CITY] if isinstance(event, Wanted) and event.source == camera("anh")
    ]
    assert wanted[-1] == 0


async def test_losses_between_the_nodes_are_made_good_there(scene: Scene) -> None:
    anh, east = scene.peer(CITY, "anh"), scene.peer(EAST, "east")
    scene.gateways[EAST].relay.loss = 0.1
    await anh.send(busy=True)
    await scene.everywhere("anh", ["anh"])
    receiving = await east.receive()
    await east.until(lambda: east.frames["floor"] > 60, 30)
    assert scene.gateways[EAST].relay.lost > 20
    report = await scene.gateways[CITY].inspect()
    assert report.retransmitted > 0
    # what aiortc tells is of the last stream of a receiver, which may be that of its retransmissions
    pictures = [t.receiver for t in receiving.getTransceivers() if t.kind == "video"]
    streams = [stream for each in pictures for stream in each._RTCRtpReceiver__remote_streams.values()]
    assert max(s.packets_lost / s.packets_received for s in streams if s.packets_received > 100) < 0.02


# --- several web processes ------------------------------------------------------------------------------


@pytest.fixture
async def second(scene: Scene) -> AsyncIterator[Coordinator]:
    """Another web process that is to steer the same room."""
    coordinator = Coordinator([await wire(gateway.address, gateway.relay) for gateway in scene.gateways])
    yield coordinator
    await coordinator.close()


async def city_and_districts(scene: Scene) -> list[Peer]:
    """``anh`` sends in the city and ``chau`` in the west; who watches in each of the three."""
    await scene.peer(CITY, "anh").send()
    await scene.peer(WEST, "chau").send()
    await scene.everywhere("anh", ["anh"])
    watching = [scene.peer(node, f"viewer{node}") for node in (CITY, EAST, WEST)]
    for peer in watching:
        await peer.receive()
    await all_see(watching, "anh")
    return watching


async def all_see(watching: list[Peer], name: str) -> None:
    for peer in watching:
        await peer.until(lambda peer=peer: peer.shows("floor") == name)


AT_ONE_PATH = pytest.mark.parametrize("nodes", ["native"], indirect=True)
"""What processes come to has nothing to do with packets."""


@AT_ONE_PATH
async def test_a_process_that_joins_in_leaves_what_crosses_alone(scene: Scene, second: Coordinator) -> None:
    watching = await city_and_districts(scene)
    await asyncio.sleep(0.5)
    streams = [gateway.streams() for gateway in scene.gateways]
    for nodes in ([CITY, EAST], [CITY, EAST, WEST]):  # at first it does not know of the west
        second.steer(CITY, nodes)
        await asyncio.sleep(0.5)
    second.cascade.lost(second.gateways[WEST].address)  # then it alone cannot reach the west
    second.steer()
    shown = [peer.frames["floor"] for peer in watching]
    for peer, before in zip(watching, shown, strict=True):
        await peer.until(lambda peer=peer, before=before: peer.frames["floor"] > before + 15)
    assert [gateway.streams() for gateway in scene.gateways] == streams


@AT_ONE_PATH
async def test_two_processes_that_steer_one_room_come_to_the_same_and_rest(scene: Scene, second: Coordinator) -> None:
    second.steer()
    watching = await city_and_districts(scene)
    for name in ("chau", "anh", "chau"):
        await scene.everywhere(name, [name])
        await all_see(watching, name)
    for gateway in scene.gateways:
        packets = gateway.media()
        assert len(packets) == len(set(packets)), "a packet crossed twice"
    await rests(lambda: scene.asked + second.asked)


@AT_ONE_PATH
async def test_two_processes_that_disagree_on_the_centre_agree_again(scene: Scene, second: Coordinator) -> None:
    watching = await city_and_districts(scene)
    second.steer(WEST)
    await asyncio.sleep(1)
    scene.steer(WEST)
    await scene.everywhere("chau", ["chau"])
    await all_see(watching, "chau")
    await rests(lambda: scene.asked + second.asked)
