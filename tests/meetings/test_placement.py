"""Meetings are spread over the media nodes there are; one that runs stays where it is, unless its node is gone."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from channels.db import database_sync_to_async
from django.utils import timezone
from pytest_django.fixtures import Settings

from eoffice.errors import UserError
from meetings import attendance, hosting, placement
from meetings.models import Connection, Meeting, Placement
from tests.city import City
from tests.factories import MeetingFactory, MeetingSiteFactory, UserFactory
from tests.meetings.room import build_sitting
from tests.sfu.node import RunningNode, start_node

ONE, TWO, THREE = "unix:/run/one.sock", "unix:/run/two.sock", "unix:/run/three.sock"


@pytest.fixture
def nodes(tmp_path: Path, settings: Settings) -> Iterator[dict[str, RunningNode]]:
    """Two nodes that run, and the address of a third that does not."""
    addresses = [f"unix:{tmp_path}/{name}.sock" for name in ("a", "b", "none")]
    settings.MEDIA_NODES = addresses
    running = {address: start_node(address, tmp_path / f"{address[-6]}.log") for address in addresses[:2]}
    yield running
    for node in running.values():
        if node.process.poll() is None:
            node.stop()


@pytest.mark.django_db
def test_meetings_are_spread_over_the_nodes_and_a_running_one_stays() -> None:
    meetings = [MeetingFactory().pk for _ in range(30)]
    first = {pk: placement.settle(pk, [ONE, TWO], capacity=9) for pk in meetings}
    assert set(first.values()) == {ONE, TWO}
    assert {pk: placement.settle(pk, [ONE, TWO, THREE], capacity=9) for pk in meetings} == first
    assert {pk: placement.where(pk) for pk in meetings} == first


@pytest.mark.django_db
def test_a_meeting_that_nobody_entered_is_nowhere() -> None:
    assert placement.where(MeetingFactory().pk) is None


@pytest.mark.django_db
def test_a_room_moves_once_however_many_notice() -> None:
    meeting = MeetingFactory().pk
    assert placement.settle(meeting, [ONE], capacity=9) == ONE
    assert placement.move(meeting, away_from=ONE, usable=[TWO]) == TWO
    assert placement.move(meeting, away_from=ONE, usable=[THREE]) == TWO


@pytest.mark.django_db
def test_a_room_that_was_just_moved_rests() -> None:
    meeting = MeetingFactory().pk
    with time_machine.travel(timezone.now(), tick=False) as clock:
        placement.settle(meeting, [ONE], capacity=9)
        assert placement.move(meeting, away_from=ONE, usable=[TWO]) == TWO
        clock.shift(placement.REST.total_seconds() - 1)
        assert placement.move(meeting, away_from=TWO, usable=[ONE]) == TWO
        clock.shift(2)
        assert placement.move(meeting, away_from=TWO, usable=[ONE]) == ONE


@pytest.mark.django_db
def test_a_room_without_another_node_waits_for_its_own() -> None:
    meeting = MeetingFactory().pk
    placement.settle(meeting, [ONE], capacity=9)
    assert placement.move(meeting, away_from=ONE, usable=[]) == ONE
    assert placement.move(meeting, away_from=ONE, usable=[ONE]) == ONE


# --- several nodes for one meeting ----------------------------------------------------------------------


@pytest.fixture
def meeting(city: City) -> Iterator[tuple[Meeting, Callable[[], Connection]]]:
    """A meeting whose centre is node one, and what lets another tab into its room."""
    sitting = build_sitting(city)

    def enter() -> Connection:
        return attendance.join(sitting.main, person=UserFactory(), carry_media=False)

    placement.settle(sitting.meeting.pk, [ONE], capacity=2)
    yield sitting.meeting, enter


Room = tuple[Meeting, Callable[[], Connection]]


def put(room: Room, usable: list[str], *, capacity: int = 2) -> str:
    """Let a tab in and give it a node."""
    return placement.assign(room[0].pk, str(room[1]().key), usable, capacity=capacity)


@pytest.mark.django_db
def test_tabs_fill_one_node_after_the_other_and_then_the_emptiest(meeting: Room) -> None:
    nodes = [put(meeting, [ONE, TWO]) for _ in range(7)]
    assert nodes[:4] == [ONE, ONE, TWO, TWO]
    assert sorted(nodes[4:6]) == [ONE, TWO]
    assert placement.nodes(meeting[0].pk) == (ONE, TWO)


@pytest.mark.django_db
def test_a_node_that_other_meetings_fill_is_full(meeting: Room) -> None:
    other = MeetingFactory()
    placement.settle(other.pk, [TWO], capacity=2)
    site = MeetingSiteFactory(meeting=other)
    for _ in range(2):
        tab = attendance.join(site, person=UserFactory(), carry_media=False)
        placement.assign(other.pk, str(tab.key), [TWO], capacity=2)
    assert [put(meeting, [ONE, TWO, THREE]) for _ in range(3)] == [ONE, ONE, THREE]
    assert placement.settle(MeetingFactory().pk, [ONE, TWO, THREE], capacity=2) == THREE


@pytest.mark.django_db
def test_a_tab_stays_at_its_node_until_that_is_away(meeting: Room) -> None:
    tab = str(meeting[1]().key)
    assert placement.assign(meeting[0].pk, tab, [ONE, TWO], capacity=2) == ONE
    assert placement.assign(meeting[0].pk, tab, [TWO, ONE], capacity=0) == ONE
    assert placement.assign(meeting[0].pk, tab, [TWO], capacity=2) == TWO
    assert placement.nodes(meeting[0].pk) == (ONE, TWO), "the centre stays until it is moved"


@pytest.mark.django_db
def test_the_place_of_a_tab_that_left_is_free(meeting: Room) -> None:
    first = meeting[1]()
    placement.assign(meeting[0].pk, str(first.key), [ONE, TWO], capacity=1)
    assert put(meeting, [ONE, TWO], capacity=1) == TWO
    attendance.leave(first)
    assert put(meeting, [ONE, TWO], capacity=1) == ONE


@pytest.mark.django_db
def test_the_centre_moves_to_a_node_that_the_meeting_is_on(meeting: Room) -> None:
    assert [put(meeting, [ONE, THREE], capacity=1) for _ in range(2)] == [ONE, THREE]
    assert placement.move(meeting[0].pk, away_from=ONE, usable=[TWO, THREE]) == THREE


@pytest.mark.django_db(transaction=True)
async def test_nodes_that_are_down_are_skipped_and_left(nodes: dict[str, RunningNode]) -> None:
    rooms = [await database_sync_to_async(_new_meeting)() for _ in range(6)]
    homes = {room: await hosting.home(room) for room in rooms}
    assert set(homes.values()) <= set(nodes)
    gone, other = homes[rooms[0]], next(address for address in nodes if address != homes[rooms[0]])
    nodes[gone].kill()
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    assert await hosting.home(rooms[0]) == other
    assert time.monotonic() - begun < placement.MOVE_AFTER_S + 1.5
    assert {room: await hosting.home(room) for room in rooms} == dict.fromkeys(rooms, other)


@pytest.mark.django_db(transaction=True)
async def test_a_node_that_is_back_soon_keeps_its_rooms(
    nodes: dict[str, RunningNode], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.gateways.MOVE_AFTER_S", 30.0)  # a busy machine takes its time to start one
    room = await database_sync_to_async(_new_meeting)()
    home = await hosting.home(room)
    nodes[home].kill()
    nodes[home] = start_node(home, tmp_path / "again.log")
    assert await hosting.home(room) == home


@pytest.mark.django_db(transaction=True)
async def test_a_node_that_was_taken_out_of_the_setting_is_left_when_it_stops(
    nodes: dict[str, RunningNode], settings: Settings
) -> None:
    room = await database_sync_to_async(_new_meeting)()
    home = await hosting.home(room)
    settings.MEDIA_NODES = [address for address in nodes if address != home]
    assert await hosting.home(room) == home, "a running room is not disturbed"
    nodes[home].kill()
    await asyncio.sleep(0.3)
    assert await hosting.home(room) == settings.MEDIA_NODES[0]


@pytest.mark.django_db(transaction=True)
async def test_an_address_that_is_none_does_not_keep_a_room(nodes: dict[str, RunningNode]) -> None:
    room = await database_sync_to_async(_new_meeting)()
    await database_sync_to_async(Placement.objects.create)(meeting_id=room, node="nowhere")
    assert await hosting.home(room) in nodes


@pytest.mark.django_db(transaction=True)
async def test_without_any_node_that_is_said(settings: Settings) -> None:
    settings.MEDIA_NODES = []
    room = await database_sync_to_async(_new_meeting)()
    with pytest.raises(UserError) as refused:
        await hosting.home(room)
    assert refused.value.code == "no-media-node"


def _new_meeting() -> int:
    meeting: Meeting = MeetingFactory()
    return meeting.pk
