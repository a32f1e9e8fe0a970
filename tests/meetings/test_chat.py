"""Chat in the room: who reads what, who answers, how order is kept, and for how long."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.audit.models import Entry
from meetings import casting, chat, room_state
from meetings.models import Attendee, ChatMessage, Connection, Meeting, MeetingSite
from tests.city import City
from tests.factories import AttendeeFactory, MeetingSiteFactory
from tests.meetings.room import Browser, Sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
Visitor = Callable[[str], Browser]


async def write(tab: Browser, text: str, channel: str = "room", **fields: Any) -> dict[str, Any]:
    return await tab.ask("chat.send", key=str(uuid.uuid4()), text=text, channel=channel, **fields)


async def heard(tab: Browser) -> list[str]:
    return [entry["text"] for entry in (await tab.hear("chat.sent"))["entries"]]


def texts(state: dict[str, Any]) -> list[str]:
    return [entry["text"] for entry in state["chat"]]


# --- who reads it ------------------------------------------------------------------------------------------


async def test_what_is_written_to_a_desk_only_the_desk_and_the_asker_read(visitor: Visitor) -> None:
    async with visitor("secretary") as desk, visitor("invited_head") as asker, visitor("department_head") as other:
        for tab in (desk, asker, other):
            await tab.enter()
        await write(asker, "Xin thêm một ghế", "secretary")
        assert await heard(desk) == await heard(asker) == ["Xin thêm một ghế"]
        assert await other.hears_nothing("chat.sent")
        assert texts(await visitor("department_clerk").state_now()) == []


async def test_a_desk_answers_the_asker_alone(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("secretary") as desk, visitor("invited_head") as asker, visitor("department_head") as other:
        for tab in (desk, asker, other):
            await tab.enter()
        await write(asker, "Bao giờ đến lượt phường?", "secretary")
        await heard(asker)
        assert (await write(desk, "Sau Sở Xây dựng", "secretary", asker=sitting.head.pk))["type"] == "done"
        assert await heard(asker) == ["Sau Sở Xây dựng"]
        assert await other.hears_nothing("chat.sent")
        assert (await write(other, "Tôi cũng hỏi", "secretary", asker=sitting.head.pk))["code"] == "not-your-desk"


async def test_a_desk_writes_to_nobody_who_has_not_written_first(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("secretary") as desk:
        await desk.enter()
        assert (await write(desk, "Chào", "secretary", asker=sitting.head.pk))["code"] == "no-such-conversation"
        assert (await write(desk, "Chào", "secretary"))["code"] == "no-such-conversation"


async def test_an_agency_reads_its_own_words(visitor: Visitor) -> None:
    async with visitor("invited_head") as head, visitor("invited_clerk") as clerk, visitor("chair") as chair:
        for tab in (head, clerk, chair):
            await tab.enter()
        await write(head, "Ta đề nghị lùi hạn", "agency")
        assert await heard(clerk) == ["Ta đề nghị lùi hạn"]
        assert await chair.hears_nothing("chat.sent")
        assert texts(await visitor("chair").state_now()) == []
        assert texts(await visitor("invited_clerk").state_now()) == ["Ta đề nghị lùi hạn"]


async def test_who_is_handed_the_chair_reads_its_desk(visitor: Visitor, city: City, sitting: Sitting) -> None:
    await sync_to_async(AttendeeFactory)(
        site=sitting.department, appointment=city["department_head"], role=Attendee.Role.MEMBER
    )
    async with visitor("department_head") as next_chair, visitor("invited_head") as asker:
        assert (await next_chair.enter())["rights"]["desks"] == []
        await asker.enter()
        await write(asker, "Xin phát biểu sớm", "chair")
        person = city.person("department_head").pk
        await sync_to_async(casting.hand_chair)(city["chair"], sitting.meeting, person_id=person)
        assert (await next_chair.hear("rights.changed"))["rights"]["desks"] == ["chair"]
        assert texts(await next_chair.hear("state")) == ["Xin phát biểu sớm"]


async def test_a_technicians_desk_without_anybody_says_so(visitor: Visitor, city: City, sitting: Sitting) -> None:
    async with visitor("invited_head") as asker:
        await asker.enter()
        assert (await write(asker, "Mất tiếng", "technician"))["code"] == "desk-empty"
        await sync_to_async(AttendeeFactory)(
            site=sitting.main, appointment=city["organiser_clerk"], role=Attendee.Role.TECHNICIAN
        )
        async with visitor("organiser_clerk") as technician:
            assert (await technician.enter())["rights"]["desks"] == ["technician"]
            assert (await write(asker, "Mất tiếng", "technician"))["type"] == "done"
            assert await heard(technician) == ["Mất tiếng"]


async def test_what_is_written_at_once_comes_together(visitor: Visitor) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as other:
        await chair.enter()
        await other.enter()
        for number in range(6):
            await chair.say("chat.send", key=str(uuid.uuid4()), text=str(number))
        batches: list[list[str]] = []
        while sum(map(len, batches)) < 6:
            batches.append(await heard(other))
    assert [text for batch in batches for text in batch] == [str(number) for number in range(6)]
    assert len(batches) < 6


# --- keeping order -----------------------------------------------------------------------------------------


async def test_a_removed_message_leaves_its_trace_and_no_text(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as author:
        await secretary.enter()
        await author.enter()
        await write(author, "Lời không phải")
        [entry] = (await author.hear("chat.sent"))["entries"]
        assert (await secretary.ask("chat.remove", message=entry["id"], reason="Ngoài lề"))["type"] == "done"
        [gone] = (await author.hear("chat.sent"))["entries"]
        assert (gone["id"], gone["text"], gone["removed_by"]) == (entry["id"], "", "Lê Thị Thư")
        assert [e["removed_by"] for e in (await visitor("chair").state_now())["chat"]] == ["Lê Thị Thư"]
    assert not await ChatMessage.objects.exclude(text="").aexists()
    log = await Entry.objects.aget(action="meeting.chat_removed")
    assert (log.detail["reason"], log.detail["sender"]) == ("Ngoài lề", "Hoàng Ba Đình")


async def test_people_take_back_their_own_and_no_others(visitor: Visitor) -> None:
    async with visitor("department_head") as author, visitor("invited_head") as other:
        await author.enter()
        await other.enter()
        await write(author, "Nhầm kênh")
        [entry] = (await other.hear("chat.sent"))["entries"]
        assert (await other.ask("chat.remove", message=entry["id"]))["code"] == "may-not-remove"
        assert (await author.ask("chat.remove", message=entry["id"]))["type"] == "done"
        assert (await other.hear("chat.sent"))["entries"][0]["text"] == ""


async def test_nobody_removes_what_they_cannot_read(visitor: Visitor) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as author:
        await secretary.enter()
        await author.enter()
        await write(author, "Nội bộ", "agency")
        [entry] = (await author.hear("chat.sent"))["entries"]
        assert (await secretary.ask("chat.remove", message=entry["id"]))["code"] == "no-such-message"


async def test_a_closed_chat_of_the_room_leaves_the_desks_open(visitor: Visitor) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as other:
        await chair.enter()
        await other.enter()
        await chair.ask("chat.close", closed=True)
        assert (await other.hear("chat.closed"))["closed"]
        assert (await write(other, "Ai nghe không?"))["code"] == "chat-closed"
        assert (await write(other, "Ai nghe không?", "secretary"))["type"] == "done"
        assert (await write(chair, "Xin giữ trật tự"))["type"] == "done"
        assert (await visitor("invited_clerk").state_now())["chat_closed"]
        await chair.ask("chat.close", closed=False)
        assert (await write(other, "Cảm ơn"))["type"] == "done"


async def test_the_eleventh_message_in_a_row_is_refused_but_not_one_sent_again(visitor: Visitor) -> None:
    key = str(uuid.uuid4())
    async with visitor("invited_head") as tab:
        await tab.enter()
        await tab.ask("chat.send", key=key, text="Đầu tiên")
        for number in range(9):
            assert (await write(tab, str(number)))["type"] == "done"
        assert (await write(tab, "Nữa"))["code"] == "too-many-messages"
        assert (await tab.ask("chat.send", key=key, text="Đầu tiên"))["type"] == "done"
    assert await ChatMessage.objects.acount() == 10


# --- how long, and at what cost ----------------------------------------------------------------------------


def _written(sitting: Sitting, site: MeetingSite, **fields: Any) -> ChatMessage:
    return ChatMessage.objects.create(
        **{"meeting": sitting.meeting, "site": site, "sender": sitting.head, "text": "…", "key": uuid.uuid4(), **fields}
    )


@pytest.mark.parametrize(
    ("state", "days", "kept"),
    [("ended", 29, True), ("ended", 31, False), ("in_session", 31, True), ("cancelled", 31, False)],
)
def test_messages_go_when_their_time_is_over(sitting: Sitting, state: str, days: int, kept: bool) -> None:
    now = timezone.now()
    _written(sitting, sitting.commune, sent_at=now - dt.timedelta(days=days))
    Meeting.objects.filter(pk=sitting.meeting.pk).update(state=state)
    assert chat.sweep(now) == (0 if kept else 1)
    assert ChatMessage.objects.exists() is kept


def test_the_state_costs_the_same_however_much_was_written(city: City, sitting: Sitting) -> None:
    tab = Connection.objects.create(
        meeting=sitting.meeting,
        site=sitting.main,
        person=city.person("secretary"),
        joined_at=timezone.now(),
        seen_at=timezone.now(),
    )

    def cost() -> int:
        with transaction.atomic():
            room_state.snapshot(tab, [sitting.main])  # makes the live state
            with CaptureQueriesContext(connection) as queries:
                room_state.snapshot(tab, [sitting.main])
        return len(queries)

    before = cost()
    for number in range(5):
        site = MeetingSiteFactory(meeting=sitting.meeting)
        _written(sitting, site, channel="secretary", asker=city.person("chair"), sent_at=timezone.now())
        _written(sitting, site, sent_at=timezone.now(), text=str(number))
    assert cost() == before
