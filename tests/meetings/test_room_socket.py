"""The room's socket: who gets in, what everybody sees, and what is refused."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.db.backends.signals import connection_created

from documents import announcing
from meetings.models import ChatMessage, Connection, FloorTurn, LiveState, Meeting, TabledPaper
from meetings.signalling import consumers
from tests.city import City
from tests.factories import PaperVersionFactory
from tests.meetings.room import Browser, Sitting, build_sitting, count

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
ROOM_MESSAGE_LIMIT = 128 * 1024


# --- the door -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["anonymous", "outsider", "outsider_head", "invited_officer"])
async def test_nobody_enters_without_a_site(visitor: Callable[[str], Browser], role: str) -> None:
    assert not await visitor(role).connect()


@pytest.mark.parametrize(
    ("role", "site"),
    [("chair", "main"), ("secretary", "main"), ("invited_head", "commune"), ("invited_clerk", "commune")],
)
async def test_people_enter_at_their_site(
    visitor: Callable[[str], Browser], sitting: Sitting, role: str, site: str
) -> None:
    async with visitor(role) as tab:
        state = await tab.enter()
    assert state["me"]["site"] == getattr(sitting, site).pk
    assert state["rights"]["chair"] is (role in ("chair", "secretary"))


async def test_a_site_of_others_is_refused(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("invited_head") as tab:
        await tab.say("hello", version=1, site=sitting.main.pk)
        assert (await tab.hear("bye"))["action"] == "stop"


async def test_nobody_enters_a_meeting_that_is_over(city: City) -> None:
    over = await sync_to_async(build_sitting)(city, state=Meeting.State.ENDED)
    assert not await Browser(over.path, city.person("chair")).connect()


async def test_what_is_said_after_the_welcome_is_done_however_long_coming_in_takes(
    visitor: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "ENTERING_S", 0.001)
    async with visitor("chair") as tab:
        await tab.say("hello", version=1)
        await tab.hear("welcome")
        assert (await tab.ask("board.follow", on=True))["type"] == "done"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's connections come from a pool")
async def test_coming_in_does_not_open_the_database_again(visitor: Callable[[str], Browser]) -> None:
    opened: list[Any] = []

    def note(**kwargs: Any) -> None:
        opened.append(kwargs["connection"])

    async with visitor("chair") as first:
        await first.enter()
        connection_created.connect(note)
        async with visitor("invited_head") as tab:
            await tab.enter()
        connection_created.disconnect(note)
    assert not opened


# --- bad messages: the socket is closed with the reason, and nothing else happens --------------------------


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '{"type": "no-such-type"}',
        '{"type": "mute", "source": "camera"}',
        '{"type": "mute", "source": "camera", "muted": true, "extra": 1}',
        '{"type": "view", "wall": {"wall77": 1}}',
        '{"type": "floor.grant", "site": "__class__"}',
        '{"type": "welcome"}',
    ],
)
async def test_a_malformed_or_unknown_message_closes_the_socket(visitor: Callable[[str], Browser], text: str) -> None:
    async with visitor("chair") as tab:
        await tab.enter()
        await tab.socket.send_to(text_data=text)
        assert "protocol error" in (await tab.hear("bye"))["reason"]
        assert await tab.closed_with() == 4400


async def test_an_oversized_message_closes_the_socket(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as tab:
        await tab.enter()
        await tab.socket.send_to(text_data='{"type": "bye", "x": "' + "x" * ROOM_MESSAGE_LIMIT + '"}')
        assert await tab.closed_with() == 1009


async def test_bytes_close_the_socket(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as tab:
        await tab.enter()
        await tab.socket.send_to(bytes_data=b"\x00\x01")
        assert await tab.closed_with() == 1009


async def test_anything_before_hello_closes_the_socket(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as tab:
        await tab.say("floor.request")
        assert await tab.closed_with() == 4400


async def test_a_second_hello_closes_the_socket(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as tab:
        await tab.enter()
        await tab.say("hello", version=1)
        assert await tab.closed_with() == 4400


async def test_an_old_page_is_told_to_reload(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as tab:
        await tab.say("hello", version=999)
        assert "tải lại" in (await tab.hear("bye"))["reason"]


# --- chat ---------------------------------------------------------------------------------------------


async def test_everybody_reads_what_one_writes_and_it_is_kept(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        await commune.enter()
        await commune.ask("chat.send", key=str(uuid.uuid4()), text="Phường Ba Đình nghe rõ.\nXin cảm ơn.")
        heard = await chair.hear("chat.sent")
    [entry] = heard["entries"]
    assert (entry["text"], entry["site"]) == ("Phường Ba Đình nghe rõ.\nXin cảm ơn.", "Phường Ba Đình")
    assert await count(ChatMessage, meeting=sitting.meeting) == 1


async def test_sending_the_same_message_again_writes_it_once(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    key = str(uuid.uuid4())
    async with visitor("chair") as chair:
        await chair.enter()
        for _ in range(2):
            assert (await chair.ask("chat.send", key=key, text="Một lần."))["type"] == "done"
    assert await count(ChatMessage, meeting=sitting.meeting) == 1


@pytest.mark.parametrize(("text", "code"), [("  ", "empty-message"), ("x" * 2001, "message-too-long")])
async def test_an_unfit_text_is_refused_with_words(visitor: Callable[[str], Browser], text: str, code: str) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        refused = await chair.ask("chat.send", key=str(uuid.uuid4()), text=text)
    assert (refused["type"], refused["code"]) == ("refused", code)


# --- the floor ----------------------------------------------------------------------------------------


async def test_the_chair_gives_the_floor_and_takes_it_back(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        await commune.enter()
        await commune.ask("floor.request")
        assert (await chair.hear("floor.requested"))["request"]["site"] == sitting.commune.pk
        assert (await chair.ask("floor.grant", site=sitting.commune.pk))["type"] == "done"
        asked = (await commune.hear("microphone.asked"))["call"]
        assert (asked["site"], asked["by"]) == (sitting.commune.pk, "Trần Văn Chủ")
        assert (await commune.ask("floor.accept"))["type"] == "done"
        assert (await commune.hear("floor.granted"))["site"] == sitting.commune.pk
        assert (await commune.hear("rights.changed"))["rights"]["speak"]
        assert (await chair.ask("floor.end"))["type"] == "done"
        assert (await commune.hear("floor.ended"))["site"] == sitting.commune.pk
    assert await count(FloorTurn, meeting=sitting.meeting, ended_at__isnull=False) == 1


async def test_the_floor_moves_without_a_gap(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as commune:
        await secretary.enter()
        await commune.enter()
        await secretary.ask("floor.grant", site=sitting.commune.pk)
        await commune.ask("floor.accept")
        await secretary.ask("floor.grant", site=sitting.main.pk)
        await secretary.ask("floor.grant", site=sitting.main.pk)
    assert await count(FloorTurn, meeting=sitting.meeting) == 2
    assert await count(FloorTurn, meeting=sitting.meeting, ended_at__isnull=True, site=sitting.main) == 1


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("floor.grant", {"site": "commune"}),
        ("discussion.set", {"free": True}),
        ("item.open", {"item": 1}),
        ("meeting.open", {}),
        ("meeting.end", {}),
    ],
)
async def test_only_the_chair_leads(
    visitor: Callable[[str], Browser], sitting: Sitting, type: str, fields: dict[str, Any]
) -> None:
    if fields.get("site"):
        fields = {"site": sitting.commune.pk}
    async with visitor("invited_head") as commune:
        await commune.enter()
        refused = await commune.ask(type, **fields)
    assert (refused["type"], refused["code"]) == ("refused", "not-chair")


async def test_the_floor_goes_to_sites_of_this_meeting_only(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        assert (await chair.ask("floor.grant", site=999_999))["code"] == "no-such-site"


async def test_a_microphone_opens_only_with_the_right_and_closes_with_its_loss(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        await commune.enter()
        await chair.ask("discussion.set", free=False)
        refused = await commune.ask("mute", source="microphone", muted=False)
        assert refused["code"] == "not-your-turn"
        await chair.ask("floor.grant", site=sitting.commune.pk)
        await commune.ask("floor.accept")
        assert (await commune.ask("mute", source="microphone", muted=False))["type"] == "done"
        assert await count(Connection, site=sitting.commune, microphone_on=True) == 1
        await chair.ask("floor.end")
        assert await count(Connection, site=sitting.commune, microphone_on=True) == 0


# --- agenda, papers ------------------------------------------------------------------------------------


async def test_the_agenda_moves_for_everybody(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as commune:
        await secretary.enter()
        state = await commune.enter()
        assert [item["title"] for item in state["items"]] == ["Nội dung 1", "Nội dung 2"]
        await secretary.ask("item.open", item=sitting.items[1].pk)
        assert (await commune.hear("item.opened"))["item"] == sitting.items[1].pk
    assert await count(LiveState, meeting=sitting.meeting, item=sitting.items[1]) == 1


async def test_a_paper_published_meanwhile_appears_in_the_agenda(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    def hand_in() -> Any:
        version = PaperVersionFactory(conversion="ready", page_count=3, paper__state="published")
        TabledPaper.objects.create(item=sitting.items[0], paper=version.paper)
        announcing.paper_changed(version.paper_id)
        return version

    async with visitor("secretary") as secretary, visitor("invited_head") as commune:
        await secretary.enter()
        await commune.enter()
        version = await sync_to_async(hand_in)()
        changed = await commune.hear("agenda.changed")
        assert [paper["version"] for paper in changed["items"][0]["papers"]] == [version.pk]
        await secretary.ask("item.open", item=sitting.items[0].pk)
        assert (await commune.hear("document.opened"))["document"]["pages"] == 3
        await secretary.ask("document.page", page=2)
        assert (await commune.hear("document.turned"))["page"] == 2
        assert (await commune.ask("document.page", page=3))["code"] in ("not-presenter", "may-not-present")
        assert (await secretary.ask("document.page", page=4))["code"] == "no-such-page"


async def test_a_paper_that_is_not_tabled_cannot_be_presented(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        assert (await chair.ask("document.open", version=12345))["code"] == "no-such-paper"


# --- coming back ----------------------------------------------------------------------------------------


async def test_a_lost_socket_comes_back_to_what_it_missed(
    visitor: Callable[[str], Browser], city: City, sitting: Sitting
) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        commune = visitor("invited_head")
        assert await commune.connect()
        await commune.enter()
        seen = commune.last_seq
        await commune.drop()
        await chair.ask("chat.send", key=str(uuid.uuid4()), text="Trong lúc mất mạng")
        async with visitor("invited_head") as back:
            await back.say("resume", version=1, secret=commune.secret, ack=seen)
            assert (await back.hear("welcome"))["resumed"]
            missed = await back.hear("chat.sent")
            assert missed["entries"][0]["text"] == "Trong lúc mất mạng"
            assert missed["seq"] > seen
        assert await count(Connection, site=sitting.commune) == 1


async def test_a_gap_too_old_gets_the_full_state(visitor: Callable[[str], Browser]) -> None:
    first = visitor("invited_head")
    assert await first.connect()
    await first.enter()
    await first.ask("stat", ack=first.last_seq, loss=0, rtt_ms=1, jitter_ms=1)
    await first.drop()
    async with visitor("invited_head") as back:
        await back.say("resume", version=1, secret=first.secret, ack=0)
        assert not (await back.hear("welcome"))["resumed"]
        assert (await back.hear("state"))["items"]


@pytest.mark.parametrize("secret", ["", "forged", "a:b:c"])
async def test_a_forged_secret_opens_a_new_place_and_no_other(visitor: Callable[[str], Browser], secret: str) -> None:
    async with visitor("invited_head") as tab:
        await tab.say("resume", version=1, secret=secret, ack=0)
        assert not (await tab.hear("welcome"))["resumed"]
        assert (await tab.hear("state"))["me"]["name"] == "Hoàng Ba Đình"


async def test_the_secret_of_another_person_is_worth_nothing(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        async with visitor("invited_head") as thief:
            await thief.say("resume", version=1, secret=chair.secret, ack=0)
            assert not (await thief.hear("welcome"))["resumed"]
            assert not (await thief.hear("state"))["rights"]["chair"]
