"""Chat of one room in one web process: each message goes to those tabs that read its channel, and to no other.

What is written within a quarter of a second goes out as one event per audience, its text made once.
"""

import asyncio
from typing import TYPE_CHECKING

from meetings.chat import Audience, audiences_of
from meetings.protocol.chat import ChatEntry, ChatSent
from meetings.protocol.parts import Rights
from meetings.signalling.wording import body

if TYPE_CHECKING:
    from meetings.signalling.room import Room
    from meetings.signalling.session import Session

EVERY_S = 0.25


class Chat:
    """See the module's docstring."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._due: dict[Audience, dict[int, ChatEntry]] = {}
        self._waiting = False
        self._told_at = 0.0

    def note(self, audiences: list[list[str | int]], entry: ChatEntry) -> None:
        """A message was written, or is not as it was. The first after a pause is told at once."""
        for channel, whose in audiences:
            self._due.setdefault(Audience(str(channel), int(whose)), {})[entry.id] = entry
        if not self._waiting:
            self._waiting = True
            self._room.spawn(self._tell())

    async def _tell(self) -> None:
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(self._told_at + EVERY_S - now)
        self._told_at = asyncio.get_running_loop().time()
        self._waiting = False
        due, self._due = self._due, {}
        texts = {audience: body(ChatSent(entries=tuple(entries.values()))) for audience, entries in due.items()}
        for session in tuple(self._room.sessions.values()):
            for audience in _audiences(session, session.rights):
                if text := texts.get(audience):
                    session.pass_on(text)
            if session.rights is None:
                session.hold_for_desks(
                    {audience.channel: text for audience, text in texts.items() if not audience.whose}
                )


def _audiences(session: "Session", rights: Rights | None) -> list[Audience]:
    connection = session.connection
    desks = rights.desks if rights else ()
    room = connection.consultation_id
    return audiences_of(person=connection.person_id, unit=connection.site.unit_id, desks=desks, consulting=room)
