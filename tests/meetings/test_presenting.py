"""Papers before everybody: the part that is shown, the pointer, ink; reactions, captions. What each costs a narrow line."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from eoffice.audit.models import Entry
from eoffice.realtime import channel_layer
from meetings import marking
from meetings.models import InkStroke, TabledPaper
from meetings.realtime import meeting_group
from meetings.signalling import passing
from tests.factories import PaperVersionFactory
from tests.meetings.room import Browser, Sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
ZOOMED = {"fit": "part", "x": 120, "y": 450, "span": 480}
NARROW_BITS_PER_S = 256_000
VOICE_BITS_PER_S = 3 * 40_000
"""Three voices of Opus with their headers."""


@pytest.fixture
def version(sitting: Sitting) -> int:
    """A paper of five pages on the table."""
    made = PaperVersionFactory(conversion="ready", page_count=5, paper__state="published")
    TabledPaper.objects.create(item=sitting.items[0], paper=made.paper)
    return int(made.pk)


def stroke(*points: int, key: str = "", page: int = 2, colour: str = "red") -> dict[str, Any]:
    return {"key": key or str(uuid.uuid4()), "page": page, "colour": colour, "points": points or (10, 20, 300, 400)}


def size(message: dict[str, Any]) -> int:
    """Bytes of the message on the wire, with the frame's header (RFC 6455)."""
    return len(json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()) + 4


async def test_the_part_of_the_page_follows_and_is_there_after_a_reload(
    visitor: Callable[[str], Browser], version: int
) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as commune:
        await secretary.enter()
        await commune.enter()
        await secretary.ask("document.open", version=version)
        opened = (await commune.hear("document.opened"))["document"]
        assert opened["view"] == {"fit": "width", "x": 0, "y": 0, "span": 1000}
        await secretary.ask("document.page", page=3, view=ZOOMED)
        assert (await commune.hear("document.turned"))["view"] == ZOOMED
        shown = (await visitor("department_head").state_now())["document"]
        assert (shown["page"], shown["view"]) == (3, ZOOMED)
        await secretary.ask("document.open", version=version)
        assert (await commune.hear("document.opened"))["document"]["view"]["fit"] == "width"


async def test_turning_pages_leaves_room_for_voices_on_a_narrow_line(
    visitor: Callable[[str], Browser], version: int
) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as commune:
        await secretary.enter()
        await commune.enter()
        await secretary.ask("document.open", version=version)
        await secretary.ask("document.page", page=2)
        await secretary.ask("document.page", page=3, view=ZOOMED)
        turns = [size(await commune.hear("document.turned")) for _ in range(2)]
        assert max(turns) < 200
        await secretary.ask("ink.draw", **stroke(*range(0, 20)))
        await secretary.ask("pointer.move", page=3, points=list(range(1000, 1010)))
        drawn, pointed = size(await commune.hear("ink.drawn")), size(await commune.hear("pointer.moved"))
        a_second = (4 * max(turns) + 5 * drawn + 5 * pointed) * 8
        """The browser shows another part four times a second, draws and points five times, at most."""
        assert a_second + VOICE_BITS_PER_S < NARROW_BITS_PER_S


async def test_a_pointer_is_gathered_and_never_sent_again(visitor: Callable[[str], Browser], version: int) -> None:
    commune = visitor("invited_head")
    assert await commune.connect()
    async with visitor("secretary") as secretary:
        await secretary.enter()
        await commune.enter()
        await secretary.ask("document.open", version=version)
        assert (await commune.ask("pointer.move", page=1, points=[1, 1]))["code"] == "not-presenter"
        for place in (100, 200, 300):
            await secretary.say("pointer.move", page=2, points=[place, place])
        told = await commune.hear("pointer.moved")
        assert told["points"] == [100, 100, 200, 200, 300, 300]
        assert (told["seq"], told["version"], told["page"]) == (0, version, 2)
        await secretary.say("pointer.move", page=2, points=[])
        assert (await commune.hear("pointer.moved"))["points"] == []
        await commune.drop()
        await secretary.ask("pointer.move", page=2, points=[5, 5])
        await secretary.hear("pointer.moved", points=[5, 5])
        async with visitor("invited_head") as back:
            await back.say("resume", version=1, secret=commune.secret, ack=commune.last_seq)
            assert (await back.hear("welcome"))["resumed"]
            assert await back.hears_nothing("pointer.moved")


async def test_ink_grows_stays_and_goes(visitor: Callable[[str], Browser], version: int) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as commune:
        await secretary.enter()
        await commune.enter()
        await secretary.ask("document.open", version=version)
        line, other = stroke(1, 2, 3, 4), stroke(7, 8, page=4, colour="marker")
        await secretary.ask("ink.draw", **line)
        await secretary.ask("ink.draw", **line | {"points": [5, 6]})
        await secretary.ask("ink.draw", **other)
        told = [(await commune.hear("ink.drawn"))["stroke"] for _ in range(3)]
        assert [part["points"] for part in told] == [[1, 2, 3, 4], [5, 6], [7, 8]]

        state = await visitor("department_head").state_now()
        assert [drawn["points"] for drawn in state["document"]["ink"]] == [[1, 2, 3, 4, 5, 6], [7, 8]]
        await secretary.ask("document.open", version=None)
        await secretary.ask("document.open", version=version)
        laid = [(await commune.hear("document.opened"))["document"] for _ in range(3)]
        assert [document and len(document["ink"]) for document in laid] == [0, None, 2]

        await secretary.ask("ink.undo", page=2)
        assert (await commune.hear("ink.undone"))["key"] == line["key"]
        await secretary.ask("ink.draw", **stroke(page=2))
        await secretary.ask("ink.clear", page=4)
        assert (await commune.hear("ink.cleared"))["page"] == 4
        await secretary.ask("ink.clear")
        assert (await commune.hear("ink.cleared"))["page"] is None
        await secretary.ask("ink.clear")
        assert await commune.hears_nothing("ink.cleared")
    assert not await InkStroke.objects.aexists()
    cleared = [entry.detail async for entry in Entry.objects.filter(action="meeting.ink_cleared").order_by("pk")]
    assert [(detail["page"], detail["strokes"]) for detail in cleared] == [(4, 1), (None, 1)]


async def test_only_who_presents_draws_and_only_on_the_paper(visitor: Callable[[str], Browser], version: int) -> None:
    async with visitor("chair") as chair, visitor("secretary") as secretary:
        await chair.enter()
        await secretary.enter()
        assert (await chair.ask("ink.draw", **stroke()))["code"] == "not-presenter"
        await secretary.ask("document.open", version=version)
        for message, fields in (("ink.draw", stroke()), ("ink.undo", {"page": 1}), ("ink.clear", {})):
            assert (await chair.ask(message, **fields))["code"] == "not-presenter"
        assert (await secretary.ask("ink.draw", **stroke(page=6)))["code"] == "no-such-page"
        assert (await secretary.ask("ink.draw", **stroke(1, 2, 3)))["code"] == "odd-points"


async def test_a_paper_takes_so_much_ink_and_no_more(
    visitor: Callable[[str], Browser], version: int, sitting: Sitting
) -> None:
    async with visitor("secretary") as secretary:
        await secretary.enter()
        await secretary.ask("document.open", version=version)
        line = stroke(*[5] * 400)
        for _ in range(3):
            assert (await secretary.ask("ink.draw", **line))["type"] == "done"
        assert (await secretary.ask("ink.draw", **line))["code"] == "ink-full"
        await InkStroke.objects.acreate(
            meeting=sitting.meeting,
            version_id=version,
            page=1,
            person=sitting.meeting.secretary.person,
            key=uuid.uuid4(),
            colour="blue",
            points=[1] * 2 * marking.VERSION_POINTS,
        )
        assert (await secretary.ask("ink.draw", **stroke()))["code"] == "ink-full"
        await secretary.ask("ink.clear", page=1)
        assert (await secretary.ask("ink.draw", **stroke()))["type"] == "done"


async def test_reactions_are_numbers_of_people_and_pass(
    visitor: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "REACTION_SHOWN_S", 1.2)
    monkeypatch.setattr(passing, "REACTIONS_EVERY_S", 0.2)
    async with visitor("secretary") as secretary, visitor("invited_head") as commune, visitor("chair") as chair:
        for tab in (secretary, commune, chair):
            await tab.enter(carry_media=tab is not chair)
        for tab, kind in ((commune, "applause"), (commune, "agree"), (chair, "applause")):
            assert (await tab.ask("reaction.send", kind=kind))["type"] == "done"
        counted = await secretary.hear("reactions.counted", counts={"applause": 2, "agree": 1})
        assert counted["seq"] == 0
        assert (await commune.ask("reaction.send", kind="applause"))["code"] == "too-often"
        await secretary.hear("reactions.counted", counts={})


async def test_a_storm_of_reactions_is_a_short_message_or_two(
    sitting: Sitting, visitor: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """632 people at once, as their processes tell each other of them."""
    monkeypatch.setattr(passing, "REACTIONS_EVERY_S", 0.5)
    async with visitor("secretary") as secretary:
        await secretary.enter()
        for person in range(632):
            event = {"type": "room.reacted", "person": person, "kind": "applause"}
            await channel_layer().group_send(meeting_group(sitting.meeting.pk), event)
        told = [await secretary.hear("reactions.counted")]
        while told[-1]["counts"] != {"applause": 632}:  # by Redis they take longer than a round
            told.append(await secretary.hear("reactions.counted"))
        assert len(told) < 6
        assert size(told[-1]) < 100
        assert await secretary.hears_nothing("reactions.counted", seconds=1)


async def test_a_copy_of_the_room_costs_one_query_more_for_ink(
    visitor: Callable[[str], Browser], version: int, sitting: Sitting
) -> None:
    async with visitor("secretary") as secretary:
        await secretary.enter()
        await secretary.ask("document.open", version=version)
        for page in (1, 2, 3):
            await secretary.ask("ink.draw", **stroke(page=page))
    strokes = await sync_to_async(_strokes_in_one_query)(sitting, version)
    assert len(strokes) == 3


def _strokes_in_one_query(sitting: Sitting, version: int) -> tuple[Any, ...]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        strokes = marking.strokes(sitting.meeting.pk, version)
    assert len(queries) == 1
    return strokes


async def test_captions_are_everybodys_and_the_last_lines_stay(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    async with visitor("secretary") as secretary, visitor("invited_head") as commune:
        await secretary.enter()
        await commune.enter()
        for number in range(4):
            assert (await secretary.ask("caption.post", text=f"  Dòng   {number} "))["type"] == "done"
        assert (await commune.hear("caption.posted"))["caption"]["text"] == "Dòng 0"
        shown = (await visitor("department_head").state_now())["captions"]
        assert [line["text"] for line in shown] == ["Dòng 1", "Dòng 2", "Dòng 3"]
        assert (await commune.ask("caption.post", text="Tôi tự viết"))["code"] == "not-chair"
        assert (await secretary.ask("caption.post", text="  "))["code"] == "empty-caption"
        assert (await secretary.ask("caption.post", text="a" * 201))["code"] == "caption-too-long"
