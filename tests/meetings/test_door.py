"""The door of the room: when it opens, who waits there, who is let in, kept out, put out."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from eoffice.audit.models import Entry
from meetings import attendance, lobby, scheduling
from meetings.models import Admission, Connection, Meeting, Role
from meetings.signalling import waiting
from tests.city import City
from tests.factories import AttendeeFactory
from tests.meetings.room import Browser, Sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
SOON = dt.timedelta(seconds=1)


async def change(sitting: Sitting, **fields: Any) -> None:
    if "starts_at" in fields:
        fields["ends_at"] = fields["starts_at"] + dt.timedelta(hours=2)
    await sync_to_async(Meeting.objects.filter(pk=sitting.meeting.pk).update)(**fields)


async def logged(action: str) -> list[dict[str, Any]]:
    return [detail async for detail in Entry.objects.filter(action=action).values_list("detail", flat=True)]


async def kept_waiting(tab: Browser, **hello: Any) -> dict[str, Any]:
    await tab.say("hello", version=1, **hello)
    return await tab.hear("lobby.waiting")


# --- the hour ------------------------------------------------------------------------------------------


async def test_before_the_hour_people_wait_and_come_in_by_themselves_when_the_room_opens(
    visitor: Callable[[str], Browser], sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "CROWD_S", 0.1)
    opens = timezone.now() + SOON
    await change(sitting, state="invited", starts_at=opens + dt.timedelta(minutes=45), lobby_minutes=45)
    async with visitor("invited_head") as commune:
        told = await kept_waiting(commune)
        assert (told["reason"], dt.datetime.fromisoformat(told["opens_at"])) == ("not-open", opens)
        await commune.hear("welcome")
        assert (await commune.hear("state"))["me"]["site"] == sitting.commune.pk
        assert timezone.now() >= opens


async def test_those_who_get_the_room_ready_enter_before_the_hour(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    await change(sitting, state="invited", starts_at=timezone.now() + dt.timedelta(days=1))
    technician = city["invited_officer"]
    await sync_to_async(AttendeeFactory)(site=sitting.commune, appointment=technician, role=Role.TECHNICIAN)
    for role in ("chair", "secretary", "organiser_clerk", "invited_officer"):
        async with visitor(role) as tab:
            assert (await tab.enter())["meeting_state"] == "invited"


async def test_opening_the_meeting_opens_the_door(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    await change(sitting, state="invited", starts_at=timezone.now() + dt.timedelta(hours=3))
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        assert (await kept_waiting(commune))["reason"] == "not-open"
        assert (await chair.ask("meeting.open"))["type"] == "done"
        await commune.hear("welcome")


async def test_a_meeting_that_is_moved_opens_its_door_at_the_new_time(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    later = timezone.now() + dt.timedelta(hours=3)
    await change(sitting, state="invited", starts_at=later)

    def bring_forward() -> None:
        meeting = Meeting.objects.get(pk=sitting.meeting.pk)
        starts = timezone.now() + dt.timedelta(minutes=20)
        ends = starts + dt.timedelta(hours=1)
        scheduling.reschedule(city["secretary"], meeting, starts_at=starts, ends_at=ends, version=meeting.version)

    async with visitor("invited_head") as commune:
        told = await kept_waiting(commune)
        assert dt.datetime.fromisoformat(told["opens_at"]) == later - dt.timedelta(minutes=30)
        await sync_to_async(bring_forward)()
        await commune.hear("welcome")


async def test_from_the_door_nothing_can_be_done(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    await change(sitting, state="invited", starts_at=timezone.now() + dt.timedelta(hours=3))
    async with visitor("invited_head") as commune:
        await kept_waiting(commune)
        await commune.say("chat.send", key="6f0f4f3e-93f6-4f0e-9e3f-3a3c1f2b7c55", text="Có ai không?")
        await commune.say("view")
        assert await commune.hears_nothing("done")
        await commune.say("hello", version=1)
        assert await commune.closed_with() == 4400
    assert await sync_to_async(Connection.objects.count)() == 0


# --- locked, late --------------------------------------------------------------------------------------


async def test_who_was_not_inside_waits_at_a_locked_door_until_let_in(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as head, visitor("department_head") as late:
        await secretary.enter()
        assert (await secretary.ask("lock.set", locked=True))["type"] == "done"
        assert (await secretary.hear("lock.changed"))["locked"]
        for tab in (head, late):
            assert (await kept_waiting(tab))["reason"] == "locked"
        knocked = [(await secretary.hear("lobby.changed"))["changed"][0] for _ in range(2)]
        assert {(knock["name"], knock["state"]) for knock in knocked} == {
            ("Hoàng Ba Đình", "waiting"),
            ("Đỗ Giám Đốc", "waiting"),
        }
        person = next(knock["person"] for knock in knocked if knock["name"] == "Hoàng Ba Đình")
        assert (await secretary.ask("lobby.admit", person=person))["type"] == "done"
        await head.hear("welcome")
        assert await late.hears_nothing("welcome")
        assert not (await head.hear("state"))["lobby"]  # not for everybody to know
        assert (await secretary.ask("lobby.admit"))["type"] == "done"
        await late.hear("welcome")
    assert [entry["people"] for entry in await logged("meeting.admitted")] == [["Đỗ Giám Đốc"], ["Hoàng Ba Đình"]]


async def test_unlocking_lets_in_all_who_waited(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as head:
        await chair.enter()
        await chair.ask("lock.set", locked=True)
        await kept_waiting(head)
        await chair.ask("lock.set", locked=False)
        await head.hear("welcome")
    assert await sync_to_async(Admission.objects.count)() == 0


async def test_who_was_inside_comes_back_through_a_locked_door(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as before:
        await chair.enter()
        await before.enter()
        await chair.ask("lock.set", locked=True)
        await before.leave()
        async with visitor("invited_head") as again:
            await again.enter()


async def test_latecomers_wait_when_the_meeting_says_so(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    await change(sitting, late_entry="ask", opened_at=timezone.now() - dt.timedelta(minutes=5))
    async with visitor("invited_head") as in_time:
        await in_time.enter()
    await change(sitting, opened_at=timezone.now() - dt.timedelta(minutes=16))
    async with visitor("department_head") as late, visitor("secretary") as secretary:
        await secretary.enter()
        assert (await kept_waiting(late))["reason"] == "late"
        await secretary.hear("lobby.changed")
        await secretary.ask("lobby.admit", site=sitting.department.pk)
        await late.hear("welcome")


async def test_who_is_refused_is_told_why_and_stays_out_until_let_in(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    person = city.person("invited_head").pk
    async with visitor("chair") as chair:
        await chair.enter()
        await chair.ask("lock.set", locked=True)
        async with visitor("invited_head") as head:
            await kept_waiting(head)
            await chair.hear("lobby.changed")
            await chair.ask("lobby.refuse", person=person, reason="Nội dung họp kín.")
            assert "Nội dung họp kín." in (await head.hear("bye"))["reason"]
        async with visitor("invited_head") as head:
            await head.say("hello", version=1)
            assert (await head.hear("bye"))["action"] == "stop"
        assert (await chair.ask("lobby.refuse", person=person))["code"] == "not-waiting"
        await chair.ask("lobby.admit", person=person)
        async with visitor("invited_head") as head:
            await head.enter()


async def test_who_goes_away_from_the_door_no_longer_waits(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        await chair.ask("lock.set", locked=True)
        head = visitor("invited_head")
        assert await head.connect()
        await kept_waiting(head)
        assert (await chair.hear("lobby.changed"))["changed"]
        await head.drop()
        assert (await chair.hear("lobby.changed"))["gone"]


def test_whose_page_has_died_at_the_door_is_forgotten(city: City, sitting: Sitting) -> None:
    lobby.knock(city.person("invited_head"), sitting.commune)
    attendance.sweep()
    assert Admission.objects.count() == 1
    Admission.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=3))
    attendance.sweep()
    assert Admission.objects.count() == 0


# --- putting out ------------------------------------------------------------------------------------------


async def test_who_is_put_out_is_told_why_loses_every_page_and_stays_out_until_let_in_again(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    person = city.person("invited_head").pk
    async with visitor("secretary") as secretary, visitor("invited_head") as screen, visitor("invited_head") as phone:
        await secretary.enter()
        await screen.enter()
        await phone.enter(carry_media=False)
        assert (await secretary.ask("person.remove", person=person, reason=" "))["code"] == "reason-missing"
        assert (await secretary.ask("person.remove", person=person, reason="Gây ồn kéo dài."))["type"] == "done"
        for tab in (screen, phone):
            bye = await tab.hear("bye")
            assert (bye["action"], "Gây ồn kéo dài." in bye["reason"]) == ("stop", True)
        out = (await secretary.hear("lobby.changed"))["changed"][0]
        assert (out["state"], out["reason"]) == ("put_out", "Gây ồn kéo dài.")
        async with visitor("invited_head") as back:
            await back.say("resume", version=1, secret=screen.secret, ack=0)
            assert "Gây ồn kéo dài." in (await back.hear("bye"))["reason"]
        await secretary.ask("lobby.admit", person=person)
        async with visitor("invited_head") as again:
            await again.enter()
    (told,) = await logged("meeting.put_out")
    assert (told["person"], told["reason"]) == ("Hoàng Ba Đình", "Gây ồn kéo dài.")
    assert await sync_to_async(Connection.objects.filter(left_how="put_out").count)() == 2


@pytest.mark.parametrize("role", ["chair", "secretary"])
async def test_those_who_lead_are_not_put_out(visitor: Callable[[str], Browser], city: City, role: str) -> None:
    async with visitor("chair") as chair, visitor("secretary") as secretary:
        await chair.enter()
        await secretary.enter()
        refused = await secretary.ask("person.remove", person=city.person(role).pk, reason="Thử.")
        assert refused["code"] == "leads-the-meeting"


async def test_who_is_not_inside_cannot_be_put_out(visitor: Callable[[str], Browser], city: City) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        refused = await chair.ask("person.remove", person=city.person("invited_head").pk, reason="Thử.")
        assert refused["code"] == "not-inside"
        assert (await chair.ask("person.remove", person=999_999, reason="x" * 501))["code"] == "reason-too-long"


# --- the people of a site -----------------------------------------------------------------------------------


def test_who_keeps_the_door_sees_the_people_of_a_site_with_their_roles(
    city: City, sitting: Sitting, client: Client
) -> None:
    AttendeeFactory(site=sitting.commune, appointment=city["invited_officer"], role=Role.MEMBER)
    attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
    client.force_login(city.person("chair"))
    seats = client.get(f"/meetings/sites/{sitting.commune.pk}/people/").json()["people"]
    assert [(seat["name"], seat["role"], seat["inside"]) for seat in seats] == [
        ("Nguyễn Công Chức", "member", False),
        ("Hoàng Ba Đình", "invited", True),
    ]
