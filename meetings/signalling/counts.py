"""Turnout and attendance, told at most twice a second however many people vote or arrive at once."""

import asyncio
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async

from meetings import poll_state
from meetings.protocol.voting import PollCounted, RollCallCounted

if TYPE_CHECKING:
    from meetings.signalling.room import Room

EVERY_S = 0.5


class Counts:
    """What of one room is to be counted again soon."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._due: set[int | None] = set()

    def note(self, poll_id: int | None) -> None:
        """The turnout of a poll is not as it was; None: attendance."""
        if not self._due:
            self._room.spawn(self._tell())
        self._due.add(poll_id)

    async def _tell(self) -> None:
        await asyncio.sleep(EVERY_S)
        due, self._due = self._due, set()
        polls = [poll for poll in due if poll is not None]
        if polls:
            counted = await database_sync_to_async(poll_state.turnouts)(polls)
            for poll, turnout in counted.items():
                self._room.tell_all(PollCounted(poll=poll, turnout=turnout))
        if None in due:
            numbers = await database_sync_to_async(poll_state.attendance_counts)(self._room.meeting_id)
            self._room.tell_all(RollCallCounted(**numbers))
