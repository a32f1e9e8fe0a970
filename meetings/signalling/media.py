"""The media nodes of one meeting, as one web process hears them: each session hears the node that it is connected to.

A meeting is on one node, or on several when one is not enough (``placement``). Each node says of itself what its
viewers are shown and whom they hear speak, voices that cross to it among them; so nothing has to be put together here.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async

from meetings import hosting, placement
from meetings.protocol.base import Event
from meetings.protocol.events import PicturesReduced, SlotSwitched, SpeakingChanged
from meetings.sfu.messages import AnyEvent, Connected, Lost, Reduced, Source, Speaking, Switched, Wanted
from meetings.sfu.room import SHARED
from meetings.signalling.wording import body

if TYPE_CHECKING:
    from meetings.signalling.room import Room
    from meetings.signalling.session import Session


class RoomMedia:
    """See the module's docstring."""

    def __init__(self, room: "Room") -> None:
        self.nodes: tuple[str, ...] = ()
        """All nodes of the meeting, its centre first; none while this process has not heard of any."""
        self._room = room
        self._slots: dict[str, dict[str, int]] = {}
        """By node: sites in the slots that are the same for all its viewers."""
        self._strange: dict[tuple[str, str], str] = {}
        """Peers in shared slots, by node and slot, of whom this process has not been told whose they are."""
        self._speaking: dict[str, tuple[int, ...]] = {}
        self._looking_up = asyncio.Lock()

    # --- which nodes --------------------------------------------------------------------------------

    def is_on(self, address: str) -> bool:
        """Whether a node has to do with this meeting, or had when it was heard last."""
        sessions = self._room.sessions.values()
        return address in self.nodes or any(address in (s.node, *s.left_nodes) for s in sessions)

    def look_up(self) -> None:
        """Other nodes than before may serve the meeting now, or its centre may be away."""
        if hosting.has_nodes():
            self._room.spawn(self._look_up())

    async def _look_up(self) -> None:
        meeting_id = self._room.meeting_id
        async with self._looking_up:  # what was looked up last holds
            await hosting.keep(meeting_id)
            former, self.nodes = self.nodes, await database_sync_to_async(placement.nodes)(meeting_id)
            if self.nodes:
                hosting.steer(meeting_id, self.nodes)
        if not set(self.nodes) <= set(former):
            self._room.direct()

    def lost(self, address: str) -> None:
        """A node has been away for a while: whoever is connected to it offers anew, and gets a place elsewhere."""
        self._room.spawn(self._lost(address))

    async def _lost(self, address: str) -> None:
        if await hosting.stays(address):
            return
        await hosting.keep(self._room.meeting_id)
        self._lose(address)

    def found(self, address: str, *, restarted: bool) -> None:
        """A node is back. ``restarted``: it has forgotten everything, and its browsers must offer anew."""
        if restarted:
            self._lose(address)
        else:
            self._say_again(address)
        self._room.direct()

    def _say_again(self, address: str) -> None:
        """Tell a node that was away of each tab what it may have missed."""
        for session in tuple(self._room.sessions.values()):
            if address in session.left_nodes:
                hosting.leave(self._room.meeting_id, session.key, address)  # a consultation room is on one node
            elif session.node == address and session.looks:
                session.show_wall()

    def _lose(self, address: str) -> None:
        """Nothing is shown until a node says so: it may be told to show less than the former one did."""
        for slot in tuple(self._slots.get(address, ())):
            self._switched(address, slot, None)
        self._speaking.pop(address, None)
        for session in tuple(self._room.sessions.values()):
            if (session.node or self._centre) == address:
                session.lose_media("send")
                session.lose_media("receive")

    # --- what they say ------------------------------------------------------------------------------

    def slots_at(self, node: str) -> dict[str, int]:
        """Sites in the slots that are the same for all viewers of a node; of the centre for a tab that has none."""
        return dict(self._slots.get(node or self._centre, {}))

    @property
    def _centre(self) -> str:
        return self.nodes[0] if self.nodes else ""

    def _at(self, address: str) -> "Iterator[Session]":
        """Who is connected to a node in the main room; whoever is connected to none follows the centre."""
        main = (s for s in tuple(self._room.sessions.values()) if s.connection.consultation_id is None)
        return (s for s in main if (s.node or self._centre) == address)

    def said(self, address: str, event: AnyEvent) -> None:
        """Pass on what a node reports, in the words of the room."""
        if event.room != hosting.room_name(self._room.meeting_id):
            self._said_in_consultation(address, event)
            return
        match event:
            case Switched(peer=None, slot=slot, source=source):
                site = self._site(source)
                self._strange.pop((address, slot), None)
                if source and site is None:
                    self._strange[address, slot] = source.peer
                self._switched(address, slot, site)
            case Speaking(peers=peers):
                self._speaking[address] = self._sites(peers)
                self._tell(address, SpeakingChanged(sites=self._speaking[address]))
            case _:
                self._said_of_one(address, event)

    def _said_in_consultation(self, address: str, event: AnyEvent) -> None:
        """A consultation room has no slots that are the same for all."""
        match event:
            case Speaking(room=room, peers=peers):
                text = body(SpeakingChanged(sites=self._sites(peers)))
                for session in tuple(self._room.sessions.values()):
                    if session.media_room == room:
                        session.pass_on(text)
            case _:
                self._said_of_one(address, event)

    def _said_of_one(self, address: str, event: AnyEvent) -> None:
        match event:
            case Switched(peer=str(peer)) | Reduced(peer=peer) | Lost(peer=peer) | Connected(peer=peer):
                self._said_of(address, peer, event)
            case Wanted(source=source):
                self._said_of(address, source.peer, event)

    def _said_of(self, address: str, peer: str, event: AnyEvent) -> None:
        """Only the room on the node that a tab is connected to speaks of it: a former one may not know yet that it left."""
        session = self._room.sessions.get(peer)
        if session is None or session.node != address or session.media_room != event.room:
            return
        match event:
            case Switched(slot=slot, source=source):
                site = self._site(source)
                if slot not in SHARED:
                    session.tile_switched(slot, site)
                session.pass_on(body(SlotSwitched(slot=slot, site=site)))
            case Wanted(source=source, layers=layers):
                session.wanted(source.kind, layers)
            case Reduced(slots=slots, off=off):
                session.pass_on(body(PicturesReduced(slots=slots, off=off)))
            case Lost(connection=name):
                session.lose_media(name)
            case Connected(connection=name):
                self._connected(session, name)

    def peers_known(self) -> None:
        """Whose peers are has become known: of other meetings they may be shown before."""
        for (address, slot), peer in tuple(self._strange.items()):
            if site := self._site_of(peer):
                del self._strange[address, slot]
                self._switched(address, slot, site)

    def _site_of(self, peer: str) -> int | None:
        return self._room.site_of_peer.get(peer) or self._room.foreign.get(peer)

    def _site(self, source: Source | None) -> int | None:
        return self._site_of(source.peer) if source else None

    def _sites(self, peers: Iterable[str]) -> tuple[int, ...]:
        return tuple(site for peer in peers if (site := self._site_of(peer)))

    def _switched(self, address: str, slot: str, site: int | None) -> None:
        if slot not in SHARED:
            self._tile_of_all_switched(address, slot, site)
            return
        slots = self._slots.setdefault(address, {})
        if site is None:
            slots.pop(slot, None)
        else:
            slots[slot] = site
        self._tell(address, SlotSwitched(slot=slot, site=site))

    def _tile_of_all_switched(self, address: str, slot: str, site: int | None) -> None:
        """On the wall that all share: told to those who look at it there."""
        text = body(SlotSwitched(slot=slot, site=site))
        for session in self._at(address):
            if slot in session.view.common:
                session.tile_switched(slot, site)
                session.pass_on(text)

    def _connected(self, session: "Session", name: str) -> None:
        if name == "send":
            self._room.direct_at(session)
            return
        if session.looks:
            session.show_wall()
        speaking = self._speaking.get(session.node)
        if speaking and session.connection.consultation_id is None:
            session.pass_on(body(SpeakingChanged(sites=speaking)))

    def _tell(self, address: str, event: Event) -> None:
        text = body(event)
        for session in self._at(address):
            session.pass_on(text)
