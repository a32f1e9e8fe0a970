"""The consultation rooms of one meeting in one web process: told to those whom they concern, ended when their time is over.

The times are in the database, so a process that starts anew takes them up; every process watches them, the first one acts.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async

from meetings import consultations, gathering
from meetings.models import Connection
from meetings.protocol.consultations import (
    ConsultationAnnounce,
    ConsultationChanged,
    ConsultationClosed,
    ConsultationEnter,
    ConsultationExtend,
    ConsultationGather,
    ConsultationLeave,
    ConsultationOpen,
    ConsultationRecall,
    ConsultationRequest,
    ConsultationState,
)
from meetings.signalling.alarm import Alarm
from meetings.signalling.wording import body

if TYPE_CHECKING:
    from meetings.signalling.room import Room
    from meetings.signalling.session import Session

EVERY_S = 0.5
GRACE_S = 0.2
"""More time, given in the last moment, is still on its way."""


def act(connection: Connection, message: ConsultationRequest) -> Callable[[], object]:
    """What ``message`` asks, ready to be done."""
    match message:
        case ConsultationOpen():
            return lambda: consultations.open_room(connection, message)
        case ConsultationGather(minutes=minutes, bring=bring):
            return lambda: gathering.open_rooms(connection, minutes=minutes, bring=bring)
        case ConsultationEnter(consultation=number):
            return lambda: consultations.enter(connection, number)
        case ConsultationLeave():
            return lambda: consultations.leave(connection)
        case ConsultationAnnounce(consultation=number):
            return lambda: consultations.announce(connection, number)
        case ConsultationExtend(consultation=number, minutes=minutes):
            return lambda: consultations.extend(connection, number, minutes)
        case ConsultationRecall(consultation=wanted, seconds=seconds):
            return lambda: consultations.recall(connection, wanted, seconds)


class Consulting:
    """See the module's docstring."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._due: set[int] = set()
        self._known: dict[int, ConsultationState] = {}
        self._alarm = Alarm(self._over)

    def begin(self) -> None:
        """Watch the rooms that are open already."""
        self._room.spawn(self._begin())

    async def _begin(self) -> None:
        states = await database_sync_to_async(consultations.states)(self._room.meeting_id)
        self._known = {state.id: state for state in states}
        self._watch()

    def stop(self) -> None:
        """The last session has gone."""
        self._alarm.off()

    def note(self, rooms: Iterable[int]) -> None:
        """These rooms are not as they were: told before long, all together."""
        if not self._due:
            self._room.spawn(self._tell())
        self._due.update(rooms)

    async def _tell(self) -> None:
        await asyncio.sleep(EVERY_S)
        due, self._due = self._due, set()
        states = await database_sync_to_async(consultations.states)(self._room.meeting_id, due)
        for state in states:
            self._known[state.id] = state
            self._pass_on(body(ConsultationChanged(consultation=state)), state)
        for gone in sorted(due - {state.id for state in states}):
            self._pass_on(body(ConsultationClosed(consultation=gone)), self._known.pop(gone, None))
        if any(session.rights is None for session in self._room.sessions.values()):
            self.note(due)  # whoever is about to come in may have been shown an older state
        self._watch()

    def _pass_on(self, text: str, state: ConsultationState | None) -> None:
        for session in tuple(self._room.sessions.values()):
            if state is None or _concerns(state, session):
                session.pass_on(text)

    # --- time ---------------------------------------------------------------------------------------

    def _watch(self) -> None:
        if self._known:
            self._alarm.at(min(state.ends_at for state in self._known.values()), grace_s=GRACE_S)
        else:
            self._alarm.off()

    def _over(self) -> None:
        self._room.spawn(database_sync_to_async(consultations.end_due)(self._room.meeting_id))


def _concerns(state: ConsultationState, session: "Session") -> bool:
    rights, connection = session.rights, session.connection
    admits = rights is not None and rights.admit
    return consultations.concerns(state, site=connection.site_id, admits=admits, consulting=connection.consultation_id)
