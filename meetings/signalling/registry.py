"""The rooms and sessions of this web process, and what concerns all of them: heartbeat, papers, media nodes."""

import asyncio
import logging
import uuid

from channels.db import database_sync_to_async

from documents.announcing import PAPERS_GROUP
from eoffice.accounts.models import User
from eoffice.hearing import Ear, Event
from meetings import attendance, hosting, presenting
from meetings.gateways import host
from meetings.models import MeetingSite, TabledPaper
from meetings.placement import MOVE_AFTER_S
from meetings.sfu.gateway import Event as NodeEvent
from meetings.sfu.gateway import NodeFound, NodeLost
from meetings.sfu.messages import Spread
from meetings.shields import shields
from meetings.signalling.room import Room
from meetings.signalling.session import Session

logger = logging.getLogger(__name__)
HEARTBEAT_S = 15


class Registry:
    """Sessions by key, rooms by meeting."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._rooms: dict[int, Room] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = False
        self._papers = Ear(PAPERS_GROUP, self._paper_changed, self._papers_missed)

    async def join(self, site: MeetingSite, sites: list[MeetingSite], person: User, *, carry_media: bool) -> Session:
        """A new session for ``person`` at ``site``: it is kept alive and hears the room and the nodes."""
        self._start()
        connection = await database_sync_to_async(attendance.join)(site, person=person, carry_media=carry_media)
        is_new = site.meeting_id not in self._rooms
        room = self._rooms.setdefault(site.meeting_id, Room(site.meeting_id))
        session = Session(connection, sites, room, on_close=self._forget)
        session.shield = (await database_sync_to_async(shields)(site.meeting_id)).get(person.pk)
        room.sessions[session.key] = self._sessions[session.key] = session
        if is_new:
            await room.open()
        return session

    async def _forget(self, session: Session) -> None:
        self._sessions.pop(session.key, None)
        room = session.room
        room.sessions.pop(session.key, None)
        if not room.sessions and self._rooms.get(room.meeting_id) is room:
            del self._rooms[room.meeting_id]
            await room.close()

    def find(self, key: str) -> Session | None:
        """The session of that key, if it lives in this process."""
        return self._sessions.get(key)

    async def stop(self) -> None:
        """Leave every room without a word: the event loop is about to end."""
        if self._loop is asyncio.get_running_loop():
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for room in tuple(self._rooms.values()):
                await room.close()
            await self._papers.close()
        self._sessions.clear()
        self._rooms.clear()
        self._tasks, self._loop = [], None

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # once per process; tests bring a loop each
            self._loop = loop
            self._papers = Ear(PAPERS_GROUP, self._paper_changed, self._papers_missed)
            self._tasks = [loop.create_task(self._beat()), loop.create_task(self._papers.open())]
        if hosting.has_nodes() and not self._listening:
            host().add_listener(self._heard)
            self._listening = True

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            keys = [uuid.UUID(key) for key in self._sessions]
            if not keys:
                continue
            try:
                await database_sync_to_async(attendance.seen)(keys)
            except Exception:
                logger.exception("heartbeat of %d sessions", len(keys))
            for room in self._rooms.values():
                room.media.look_up()

    def _paper_changed(self, event: Event) -> None:
        """A paper that can be read now appears in the rooms at whose agenda it is tabled; one withdrawn disappears."""
        for room in self._rooms.values():
            room.spawn(self._tell_agenda(room, event["paper"], event.get("withdrawn")))

    async def _tell_agenda(self, room: Room, paper: int, withdrawn: str | None) -> None:
        tabled = TabledPaper.objects.filter(paper_id=paper, item__meeting=room.meeting_id)
        if not await tabled.aexists():
            return
        if withdrawn:
            room.tell_all(await database_sync_to_async(presenting.put_away)(room.meeting_id, paper, withdrawn))
        await room.agenda_changed()

    def _papers_missed(self) -> None:
        for room in self._rooms.values():
            room.spawn(room.agenda_changed())

    # --- media nodes --------------------------------------------------------------------------------

    def _heard(self, address: str, event: NodeEvent) -> None:
        """In the gateways' thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._pass_on, address, event)

    def _pass_on(self, address: str, event: NodeEvent) -> None:
        match event:
            case NodeLost(silent_for=silent_for):
                asyncio.get_running_loop().call_later(MOVE_AFTER_S - silent_for, self._lost_for_long, address)
            case NodeFound(restarted=restarted):
                for room in self._rooms_on(address):
                    room.media.found(address, restarted=restarted)
            case Spread():
                pass  # the gateways' cascades hear it
            case _:
                if room_here := self._rooms.get(hosting.meeting_of(event.room) or 0):
                    room_here.media.said(address, event)

    def _lost_for_long(self, address: str) -> None:
        for room in self._rooms_on(address):
            room.media.lost(address)

    def _rooms_on(self, address: str) -> list[Room]:
        return [room for room in self._rooms.values() if room.media.is_on(address)]


registry = Registry()
