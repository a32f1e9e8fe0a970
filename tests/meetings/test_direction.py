"""What everybody's screen shows: layouts, the picture on air, the wall that all share; who may direct, what is kept."""

import datetime as dt
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from eoffice.audit.models import Entry
from meetings import attendance, direction, patrol
from meetings.models import Connection, Direction, LiveState, Role
from tests.city import City
from tests.factories import AttendeeFactory, MeetingSiteFactory, UserFactory
from tests.meetings.room import Browser, Sitting, build_sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
Visitor = Callable[[str], Browser]
FREE = {"kind": "free", "size": 9, "every_s": None, "sites": [], "by": ""}


@pytest.fixture
def sitting(city: City) -> Sitting:
    built = build_sitting(city)
    AttendeeFactory(site=built.main, appointment=city["organiser_clerk"], role=Role.OPERATOR)
    return built


def _here(site: object) -> None:
    attendance.join(site, person=UserFactory(), carry_media=True)  # type: ignore[arg-type]


async def test_the_director_arranges_everybodys_screen_and_leaves_it_free_again(
    visitor: Visitor, sitting: Sitting
) -> None:
    async with visitor("organiser_clerk") as director, visitor("invited_head") as guest:
        await director.enter()
        assert (await guest.enter())["layout"] == FREE
        assert (await director.ask("layout.set", kind="floor_content"))["type"] == "done"
        told = await guest.hear("layout.changed")
        assert (told["layout"]["kind"], told["wall"]) == ("floor_content", None)
        assert (await visitor("department_head").state_now())["layout"]["by"] == told["layout"]["by"] != ""
        await director.ask("layout.set", kind="free")
        assert (await guest.hear("layout.changed"))["layout"]["kind"] == "free"
    acts = await sync_to_async(list)(Entry.objects.filter(action="meeting.layout_set").values_list("detail", flat=True))
    assert len(acts) == 2


async def test_the_same_layout_again_tells_nobody_anything(visitor: Visitor) -> None:
    async with visitor("secretary") as secretary:
        await secretary.enter()
        for _again in range(2):
            assert (await secretary.ask("layout.set", kind="floor"))["type"] == "done"
        await secretary.hear("layout.changed")
        assert await secretary.hears_nothing("layout.changed")


async def test_a_picture_on_air_moves_no_microphone_and_no_floor(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as guest:
        await secretary.enter()
        await guest.enter()
        before = await sync_to_async(_sound)(sitting)
        assert (await secretary.ask("programme.set", site=sitting.commune.pk))["type"] == "done"
        assert (await guest.hear("programme.changed"))["site"] == sitting.commune.pk
        assert await sync_to_async(_sound)(sitting) == before
        assert await guest.hears_nothing("rights.changed")
        state = await visitor("department_head").state_now()
        assert (state["programme"], state["floor"]) == (sitting.commune.pk, None)
        await secretary.ask("programme.set", site=None)
        assert (await guest.hear("programme.changed"))["site"] is None
    acts = {entry.action async for entry in Entry.objects.all()}
    assert {"meeting.put_on_air", "meeting.taken_off_air"} <= acts


def _sound(sitting: Sitting) -> tuple[object, ...]:
    live = LiveState.objects.get(meeting=sitting.meeting)
    open_ones = Connection.objects.filter(meeting=sitting.meeting, microphone_on=True).values_list("site", flat=True)
    return live.floor_site_id, live.presiding_id, live.free_discussion, list(open_ones)


async def test_a_guest_may_direct_nothing_but_their_own_screen(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("invited_head") as guest:
        state = await guest.enter()
        assert (state["rights"]["direct"], state["rights"]["wide"]) == (False, False)
        for message in ({"type": "layout.set", "kind": "wall"}, {"type": "programme.set", "site": sitting.main.pk}):
            assert (await guest.ask(**message))["code"] == "may-not-direct"
        view = {"wall": {"wall8": sitting.main.pk}, "large": ["wall8"], "common": ["wall0"]}
        assert (await guest.ask("view", **view))["type"] == "done"
        sections = "v=0\r\n" + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * 20
        assert (await guest.ask("offer", connection="receive", sdp=sections))["code"] == "wall-too-wide"
    assert not await Direction.objects.aexists()


async def test_only_a_site_that_is_there_goes_on_air(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("secretary") as secretary:
        await secretary.enter()
        assert (await secretary.ask("programme.set", site=sitting.commune.pk))["code"] == "nobody-there"
        assert (await secretary.ask("programme.set", site=10**6))["code"] == "no-such-site"
        chosen = {"kind": "wall", "sites": [sitting.main.pk, 10**6]}
        assert (await secretary.ask("layout.set", **chosen))["code"] == "no-such-site"


async def test_chosen_sites_stand_on_everybodys_wall_in_order(visitor: Visitor, sitting: Sitting) -> None:
    chosen = [sitting.commune.pk, sitting.main.pk]
    async with visitor("secretary") as secretary, visitor("invited_head") as guest:
        await secretary.enter()
        await guest.enter()
        await secretary.ask("layout.set", kind="wall", size=4, sites=chosen)
        wall = (await guest.hear("layout.changed"))["wall"]
        assert (wall["sites"], wall["pages"], wall["turns_at"]) == (chosen, 1, None)
        assert (await visitor("department_head").state_now())["wall"] == wall


async def test_the_wall_turns_by_itself_with_one_message_to_all(visitor: Visitor, sitting: Sitting) -> None:
    await sync_to_async(_patrol)(sitting, seconds_ago=31)
    async with visitor("invited_head") as guest, visitor("department_head") as other:
        first = (await guest.enter())["wall"]
        assert (first["page"], first["pages"]) == (1, 2), "as it was when the last process ended"
        second = (await guest.hear("wall.turned"))["wall"]
        assert second["page"] == 2
        assert not set(first["sites"]) & set(second["sites"])
        assert (await other.enter())["wall"] == second, "who comes later sees the same"
        await sync_to_async(_turn_now)(sitting)
        told = [await tab.hear("wall.turned") for tab in (guest, other)]
        assert told[0]["wall"] == told[1]["wall"]
        assert told[0]["wall"]["page"] == 1


def _patrol(sitting: Sitting, *, seconds_ago: int) -> None:
    _crowd(sitting)
    tab = attendance.join(sitting.main, person=sitting.meeting.secretary.person, carry_media=True)
    by = direction.Director(tab, sitting.meeting.secretary)
    direction.set_layout(by, sitting.meeting, direction.Wish("wall", size=4, every_s=30))
    Direction.objects.update(turned_at=timezone.now() - dt.timedelta(seconds=seconds_ago))


def _turn_now(sitting: Sitting) -> None:
    """As another process does whose timer fires."""
    Direction.objects.update(turned_at=timezone.now() - dt.timedelta(seconds=30))
    patrol.turn(sitting.meeting.pk)


def _crowd(sitting: Sitting) -> None:
    for _one in range(5):
        _here(MeetingSiteFactory(meeting=sitting.meeting))


def test_a_turn_is_made_once_and_only_when_it_is_time(sitting: Sitting) -> None:
    _patrol(sitting, seconds_ago=0)
    patrol.turn(sitting.meeting.pk)
    assert direction.of(sitting.meeting.pk).wall_page == 1  # type: ignore[union-attr]
    Direction.objects.update(turned_at=timezone.now() - dt.timedelta(minutes=5))  # every process was away for long
    for _process in range(3):
        patrol.turn(sitting.meeting.pk)
    assert direction.of(sitting.meeting.pk).wall_page == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sites", "size", "pages"),
    [
        ([("a", 1), ("a", 2), ("a", 3), ("b", 4), ("b", 5)], 4, [(1, 2, 3), (4, 5)]),
        ([("a", 1), ("b", 2), ("b", 3), ("c", 4)], 4, [(1, 2, 3, 4)]),
        ([("a", 1), ("b", 2), ("b", 3), ("b", 4), ("b", 5), ("b", 6)], 4, [(1,), (2, 3, 4, 5), (6,)]),
        ([], 9, []),
    ],
)
def test_a_branch_stays_together_on_the_wall(
    sites: list[tuple[str, int]], size: int, pages: list[tuple[int, ...]]
) -> None:
    assert patrol.pages_by_branch(sites, size) == pages


async def test_the_end_of_the_meeting_takes_everything_off_air(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        await chair.ask("programme.set", site=sitting.main.pk)
        await chair.ask("layout.set", kind="wall", every_s=30)
        await chair.ask("meeting.end")
    left = await Direction.objects.aget()
    assert (left.programme_id, left.layout, left.patrol_every_s) == (None, "free", None)
