"""The floor: called and answered, the clock, and two leaders who press at once. Through the room's socket."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import timezone

from eoffice.audit.models import Entry
from meetings import attendance, calling, conduct, floor, room_state, speaking_queue
from meetings.models import Connection, FloorCall, FloorTurn, SpeechRequest
from meetings.signalling import floor_clock
from tests.city import City
from tests.meetings.room import Browser, Sitting, build_sitting
from tests.meetings.test_conclusions_at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
Visitor = Callable[[str], Browser]


@pytest.fixture
def sitting(city: City) -> Sitting:
    made = build_sitting(city)
    with transaction.atomic():
        live = conduct.lock(made.meeting.pk)
        live.free_discussion = False
        live.save()
    return made


async def entered(*tabs: Browser) -> None:
    for tab in tabs:
        await tab.enter()


async def speaking(chair: Browser, site: Browser) -> dict[str, Any]:
    """``site`` asks, is called and accepts; what it was given."""
    await site.ask("floor.request")
    await chair.ask("floor.next")
    assert (await site.ask("floor.accept"))["type"] == "done"
    granted: dict[str, Any] = (await chair.hear("floor.granted"))["floor"]
    return granted


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


# --- asking ---------------------------------------------------------------------------------------------


async def test_the_next_one_is_asked_and_nothing_opens_before_the_answer(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await entered(chair, commune)
        await commune.ask("floor.request")
        assert (await chair.ask("floor.next"))["type"] == "done"
        call = (await commune.hear("microphone.asked"))["call"]
        seconds = (moment(call["answer_by"]) - moment(call["at"])).total_seconds()
        assert (call["site"], seconds) == (sitting.commune.pk, calling.ANSWER_S)
        assert (await commune.ask("mute", source="microphone", muted=False))["code"] == "not-your-turn"
        await commune.ask("floor.accept")
        granted = await commune.hear("floor.granted")
        assert granted["site"] == sitting.commune.pk
        assert (await commune.hear("rights.changed"))["rights"]["speak"]
    acts = await sync_to_async(lambda: set(Entry.objects.values_list("action", flat=True)))()
    assert {"meeting.floor_called", "meeting.floor_granted"} <= acts


@pytest.mark.parametrize(("answer", "why"), [("floor.decline", "declined"), ("floor.recall", "recalled")])
async def test_a_no_is_told_and_the_place_is_kept(visitor: Visitor, sitting: Sitting, answer: str, why: str) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await entered(chair, commune)
        await commune.ask("floor.request")
        await chair.ask("floor.next")
        await (commune if why == "declined" else chair).ask(answer)
        assert (await chair.hear("floor.declined"))["why"] == why
        state = await (Browser(sitting.path, chair._user)).state_now()
    assert [(r["state"], r["missed"]) for r in state["queue"]] == [("waiting", why == "declined")]
    assert state["call"] is None


async def test_no_answer_in_time_is_a_no_and_a_late_yes_is_refused(
    visitor: Visitor, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "ANSWER_S", 0.2)
    monkeypatch.setattr(floor_clock, "GRACE_S", 0.05)
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await entered(chair, commune)
        await commune.ask("floor.request")
        await chair.ask("floor.next")
        assert (await chair.hear("floor.declined"))["why"] == "silent"
        assert (await commune.ask("floor.accept"))["code"] == "not-asked"
    assert not await sync_to_async(FloorTurn.objects.exists)()


def test_a_call_that_outlived_its_process_ends_with_the_next_act(city: City, sitting: Sitting) -> None:
    attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
    speaking_queue.request(sitting.commune, by=city.person("invited_head"))
    calling.call_next(city["chair"], sitting.meeting)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=calling.ANSWER_S + 1)):
        calling.call_next(city["chair"], sitting.meeting, SpeechRequest.objects.get().pk)
        assert FloorCall.objects.get().answer_by > timezone.now()
    declined = Entry.objects.get(action="meeting.floor_declined")
    assert declined.detail["why"] == "silent"


async def test_a_room_that_opens_anew_ends_a_call_that_nobody_answered(
    city: City, visitor: Visitor, sitting: Sitting
) -> None:
    def asked_long_ago() -> None:
        connection = attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
        calling.grant(city["chair"], sitting.meeting, sitting.commune.pk)
        FloorCall.objects.update(answer_by=timezone.now() - dt.timedelta(seconds=30))
        attendance.leave(connection)

    await sync_to_async(asked_long_ago)()
    async with visitor("chair") as chair:
        assert (await chair.enter())["call"]["site"] == sitting.commune.pk
        assert (await chair.hear("floor.declined"))["why"] == "silent"


async def test_who_missed_the_call_is_passed_over_until_ready(visitor: Visitor, sitting: Sitting) -> None:
    async with (
        visitor("chair") as chair,
        visitor("invited_head") as commune,
        visitor("department_head") as department,
    ):
        await entered(chair, commune, department)
        await commune.ask("floor.request")
        await department.ask("floor.request")
        await chair.ask("floor.next")
        await commune.ask("floor.decline")
        await chair.ask("floor.next")
        assert (await department.hear("microphone.asked"))["call"]["site"] == sitting.commune.pk
        assert (await department.hear("microphone.asked"))["call"]["site"] == sitting.department.pk
        await department.ask("floor.accept")
        await commune.ask("floor.request")
        await chair.ask("floor.next")
        assert (await commune.ask("floor.accept"))["type"] == "done"


async def test_a_site_that_is_not_in_the_room_is_not_called(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        refused = await chair.ask("floor.grant", site=sitting.commune.pk)
    assert (refused["code"], "chưa vào phòng" in refused["message"]) == ("site-away", True)


async def test_an_open_microphone_needs_no_second_yes_and_the_others_close(visitor: Visitor, sitting: Sitting) -> None:
    async with (
        visitor("chair") as chair,
        visitor("invited_head") as commune,
        visitor("department_head") as department,
    ):
        await entered(chair, commune, department)
        await chair.ask("discussion.set", free=True)
        for tab in (chair, commune, department):
            await tab.ask("mute", source="microphone", muted=False)
        await chair.ask("floor.grant", site=sitting.commune.pk)
        assert (await commune.hear("floor.granted"))["site"] == sitting.commune.pk
        open_now = Connection.objects.filter(microphone_on=True).values_list("site", flat=True)
        assert set(await sync_to_async(list)(open_now)) == {sitting.main.pk, sitting.commune.pk}
        assert (await department.ask("mute", source="microphone", muted=False))["type"] == "done"


async def test_one_call_at_a_time(visitor: Visitor, sitting: Sitting) -> None:
    async with (
        visitor("chair") as chair,
        visitor("invited_head") as commune,
        visitor("department_head") as department,
    ):
        await entered(chair, commune, department)
        await chair.ask("floor.grant", site=sitting.commune.pk)
        refused = await chair.ask("floor.grant", site=sitting.department.pk)
        assert (refused["code"], refused["message"]) == ("already-calling", "Đang mời Phường Ba Đình, chưa có trả lời.")
        assert (await department.ask("floor.accept"))["code"] == "not-asked"


# --- two leaders ----------------------------------------------------------------------------------------


def test_chair_and_secretary_press_the_same_button_at_once(city: City, sitting: Sitting) -> None:
    people = {"commune": "invited_head", "department": "department_head"}
    for site, role in people.items():
        attendance.join(getattr(sitting, site), person=city.person(role), carry_media=True)
        speaking_queue.request(getattr(sitting, site), by=city.person(role))
    named = speaking_queue.in_line(sitting.meeting.pk)[0].pk
    raised = at_once(
        *[lambda who=who: calling.call_next(city[who], sitting.meeting, named) for who in ("chair", "secretary")] * 2
    )
    assert raised == []
    assert FloorCall.objects.get().request_id == named
    raised = at_once(*[lambda: calling.accept(sitting.commune)] * 4)
    assert raised == []
    assert FloorTurn.objects.get().site_id == sitting.commune.pk
    assert Entry.objects.filter(action="meeting.floor_granted").count() == 1


async def test_a_press_on_a_name_that_was_just_heard_calls_nobody_else(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("secretary") as secretary, visitor("invited_head") as commune:
        await entered(chair, secretary, commune)
        granted = await speaking(chair, commune)
        assert (await secretary.ask("floor.next", request=granted["request"]))["type"] == "done"
        assert await secretary.hears_nothing("floor.ended")
    assert await sync_to_async(FloorTurn.objects.count)() == 1


# --- the clock ------------------------------------------------------------------------------------------


async def test_the_deadline_is_what_was_asked_for_up_to_the_items_limit(visitor: Visitor, sitting: Sitting) -> None:
    item = sitting.items[0]
    item.speech_minutes = 3
    await sync_to_async(item.save)()
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await entered(chair, commune)
        await chair.ask("item.open", item=item.pk)
        await commune.ask("floor.request", minutes=10)
        await chair.ask("floor.next")
        await commune.ask("floor.accept")
        given = (await chair.hear("floor.granted"))["floor"]
    assert given["seconds"] == 180
    assert moment(given["deadline"]) - moment(given["at"]) == dt.timedelta(seconds=180)


async def test_more_time_a_stop_and_the_end_are_told_to_all(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await entered(chair, commune)
        given = await speaking(chair, commune)
        await chair.ask("floor.extend")
        extended = await commune.hear("floor.extended")
        assert extended["seconds"] == given["seconds"] + 60
        assert moment(extended["deadline"]) - moment(given["deadline"]) == dt.timedelta(seconds=60)
        await chair.ask("floor.pause", on=True)
        stopped = moment((await commune.hear("floor.paused"))["at"])
        await asyncio.sleep(0.2)
        await chair.ask("floor.pause", on=False)
        later = moment((await commune.hear("floor.resumed"))["deadline"])
        assert later - moment(extended["deadline"]) >= dt.timedelta(seconds=0.2)
        assert stopped < later
        await chair.ask("floor.end")
        assert (await commune.hear("floor.ended"))["spoken"]["turns"] == 1


@pytest.mark.parametrize("type", ["floor.extend", "floor.pause"])
async def test_there_is_no_clock_when_nobody_speaks(visitor: Visitor, type: str) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        refused = await chair.ask(type, **({"on": True} if type == "floor.pause" else {}))
    assert refused["code"] == "nobody-speaks"


def test_the_clock_survives_a_restart_and_counts_what_was_spoken(city: City, sitting: Sitting) -> None:
    start = timezone.now().replace(microsecond=0)
    connection = attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)

    def shown() -> Any:
        return room_state.snapshot(connection, [sitting.commune]).state.floor

    with time_machine.travel(start, tick=False) as clock:
        with transaction.atomic():
            floor.give(city["chair"], conduct.lock(sitting.meeting.pk), floor.Occasion(sitting.commune))
        deadline = start + dt.timedelta(minutes=5)
        clock.shift(100)
        assert shown().deadline == deadline
        floor.pause(city["chair"], sitting.meeting, on=True)
        clock.shift(40)
        assert shown().paused_at == start + dt.timedelta(seconds=100)
        floor.pause(city["chair"], sitting.meeting, on=False)
        assert shown().deadline == deadline + dt.timedelta(seconds=40)
        clock.shift(300)
        floor.extend(city["chair"], sitting.meeting, 60)
        assert shown().deadline == timezone.now() + dt.timedelta(seconds=60), "over time: from now on"
        floor.end(city["chair"], sitting.meeting, site=sitting.main)
    assert FloorTurn.objects.get().spoken_s == 400


async def test_the_holder_keeps_the_floor_through_a_lost_line(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await entered(chair, commune)
        given = await speaking(chair, commune)
        seen = commune.last_seq
        await commune.drop()
        async with visitor("invited_head") as back:
            await back.say("resume", version=1, secret=commune.secret, ack=seen)
            await back.hear("welcome")
            again = Browser(sitting.path, back._user)
            assert (await again.state_now())["floor"]["deadline"] == given["deadline"]
            assert (await back.ask("floor.end"))["type"] == "done"
