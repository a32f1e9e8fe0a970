"""One meeting in one web process: hears what happens there once, for all its sessions.

A city-wide meeting has hundreds of sessions in a process. What is the same for all of them (the roster, who is
in which shared slot, the facts of conduct) is kept here, worked out once, and turned into text once.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextvars import Context
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async

from eoffice.hearing import Ear
from meetings import attendance, hosting, room_state
from meetings.protocol.base import Event
from meetings.protocol.chat import ChatEntry
from meetings.protocol.consultations import ConsultationMoved
from meetings.protocol.events import (
    SERVER_MESSAGE,
    AgendaChanged,
    Farewell,
    MediaTaken,
)
from meetings.realtime import Conduct, meeting_group
from meetings.signalling.attaching import Attaching
from meetings.signalling.chat import Chat
from meetings.signalling.consulting import Consulting
from meetings.signalling.counts import Counts
from meetings.signalling.floor_clock import FloorClock
from meetings.signalling.media import RoomMedia
from meetings.signalling.passing import HEARD, Passing
from meetings.signalling.patrol_clock import PatrolClock
from meetings.signalling.sites import Sites
from meetings.signalling.wording import body

if TYPE_CHECKING:
    from meetings.signalling.session import Session

logger = logging.getLogger(__name__)
SHARED_FOR_S = 2.0
"""So long may those who come one after the other be shown the same reading, while nothing is heard of the room."""
ROSTER_ONLY = ("room.presence", "room.sites", "room.counted", "room.aside", *HEARD)
"""Events that change nothing in ``room_state.Shared``."""


class Room:
    """See the module's docstring."""

    def __init__(self, meeting_id: int) -> None:
        self.meeting_id = meeting_id
        self.sessions: dict[str, Session] = {}
        self.media = RoomMedia(self)
        self.facts: Conduct | None = None
        self.peer_of_site: dict[int, str] = {}
        self.site_of_peer: dict[str, int] = {}
        self.foreign: dict[str, int] = {}
        """Sites of the host to which the meeting is attached, by the peers that are shown or heard here."""
        self.sites = Sites(self)
        self.version = 0
        """Grows with everything that happens but coming and going."""
        self._shared: room_state.Shared | None = None
        self._shared_at = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()
        self.counts = Counts(self)
        self.chat = Chat(self)
        self.passing = Passing(self)
        self.consulting = Consulting(self)
        self.attaching = Attaching(self)
        self._floor_clock = FloorClock(meeting_id, self.spawn)
        self._ear = Ear(meeting_group(meeting_id), self._hear, self._missed)
        self._catching_up = False
        self._patrol_clock = PatrolClock(meeting_id, self.spawn)

    # --- life ---------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin to hear what happens in the meeting."""
        await self._ear.open()
        self.media.look_up()
        self.consulting.begin()
        self.attaching.begin()

    async def close(self) -> None:
        """The last session has gone."""
        if hosting.has_nodes():
            hosting.steer_no_more(self.meeting_id)
        await self._ear.close()
        self._floor_clock.watch(None)
        self._patrol_clock.watch(None)
        self.consulting.stop()
        await self.attaching.stop()
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the events; it ends with the room at the latest.

        In a fresh context: what the media node reports carries the context of the thread that first called
        it, and asgiref would take the work for a deadlock.
        """
        task = asyncio.get_running_loop().create_task(coroutine, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def shared(self) -> room_state.Shared | None:
        """What is the same for everybody, if it was read a moment ago and nothing has happened since."""
        return self._shared if self._shared_at + SHARED_FOR_S > time.monotonic() else None

    def learn(self, snapshot: room_state.Snapshot, version: int) -> None:
        """Take over what a fresh copy of the room says; ``version``: of the room before it was read.

        Facts heard from an event are newer.
        """
        if version == self.version and snapshot.shared is not self._shared:
            self._shared, self._shared_at = snapshot.shared, time.monotonic()
        if self.facts is None:
            self.facts = snapshot.facts
            self._floor_clock.watch(snapshot.state.call)
            self._patrol_clock.watch(snapshot.state.wall)

    # --- from the channel layer ---------------------------------------------------------------------

    def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] not in ROSTER_ONLY:
            self._happened()
        self._told(event)

    def _missed(self) -> None:
        """Something may have been said that was not heard: whatever is kept here, the database knows better."""
        self._happened()
        self.facts = None
        if not self._catching_up:
            self._catching_up = True
            self.spawn(self._catch_up())

    async def _catch_up(self) -> None:
        logger.warning("room %s: events may be missing, all is read again", self.meeting_id)
        self._catching_up = False
        self.media.look_up()
        self.consulting.begin()
        self.attaching.begin()
        for key, farewell in await database_sync_to_async(attendance.sent_away)(list(self.sessions)):
            if session := self.sessions.get(key):
                session.spawn(session.close(farewell))
        await self._begin_anew()
        await self.sites.compare()

    def _happened(self) -> None:
        """The room is not as it was read: who comes next reads it again."""
        self.version += 1
        self._shared = None

    def _told(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "room.presence":
                self.sites.note(event["sites"], event["peers"])
            case "room.sites":
                self.spawn(self.sites.read_again())
            case "room.placed":
                self.media.look_up()
            case "room.anew" | "room.seats":
                self._look_again(event.get("people"))
            case (
                "room.counted"
                | "room.chat"
                | "room.aside"
                | "room.pointed"
                | "room.reacted"
                | "room.consulting"
                | "room.attached"
            ):
                self._note(event)
            case "room.dismiss":
                self._dismiss(event)
            case "room.agenda":
                self.spawn(self.agenda_changed())
            case _:
                self._pass_on(event)

    def _note(self, event: dict[str, Any]) -> None:
        """What is told before long, with all else of that time."""
        match event["type"]:
            case "room.counted":
                self.counts.note(event["poll"])
            case "room.pointed" | "room.reacted":
                self.passing.note(event)
            case "room.consulting":
                self.consulting.note(event["rooms"])
            case "room.attached":
                self.learn_foreign(event["foreign"])
                self.attaching.note()
            case _:
                self.chat.note(event["audiences"], ChatEntry.model_validate(event["entry"]))

    async def _begin_anew(self) -> None:
        await self.sites.read_again()
        for session in tuple(self.sessions.values()):
            session.spawn(session.send_state())

    def _look_again(self, people: list[int] | None) -> None:
        """Everybody's whole state is another (None), or the rights of these people."""
        if people is None:
            self.spawn(self._begin_anew())
            return
        for session in self.sessions.values():
            if session.person.pk in people:
                session.spawn(session.reseat())

    def _pass_on(self, event: dict[str, Any]) -> None:
        heard_by = [session for session in self.sessions.values() if session.is_meant(event)]
        for raw in event["messages"]:
            message = SERVER_MESSAGE.validate_python(raw)
            text = body(message)
            self._floor_clock.heard(message)
            self._patrol_clock.heard(message)
            for session in heard_by:
                session.tell(message, text)
                if isinstance(message, MediaTaken):
                    session.media_moved(mine=message.mine)
                elif isinstance(message, ConsultationMoved):
                    session.moved(message.consultation)
        if "conduct" in event:
            self.facts = event["conduct"]
            for session in self.sessions.values():
                session.review_rights()

    def _dismiss(self, event: dict[str, Any]) -> None:
        farewell = Farewell(reason=event["words"], action="rejoin" if event["again"] else "stop")
        for key in event["keys"]:
            if session := self.sessions.get(key):
                session.spawn(session.close(farewell))

    def learn_peer(self, site: int, peer: str | None) -> None:
        """Whose tab carries the camera and microphone of a site."""
        if self.peer_of_site.get(site) == peer:
            return
        self.site_of_peer.pop(self.peer_of_site.pop(site, ""), None)
        if peer:
            self.peer_of_site[site] = peer
            self.site_of_peer[peer] = site
        for session in self.sessions.values():
            if site in session.view.wall.values():
                session.show_wall()

    def learn_foreign(self, sites: dict[str, int]) -> None:
        """Sites of the host that are shown or heard here, by their peers."""
        if sites != self.foreign:
            self.foreign = dict(sites)
            self.media.peers_known()

    async def agenda_changed(self) -> None:
        """The agenda or its papers are not as they were."""
        self._happened()
        items, shields = await database_sync_to_async(room_state.agenda)(self.meeting_id)
        event = AgendaChanged(items=items)
        text = body(event)
        for session in tuple(self.sessions.values()):
            shield = shields.get(session.person.pk)
            if shield == session.shield:
                session.tell(event, text)
            else:  # what lies before everybody may be another thing for them, too
                session.shield = shield
                session.spawn(session.send_state())

    def tell_all(self, event: Event) -> None:
        """Pass ``event`` to every session."""
        text = body(event)
        for session in self.sessions.values():
            session.tell(event, text)

    def whisper(self, event: Event) -> None:
        """Show ``event`` to who is there; nobody gets it later."""
        text = body(event)
        for session in self.sessions.values():
            session.tell(event, text, aside=True)

    # --- to the media nodes --------------------------------------------------------------------------

    def direct(self) -> None:
        """Tell the nodes again what everybody sees and hears, consultation rooms too."""
        self.spawn(database_sync_to_async(hosting.direct_all)(self.meeting_id))

    def direct_at(self, session: "Session") -> None:
        """The same of the room in which one tab is."""
        self.spawn(database_sync_to_async(hosting.direct)(self.meeting_id, session.connection.consultation_id))
