"""What is shown for a moment and never stored: the presenter's pointer, and reactions.

Hundreds of tabs hear it, so it is gathered: a pointer goes out a few times a second with all its places, the more
tabs the more rarely; of reactions only their numbers go out, once a second. Who is behind gets none of it.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from eoffice.errors import NotAllowed, UserError
from eoffice.realtime import channel_layer
from meetings import marking
from meetings.protocol.presenting import POINTER_POINTS, PassingIntent, PointerMove, PointerMoved, ReactionsCounted
from meetings.realtime import meeting_group

if TYPE_CHECKING:
    from meetings.signalling.room import Room
    from meetings.signalling.session import Session

POINTER_EVERY_S = 0.2
POINTER_TABS_PER_S = 1500
"""So many tabs a second are told where the pointer is: with 632 tabs every 0.42 s, in larger steps of the same path."""
REACTION_SHOWN_S = 6.0
REACTIONS_EVERY_S = 1.0
HEARD = ("room.pointed", "room.reacted")
"""Events of the meeting's group that are for ``Passing.note``."""


async def send(session: "Session", message: PassingIntent) -> None:
    """Check ``message`` and pass it to every process that has this meeting. The pointer needs no answer: too many are
    dropped. Raises NotAllowed("not-presenter"), NotAllowed("not-your-role"), UserError("too-often")."""
    event: dict[str, Any] = {"type": "room.reacted", "person": session.person.pk}
    if isinstance(message, PointerMove):
        version = await database_sync_to_async(marking.presented_version)(session.meeting.pk, session.person)
        if not session.pace("pointer", per_s=6, burst=12):
            return
        event = {"type": "room.pointed", "version": version, "page": message.page, "points": list(message.points)}
    else:
        _check_may_react(session)
        event["kind"] = message.kind
    await channel_layer().group_send(meeting_group(session.meeting.pk), event)


def _check_may_react(session: "Session") -> None:
    if not session.may_chat:
        raise NotAllowed("not-your-role", _("Vai trò của quý vị trong cuộc họp này không làm được việc đó."))
    if not session.pace("reaction", per_s=0.5, burst=2):
        raise UserError("too-often", _("Quý vị vừa bày tỏ rồi."), hint=_("Chờ vài giây rồi bấm lại."))


class PointerPath:
    """Where a presenter points, gathered: told a few times a second, the more rarely the more tabs there are."""

    def __init__(self, room: "Room", tell: Callable[[PointerMoved], None]) -> None:
        self._room = room
        self._tell = tell
        self._pointed: dict[str, Any] | None = None

    def note(self, event: dict[str, Any]) -> None:
        """The presenter points there now."""
        waiting = self._pointed
        if waiting is None:
            self._room.spawn(self._tell_soon())
        elif event["page"] == waiting["page"] and event["points"]:
            event = {**event, "points": (waiting["points"] + event["points"])[-2 * POINTER_POINTS :]}
        self._pointed = event

    async def _tell_soon(self) -> None:
        wait = max(POINTER_EVERY_S, len(self._room.sessions) / POINTER_TABS_PER_S)
        await asyncio.sleep(wait)
        event, self._pointed = self._pointed, None
        if event:
            over_ms = round(wait * 1000)
            self._tell(
                PointerMoved(version=event["version"], page=event["page"], points=event["points"], over_ms=over_ms)
            )


class Passing:
    """What of one room is to be told soon."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._pointer = PointerPath(room, room.whisper)
        self._reacted: dict[tuple[str, int], float] = {}
        """(kind, person) → until when it is shown."""
        self._counted: dict[str, int] = {}

    def note(self, event: dict[str, Any]) -> None:
        """Somebody pointed, or reacted."""
        if event["type"] == "room.pointed":
            self._pointer.note(event)
        else:
            if not self._reacted:
                self._room.spawn(self._count())
            self._reacted[event["kind"], event["person"]] = time.monotonic() + REACTION_SHOWN_S

    async def _count(self) -> None:
        while self._reacted:
            await asyncio.sleep(REACTIONS_EVERY_S)
            now = time.monotonic()
            self._reacted = {who: until for who, until in self._reacted.items() if until > now}
            counts: dict[str, int] = {}
            for kind, _person in self._reacted:
                counts[kind] = counts.get(kind, 0) + 1
            if counts != self._counted:
                self._counted = counts
                self._room.whisper(ReactionsCounted.model_validate({"counts": counts}))
