"""A media node: its port, its rooms, and what it does with each command."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from meetings.sfu import sdp
from meetings.sfu.counters import Counters
from meetings.sfu.dtls import Identity
from meetings.sfu.messages import (
    SLOTS,
    AnyAnswer,
    AnyCommand,
    Authenticate,
    CloseRoom,
    Done,
    Failed,
    Inspect,
    Kind,
    Leave,
    Listen,
    Negotiate,
    Negotiated,
    Report,
    Show,
    View,
)
from meetings.sfu.port import MediaPort
from meetings.sfu.publisher import Publisher
from meetings.sfu.room import Event, Peer, Room
from meetings.sfu.transport import Transport
from meetings.sfu.viewer import Viewer

logger = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two rounds of NACKs and arrival feedback."""
SWEEP_EVERY = 10
"""Ticks between two looks for connections without consent, and for rooms and peers without connections."""


@dataclass(frozen=True)
class NodeConfig:
    """``port`` 0 takes any; ``bind`` empty means every address of this machine; ``advertise`` replaces those."""

    port: int = 0
    bind: Sequence[str] = ()
    advertise: Sequence[str] = ()


class Node:
    """Carries out commands; events go to every listener. Runs in one event loop, which it never blocks."""

    def __init__(self, config: NodeConfig) -> None:
        """Open the port. Raises OSError when it is taken."""
        self.id = secrets.token_hex(8)
        self._counters = Counters()
        self._port = MediaPort(config.port, config.bind, config.advertise, self._counters)
        self._identity = Identity()
        self._rooms: dict[str, Room] = {}
        self._listeners: list[Callable[[Event], None]] = []
        first = secrets.randbelow(1 << 31)
        self._ssrcs = {slot: first + number for number, slot in enumerate(SLOTS, start=1)}
        self._loop = asyncio.get_running_loop()
        self._ticks = 0
        self._timer = self._loop.call_later(TICK, self._tick)

    @property
    def port(self) -> int:
        """The UDP port."""
        return self._port.port

    @property
    def addresses(self) -> list[str]:
        """The addresses that browsers are told."""
        return [candidate.host for candidate in self._port.candidates]

    def close(self) -> None:
        """Close every room, then the port."""
        self._timer.cancel()
        for room in self._rooms.values():
            room.close()
        self._rooms.clear()
        self._port.close()

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
            case CloseRoom():
                self._close_room(command.room)
            case Leave():
                if room := self._rooms.get(command.room):
                    room.leave(command.peer)
            case Show() | View() | Listen():
                self._arrange(command)
            case Authenticate():
                pass  # the control connection has checked it
        return Done(id=command.id)

    def _arrange(self, command: Show | View | Listen) -> None:
        room = self._room(command.room)
        match command:
            case Show():
                room.show(command)
            case View():
                room.view(command)
            case Listen():
                room.listen(command)

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
            offer = sdp.parse_offer(command.sdp)
            kinds = sdp.check_kinds(offer, command.kinds) if command.connection == "send" else {}
            if command.connection == "receive":
                sdp.check_slots(offer)
        except sdp.NoUsableCodec as error:
            return Failed(id=command.id, code="no-usable-codec", message=str(error))
        except sdp.BadOffer as error:
            return Failed(id=command.id, code="bad-offer", message=str(error))
        transport = Transport(self._identity, offer.ufrag, offer.fingerprints, self._counters)
        local = sdp.Local(transport.ufrag, transport.password, self._identity.fingerprint, self._port.candidates)
        room = self._room(command.room)
        peer = room.peer(command.peer)
        end: Publisher | Viewer
        if command.connection == "send":
            end = self._publisher(room, peer, transport, offer, kinds)
            answer = sdp.answer_sending(offer, local, kinds)
        else:
            end = self._viewer(room, peer, transport, offer)
            answer = sdp.answer_receiving(offer, local, self._ssrcs)
        room.begin(peer, command.connection, end)
        self._port.add(transport)
        return Negotiated(id=command.id, sdp=answer)

    def _publisher(
        self, room: Room, peer: Peer, transport: Transport, offer: sdp.Offer, kinds: dict[int, Kind]
    ) -> Publisher:
        return Publisher(
            transport,
            peer.name,
            offer,
            kinds,
            self._counters,
            on_connected=lambda end: room.connected(peer, "send", end),
            on_lost=lambda end, reason: self._lost(room, peer, end, reason),
        )

    def _viewer(self, room: Room, peer: Peer, transport: Transport, offer: sdp.Offer) -> Viewer:
        return Viewer(
            transport,
            offer,
            self._ssrcs,
            self._counters,
            on_connected=lambda end: room.connected(peer, "receive", end),
            on_lost=lambda end, reason: self._lost(room, peer, end, reason),
            on_switched=lambda _, slot: room.switched(peer, slot),
        )

    def _lost(self, room: Room, peer: Peer, end: Publisher | Viewer, reason: str) -> None:
        connection = "send" if isinstance(end, Publisher) else "receive"
        logger.info("connection lost", extra={"room": room.name, "peer": peer.name, "reason": reason})
        room.lost(peer, "send" if connection == "send" else "receive", end)

    def _inspect(self, command: Inspect) -> Report:
        counted = self._counters
        peers = [peer for room in self._rooms.values() for peer in room.peers.values()]
        return Report(
            id=command.id,
            node=self.id,
            rooms=len(self._rooms),
            peers=len(peers),
            connections=self._port.connections,
            tasks=len(asyncio.all_tasks()),
            file_descriptors=sum(1 for _ in Path("/proc/self/fd").iterdir()) - 1,  # less the one that lists them
            memory_kb=_resident_kb(),
            packets_in=counted.packets_in,
            packets_out=counted.packets_out,
            dropped=counted.dropped,
            nacks=counted.nacks,
            retransmitted=counted.retransmitted,
            keyframe_requests=counted.keyframe_requests,
        )

    # --- time -------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK, self._tick)
        self._ticks += 1
        now = self._loop.time()
        for room in tuple(self._rooms.values()):
            for peer in tuple(room.peers.values()):
                if publisher := peer.publisher:
                    publisher.tick(now)
            room.tick_wanted(now)
            if self._ticks % 2 == 0:
                room.tick_voices(now)
        if self._ticks % SWEEP_EVERY == 0:
            self._port.sweep(now)
            for name in [name for name, room in self._rooms.items() if room.forget_unused(now)]:
                self._close_room(name)


def _resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
