"""One tab in one room.

A session outlives its socket by ``LINGER_S``: it keeps its place, its media and its numbered messages, and
a socket that comes back with the session's secret picks up where it stopped. All its methods run in the
event loop of the web process; it alone writes its state.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from channels.db import database_sync_to_async

from eoffice.accounts.models import User
from eoffice.realtime import channel_layer
from meetings import attendance, conduct, hosting, room_state
from meetings.models import Connection, Meeting, MeetingSite
from meetings.protocol.base import Lamp
from meetings.protocol.events import (
    SERVER_MESSAGE,
    Event,
    Farewell,
    MediaLost,
    MediaTaken,
    MeetingEnded,
    RightsChanged,
    RosterChanged,
    SlotSwitched,
    SpeakingChanged,
    TrackWanted,
)
from meetings.protocol.parts import Rights
from meetings.realtime import Conduct, RosterEntry, meeting_group, site_state
from meetings.sfu.gateway import Event as NodeEvent
from meetings.sfu.messages import Connected, ConnectionName, Lost, Source, Speaking, Switched, Wanted

logger = logging.getLogger(__name__)
LINGER_S = 60
ROSTER_EVERY_S = 0.5
REPLAYED = 1000
"""How many messages are kept for a socket that comes back; an older gap gets the full state."""

Outgoing = asyncio.Queue[str | None]
"""What the socket is to send; None: hang up."""


class Session:
    """See the module's docstring. ``connection`` is its row, loaded with meeting, site and person."""

    def __init__(
        self, connection: Connection, sites: list[MeetingSite], *, on_close: "Callable[[Session], None]"
    ) -> None:
        self.connection = connection
        self.sites = sites
        self.lamp: Lamp = "unknown"
        self._on_close = on_close
        self.rights: Rights | None = None
        self.negotiated: set[ConnectionName] = set()
        self.wall: dict[str, int] = {}
        self.hidden: tuple[str, ...] = ()
        self._site_of_peer: dict[str, int] = {}
        self._peer_of_site: dict[int, str] = {}
        self._slots: dict[str, int] = {}
        self._facts: Conduct | None = None
        self._place: conduct.Place | None = None
        self._seq = 0
        self._sent: deque[tuple[int, str]] = deque(maxlen=REPLAYED)
        self._socket: Outgoing | None = None
        self._pending: dict[int, RosterEntry] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._linger: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def key(self) -> str:
        """The session's name, for the browser and for the media node."""
        return str(self.connection.key)

    @property
    def meeting(self) -> Meeting:
        """The meeting of this room."""
        return self.connection.meeting

    @property
    def person(self) -> User:
        """Who sits at this tab."""
        return self.connection.person

    # --- life ---------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to hear what happens in the room. To be called before the first snapshot is taken, so that
        nothing falls between the two."""
        layer = channel_layer()
        self._channel = await layer.new_channel()
        await layer.group_add(meeting_group(self.connection.meeting_id), self._channel)
        self.spawn(self._hear())

    def spawn(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the messages; it ends with the session at the latest."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def attach(self, socket: Outgoing) -> None:
        """A socket speaks for this session now; an older one is hung up."""
        if self._linger:
            self._linger.cancel()
            self._linger = None
        self.drop_socket()
        self._socket = socket

    def detach(self, socket: Outgoing) -> None:
        """The socket is gone; wait for another one."""
        if self._socket is not socket or self._closed:
            return
        self._socket = None
        self._linger = asyncio.get_running_loop().call_later(LINGER_S, self._expire)

    def drop_socket(self) -> None:
        """Hang up on the browser and wait for it to come back."""
        if self._socket is not None:
            self._socket.put_nowait(None)

    def _expire(self) -> None:
        self.spawn(self.close())

    async def close(self, farewell: Farewell | None = None) -> None:
        """Leave the room. Closing twice is harmless."""
        if self._closed:
            return
        self._closed = True
        if farewell:
            self.send(farewell)
        self.drop_socket()
        if self._linger:
            self._linger.cancel()
        self._on_close(self)
        await channel_layer().group_discard(meeting_group(self.connection.meeting_id), self._channel)
        await database_sync_to_async(attendance.leave)(self.connection)
        current = asyncio.current_task()
        for task in self._tasks - {current}:
            task.cancel()

    # --- to the browser -----------------------------------------------------------------------------

    def send(self, event: Event, *, re: int | None = None) -> None:
        """Number ``event``, keep it for replay, and send it when a socket is there."""
        self._seq += 1
        numbered = event.model_copy(update={"seq": self._seq, "re": re})
        text = SERVER_MESSAGE.dump_json(numbered).decode()
        self._sent.append((self._seq, text))
        if self._socket is not None:
            self._socket.put_nowait(text)

    def acknowledge(self, ack: int) -> None:
        """The browser has everything up to ``ack``."""
        while self._sent and self._sent[0][0] <= ack:
            self._sent.popleft()

    def can_replay(self, ack: int) -> bool:
        """Whether everything after ``ack`` is still here."""
        return ack <= self._seq and (self._seq == ack or (bool(self._sent) and self._sent[0][0] <= ack + 1))

    def replay(self, ack: int) -> None:
        """Send again, with their old numbers, the messages after ``ack``."""
        if self._socket is not None:
            for seq, text in self._sent:
                if seq > ack:
                    self._socket.put_nowait(text)

    async def send_state(self) -> None:
        """The full copy of the room."""
        snapshot = await database_sync_to_async(room_state.snapshot)(self.connection, self.sites)
        self._facts, self._place, self.rights = snapshot.facts, snapshot.place, snapshot.state.rights
        self._pending.clear()
        for entry in snapshot.entries:
            self._learn_peer(entry)
        self.send(snapshot.state.model_copy(update={"slots": dict(self._slots)}))

    # --- from the room ------------------------------------------------------------------------------

    async def _hear(self) -> None:
        layer = channel_layer()
        while True:
            event = await layer.receive(self._channel)
            try:
                await self._told(event)
            except Exception:
                logger.exception("session %s: %s", self.key, event["type"])

    async def _told(self, event: dict[str, Any]) -> None:
        if event["type"] == "room.roster":
            self._roster_changed(event["entries"])
            return
        if event.get("only", self.key) != self.key:
            return
        for raw in event["messages"]:
            message = SERVER_MESSAGE.validate_python(raw)
            self.send(message)
            self._follow(message)
        if "conduct" in event:
            self._facts = event["conduct"]
            self._review_rights()

    def _follow(self, message: Event) -> None:
        if isinstance(message, MediaTaken) and self._place is not None:
            self._place = replace(self._place, carries_media=message.mine)
            self._review_rights()
        elif isinstance(message, MeetingEnded):
            self.negotiated.clear()

    def _review_rights(self) -> None:
        if self._facts is None or self._place is None:
            return
        rights = conduct.rights(self._place, self._facts)
        if rights != self.rights:
            self.rights = rights
            self.send(RightsChanged(rights=rights))

    def _roster_changed(self, entries: list[RosterEntry]) -> None:
        if not self._pending:
            self.spawn(self._flush_roster())
        for entry in entries:
            self._pending[entry["site"]["id"]] = entry
            self._learn_peer(entry)

    async def _flush_roster(self) -> None:
        await asyncio.sleep(ROSTER_EVERY_S)
        entries, self._pending = list(self._pending.values()), {}
        if entries:
            self.send(RosterChanged(sites=tuple(site_state(entry) for entry in entries)))

    def _learn_peer(self, entry: RosterEntry) -> None:
        site, peer = entry["site"]["id"], entry["peer"]
        if self._peer_of_site.get(site) == peer:
            return
        old = self._peer_of_site.pop(site, None)
        if old:
            self._site_of_peer.pop(old, None)
        if peer:
            self._peer_of_site[site] = peer
            self._site_of_peer[peer] = site
        if site in self.wall.values():
            self.show_wall()

    # --- media --------------------------------------------------------------------------------------

    def show_wall(self) -> None:
        """Tell the media node what this tab's wall shows."""
        peers = {slot: self._peer_of_site[site] for slot, site in self.wall.items() if site in self._peer_of_site}
        hosting.view(self.connection.meeting_id, self.key, peers, self.hidden)

    def node_said(self, event: NodeEvent) -> None:
        """Pass on what the media node reports, in the words of the room."""
        match event:
            case Switched(peer=peer, slot=slot, source=source) if peer in (None, self.key):
                self._switched(slot, source)
            case Speaking(peers=peers):
                sites = tuple(self._site_of_peer[peer] for peer in peers if peer in self._site_of_peer)
                self.send(SpeakingChanged(sites=sites))
            case Wanted(source=source, on=on) if source.peer == self.key:
                self.send(TrackWanted(source=source.kind, on=on))
            case Lost(peer=self.key, connection=name):
                self.lose_media(name)
            case Connected(peer=self.key, connection=name):
                self._connected(name)

    def _switched(self, slot: str, source: Source | None) -> None:
        site = self._site_of_peer.get(source.peer) if source else None
        if self._slots.get(slot) == site:
            return
        if site is None:
            self._slots.pop(slot, None)
        else:
            self._slots[slot] = site
        self.send(SlotSwitched(slot=slot, site=site))

    def _connected(self, name: ConnectionName) -> None:
        if name == "send":
            meeting_id = self.connection.meeting_id
            self.spawn(database_sync_to_async(hosting.direct)(meeting_id))
        elif self.wall:
            self.show_wall()

    def lose_media(self, name: ConnectionName) -> None:
        """A connection of this tab died at the node."""
        if name in self.negotiated:
            self.negotiated.discard(name)
            self.send(MediaLost(connection=name))
