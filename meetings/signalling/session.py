"""One tab in one room.

A session outlives its socket by ``LINGER_S``: it keeps its place, its media and its numbered messages, and
a socket that comes back with the session's secret picks up where it stopped (docs/adr/0080). All its methods
run in the event loop of the web process; it alone writes its state.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from meetings import attendance, conduct, hosting, room_state
from meetings.models import Connection, Meeting, MeetingSite
from meetings.protocol.base import Lamp
from meetings.protocol.events import Event, Farewell, MediaLost, RightsChanged, TrackWanted
from meetings.protocol.parts import Rights
from meetings.sfu.messages import ConnectionName, Kind
from meetings.signalling.room import Room, body

LINGER_S = 60
REPLAYED = 1000
"""How many messages are kept for a socket that comes back; an older gap gets the full state."""

Outgoing = asyncio.Queue[str | None]
"""What the socket is to send; None: hang up."""


class Session:
    """See the module's docstring. ``connection`` is its row, loaded with meeting, site and person."""

    def __init__(
        self,
        connection: Connection,
        sites: list[MeetingSite],
        room: Room,
        *,
        on_close: "Callable[[Session], Coroutine[Any, Any, None]]",
    ) -> None:
        self.connection = connection
        self.sites = sites
        self.room = room
        self.lamp: Lamp = "unknown"
        self.negotiated: set[ConnectionName] = set()
        self.wall: dict[str, int] = {}
        self.hidden: tuple[str, ...] = ()
        self._on_close = on_close
        self._place: conduct.Place | None = None
        self._rights: Rights | None = None
        self._seq = 0
        self._sent: deque[tuple[int, str]] = deque(maxlen=REPLAYED)
        self._held: list[str] | None = []
        """What happens before the first state is sent; None afterwards."""
        self._socket: Outgoing | None = None
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
        if self._socket is not None:  # the other tab must stay out, or both would take the place for ever
            taken = Farewell(reason=_("Phòng họp đang mở ở thẻ khác của trình duyệt."), action="stop")
            self._write(taken.model_dump_json())
        self.drop_socket()
        self._socket = socket

    def detach(self, socket: Outgoing) -> None:
        """The socket is gone; wait for another one."""
        if self._socket is not socket or self._closed:
            return
        self._socket = None
        self._linger = asyncio.get_running_loop().call_later(LINGER_S, lambda: self.spawn(self.close()))

    def drop_socket(self) -> None:
        """Hang up on the browser and wait for it to come back."""
        self._write(None)

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
        await self._on_close(self)
        await database_sync_to_async(attendance.leave)(self.connection)
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()

    # --- to the browser -----------------------------------------------------------------------------

    def send(self, event: Event, *, re: int | None = None) -> None:
        """Number ``event``, keep it for replay, and send it when a socket is there."""
        self._send(body(event), re)

    def pass_on(self, text: str) -> None:
        """Send what the room says; before the first state it waits, since the state may not hold it yet."""
        if self._held is None:
            self._send(text, None)
        else:
            self._held.append(text)

    def _send(self, text: str, re: int | None) -> None:
        self._seq += 1
        numbered = f'{{"seq":{self._seq},"re":{"null" if re is None else re},{text[1:]}'
        self._sent.append((self._seq, numbered))
        self._write(numbered)

    def _write(self, text: str | None) -> None:
        if self._socket is None:
            return
        try:
            self._socket.put_nowait(text)
        except asyncio.QueueFull:  # a browser that reads nothing: it comes back and gets the full state
            stuck, self._socket = self._socket, None
            while not stuck.empty():
                stuck.get_nowait()
            stuck.put_nowait(None)

    def acknowledge(self, ack: int) -> None:
        """The browser has everything up to ``ack``."""
        while self._sent and self._sent[0][0] <= ack:
            self._sent.popleft()

    def can_replay(self, ack: int) -> bool:
        """Whether everything after ``ack`` is still here."""
        return ack <= self._seq and (self._seq == ack or (bool(self._sent) and self._sent[0][0] <= ack + 1))

    def replay(self, ack: int) -> None:
        """Send again, with their old numbers, the messages after ``ack``."""
        for seq, text in self._sent:
            if seq > ack:
                self._write(text)

    async def send_state(self) -> None:
        """The full copy of the room, then what happened while it was made."""
        if self._held is None:
            self._held = []
        snapshot = await database_sync_to_async(room_state.snapshot)(self.connection, self.sites)
        self.room.learn(snapshot)
        self._place, self._rights = snapshot.place, snapshot.state.rights
        self.send(snapshot.state.model_copy(update={"slots": dict(self.room.slots)}))
        held, self._held = self._held, None
        for text in held:
            self._send(text, None)
        self.review_rights()

    # --- rights and media ---------------------------------------------------------------------------

    def review_rights(self) -> None:
        """Tell the browser when it may do more or less than before."""
        if self.room.facts is None or self._place is None:
            return
        rights = conduct.rights(self._place, self.room.facts)
        if rights != self._rights:
            self._rights = rights
            self.pass_on(body(RightsChanged(rights=rights)))

    def media_moved(self, *, mine: bool) -> None:
        """This tab carries its site's camera and microphone from now on, or no longer."""
        if self._place is not None:
            self._place = replace(self._place, carries_media=mine)
            self.review_rights()

    def show_wall(self) -> None:
        """Tell the media node what this tab's wall shows."""
        peers = self.room.peer_of_site
        wall = {slot: peers[site] for slot, site in self.wall.items() if site in peers}
        hosting.view(self.room.meeting_id, self.key, wall, self.hidden)

    def wanted(self, source: Kind, *, on: bool) -> None:
        """Whether anybody looks at what this tab sends."""
        self.pass_on(body(TrackWanted(source=source, on=on)))

    def lose_media(self, name: ConnectionName) -> None:
        """A connection of this tab died at the node."""
        if name in self.negotiated:
            self.negotiated.discard(name)
            self.pass_on(body(MediaLost(connection=name)))
