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
from meetings.protocol.base import Event, Lamp
from meetings.protocol.events import Farewell, MediaLost, RightsChanged, TrackWanted
from meetings.protocol.parts import Rights
from meetings.protocol.requests import View
from meetings.sfu.messages import ConnectionName, Kind
from meetings.shields import Shield
from meetings.signalling.pace import Pace
from meetings.signalling.room import Room
from meetings.signalling.wording import body

LINGER_S = 60
REPLAYED = 1000
"""How many messages are kept for a socket that comes back; an older gap gets the full state."""

BEHIND = 20
"""A socket with so many messages unsent is on a slow line: what is shown for a moment only is left out there."""

Outgoing = asyncio.Queue[str | None]
"""What the socket is to send; None: hang up."""


class Session:
    """See the module's docstring. ``connection`` is its row, loaded with meeting, site and person."""

    shield: Shield | None = None
    """What of the papers its person is not shown."""

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
        self.is_measuring = False
        """The media node is being asked how this tab's line fares."""
        self.lamp_kept_until = 0.0
        self.node = ""
        """The media node that this tab is connected to; empty before its first offer."""
        self.left_nodes: set[str] = set()
        """Nodes that it was connected to: one that was away does not know that it has gone."""
        self.negotiated: set[ConnectionName] = set()
        """Connections that the browser has, or waits for: it is told when they must be offered anew."""
        self.view = View()
        self.tiles: dict[str, int] = {}
        """Sites in its wall slots, as its media node told."""
        self.follows_board = False
        self._on_close = on_close
        self._place: conduct.Place | None = None
        self._rights: Rights | None = None
        self._seq = 0
        self._sent: deque[tuple[int, str]] = deque(maxlen=REPLAYED)
        self._held: list[str] | None = []
        """What happens while a state is made; None when it is sent."""
        self._held_for_desks: list[dict[str, str]] = []
        """What was written to desks meanwhile, by desk."""
        self._stating = asyncio.Lock()
        self._socket: Outgoing | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._paces: dict[str, Pace] = {}
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
            self.say_aside(taken)
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

    def tell(self, event: Event, text: str, *, aside: bool = False) -> None:
        """Pass on what the room says to everybody, ``text`` being its body; ``aside``: it is of use now or never."""
        if self.room.attaching.covers(self.person.pk, event):
            return
        if self.shield is not None:
            shielded = self.shield.told(event)
            if shielded is None:
                return
            text = text if shielded is event else body(shielded)
        if aside:
            self.whisper(text)
        else:
            self.pass_on(text)

    def say_aside(self, event: Event) -> None:
        """Send what belongs to the socket and not to the session: without a number, and never again."""
        self._write(event.model_dump_json())

    @property
    def rights(self) -> Rights | None:
        """What this tab may do; None before the first state."""
        return self._rights

    def hold_for_desks(self, texts: dict[str, str]) -> None:
        """What was written to desks, before it is known at which of them this tab sits."""
        self._held_for_desks.append(texts)

    def whisper(self, text: str) -> None:
        """Send what is of use now or never: without a number, and not to who is behind."""
        if self._held is None and self._socket is not None and self._socket.qsize() < BEHIND:
            self._write(f'{{"seq":0,"re":null,{text[1:]}')

    def is_meant(self, event: dict[str, Any]) -> bool:
        """Whether an event of the meeting's group is for this tab: for all, for it, for its person, for who leads."""
        if "only" in event:
            return bool(event["only"] == self.key)
        if "person" in event:
            return bool(event["person"] == self.connection.person_id)
        needed = event.get("right") or ("chair" if "leaders" in event else "")
        return not needed or bool(self._rights and getattr(self._rights, needed))

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
        async with self._stating:
            if self._held is None:
                self._held = []
            known, version = self.room.shared, self.room.version
            snapshot = await database_sync_to_async(room_state.snapshot)(self.connection, self.sites, known)
            await self.room.sites.ready()
            self.room.learn(snapshot, version)
            self._place, self._rights = snapshot.place, snapshot.state.rights
            self.shield = snapshot.shared.shields.get(self.person.pk)
            state = await self.room.attaching.completed(self, self.room.sites.completed(snapshot.state))
            slots = {} if state.consulting else self.room.media.slots_at(self.node) | self.tiles
            self.send(state.model_copy(update={"slots": slots}))
            if snapshot.place.consulting != self.connection.consultation_id:  # it was moved, and nobody told it
                self.moved(snapshot.place.consulting)
            held, self._held = [*self._held, *self._of_my_desks(snapshot.state.rights)], None
            for text in held:
                self._send(text, None)
            self.review_rights()

    def _of_my_desks(self, rights: Rights) -> list[str]:
        held, self._held_for_desks = self._held_for_desks, []
        return [text for texts in held for desk, text in texts.items() if desk in rights.desks]

    async def follow_board(self, *, on: bool) -> None:
        """This tab looks at the site board, or no longer."""
        self.follows_board = on
        if on:
            await self.room.sites.ready()
            self.room.sites.show(self)

    # --- rights and media ---------------------------------------------------------------------------

    @property
    def may_chat(self) -> bool:
        """What the browser was told last, and for as long as the meeting goes on."""
        return self._rights is not None and self._rights.chat

    def pace(self, what: str, *, per_s: float, burst: float) -> bool:
        """Whether this tab may do ``what`` once more, not having done it too often."""
        return self._paces.setdefault(what, Pace(per_s, burst)).allows()

    @property
    def sees_lines(self) -> bool:
        """May be told how good the lines of other sites are: who leads or directs, and the technicians' desk."""
        rights, place = self._rights, self._place
        if rights is None or place is None:
            return False
        desk = place.main and rights.role == "technician"
        return rights.chair or rights.admit or rights.direct or desk

    def review_rights(self) -> None:
        """Tell the browser when it may do more or less than before."""
        if self.room.facts is None or self._place is None:
            return
        rights, before = conduct.rights(self._place, self.room.facts), self._rights
        if rights != before:
            leads_anew = before is not None and _sees(rights) != _sees(before)
            self._rights = rights
            self.pass_on(body(RightsChanged(rights=rights)))
            if self.follows_board:
                self.room.sites.show(self)
            if leads_anew:
                self.spawn(self.send_state())

    async def reseat(self) -> None:
        """The person's role may be another: read it, and take from the media node what may no longer be sent."""
        self._place = await database_sync_to_async(attendance.place_of)(self.connection)
        self.review_rights()

    def media_moved(self, *, mine: bool) -> None:
        """This tab carries its site's camera and microphone from now on, or no longer."""
        if self._place is not None:
            self._place = replace(self._place, carries_media=mine)
            self.review_rights()

    def offered(self, node: str, name: ConnectionName) -> None:
        """A connection is offered to that node: what the tab still has at another one follows."""
        former, self.node = self.node, node
        self.left_nodes.discard(node)
        if former not in ("", node):
            self.left_nodes.add(former)
            self.lose_media("receive" if name == "send" else "send")

    @property
    def may_have_wide_wall(self) -> bool:
        """May be sent a wall of more than nine pictures."""
        return bool(self._rights and self._rights.wide)

    @property
    def looks(self) -> bool:
        """Has said what its screen shows, and it is something that its media node must know."""
        return bool(self.view.wall or self.view.hidden or self.view.common)

    def look_at(self, view: View) -> None:
        """The tab's screen shows something else from now on."""
        self.view = view
        self.show_wall()

    @property
    def media_room(self) -> str:
        """The media node's name for where this tab's sound and pictures are."""
        return hosting.room_name(self.room.meeting_id, self.connection.consultation_id)

    def moved(self, consultation: int | None) -> None:
        """This tab is in another room from now on: it offers its connections anew."""
        self.connection.consultation_id = consultation
        self.node = ""
        self.tiles.clear()
        self.lose_media("send")
        self.lose_media("receive")
        if self._place is not None:
            self._place = replace(self._place, consulting=consultation)
            self.review_rights()
        if consultation is not None:  # what was written there
            self.spawn(self.send_state())

    def show_wall(self) -> None:
        """Tell the tab's media node what its screen shows; the room says it again when the tab is connected there."""
        if not self.node:
            return
        peers, view = self.room.peer_of_site, self.view
        wall = {slot: peers[site] for slot, site in view.wall.items() if site in peers}
        look = hosting.Look(wall, view.hidden, view.common, view.large)
        hosting.view(self.node, self.media_room, self.key, look)

    def tile_switched(self, slot: str, site: int | None) -> None:
        """One of its wall slots shows another site."""
        if site is None:
            self.tiles.pop(slot, None)
        else:
            self.tiles[slot] = site

    def wanted(self, source: Kind, layers: int) -> None:
        """How many layers of what this tab sends somebody looks at."""
        self.pass_on(body(TrackWanted(source=source, layers=layers)))

    def lose_media(self, name: ConnectionName) -> None:
        """A connection of this tab died at the node."""
        if name == "receive":
            self.tiles.clear()
        if name in self.negotiated:
            self.negotiated.discard(name)
            self.pass_on(body(MediaLost(connection=name)))


def _sees(rights: Rights) -> tuple[object, ...]:
    """Who leads sees more: the door, questions not put yet, results not published yet; a desk, what is written to it; who
    directs, which meetings ask to be attached."""
    return rights.chair, rights.admit, rights.direct, rights.desks
