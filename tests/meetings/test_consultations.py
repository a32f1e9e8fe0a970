"""Consultation rooms: who opens them, who goes in, what those inside may do, and how everybody comes back."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.audit.models import Entry
from eoffice.organisation.models import Unit
from meetings import attendance, consultations, gathering
from meetings.models import Connection, Consultation, Meeting, MeetingSite
from tests.city import City
from tests.factories import MeetingSiteFactory, UnitFactory, UserFactory
from tests.meetings.room import Browser, Sitting, build_sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
Visitor = Callable[[str], Browser]


async def open_group(tab: Browser, *sites: MeetingSite, **fields: Any) -> dict[str, Any]:
    """Open a room for some sites; how the opener is told of it."""
    pks = [site.pk for site in sites]
    answer = await tab.ask("consultation.open", **{"kind": "group", "sites": pks, **fields})
    assert answer["type"] == "done", answer
    told: dict[str, Any] = (await tab.hear("consultation.changed"))["consultation"]
    return told


async def enter(tab: Browser, room: dict[str, Any]) -> None:
    assert (await tab.ask("consultation.enter", consultation=room["id"]))["type"] == "done"
    assert (await tab.hear("consultation.moved"))["consultation"] == room["id"]


async def end_now(room: dict[str, Any]) -> None:
    """The time is over, and somebody notices."""
    await Consultation.objects.filter(pk=room["id"]).aupdate(ends_at=timezone.now())
    await sync_to_async(consultations.sweep)()


# --- opening -----------------------------------------------------------------------------------------------


async def test_a_group_is_asked_in_and_goes_in_by_one_press(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("department_head") as host, visitor("invited_head") as guest:
        await host.enter()
        await guest.enter()
        room = await open_group(host, sitting.commune, name="Thống nhất số liệu", minutes=5)
        asked = (await guest.hear("consultation.changed"))["consultation"]
        assert (asked["name"], asked["host"]) == ("Thống nhất số liệu", sitting.department.pk)
        assert asked["sites"] == sorted([sitting.department.pk, sitting.commune.pk])
        await enter(guest, room)
        seen = (await host.hear("consultation.changed"))["consultation"]
        assert [seat["name"] for seat in seen["inside"]] == ["Hoàng Ba Đình"]


async def test_only_those_concerned_are_told(visitor: Visitor, city: City, sitting: Sitting) -> None:
    other = await sync_to_async(MeetingSiteFactory)(meeting=sitting.meeting)
    async with visitor("department_head") as host, visitor("invited_head") as stranger, visitor("chair") as chair:
        for tab in (host, stranger, chair):
            await tab.enter()
        room = await open_group(host, other)
        assert (await chair.hear("consultation.changed"))["consultation"]["id"] == room["id"]
        assert await stranger.hears_nothing("consultation.changed", seconds=0.7)
        assert (await stranger.ask("consultation.enter", consultation=room["id"]))["code"] == "not-invited"
        assert (await visitor("invited_clerk").state_now())["consultations"] == []
        assert len((await visitor("secretary").state_now())["consultations"]) == 1


async def test_an_agency_gathers_the_units_below_it_and_no_other(
    visitor: Visitor, city: City, sitting: Sitting
) -> None:
    below = await sync_to_async(UnitFactory)(parent=city.department, name="Ban Quản lý dự án")
    project = await sync_to_async(MeetingSiteFactory)(meeting=sitting.meeting, unit=below)
    async with visitor("department_head") as host:
        await host.enter()
        assert (await host.ask("consultation.open", kind="agency", unit=city.commune.pk))["code"] == "may-not-gather"
        assert (await host.ask("consultation.open", kind="agency"))["type"] == "done"
        room = (await host.hear("consultation.changed"))["consultation"]
    assert (room["name"], room["sites"]) == ("Sở Xây dựng", sorted([sitting.department.pk, project.pk]))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "agency"}, "only-one-site"),
        ({"kind": "group", "sites": []}, "only-one-site"),
        ({"kind": "group", "sites": ["main"]}, "may-not-gather"),
        ({"kind": "group", "sites": ["department"], "name": "x" * 121}, "name-too-long"),
    ],
)
async def test_what_cannot_be_opened_is_refused_with_words(
    visitor: Visitor, sitting: Sitting, fields: dict[str, Any], code: str
) -> None:
    named = {"main": sitting.main.pk, "department": sitting.department.pk}
    if "sites" in fields:
        fields = {**fields, "sites": [named[site] for site in fields["sites"]]}
    async with visitor("invited_head") as tab:
        await tab.enter()
        assert (await tab.ask("consultation.open", **fields))["code"] == code


async def test_a_site_hosts_one_room_at_a_time(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("invited_head") as tab:
        await tab.enter()
        await open_group(tab, sitting.department)
        again = await tab.ask("consultation.open", kind="group", sites=[sitting.department.pk])
        assert again["code"] == "open-already"


async def test_nobody_consults_before_the_meeting_sits(city: City) -> None:
    waiting = await sync_to_async(build_sitting)(city, state=Meeting.State.INVITED)
    async with Browser(waiting.path, city.person("chair")) as chair:
        await chair.enter()
        pks = [waiting.department.pk, waiting.commune.pk]
        assert (await chair.ask("consultation.open", kind="group", sites=pks))["code"] == "not-going-on"


async def test_who_leads_has_people_brought_but_not_the_speaker(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("department_head") as speaker, visitor("invited_head") as other:
        for tab in (chair, speaker, other):
            await tab.enter()
        await chair.ask("floor.grant", site=sitting.department.pk)
        await speaker.hear("microphone.asked")
        await speaker.ask("floor.accept")
        room = await open_group(chair, sitting.department, sitting.commune, bring=True)
        moved = await other.hear("consultation.moved")
        assert (moved["consultation"], moved["why"]) == (room["id"], "brought")
        assert await speaker.hears_nothing("consultation.moved")
        assert (await speaker.ask("consultation.enter", consultation=room["id"]))["code"] == "has-floor"


# --- every agency's in one press ---------------------------------------------------------------------------


async def test_one_press_opens_a_room_for_every_agency_and_brings_its_people(
    visitor: Visitor, city: City, sitting: Sitting
) -> None:
    below = await sync_to_async(UnitFactory)(parent=city.department, name="Ban Quản lý dự án")
    project = await sync_to_async(MeetingSiteFactory)(meeting=sitting.meeting, unit=below)
    async with visitor("secretary") as secretary, visitor("department_head") as head, visitor("invited_head") as alone:
        for tab in (secretary, head, alone):
            await tab.enter()
        assert (await head.ask("consultation.gather"))["code"] == "may-not-admit"
        assert (await secretary.ask("consultation.gather", minutes=15))["type"] == "done"
        room = (await secretary.hear("consultation.changed"))["consultation"]
        assert (room["kind"], room["name"], room["host"]) == ("agency", "Sở Xây dựng", sitting.department.pk)
        assert room["sites"] == sorted([sitting.department.pk, project.pk])
        minutes = dt.datetime.fromisoformat(room["ends_at"]) - dt.datetime.fromisoformat(room["opened_at"])
        assert minutes == dt.timedelta(minutes=15)
        moved = await head.hear("consultation.moved")
        assert (moved["consultation"], moved["why"]) == (room["id"], "brought")
        assert await alone.hears_nothing("consultation.moved")  # a commune by itself has nobody to talk with
        assert (await secretary.ask("consultation.gather"))["code"] == "open-already"


def test_an_agency_is_what_stands_right_below_the_one_that_holds_the_meeting(city: City, sitting: Sitting) -> None:
    def sites_of(*units: Unit) -> list[int]:
        return [MeetingSiteFactory(meeting=sitting.meeting, unit=unit).pk for unit in units]

    district = UnitFactory(parent=city.committee, name="UBND huyện Gia Lâm")
    ward = UnitFactory(parent=district, name="UBND xã Bát Tràng")
    village = UnitFactory(parent=ward, name="Thôn 1")
    ministry = UnitFactory(name="Bộ Xây dựng")
    institute = UnitFactory(parent=ministry, name="Viện Quy hoạch")
    of_district, of_ministry = sites_of(district, ward, village), sites_of(ministry, institute)
    found = {path: [site.pk for site in sites] for path, sites in gathering.agencies(sitting.meeting.pk).items()}
    assert found == {district.path: of_district, ministry.path: of_ministry}


async def test_where_no_agency_has_two_sites_there_is_nothing_to_open(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        assert (await chair.ask("consultation.gather"))["code"] == "no-agency-to-gather"


# --- inside ------------------------------------------------------------------------------------------------


async def test_inside_everybody_may_speak_and_the_way_back_closes_the_microphone(
    visitor: Visitor, sitting: Sitting
) -> None:
    async with visitor("chair") as chair, visitor("department_head") as host:
        await chair.enter()
        await host.enter()
        await chair.ask("discussion.set", free=False)
        assert (await host.ask("mute", source="microphone", muted=False))["code"] == "not-your-turn"
        room = await open_group(host, sitting.commune)
        await enter(host, room)
        rights = (await host.hear("rights.changed"))["rights"]
        while not rights["speak"]:
            rights = (await host.hear("rights.changed"))["rights"]
        assert rights["present"] is False
        assert (await host.ask("mute", source="microphone", muted=False))["type"] == "done"
        await host.ask("consultation.leave")
        assert (await host.hear("consultation.moved"))["why"] == "left"
        assert not await Connection.objects.filter(site=sitting.department, microphone_on=True).aexists()
        assert (await host.ask("mute", source="microphone", muted=False))["code"] == "not-your-turn"


async def test_the_roster_says_who_consults(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("department_head") as host:
        await chair.enter()
        await host.enter()
        await enter(host, await open_group(host, sitting.commune))
        site = str(sitting.department.pk)
        while "h" not in (await chair.hear("roster.changed"))["marks"].get(site, ""):
            pass
        await host.ask("consultation.leave")
        while "h" in (await chair.hear("roster.changed"))["marks"].get(site, "h"):
            pass


async def test_closing_microphones_in_the_main_room_leaves_those_inside_alone(
    visitor: Visitor, sitting: Sitting
) -> None:
    async with visitor("chair") as chair, visitor("department_head") as host:
        await chair.enter()
        await host.enter()
        await enter(host, await open_group(host, sitting.commune))
        await host.ask("mute", source="microphone", muted=False)
        await chair.ask("discussion.set", free=False)
        assert await Connection.objects.filter(site=sitting.department, microphone_on=True).aexists()


async def test_votes_and_chat_reach_those_inside(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("department_head") as host:
        await chair.enter()
        await host.enter()
        await enter(host, await open_group(host, sitting.commune))
        await chair.ask("chat.send", key=str(uuid.uuid4()), text="Sắp biểu quyết")
        assert (await host.hear("chat.sent"))["entries"][0]["text"] == "Sắp biểu quyết"


async def test_what_is_written_inside_stays_inside(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("department_head") as host, visitor("invited_head") as guest:
        for tab in (chair, host, guest):
            await tab.enter()
        room = await open_group(host, sitting.commune)
        outside = await host.ask("chat.send", key=str(uuid.uuid4()), text="Ai đó?", channel="consultation")
        assert outside["code"] == "not-consulting"
        await enter(host, room)
        await enter(guest, room)
        await host.ask("chat.send", key=str(uuid.uuid4()), text="Ta xin lùi hạn", channel="consultation")
        assert (await guest.hear("chat.sent"))["entries"][0]["text"] == "Ta xin lùi hạn"
        assert await chair.hears_nothing("chat.sent")
        await guest.ask("consultation.leave")
        assert (await visitor("invited_clerk").state_now())["chat"] == []


async def test_a_site_that_accepts_the_floor_is_back_in_the_main_room(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("department_head") as host:
        await chair.enter()
        await host.enter()
        await enter(host, await open_group(host, sitting.commune))
        await host.ask("mute", source="microphone", muted=False)
        await chair.ask("floor.grant", site=sitting.department.pk)
        await host.hear("microphone.asked")  # though its microphone is open: not in the main room
        assert (await host.ask("floor.accept"))["type"] == "done"
        moved = await host.hear("consultation.moved")
        assert (moved["consultation"], moved["why"]) == (None, "floor")


async def test_who_leads_comes_in_after_announcing(
    visitor: Visitor, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visitor("secretary") as secretary, visitor("department_head") as host:
        await secretary.enter()
        await host.enter()
        room = await open_group(host, sitting.commune)
        await enter(host, room)
        assert (await secretary.ask("consultation.enter", consultation=room["id"]))["code"] == "announce-first"
        await secretary.ask("consultation.announce", consultation=room["id"])
        told = await host.hear("consultation.visited")
        assert (told["by"], told["seconds"]) == ("Lê Thị Thư", 5)
        assert (await secretary.ask("consultation.enter", consultation=room["id"]))["code"] == "announce-first"
        monkeypatch.setattr(consultations, "ANNOUNCED_S", 0)  # five seconds later
        await enter(secretary, room)


# --- back --------------------------------------------------------------------------------------------------


async def test_when_the_time_is_over_everybody_is_back(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("department_head") as host, visitor("invited_head") as guest:
        await host.enter()
        await guest.enter()
        room = await open_group(host, sitting.commune)
        await enter(host, room)
        await enter(guest, room)
        await end_now(room)
        assert [(await tab.hear("consultation.moved"))["why"] for tab in (host, guest)] == ["time", "time"]
        assert (await host.hear("consultation.closed"))["consultation"] == room["id"]
        assert (await guest.ask("consultation.enter", consultation=room["id"]))["code"] == "no-such-consultation"


async def test_the_room_itself_notices_that_the_time_is_over(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("department_head") as host:
        await host.enter()
        room = await open_group(host, sitting.commune)
        await enter(host, room)
        await host.ask("consultation.recall", consultation=room["id"], seconds=0)
        assert (await host.hear("consultation.moved", consultation=None))["why"] == "recalled"


async def test_those_who_lead_call_everybody_back_with_notice(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("secretary") as secretary, visitor("department_head") as host:
        await secretary.enter()
        await host.enter()
        room = await open_group(host, sitting.commune)
        await enter(host, room)
        assert (await host.ask("consultation.recall"))["code"] == "may-not-admit"
        assert (await secretary.ask("consultation.recall"))["type"] == "done"
        told = (await host.hear("consultation.changed"))["consultation"]
        while not told["recalled"]:
            told = (await host.hear("consultation.changed"))["consultation"]
        left = dt.datetime.fromisoformat(told["ends_at"]) - timezone.now()
        assert dt.timedelta(seconds=20) < left <= dt.timedelta(seconds=30)
        assert (await host.ask("consultation.extend", consultation=room["id"]))["code"] == "not-your-room"
        await end_now(room)
        assert (await host.hear("consultation.moved", consultation=None))["why"] == "recalled"


async def test_the_host_gives_more_time(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("department_head") as host, visitor("invited_head") as guest:
        await host.enter()
        await guest.enter()
        room = await open_group(host, sitting.commune)
        assert (await guest.ask("consultation.extend", consultation=room["id"]))["code"] == "not-your-room"
        assert (await host.ask("consultation.extend", consultation=room["id"], minutes=5))["type"] == "done"
        longer = (await host.hear("consultation.changed"))["consultation"]["ends_at"]
    more = dt.datetime.fromisoformat(longer) - dt.datetime.fromisoformat(room["ends_at"])
    assert more == dt.timedelta(minutes=5)


async def test_who_lost_the_line_comes_back_into_the_room(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("department_head") as host:
        await host.enter()
        room = await open_group(host, sitting.commune)
        await enter(host, room)
        await host.say("simulate", kind="forget-session")  # its process died
        async with visitor("department_head") as back:
            await back.say("resume", version=1, secret=host.secret)
            assert (await back.hear("state"))["consulting"] == room["id"]
            await back.ask("consultation.leave")
        assert (await visitor("department_head").state_now())["consulting"] is None


async def test_the_end_of_the_meeting_ends_its_consultations(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("department_head") as host:
        await chair.enter()
        await host.enter()
        await enter(host, await open_group(host, sitting.commune))
        await chair.ask("meeting.end")
        assert (await host.hear("consultation.moved", consultation=None))["why"] == "meeting"
    assert not await Consultation.objects.filter(closed_at__isnull=True).aexists()
    acts = {entry.action async for entry in Entry.objects.filter(action__startswith="meeting.consultation")}
    assert acts == {f"meeting.consultation_{act}" for act in ("opened", "entered", "closed")}


def test_the_rooms_cost_the_same_however_many_sit_in_them(sitting: Sitting) -> None:
    def room_with(people: int) -> None:
        site = MeetingSiteFactory(meeting=sitting.meeting)
        now = timezone.now()
        room = Consultation.objects.create(
            meeting=sitting.meeting, kind="group", name="Hội ý", host=site, opened_by=sitting.head, opened_at=now,
            ends_at=now + dt.timedelta(minutes=5),
        )  # fmt: skip
        room.sites.set(sitting.meeting.sites.all())
        for _ in range(people):
            tab = attendance.join(MeetingSiteFactory(meeting=sitting.meeting), person=UserFactory(), carry_media=True)
            Connection.objects.filter(pk=tab.pk).update(consultation=room)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert consultations.states(sitting.meeting.pk)
        return len(queries)

    room_with(1)
    before = cost()
    room_with(3)
    room_with(4)
    assert cost() == before == 3
