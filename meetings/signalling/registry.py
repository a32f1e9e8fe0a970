"""The rooms and sessions of this web process, and what concerns all of them: heartbeat, papers, media nodes."""

import asyncio
import logging
import uuid

from channels.db import database_sync_to_async
from django.conf import settings

from documents.announcing import PAPERS_GROUP
from eoffice.accounts.models import User
from eoffice.realtime import channel_layer
from meetings import attendance, hosting
from meetings.models import MeetingSite, TabledPaper
from meetings.sfu.gateway import Event, NodeFound, NodeLost
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

    async def join(self, site: MeetingSite, sites: list[MeetingSite], person: User, *, carry_media: bool) -> Session:
        """A new session for ``person`` at ``site``: it is kept alive and hears the room and the nodes."""
        self._start()
        connection = await database_sync_to_async(attendance.join)(site, person=person, carry_media=carry_media)
        is_new = site.meeting_id not in self._rooms
        room = self._rooms.setdefault(site.meeting_id, Room(site.meeting_id))
        session = Session(connection, sites, room, on_close=self._forget)
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
        self._sessions.clear()
        self._rooms.clear()
        self._tasks, self._loop = [], None

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # once per process; tests bring a loop each
            self._loop = loop
            self._tasks = [loop.create_task(self._beat()), loop.create_task(self._follow_papers())]
        if settings.MEDIA_NODES and not self._listening:
            hosting.host().add_listener(self._heard)
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

    async def _follow_papers(self) -> None:
        """A paper that can be read now appears in the rooms at whose agenda it is tabled."""
        layer = channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(PAPERS_GROUP, channel)
        while True:
            event = await layer.receive(channel)
            try:
                for meeting_id in await database_sync_to_async(self._rooms_with)(event["paper"]):
                    if room := self._rooms.get(meeting_id):
                        await room.agenda_changed()
            except Exception:
                logger.exception("paper %s", event["paper"])

    def _rooms_with(self, paper_id: int) -> list[int]:
        tabled = TabledPaper.objects.filter(paper_id=paper_id, item__meeting__in=list(self._rooms))
        return list(tabled.values_list("item__meeting_id", flat=True).distinct())

    # --- media nodes --------------------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        """In the gateways' thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._pass_on, event)

    def _pass_on(self, event: Event) -> None:
        match event:
            case NodeLost():
                pass
            case NodeFound(address=address, restarted=restarted):
                for room in self._rooms.values():
                    if hosting.node_of(room.meeting_id) == address:
                        room.node_found(restarted=restarted)
            case _:
                if room_here := self._rooms.get(hosting.meeting_of(event.room)):
                    room_here.node_said(event)


registry = Registry()
