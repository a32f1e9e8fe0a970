"""A meeting attached to another one: asked, accepted, what each room is told, the floor there, and the end."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from documents.models import Paper, PaperVersion
from documents.sharing import grant_to_meeting
from eoffice.audit.models import Entry
from meetings import attached, attendance
from meetings.models import Attachment, Attendee, Connection, LiveState, Recording, TabledPaper
from tests.city import City
from tests.factories import AttendeeFactory, PaperVersionFactory
from tests.meetings.guests import Guest, attach, build_guest
from tests.meetings.room import Browser, Sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
Visitor = Callable[[str], Browser]


@pytest.fixture
def guest(city: City, sitting: Sitting) -> Guest:
    return build_guest(city)


@pytest.fixture
def inside(city: City, guest: Guest) -> Visitor:
    """``inside("department_head")``: a tab of that role at the door of the department's meeting."""
    return lambda role: Browser(guest.path, city.person(role))


async def told(tab: Browser, **fields: Any) -> dict[str, Any]:
    """The first attachment that a tab is told of and that has these fields."""
    while True:
        for one in (await tab.hear("attachment.changed"))["attachments"]:
            if all(one[name] == value for name, value in fields.items()):
                return dict(one)


async def until_shown(tab: Browser, **fields: Any) -> dict[str, Any]:
    """What a guest is shown, once these of its fields are so."""
    while True:
        shown: dict[str, Any] = (await told(tab, attached=True))["shown"]
        if all(shown[name] == value for name, value in fields.items()):
            return shown


async def test_the_agency_asks_the_city_accepts_and_both_rooms_say_so(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as ward, inside("department_head") as head:
        await secretary.enter()
        await ward.enter()
        await head.enter()
        await head.say("attachment.search")
        (found,) = (await head.hear("attachment.found"))["hosts"]
        assert (found["site"], found["title"]) == (sitting.department.pk, sitting.meeting.title)
        assert (await head.ask("attachment.ask", site=found["site"]))["type"] == "done"
        asked = await told(secretary, attached=False, side="host")
        assert (asked["title"], asked["by"]) == ("Giao ban Sở Xây dựng", "Đỗ Giám Đốc")
        assert await ward.hears_nothing("attachment.changed", seconds=0.6)
        assert (await head.ask("attachment.accept", attachment=asked["id"]))["code"] == "not-asked"
        assert (await secretary.ask("attachment.accept", attachment=asked["id"]))["type"] == "done"
        assert (await told(head, attached=True))["title"] == sitting.meeting.title
        assert (await told(ward, attached=True))["title"] == "Giao ban Sở Xây dựng"
    entries = Entry.objects.filter(action="meeting.attached")
    assert {entry.target_id async for entry in entries} == {guest.meeting.pk, sitting.meeting.pk}


async def test_the_city_invites_an_agency_whose_meeting_accepts(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    async with visitor("chair") as chair, inside("department_clerk") as clerk:
        await chair.enter()
        await clerk.enter()
        assert (await chair.ask("attachment.invite", site=sitting.department.pk))["type"] == "done"
        invitation = await told(clerk, attached=False, side="guest", asked_by="host")
        assert (await clerk.ask("attachment.accept", attachment=invitation["id"]))["type"] == "done"
        assert (await told(chair, attached=True))["title"] == "Giao ban Sở Xây dựng"


async def test_who_does_not_lead_neither_asks_nor_accepts_nor_ends(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    attachment = await sync_to_async(attach)(guest, sitting)
    async with visitor("invited_head") as ward, inside("department_officer") as officer:
        await ward.enter()
        await officer.enter()
        assert (await officer.ask("attachment.search"))["code"] == "not-chair"
        assert (await officer.ask("attachment.ask", site=sitting.department.pk))["code"] == "not-chair"
        assert (await officer.ask("attachment.speak", act="ask"))["code"] == "not-chair"
        for tab in (ward, officer):
            assert (await tab.ask("attachment.end", attachment=attachment.pk))["code"] == "may-not-attach"


async def test_a_picture_director_of_the_city_accepts(
    visitor: Visitor, inside: Visitor, city: City, guest: Guest, sitting: Sitting
) -> None:
    listed = {"site": sitting.main, "appointment": city["office_head"], "role": Attendee.Role.OPERATOR}
    await sync_to_async(AttendeeFactory)(**listed)
    async with visitor("office_head") as operator, inside("department_head") as head:
        await operator.enter()
        await head.enter()
        await head.ask("attachment.ask", site=sitting.department.pk)
        asked = await told(operator, attached=False)
        assert (await operator.ask("attachment.accept", attachment=asked["id"]))["type"] == "done"


async def test_nobody_is_attached_to_two_meetings_nor_through_a_third(
    inside: Visitor, city: City, guest: Guest, sitting: Sitting
) -> None:
    attachment = await sync_to_async(attach)(guest, sitting)
    async with inside("department_head") as head:
        await head.enter()
        assert (await head.ask("attachment.ask", site=sitting.department.pk))["type"] == "done"  # it is already
        assert (await head.ask("attachment.invite", site=guest.below.pk))["code"] == "no-chains"
        await head.ask("attachment.end", attachment=attachment.pk)
        assert (await head.ask("attachment.invite", site=guest.below.pk))["type"] == "done"


async def test_a_guest_is_not_recorded(inside: Visitor, city: City, guest: Guest, sitting: Sitting) -> None:
    running = await sync_to_async(Recording.objects.create)(
        meeting=guest.meeting, started_by=city["department_head"], started_at=guest.meeting.starts_at, notice_version=1
    )
    async with inside("department_head") as head:
        await head.enter()
        assert (await head.ask("attachment.ask", site=sitting.department.pk))["code"] == "recording-runs"
        await Recording.objects.filter(pk=running.pk).aupdate(state=Recording.State.READY)
        assert (await head.ask("attachment.ask", site=sitting.department.pk))["type"] == "done"


async def test_the_site_is_there_with_the_guests_floor_and_its_voice_only_when_it_has_the_floor(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    await sync_to_async(attach)(guest, sitting)
    site = str(sitting.department.pk)
    async with visitor("chair") as chair, inside("department_head") as head:
        await chair.enter()
        await head.enter()
        await head.ask("mute", source="camera", muted=False)
        await head.ask("mute", source="microphone", muted=False)
        while (await chair.hear("roster.changed"))["marks"].get(site) != "cv":
            pass
        await chair.ask("floor.grant", site=sitting.department.pk)
        assert (await until_shown(head, floor="asked"))["answer_by"]
        assert (await head.ask("attachment.speak", act="accept"))["type"] == "done"
        while (await chair.hear("roster.changed"))["marks"].get(site) != "cvm":
            pass
        assert (await until_shown(head, floor="speaking"))["large"] == guest.main.pk
        assert (await head.ask("attachment.speak", act="end"))["type"] == "done"
        assert (await chair.hear("floor.ended"))["site"] == sitting.department.pk


async def test_the_attached_site_is_put_on_air_and_on_the_wall_that_all_share(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    await sync_to_async(attach)(guest, sitting)
    async with visitor("chair") as chair, inside("department_officer") as officer:
        await chair.enter()
        await officer.enter()
        assert (await chair.ask("programme.set", site=sitting.department.pk))["type"] == "done"
        assert (await chair.ask("layout.set", kind="wall", size=4, every_s=10))["type"] == "done"
        wall = (await chair.hear("layout.changed"))["wall"]
        assert set(wall["sites"]) == {sitting.main.pk, sitting.department.pk}


async def test_the_guest_asks_for_the_floor_of_the_city_in_the_name_of_its_site(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    await sync_to_async(attach)(guest, sitting)
    async with visitor("chair") as chair, inside("department_clerk") as clerk:
        await chair.enter()
        await clerk.enter()
        assert (await clerk.ask("attachment.speak", act="ask"))["type"] == "done"
        assert (await chair.hear("floor.requested"))["request"]["site"] == sitting.department.pk
        await until_shown(clerk, floor="waiting")
        await clerk.ask("attachment.speak", act="withdraw")
        await chair.hear("floor.withdrawn")


async def test_the_guest_is_told_by_name_whom_the_city_shows(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    await sync_to_async(attach)(guest, sitting)
    async with visitor("chair") as chair, visitor("invited_head") as ward, inside("department_officer") as officer:
        await chair.enter()
        await ward.enter()
        state = await officer.enter()
        assert state["attachments"][0]["shown"]["large"] == sitting.main.pk
        await chair.ask("floor.grant", site=sitting.commune.pk)
        await ward.hear("microphone.asked")
        await ward.ask("floor.accept")
        shown = await until_shown(officer, large=sitting.commune.pk)
        assert {site["name"] for site in shown["sites"]} == {sitting.main.name, sitting.commune.name}


async def test_who_sits_at_the_site_in_the_city_follows_beside_it(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    async with visitor("chair") as chair, visitor("department_clerk") as beside, inside("department_head") as head:
        await chair.enter()
        await beside.enter()
        await head.enter()
        await head.ask("attachment.ask", site=sitting.department.pk)
        await chair.ask("attachment.accept", attachment=(await told(chair, attached=False))["id"])
        assert (await beside.hear("media.taken"))["mine"] is False
        assert (await beside.ask("media.take"))["code"] == "site-attached"
        async with visitor("department_head") as late:
            assert (await late.enter())["carries_media"] is False


def tabled(sitting: Sitting, *readers: Any) -> PaperVersion:
    version = PaperVersionFactory(conversion=PaperVersion.Conversion.READY, page_count=4)
    Paper.objects.filter(pk=version.paper_id).update(state=Paper.State.PUBLISHED, published_version=version)
    PaperVersion.objects.filter(pk=version.pk).update(published_at=sitting.meeting.starts_at)
    TabledPaper.objects.create(item=sitting.items[0], paper=version.paper)
    grant_to_meeting(version.paper, reason="meeting:test", persons=readers)
    return version


async def test_the_citys_paper_is_followed_by_those_who_may_open_it_anyway(
    visitor: Visitor, inside: Visitor, city: City, guest: Guest, sitting: Sitting
) -> None:
    version = await sync_to_async(tabled)(sitting, city.person("department_head"))
    await sync_to_async(attach)(guest, sitting)
    async with visitor("chair") as chair, inside("department_head") as reader, inside("department_officer") as other:
        await chair.enter()
        await reader.enter()
        await other.enter()
        assert (await chair.ask("document.open", version=version.pk, page=1))["type"] == "done"
        document = (await reader.hear("document.opened"))["document"]
        assert (document["version"], document["presenter_id"]) == (version.pk, None)
        await chair.ask("document.page", page=3)
        assert (await reader.hear("document.turned"))["page"] == 3
        assert await other.hears_nothing("document.opened", seconds=0.6)
        assert (await inside("department_head").state_now())["document"]["page"] == 3
        assert (await inside("department_officer").state_now())["document"] is None
        await chair.ask("document.open", version=None)
        assert (await reader.hear("state"))["document"] is None


@pytest.mark.parametrize("side", ["guest", "host"])
async def test_either_side_detaches_in_one_press(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting, side: str
) -> None:
    attachment = await sync_to_async(attach)(guest, sitting)
    async with visitor("chair") as chair, inside("department_head") as head:
        await chair.enter()
        await head.enter()
        tab = head if side == "guest" else chair
        assert (await tab.ask("attachment.end", attachment=attachment.pk))["type"] == "done"
        for one in (chair, head):
            while (await one.hear("attachment.changed"))["attachments"]:
                pass
        assert (await tab.ask("attachment.end", attachment=attachment.pk))["type"] == "done"
        assert (await head.ask("attachment.speak", act="ask"))["code"] == "not-attached"


@pytest.mark.parametrize("side", ["guest", "host"])
async def test_the_end_of_either_meeting_ends_it(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting, side: str
) -> None:
    await sync_to_async(attach)(guest, sitting)
    async with visitor("chair") as chair, inside("department_head") as head:
        await chair.enter()
        await head.enter()
        ending, other = (head, chair) if side == "guest" else (chair, head)
        await ending.ask("meeting.end")
        while (await other.hear("attachment.changed"))["attachments"]:
            pass
    assert not await Attachment.objects.open().aexists()


def test_who_stands_for_a_guest_is_the_holder_of_its_floor_else_its_main_site(
    city: City, guest: Guest, sitting: Sitting
) -> None:
    attach(guest, sitting)
    assert attached.mouths(sitting.meeting.pk) == {sitting.department.pk: (guest.meeting.pk, None)}
    main = attendance.join(guest.main, person=city.person("department_head"), carry_media=True)
    below = attendance.join(guest.below, person=city.person("department_officer"), carry_media=True)

    def mouth() -> str:
        (found,) = attached.mouths(sitting.meeting.pk).values()
        assert found[1] is not None
        return found[1].peer

    assert mouth() == str(main.key)
    LiveState.objects.filter(meeting=guest.meeting).update(floor_site=guest.below)
    assert mouth() == str(below.key)
    Connection.objects.filter(pk=below.pk).update(carries_media=False)
    assert mouth() == str(main.key)
