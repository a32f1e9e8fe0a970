"""A media node: its port, its rooms, and what it does with each command."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from meetings.sfu import line, metrics, sdp
from meetings.sfu import offer as offers
from meetings.sfu.connection import Connection, Switchboard
from meetings.sfu.dtls import Identity
from meetings.sfu.messages import (
    AnyAnswer,
    AnyCommand,
    Authenticate,
    Borrow,
    Carry,
    CloseRoom,
    ConnectionName,
    Done,
    Drop,
    Expect,
    Expected,
    Failed,
    Inspect,
    Kind,
    Leave,
    Listen,
    Measure,
    Measured,
    Negotiate,
    Negotiated,
    Ping,
    Report,
    Show,
    Span,
    View,
)
from meetings.sfu.native.binding import NativePath
from meetings.sfu.packet_path import Counters, PacketPath
from meetings.sfu.port import Candidate, candidates, local_addresses, open_links
from meetings.sfu.publisher import Publisher, extensions_of
from meetings.sfu.room import Event, Peer, Room
from meetings.sfu.slots import SLOTS
from meetings.sfu.span import Place, Refused
from meetings.sfu.twin.path import TwinPath
from meetings.sfu.viewer import Viewer

logger = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two looks at who is watched and who speaks."""
SWEEP_EVERY = 10
"""Ticks between two looks for connections without consent, and for rooms and peers without connections."""


@dataclass(frozen=True)
class NodeConfig:
    """``port`` 0 takes any; ``bind`` empty means every address of this machine; ``advertise`` replaces those.

    ``path`` is which packet path serves: ``native``, ``python``, or empty for the native one if it was built.
    """

    port: int = 0
    bind: Sequence[str] = ()
    advertise: Sequence[str] = ()
    path: str = ""


class Node:
    """Carries out commands; events go to every listener. Runs in one event loop, which it never blocks."""

    def __init__(self, config: NodeConfig) -> None:
        """Open the port. Raises OSError when it is taken."""
        self.id = secrets.token_hex(8)
        self._path = make_path(config.path)
        addresses = list(config.bind) or local_addresses()
        self.port = open_links(self._path, addresses, config.port)
        self._place = Place(self.id, tuple(addresses), (list(config.advertise) or addresses)[0], self.port)
        self._udp_candidates = candidates(list(config.advertise) or addresses, self.port)
        self.tcp_candidates: Sequence[Candidate] = ()
        """What browsers are told beside the UDP port."""
        self._switchboard = Switchboard(self._path, Identity())
        self._rooms: dict[str, Room] = {}
        self._listeners: list[Callable[[Event], None]] = []
        first = secrets.randbelow(1 << 31)
        self._ssrcs = {
            slot: sdp.Ssrcs(first + number, first + len(SLOTS) + number) for number, slot in enumerate(SLOTS, start=1)
        }
        self._loop = asyncio.get_running_loop()
        self.joins = metrics.joins()
        self._ticks = 0
        self._timer = self._loop.call_later(TICK, self._tick)
        self._path.start(self._switchboard.hear)

    @property
    def addresses(self) -> list[str]:
        """The addresses that browsers are told."""
        return [candidate.host for candidate in self._udp_candidates]

    @property
    def is_native(self) -> bool:
        """Whether the packet path is the native one."""
        return self._path.is_native

    @property
    def rooms(self) -> Collection[Room]:
        """The meetings on this node."""
        return self._rooms.values()

    @property
    def connections(self) -> int:
        """Connections that are open or opening."""
        return len(self._switchboard.connections)

    def counters(self) -> Counters:
        """What the packet path counted since the start."""
        return self._path.counters()

    def close(self) -> None:
        """Close every room, then the port."""
        self._timer.cancel()
        for room in self._rooms.values():
            room.close()
        self._rooms.clear()
        for connection in tuple(self._switchboard.connections.values()):
            connection.close()
        self._path.close()

    def add_listener(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` for every event; returns what undoes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _emit(self, event: Event) -> None:
        logger.debug("event %s", event)
        for listener in tuple(self._listeners):
            listener(event)

    # --- commands ---------------------------------------------------------------------------------------

    def carry_out(self, command: AnyCommand) -> AnyAnswer:
        """The answer to one command. Never raises for what a command says."""
        match command:
            case Negotiate():
                return self._negotiate(command)
            case Inspect():
                return self._inspect(command)
            case Measure():
                return self._measure(command)
            case CloseRoom() | Leave():
                self._end(command)
            case Show() | View() | Listen() | Borrow():
                self._arrange(command)
            case Span() | Expect() | Carry() | Drop():
                return self._cascade(command)
            case Authenticate() | Ping():
                pass  # the control connection has checked the secret; a ping only wants to be answered
        return Done(id=command.id)

    def _arrange(self, command: Show | View | Listen | Borrow) -> None:
        room = self._room(command.room)
        match command:
            case Show():
                room.show(command)
            case View():
                room.view(command)
            case Listen():
                room.listen(command)
            case Borrow():
                room.borrowed.ask(command.sources)
                room.borrowed.settle(self._rooms)

    def _end(self, command: CloseRoom | Leave) -> None:
        if isinstance(command, CloseRoom):
            self._close_room(command.room)
        elif room := self._rooms.get(command.room):
            room.leave(command.peer)

    def _cascade(self, command: Span | Expect | Carry | Drop) -> AnyAnswer:
        """What concerns rooms that are on several nodes."""
        room = self._room(command.room)
        if isinstance(command, Span) and not command.on:
            room.on_one_node()
            return Done(id=command.id)
        span = room.on_several_nodes(self._switchboard, self._place)
        try:
            match command:
                case Span():
                    span.tell_again()
                case Expect():
                    return Expected(id=command.id, crossing=span.expect(command))
                case Carry():
                    span.carry(command)
                case Drop():
                    span.drop(command)
        except Refused as error:
            return Failed(id=command.id, code=error.code, message=str(error))
        return Done(id=command.id)

    def _room(self, name: str) -> Room:
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = Room(name, self._emit)
        room.used()
        return room

    def _close_room(self, name: str) -> None:
        if room := self._rooms.pop(name, None):
            room.close()

    def _negotiate(self, command: Negotiate) -> AnyAnswer:
        try:
            offer = offers.parse_offer(command.sdp)
            kinds = offers.check_kinds(offer, command.kinds) if command.connection == "send" else {}
            if command.connection == "receive":
                offers.check_slots(offer)
        except offers.NoUsableCodec as error:
            return Failed(id=command.id, code="no-usable-codec", message=str(error))
        except offers.BadOffer as error:
            return Failed(id=command.id, code="bad-offer", message=str(error))
        connection = Connection(self._switchboard, offer.ufrag, offer.fingerprints, extensions_of(offer))
        local = sdp.Local(
            connection.ufrag,
            connection.password,
            self._switchboard.identity.fingerprint,
            self._udp_candidates,
            self.tcp_candidates,
        )
        room = self._room(command.room)
        peer = room.peer(command.peer)
        end: Publisher | Viewer
        if command.connection == "send":
            end = self._publisher(room, peer, connection, offer, kinds)
            answer = sdp.answer_sending(offer, local, kinds)
        else:
            end = self._viewer(room, peer, connection, offer)
            answer = sdp.answer_receiving(offer, local, self._ssrcs)
        room.begin(peer, command.connection, end)
        return Negotiated(id=command.id, sdp=answer)

    def _publisher(
        self, room: Room, peer: Peer, connection: Connection, offer: offers.Offer, kinds: dict[int, Kind]
    ) -> Publisher:
        return Publisher(
            connection,
            self._switchboard,
            peer.name,
            offer,
            kinds,
            on_connected=lambda end: self._connected(room, peer, "send", end),
            on_lost=lambda end, reason: self._lost(room, peer, end, reason),
        )

    def _viewer(self, room: Room, peer: Peer, connection: Connection, offer: offers.Offer) -> Viewer:
        return Viewer(
            connection,
            self._switchboard,
            offer,
            self._ssrcs,
            room.track,
            on_connected=lambda end: self._connected(room, peer, "receive", end),
            on_lost=lambda end, reason: self._lost(room, peer, end, reason),
            on_switched=lambda _, slot: room.switched(peer, slot),
            on_reduced=lambda viewer: room.reduced(peer, viewer),
        )

    def _connected(self, room: Room, peer: Peer, name: ConnectionName, end: Publisher | Viewer) -> None:
        self.joins.observe(self._loop.time() - end.connection.started)
        room.connected(peer, name, end)

    def _lost(self, room: Room, peer: Peer, end: Publisher | Viewer, reason: str) -> None:
        connection = "send" if isinstance(end, Publisher) else "receive"
        logger.info("connection lost", extra={"room": room.name, "peer": peer.name, "reason": reason})
        room.lost(peer, "send" if connection == "send" else "receive", end)

    def _inspect(self, command: Inspect) -> Report:
        counted = self._path.counters()
        peers = [peer for room in self._rooms.values() for peer in room.peers.values()]
        return Report(
            id=command.id,
            node=self.id,
            rooms=len(self._rooms),
            peers=len(peers),
            connections=self.connections,
            tasks=len(asyncio.all_tasks()),
            file_descriptors=sum(1 for _ in Path("/proc/self/fd").iterdir()) - 1,  # less the one that lists them
            memory_kb=_resident_kb(),
            packets_in=counted.packets_in,
            packets_out=counted.packets_out,
            dropped=counted.dropped + counted.datagrams_refused + counted.sends_failed + counted.over_limit,
            nacks=counted.nacks,
            retransmitted=counted.retransmitted,
            keyframe_requests=counted.keyframe_requests,
        )

    def _measure(self, command: Measure) -> AnyAnswer:
        room = self._rooms.get(command.room)
        peer = room.peers.get(command.peer) if room else None
        if peer is None or peer.viewer is None:
            return Failed(id=command.id, code="no-such-viewer", message=f"{command.peer} receives nothing here")
        return Measured(id=command.id, line=line.measure(peer.viewer, peer.publisher))

    # --- time -------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK, self._tick)
        self._ticks += 1
        now = self._loop.time()
        for room in tuple(self._rooms.values()):
            room.borrowed.settle(self._rooms)
            room.tick_wanted(now)
            if self._ticks % 2 == 0:
                room.tick_voices(now)
        if self._ticks % SWEEP_EVERY == 0:
            self._switchboard.sweep(now)
            for name in [name for name, room in self._rooms.items() if room.forget_unused(now)]:
                self._close_room(name)


def make_path(kind: str) -> PacketPath:
    """The packet path of that ``kind`` (see ``NodeConfig``). Raises OSError for a native one that was not built."""
    if kind != "python":
        try:
            return NativePath()
        except OSError as error:
            if kind == "native":
                raise
            logger.warning("the native packet path is missing, so this node carries far fewer people: %s", error)
    return TwinPath()


def _resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
