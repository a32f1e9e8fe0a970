"""Second screens: each process reads what they show once for all of a meeting's, when something happens there."""

import asyncio
import logging
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from channels.db import database_sync_to_async

from eoffice.accounts.models import User
from eoffice.hearing import Ear
from meetings import display
from meetings.models import Meeting
from meetings.protocol.base import Event
from meetings.protocol.display import DISPLAY_MESSAGE, DisplayGone
from meetings.realtime import door_group, meeting_group

logger = logging.getLogger(__name__)
TOGETHER_S = 0.3
"""What happens within this time is read and sent once."""
REPEAT_S = 15.0
"""So often the screen hears something: else it takes its line for dead."""
OF_NO_CONCERN = ("room.presence", "room.sites", "room.placed", "room.dismiss")
NOT_SHOWN = ("chat.", "document.", "layout.", "wall.", "programme.", "lobby.")
"""Beginnings of the messages that say nothing of what a screen shows."""
Outgoing = asyncio.Queue[str | None]


@dataclass(eq=False)
class Screen:
    """One socket; ``outgoing`` is what it is to send, None: hang up."""

    person: User
    outgoing: Outgoing = field(default_factory=asyncio.Queue)


class Displays:
    """The second screens of one meeting in this process."""

    def __init__(self, meeting_id: int) -> None:
        self.screens: set[Screen] = set()
        self._meeting_id = meeting_id
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._at_the_door: set[int] | None = set()
        """People who may be let in no longer; None: all."""
        self._ears = (
            Ear(meeting_group(meeting_id), self._hear, self._missed),
            Ear(door_group(meeting_id), self._hear_at_the_door, self._missed),
        )

    async def open(self) -> None:
        """Begin to hear what happens in the meeting and at its door."""
        for ear in self._ears:
            await ear.open()
        self._task = asyncio.get_running_loop().create_task(self._tell(), context=Context())

    async def close(self) -> None:
        """The last screen has gone."""
        if self._task:
            self._task.cancel()
        for ear in self._ears:
            await ear.close()

    def _hear(self, event: dict[str, Any]) -> None:
        said = [message["type"] for message in event.get("messages", ())]
        if "lock.changed" in said:
            self._at_the_door = None
        if event["type"] not in OF_NO_CONCERN and not (said and all(one.startswith(NOT_SHOWN) for one in said)):
            self._news.set()

    def _hear_at_the_door(self, event: dict[str, Any]) -> None:
        if event["people"] is None:
            self._at_the_door = None
        elif self._at_the_door is not None:
            self._at_the_door.update(event["people"])
        self._news.set()

    def _missed(self) -> None:
        self._at_the_door = None
        self._news.set()

    async def _tell(self) -> None:
        while True:
            try:
                async with asyncio.timeout(REPEAT_S):
                    await self._news.wait()
                await asyncio.sleep(TOGETHER_S)
            except TimeoutError:
                pass
            self._news.clear()
            try:
                await self._look_at_the_door()
                text = await self.now()
            except Exception:  # the next news is told all the same
                logger.exception("displays of %s", self._meeting_id)
                continue
            for screen in tuple(self.screens):
                _put(screen, text)

    async def now(self) -> str:
        """What a screen shows now."""
        return _text(await database_sync_to_async(display.shown)(self._meeting_id))

    async def _look_at_the_door(self) -> None:
        """Some people may be let in no longer: their screens go dark."""
        people, self._at_the_door = self._at_the_door, set()
        concerned = [screen for screen in self.screens if people is None or screen.person.pk in people]
        if not concerned:
            return
        meeting = await Meeting.objects.select_related("chair", "secretary").aget(pk=self._meeting_id)
        for screen in concerned:
            if why := await database_sync_to_async(display.why_not)(screen.person, meeting):
                self.screens.discard(screen)
                dismiss(screen, why)


def dismiss(screen: Screen, why: str) -> None:
    """Say why nothing is shown here, and hang up."""
    screen.outgoing.put_nowait(_text(DisplayGone(reason=why)))
    screen.outgoing.put_nowait(None)


def _put(screen: Screen, text: str) -> None:
    """The newest alone matters to a screen that reads slowly."""
    if screen.outgoing.qsize() < 2:
        screen.outgoing.put_nowait(text)


def _text(event: Event) -> str:
    return DISPLAY_MESSAGE.dump_json(event).decode()


_open: dict[int, Displays] = {}


async def add(meeting_id: int, screen: Screen) -> Displays:
    """From now on ``screen`` hears what is to be shown."""
    displays = _open.get(meeting_id)
    if displays is None:
        displays = _open[meeting_id] = Displays(meeting_id)
        await displays.open()
    displays.screens.add(screen)
    return displays


async def remove(meeting_id: int, screen: Screen) -> None:
    """It is gone."""
    displays = _open.get(meeting_id)
    if displays is None:
        return
    displays.screens.discard(screen)
    if not displays.screens:
        del _open[meeting_id]
        await displays.close()
