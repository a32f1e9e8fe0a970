"""A meeting with more people than one media node carries: it is on several, and nobody notices."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from pytest_django.fixtures import Settings

from meetings import placement, recording
from meetings.models import Recording
from meetings.recorders import Keeper
from meetings.sfu.gateway import MediaGateway
from tests.city import City
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.tabs import Tab
from tests.sfu.node import RunningNode, start_node
from tests.sfu.peers import BRIGHTNESS
from tests.sfu.recorders import Tone, look_into

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

AGAIN_WITHIN_S = 8.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunningNode]]:
    """Three nodes, by their addresses; a test that ends one starts it again."""
    folder = tmp_path_factory.mktemp("nodes")
    addresses = [f"unix:{folder}/{name}.sock" for name in ("a", "b", "c")]
    nodes = {address: start_node(address, folder / f"{address[-6]}.log") for address in addresses}
    yield nodes
    for node in nodes.values():
        node.stop()


@pytest.fixture
def nodes(running: dict[str, RunningNode], settings: Settings, tmp_path: Path) -> Iterator[dict[str, RunningNode]]:
    """Each node has room for two tabs."""
    settings.MEDIA_NODES = list(running)
    settings.MEDIA_NODE_CAPACITY = 2
    yield running
    for address, node in running.items():
        if node.process.poll() is not None:
            running[address] = start_node(address, tmp_path / "again.log")


@pytest.fixture
def sitting(city: City, nodes: dict[str, RunningNode]) -> Sitting:
    return build_sitting(city)


async def three_tabs(tab: Callable[..., Tab]) -> tuple[Tab, Tab, Tab]:
    """The chair, a department and a commune, in free discussion with open microphones; the third is on another node."""
    chair, department, commune = tab("chair", "anh"), tab("department_head", "binh"), tab("invited_head", "chau")
    for one in (chair, department, commune):
        await one.come()
    await chair.ask("discussion.set", free=True)
    for one in (chair, department, commune):
        await one.speak()
    return chair, department, commune


async def test_the_third_tab_of_a_full_node_is_on_another_and_sees_and_hears_the_same(
    tab: Callable[..., Tab], sitting: Sitting
) -> None:
    chair, department, commune = await three_tabs(tab)
    assert await chair.node() == await department.node() != await commune.node()
    assert await sync_to_async(placement.nodes)(sitting.meeting.pk) == (await chair.node(), await commune.node())
    for one in (department, commune):
        await one.peer.until(lambda one=one: one.peer.shows("floor") == "anh" and one.hears() > 20)

    for speaker, grey in ((commune, "chau"), (department, "binh"), (chair, "anh")):
        await speaker.take_floor(chair)
        for one in {chair, department, commune} - {speaker}:
            await one.peer.until(lambda one=one, grey=grey: one.peer.shows("floor") == grey)
            await one.hear("slot.switched", slot="floor", site=speaker.site)


async def test_what_one_district_sends_reaches_the_other_through_the_city(
    tab: Callable[..., Tab], settings: Settings, nodes: dict[str, RunningNode]
) -> None:
    settings.MEDIA_NODE_CAPACITY = 1
    city, east, west = await three_tabs(tab)
    assert {await city.node(), await east.node(), await west.node()} == set(nodes)
    for speaker, grey in ((east, "binh"), (west, "chau"), (east, "binh")):
        await speaker.take_floor(city)
        await speaker.speak()
        for one in {city, east, west} - {speaker}:
            heard = one.hears()
            await one.peer.until(
                lambda one=one, grey=grey, heard=heard: one.peer.shows("floor") == grey and one.hears() > heard + 10
            )


async def test_who_speaks_is_ranked_alike_at_all_nodes_however_far_they_are(tab: Callable[..., Tab]) -> None:
    chair, department, commune = tab("chair", "anh"), tab("department_head", "binh"), tab("invited_head", "chau")
    await chair.come(voice=Tone(300, amplitude=20))  # a fan, in nobody's ears
    await department.come(voice=Tone(440, amplitude=2000))
    await commune.come(voice=Tone(440, amplitude=20000))
    await chair.ask("discussion.set", free=True)
    for one in (chair, department, commune):
        await one.speak()
    for one in (chair, department, commune):
        await one.hear("speaking.changed", sites=[commune.site, department.site])
    await asyncio.sleep(1)
    said = [m["sites"] for one in (chair, department, commune) for m in one.inbox if m["type"] == "speaking.changed"]
    assert not [sites for sites in said if chair.site in sites]


async def test_when_one_of_several_nodes_dies_only_its_people_connect_anew(
    tab: Callable[..., Tab], sitting: Sitting, nodes: dict[str, RunningNode]
) -> None:
    chair, department, commune = await three_tabs(tab)
    await commune.peer.until(lambda: commune.peer.shows("floor") == "anh")
    gone = await commune.node()
    chair.inbox.clear()
    department.inbox.clear()
    begun = time.monotonic()
    nodes[gone].kill()
    await commune.connect_anew()
    await commune.peer.until(lambda: commune.peer.shows("floor") == "anh" and commune.hears() > 5)
    sys.stderr.write(f"\nseen and heard at another node after {time.monotonic() - begun:.1f} s\n")
    assert time.monotonic() - begun < AGAIN_WITHIN_S
    assert await commune.node() not in (gone, await chair.node())
    await commune.take_floor(chair)
    for one in (chair, department):
        await one.peer.until(lambda one=one: one.peer.shows("floor") == "chau")
        assert not [message for message in one.inbox if message["type"] == "media.lost"]


async def test_when_the_centre_dies_another_node_of_the_meeting_takes_its_place(
    tab: Callable[..., Tab], sitting: Sitting, nodes: dict[str, RunningNode]
) -> None:
    chair, department, commune = await three_tabs(tab)
    centre, other = await chair.node(), await commune.node()
    commune.inbox.clear()
    begun = time.monotonic()
    nodes[centre].kill()
    for one in (chair, department):
        await one.connect_anew()
    await department.peer.until(lambda: department.peer.shows("floor") == "anh" and department.hears() > 5)
    await commune.peer.until(lambda: commune.peer.shows("floor") == "anh")
    sys.stderr.write(f"\nseen and heard by another centre after {time.monotonic() - begun:.1f} s\n")
    assert time.monotonic() - begun < AGAIN_WITHIN_S
    assert (await sync_to_async(placement.nodes)(sitting.meeting.pk))[0] == other
    assert not [message for message in commune.inbox if message["type"] == "media.lost"]
    await department.take_floor(chair)
    await commune.peer.until(lambda: commune.peer.shows("floor") == "binh")


async def test_a_node_that_is_started_again_at_once_keeps_its_people_and_is_sent_all_anew(
    tab: Callable[..., Tab], nodes: dict[str, RunningNode], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.gateways.MOVE_AFTER_S", 30.0)  # a busy machine takes its time to start one
    chair, department, commune = await three_tabs(tab)
    gone = await commune.node()
    nodes[gone].kill()
    nodes[gone] = start_node(gone, tmp_path / "again.log")
    await commune.connect_anew()
    assert await commune.node() == gone
    await department.take_floor(chair)
    await commune.peer.until(lambda: commune.peer.shows("floor") == "binh")
    await commune.take_floor(chair)
    await chair.peer.until(lambda: chair.peer.shows("floor") == "chau")


async def test_a_node_that_hung_for_a_while_does_not_show_its_former_people(
    tab: Callable[..., Tab], nodes: dict[str, RunningNode]
) -> None:
    chair, department, commune = await three_tabs(tab)
    await commune.take_floor(chair)
    hanging = await commune.node()
    nodes[hanging].process.send_signal(signal.SIGSTOP)
    try:
        await commune.connect_anew(goodbye=False)
        assert await commune.node() != hanging
        for one in (chair, department):
            before = one.peer.frames["floor"]
            await one.peer.until(lambda one=one, before=before: one.peer.frames["floor"] > before + 15)
    finally:
        nodes[hanging].process.send_signal(signal.SIGCONT)
    await asyncio.sleep(1)
    before = chair.peer.frames["floor"]
    await asyncio.sleep(3)
    assert chair.peer.frames["floor"] > before + 20
    gateway = await MediaGateway.connect(hanging)
    assert (await gateway.inspect()).connections == 0
    await gateway.close()


async def test_the_recording_follows_the_floor_from_node_to_node(
    tab: Callable[..., Tab], city: City, sitting: Sitting, nodes: dict[str, RunningNode]
) -> None:
    chair, department, commune = await three_tabs(tab)
    running = await sync_to_async(recording.start)(city["chair"], sitting.meeting)
    keeper = Keeper()

    async def keep_until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(40):
            while not await sync_to_async(condition)():
                await sync_to_async(keeper.round)()
                await asyncio.sleep(0.1)

    def flows() -> bool:
        running.refresh_from_db()
        return running.flowing

    await keep_until(flows)
    await asyncio.sleep(2)
    await commune.take_floor(chair)
    await asyncio.sleep(3)
    nodes[await chair.node()].kill()  # the recorder was there
    for one in (chair, department):
        await one.connect_anew()
    await keep_until(lambda: not flows())
    await keep_until(flows)
    await department.take_floor(chair)
    await asyncio.sleep(3)
    await sync_to_async(recording.stop)(city["chair"], sitting.meeting)
    await keep_until(lambda: Recording.objects.get(pk=running.pk).state == Recording.State.WAITING)
    parts = [await asyncio.to_thread(look_into, path) for path in sorted(running.folder.glob("part-*.webm"))]
    assert [[name_of(grey) for _at, grey in part.greys if name_of(grey)] for part in parts] == [
        ["anh", "chau"],
        ["chau", "binh"],
    ]


def name_of(grey: int) -> str | None:
    """Whose picture it is; nobody's when it is the recorder's dark one, of 32."""
    near = (name for name, own in BRIGHTNESS.items() if abs(grey - own) < 25)
    return None if abs(grey - 32) < 5 else next(near, None)
