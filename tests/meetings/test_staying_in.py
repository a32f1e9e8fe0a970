"""Lost lines: what was written is written once, and what is the server's is still there."""

import uuid
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async

from meetings.models import ChatMessage
from tests.meetings.room import Browser, Sitting

pytestmark = pytest.mark.django_db(transaction=True)
Visitor = Callable[[str], Browser]


async def written(sitting: Sitting) -> int:
    return await sync_to_async(ChatMessage.objects.filter(meeting=sitting.meeting).count)()


async def test_a_message_whose_answer_was_lost_is_sent_again_and_told_once(visitor: Visitor, sitting: Sitting) -> None:
    key = str(uuid.uuid4())
    async with visitor("chair") as chair:
        await chair.enter()
        commune = visitor("invited_head")
        assert await commune.connect()
        await commune.enter()
        seen = commune.last_seq
        await commune.say("chat.send", key=key, text="Phường đã nhận tài liệu.")
        await chair.hear("chat.sent")
        await commune.drop()
        async with visitor("invited_head") as back:
            await back.say("resume", version=1, secret=commune.secret, ack=seen)
            assert (await back.hear("welcome"))["resumed"]
            assert (await back.ask("chat.send", key=key, text="Phường đã nhận tài liệu."))["type"] == "done"
        assert await chair.hears_nothing("chat.sent")
    assert await written(sitting) == 1


async def test_a_forgotten_place_finds_its_message_and_its_turn(visitor: Visitor, sitting: Sitting) -> None:
    key = str(uuid.uuid4())
    async with visitor("invited_head") as first:
        await first.enter()
        await first.ask("floor.request", topic="Giải phóng mặt bằng")
        assert (await first.ask("chat.send", key=key, text="Xin phát biểu sau."))["type"] == "done"
    async with visitor("invited_head") as anew:
        state = await anew.enter()
        assert [entry["key"] for entry in state["chat"]] == [key]
        assert [request["topic"] for request in state["queue"]] == ["Giải phóng mặt bằng"]
        assert (await anew.ask("chat.send", key=key, text="Xin phát biểu sau."))["type"] == "done"
    assert await written(sitting) == 1
