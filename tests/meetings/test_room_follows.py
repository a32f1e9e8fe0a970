"""A page that follows the events shows what a page shows that comes later (issue 4, point 15).

Everything that people do in a room (``acts``), once in order and then at random, through the room's socket. The page's own
reducer (frontend/src/meeting/store.ts, run by Node) applies what each tab was told to what it showed; the result is
compared with a fresh copy of the room. What is told at once is compared after each act; the whole of what the page keeps
(every field of its store but those of ``OF_THE_TAB``), each time the room has come to rest.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, get_args

import pytest
from asgiref.sync import sync_to_async

from meetings import room_state, roster
from meetings.models import Connection, LiveState, Meeting
from meetings.permissions import sites_of
from meetings.protocol import events
from meetings.signalling import counts, sites
from meetings.signalling.registry import registry
from tests.city import build_city
from tests.meetings.acts import ACTS, END, Stage, elsewhere
from tests.meetings.room import Browser, build_sitting

pytestmark = pytest.mark.django_db(transaction=True)
FRONTEND = Path(__file__).parents[2] / "frontend"
NODE = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
"""Beside the Python that runs the tests: the front end's tools come from the same package index."""
PEOPLE = {
    "secretary": "secretary",
    "chair": "chair",
    "commune": "invited_head",
    "clerk": "invited_clerk",
    "department": "department_head",
}
AT_ONCE = "floor call queue questions spoken item freeDiscussion document contentSite presiding locked meetingState"
OF_THE_TAB = "rosterVersion takenBy waiting slots speaking lamp layersWanted reduced withdrawn reactions"
"""Of the tab and its media alone: no copy of the room says it."""
NOT_HERE = {"slot.switched", "track.wanted", "speaking.changed", "media.lost", "pictures.reduced", "line.measured"}
NOT_HERE |= {
    "answer",
    "recording.changed",
    "microphone.closed",
    "wall.turned",
    "attachment.changed",
    "attachment.found",
}
"""These need a media node, which this test does not have, a second site of an agency (test_roles), or another meeting that
sits (test_attachments)."""
RESTS_FOR_S = 0.4
EVERY_S = 0.1
AT_RANDOM = 30


@pytest.fixture(autouse=True)
async def _rooms_close_with_the_test(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(sites, "EVERY_S", EVERY_S)
    monkeypatch.setattr(counts, "EVERY_S", EVERY_S)
    monkeypatch.setattr(roster, "LAMP_TTL_S", 3600)  # browsers say it again and again, these tabs do not
    yield
    await registry.stop()


class Room:
    """The tabs, and what each was told since its copy of the room."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.tabs: dict[str, Browser] = {}
        self.told: dict[str, list[dict[str, Any]]] = {}
        self.steps: list[dict[str, Any]] = []
        self.kinds: set[str] = set()

    async def carry_out(self, act: Any) -> str:
        """Do it; the type of its message."""
        who, type, fields = await sync_to_async(act)(self.stage)
        if type[0] in "+-":
            await sync_to_async(elsewhere)(self.stage, type)
        elif who == "officer":
            await self._come_or_go(type, fields)
        else:
            number = await self.tabs[who].say(type, **fields)
            self._keep(who, await self.tabs[who].hear(re=number))
        return str(type)

    async def _come_or_go(self, type: str, fields: dict[str, Any]) -> None:
        """Somebody comes to the door, and in if it is open, or goes."""
        if former := self.tabs.pop("officer", None):
            await former.say("bye")
            await former.drop()
        if type == "hello":
            tab = Browser(self.stage.sitting.path, self.stage.city.person("invited_officer"))
            if await tab.connect():
                await tab.say(type, **fields)
                self.tabs["officer"] = tab

    def _keep(self, who: str, message: dict[str, Any]) -> None:
        self.told.setdefault(who, []).append(message)
        self.kinds.add(message["type"])

    async def hear_up_to_a_mark(self) -> None:
        """What every tab has been told by now."""
        for who in PEOPLE:
            await self.tabs[who].say("view")  # a tab that says nothing for long is taken for dead
        live = await LiveState.objects.aget(meeting=self.stage.sitting.meeting)
        free = not live.free_discussion
        await self.tabs["secretary"].say("discussion.set", free=free)
        await asyncio.gather(*(self._hear_until(who, free=free) for who in PEOPLE))

    async def _hear_until(self, who: str, *, free: bool) -> None:
        while True:
            message = await self.tabs[who].hear()
            self._keep(who, message)
            if message["type"] == "discussion.changed" and message["free"] == free:
                return

    async def come_to_rest(self) -> None:
        """Hear until nobody is told anything for a while: batches, and what sessions read anew."""
        heard = True
        while heard:
            heard = any(await asyncio.gather(*(self._hear_something(who) for who in self.tabs)))

    async def _hear_something(self, who: str) -> bool:
        try:
            async with asyncio.timeout(RESTS_FOR_S):
                while True:
                    self._keep(who, await self.tabs[who].hear())
                    if who in PEOPLE:
                        return True
        except (TimeoutError, ConnectionError):
            return False

    async def compare(self, act: str, *, whole: bool) -> None:
        """Remember what each tab was told, and how the room is now; not of every tab each time, which would take long."""
        for who in PEOPLE if whole else ("secretary", "commune"):
            copy = await sync_to_async(_copy)(self.tabs[who])
            step = {"tab": who, "act": act, "messages": self.told.pop(who, []), "state": copy, "whole": whole}
            self.steps.append(step)


def _copy(tab: Browser) -> dict[str, Any]:
    """The room for this person, as a page that comes now would have it."""
    rows = Connection.objects.select_related("meeting", "site", "person")
    connection = rows.filter(person=tab._user, left_at__isnull=True).latest("pk")
    snapshot = room_state.snapshot(connection, sites_of(connection.person, connection.meeting))
    layout = roster.layout(connection.meeting_id)
    marks = {entry["site"]: entry["marks"] for entry in roster.presence(connection.meeting_id)}
    placed = tuple(site.model_copy(update={"marks": marks.get(site.id, "")}) for site in layout.sites)
    state = snapshot.state.model_copy(update={"branches": layout.branches, "sites": placed})
    return state.model_dump(mode="json")


@pytest.mark.skipif(NODE is None, reason="the front end's tools are not installed")
@pytest.mark.parametrize("seed", [1])
async def test_events_lead_from_one_copy_of_the_room_to_the_next(seed: int) -> None:
    city = await sync_to_async(build_city)()
    sitting = await sync_to_async(build_sitting)(city, state=Meeting.State.INVITED)
    stage = await sync_to_async(Stage)(city, sitting, seed)
    room = Room(stage)
    async with AsyncExitStack() as stack:
        for who, role in PEOPLE.items():
            room.tabs[who] = await stack.enter_async_context(Browser(sitting.path, city.person(role)))
            room._keep(who, await room.tabs[who].enter(carry_media=who not in ("secretary", "clerk")))
        await room.come_to_rest()
        await room.compare("enter", whole=True)
        everything = [act for acts in ACTS.values() for act in acts]
        for name, acts in ACTS.items():
            for act in acts:
                await _step(room, act, whole=name in ("seats", "outside"))
            await room.come_to_rest()
            await room.compare(f"all of {name}", whole=True)
        for number in range(AT_RANDOM):
            await _step(room, stage.random.choice(everything), whole=number % 10 == 9)
        await room.carry_out(END)
        await room.come_to_rest()
        if officer := room.tabs.pop("officer", None):
            await officer.drop()
    difference = _difference(room.steps)
    assert not difference, difference
    told = {kind.model_fields["type"].default for kind in get_args(get_args(events.ServerMessage)[0])}
    assert told - room.kinds - NOT_HERE == set(), "no act leads to these: tests/meetings/acts.py"


async def _step(room: Room, act: Any, *, whole: bool) -> None:
    type = await room.carry_out(act)
    await room.hear_up_to_a_mark()
    if whole:
        await room.come_to_rest()
    await room.compare(type, whole=whole)


def _difference(steps: list[dict[str, Any]]) -> str:
    done = subprocess.run(
        [str(NODE), "scripts/follow.mjs"],
        cwd=FRONTEND,
        input=json.dumps({"steps": steps, "atOnce": AT_ONCE.split(), "ofTheTab": OF_THE_TAB.split()}),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
