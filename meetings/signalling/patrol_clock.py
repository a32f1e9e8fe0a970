"""The wall that all share turns by itself: every process with the room open watches the time, the first one acts.

When it turns is in the database, so a process that starts anew takes it up with the first full copy of the room.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from channels.db import database_sync_to_async

from meetings import patrol
from meetings.protocol.base import Event
from meetings.protocol.direction import LayoutChanged, WallState, WallTurned
from meetings.protocol.events import MeetingEnded
from meetings.signalling.alarm import Alarm

GRACE_S = 0.02
AGAIN_S = 5.0
"""After a turn that nobody hears of, it is tried again."""


class PatrolClock:
    """The patrol of one room."""

    def __init__(self, meeting_id: int, spawn: Callable[[Coroutine[Any, Any, Any]], None]) -> None:
        self._meeting_id = meeting_id
        self._spawn = spawn
        self._alarm = Alarm(self._over)

    def heard(self, event: Event) -> None:
        """Follow what happens in the room."""
        match event:
            case LayoutChanged(wall=wall) | WallTurned(wall=wall):
                self.watch(wall)
            case MeetingEnded():
                self.watch(None)
            case _:
                pass

    def watch(self, wall: WallState | None) -> None:
        """This stands on the wall now; None: there is no wall that all share, or nobody looks."""
        if wall and wall.turns_at:
            self._alarm.at(wall.turns_at, grace_s=GRACE_S)
        else:
            self._alarm.off()

    def _over(self) -> None:
        self._alarm.after(AGAIN_S)  # until it is heard that the wall has turned
        self._spawn(database_sync_to_async(patrol.turn)(self._meeting_id))
