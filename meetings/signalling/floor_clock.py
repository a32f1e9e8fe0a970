"""A call that nobody answers ends by itself: every process with the room open watches the time, the first one acts.

The time is in the database, so a process that starts anew takes it up with the first full copy of the room.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from channels.db import database_sync_to_async

from meetings import calling
from meetings.protocol.base import Event
from meetings.protocol.floor import CallState, FloorDeclined, FloorGranted, MicrophoneAsked
from meetings.signalling.alarm import Alarm

GRACE_S = 0.2
"""An answer given in the last moment is still on its way."""


class FloorClock:
    """The clock of one room."""

    def __init__(self, meeting_id: int, spawn: Callable[[Coroutine[Any, Any, Any]], None]) -> None:
        self._meeting_id = meeting_id
        self._spawn = spawn
        self._alarm = Alarm(self._over)

    def heard(self, event: Event) -> None:
        """Follow what happens in the room."""
        match event:
            case MicrophoneAsked(call=call):
                self.watch(call)
            case FloorDeclined() | FloorGranted():
                self.watch(None)
            case _:
                pass

    def watch(self, call: CallState | None) -> None:
        """Somebody is asked, or nobody any more."""
        if call:
            self._alarm.at(call.answer_by, grace_s=GRACE_S)
        else:
            self._alarm.off()

    def _over(self) -> None:
        self._spawn(database_sync_to_async(calling.expire)(self._meeting_id))
