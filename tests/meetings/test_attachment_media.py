"""Sound and pictures of a meeting that is attached to another, through real media nodes: who sees and hears whom."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from pytest_django.fixtures import Settings

from meetings import placement
from meetings.models import Placement
from meetings.signalling.registry import registry
from tests.city import City
from tests.meetings.guests import Guest, attach, build_guest
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.tabs import Tab
from tests.sfu.node import RunningNode, start_node

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MakeTab = Callable[..., Tab]


@pytest.fixture
def nodes(settings: Settings, tmp_path: Path) -> Iterator[dict[str, RunningNode]]:
    """Two nodes."""
    addresses = [f"unix:{tmp_path}/{name}.sock" for name in ("a", "b")]
    running = {address: start_node(address, tmp_path / f"{number}.log") for number, address in enumerate(addresses)}
    settings.MEDIA_NODES = addresses
    yield running
    for node in running.values():
        node.stop()


@pytest.fixture
def sitting(city: City, nodes: dict[str, RunningNode]) -> Sitting:
    return build_sitting(city)


@pytest.fixture
def guest(city: City, sitting: Sitting) -> Guest:
    return build_guest(city)


@pytest.fixture
async def inside(city: City, guest: Guest) -> AsyncIterator[MakeTab]:
    """As ``tab``, in the department's meeting."""
    made: list[Tab] = []

    def make(role: str, grey: str) -> Tab:
        made.append(Tab(guest.path, city.person(role), grey))
        return made[-1]

    yield make
    for one in made:
        await one.go()
    await registry.stop()


def put(meeting: int, node: str) -> None:
    """A meeting is on that node from the start."""
    Placement.objects.update_or_create(meeting_id=meeting, defaults={"node": node})


async def attached(chair: Tab, head: Tab, sitting: Sitting) -> int:
    """The department asks, the city accepts."""
    assert (await head.ask("attachment.ask", site=sitting.department.pk))["type"] == "done"
    asked = await chair.hear("attachment.changed")
    while not asked["attachments"]:
        asked = await chair.hear("attachment.changed")
    number: int = asked["attachments"][0]["id"]
    assert (await chair.ask("attachment.accept", attachment=number))["type"] == "done"
    return number


async def quiet(tab: Tab, seconds: float = 1.5) -> None:
    """Nothing is heard, but for what was on its way."""
    await asyncio.sleep(0.5)
    before = tab.hears()
    await asyncio.sleep(seconds)
    assert tab.hears() - before < 10


@pytest.mark.parametrize("apart", [False, True], ids=["one-node", "two-nodes"])
async def test_the_guest_sees_and_hears_the_host_which_hears_it_only_with_the_floor(
    tab: MakeTab, inside: MakeTab, sitting: Sitting, guest: Guest, nodes: dict[str, RunningNode], *, apart: bool
) -> None:
    first, second = nodes
    await sync_to_async(put)(sitting.meeting.pk, first)
    await sync_to_async(put)(guest.meeting.pk, second if apart else first)
    chair, head = tab("chair", "anh"), inside("department_head", "binh")
    for one in (chair, head):
        await one.come()
        await one.speak()
    assert (await chair.node() != await head.node()) is apart
    await quiet(head)

    number = await attached(chair, head, sitting)
    await head.peer.until(lambda: head.peer.shows("floor") == "anh" and head.hears() > 20)
    await head.hear("slot.switched", slot="floor", site=sitting.main.pk)
    await quiet(chair)
    await chair.say("view", wall={"wall0": sitting.department.pk})
    await chair.peer.until(lambda: chair.peer.shows("wall0") == "binh")

    assert (await chair.ask("floor.grant", site=sitting.department.pk))["type"] == "done"
    await head.hear("attachment.changed")
    assert (await head.ask("attachment.speak", act="accept"))["type"] == "done"
    heard = chair.hears()
    await chair.peer.until(lambda: chair.peer.shows("floor") == "binh" and chair.hears() > heard + 20)
    await chair.hear("slot.switched", slot="floor", site=sitting.department.pk)

    assert (await head.ask("attachment.speak", act="end"))["type"] == "done"
    await chair.hear("floor.ended", site=sitting.department.pk)
    await quiet(chair)

    assert (await head.ask("attachment.end", attachment=number))["type"] == "done"
    await quiet(head)
    seen = head.peer.frames["floor"]
    await asyncio.sleep(0.5)
    assert head.peer.frames["floor"] == seen
    assert await sync_to_async(placement.nodes)(guest.meeting.pk) == (await head.node(),)


async def test_whoever_has_the_guests_floor_is_who_the_host_sees(
    tab: MakeTab, inside: MakeTab, sitting: Sitting, guest: Guest
) -> None:
    await sync_to_async(attach)(guest, sitting)
    chair, head, officer = tab("chair", "anh"), inside("department_head", "binh"), inside("department_officer", "chau")
    for one in (chair, head, officer):
        await one.come()
    await chair.say("view", wall={"wall0": sitting.department.pk})
    await chair.peer.until(lambda: chair.peer.shows("wall0") == "binh")
    await officer.take_floor(head)
    await chair.peer.until(lambda: chair.peer.shows("wall0") == "chau")


async def test_all_is_as_before_when_a_node_has_been_restarted(
    tab: MakeTab,
    inside: MakeTab,
    sitting: Sitting,
    guest: Guest,
    nodes: dict[str, RunningNode],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("meetings.gateways.MOVE_AFTER_S", 30.0)  # a busy machine takes its time to start one
    first, second = nodes
    await sync_to_async(put)(sitting.meeting.pk, first)
    await sync_to_async(put)(guest.meeting.pk, second)
    await sync_to_async(attach)(guest, sitting)
    chair, head = tab("chair", "anh"), inside("department_head", "binh")
    for one in (chair, head):
        await one.come()
        await one.speak()
    await head.peer.until(lambda: head.peer.shows("floor") == "anh" and head.hears() > 20)
    nodes[second].kill()
    nodes[second] = start_node(second, tmp_path / "again.log")
    await head.connect_anew()
    await head.peer.until(lambda: head.peer.shows("floor") == "anh" and head.hears() > 20)
