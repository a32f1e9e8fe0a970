"""One meeting in one web process: hears what happens there once, for all its sessions.

A city-wide meeting has hundreds of sessions in a process. What is the same for all of them (the roster, who is
in which shared slot, the facts of conduct) is kept here, worked out once, and turned into text once.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextvars import Context
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async

from eoffice.realtime import channel_layer
from meetings import hosting, room_state
from meetings.protocol.events import (
    SERVER_MESSAGE,
    AgendaChanged,
    Event,
    MediaTaken,
    RosterChanged,
    SlotSwitched,
    SpeakingChanged,
)
from meetings.realtime import Conduct, RosterEntry, meeting_group, site_state
from meetings.sfu.gateway import Event as NodeEvent
from meetings.sfu.messages import Connected, Lost, Source, Speaking, Switched, Wanted

if TYPE_CHECKING:
    from meetings.signalling.session import Session

logger = logging.getLogger(__name__)
ROSTER_EVERY_S = 0.5


def body(event: Event) -> str:
    """The text of an event, without the number that each session gives it."""
    return SERVER_MESSAGE.dump_json(event, exclude={"seq", "re"}).decode()


class Room:
    """See the module's docstring."""

    def __init__(self, meeting_id: int) -> None:
        self.meeting_id = meeting_id
        self.sessions: dict[str, Session] = {}
        self.facts: Conduct | None = None
        self.peer_of_site: dict[int, str] = {}
        self.site_of_peer: dict[str, int] = {}
        self.slots: dict[str, int] = {}
        """Sites in the slots that are the same for everybody."""
        self._pending: dict[int, RosterEntry] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- life ---------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin to hear what happens in the meeting."""
        layer = channel_layer()
        self._channel = await layer.new_channel()
        await layer.group_add(meeting_group(self.meeting_id), self._channel)
        self.spawn(self._hear())

    async def close(self) -> None:
        """The last session has gone."""
        await channel_layer().group_discard(meeting_group(self.meeting_id), self._channel)
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

    def learn(self, snapshot: room_state.Snapshot) -> None:
        """Take over what a fresh copy of the room says. Facts heard from an event are newer."""
        if self.facts is None:
            self.facts = snapshot.facts
        for entry in snapshot.entries:
            if entry["site"]["id"] not in self._pending:
                self._learn_peer(entry)

    # --- from the channel layer ---------------------------------------------------------------------

    async def _hear(self) -> None:
        while True:
            event = await channel_layer().receive(self._channel)
            try:
                self._told(event)
            except Exception:
                logger.exception("room %s: %s", self.meeting_id, event.get("type"))

    def _told(self, event: dict[str, Any]) -> None:
        if event["type"] == "room.roster":
            self._roster_changed(event["entries"])
            return
        if event["type"] == "room.agenda":
            self.spawn(self.agenda_changed())
            return
        only = event.get("only")
        heard_by = [self.sessions[only]] if only in self.sessions else [] if only else list(self.sessions.values())
        for raw in event["messages"]:
            message = SERVER_MESSAGE.validate_python(raw)
            text = body(message)
            for session in heard_by:
                session.pass_on(text)
                if isinstance(message, MediaTaken):
                    session.media_moved(mine=message.mine)
        if "conduct" in event:
            self.facts = event["conduct"]
            for session in self.sessions.values():
                session.review_rights()

    def _roster_changed(self, entries: list[RosterEntry]) -> None:
        if not self._pending:
            self.spawn(self._flush_roster())
        for entry in entries:
            self._pending[entry["site"]["id"]] = entry
            self._learn_peer(entry)

    async def _flush_roster(self) -> None:
        await asyncio.sleep(ROSTER_EVERY_S)
        entries, self._pending = list(self._pending.values()), {}
        self._tell_all(RosterChanged(sites=tuple(site_state(entry) for entry in entries)))

    def _learn_peer(self, entry: RosterEntry) -> None:
        site, peer = entry["site"]["id"], entry["peer"]
        if self.peer_of_site.get(site) == peer:
            return
        self.site_of_peer.pop(self.peer_of_site.pop(site, ""), None)
        if peer:
            self.peer_of_site[site] = peer
            self.site_of_peer[peer] = site
        for session in self.sessions.values():
            if site in session.wall.values():
                session.show_wall()

    async def agenda_changed(self) -> None:
        """The agenda or its papers are not as they were."""
        items = await database_sync_to_async(room_state.item_states)(self.meeting_id)
        self._tell_all(AgendaChanged(items=items))

    def _tell_all(self, event: Event) -> None:
        text = body(event)
        for session in self.sessions.values():
            session.pass_on(text)

    # --- from the media node ------------------------------------------------------------------------

    def node_said(self, event: NodeEvent) -> None:
        """Pass on what the media node reports, in the words of the room."""
        match event:
            case Switched(peer=None, slot=slot, source=source):
                self._switched(slot, source)
            case Switched(peer=peer, slot=slot, source=source) if peer in self.sessions:
                self.sessions[peer].pass_on(body(SlotSwitched(slot=slot, site=self._site(source))))
            case Speaking(peers=peers):
                sites = tuple(self.site_of_peer[peer] for peer in peers if peer in self.site_of_peer)
                self._tell_all(SpeakingChanged(sites=sites))
            case Wanted(source=source, on=on) if source.peer in self.sessions:
                self.sessions[source.peer].wanted(source.kind, on=on)
            case Lost(peer=peer, connection=name) if peer in self.sessions:
                self.sessions[peer].lose_media(name)
            case Connected(peer=peer, connection=name) if peer in self.sessions:
                self._connected(self.sessions[peer], name)

    def _site(self, source: Source | None) -> int | None:
        return self.site_of_peer.get(source.peer) if source else None

    def _switched(self, slot: str, source: Source | None) -> None:
        site = self._site(source)
        if site is None:
            self.slots.pop(slot, None)
        else:
            self.slots[slot] = site
        self._tell_all(SlotSwitched(slot=slot, site=site))

    def _connected(self, session: "Session", name: str) -> None:
        if name == "send":
            self.direct()
        elif session.wall or session.hidden:
            session.show_wall()

    def direct(self) -> None:
        """Tell the node again what everybody sees and hears."""
        self.spawn(database_sync_to_async(hosting.direct)(self.meeting_id))

    def node_found(self, *, restarted: bool) -> None:
        """The node is back. ``restarted``: it has forgotten everything, and browsers must offer anew."""
        for session in self.sessions.values():
            if restarted:
                session.lose_media("send")
                session.lose_media("receive")
            elif session.wall or session.hidden:
                session.show_wall()
        self.direct()
