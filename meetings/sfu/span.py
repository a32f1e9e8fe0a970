"""A room that is on several nodes: what this node sends to the others, is sent by them, has to offer and lacks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetings.sfu.audio import Loudest
from meetings.sfu.connection import Switchboard
from meetings.sfu.crossing import Incoming, Outgoing, new_crossing
from meetings.sfu.messages import (
    Awaited,
    Carried,
    Carry,
    CodecName,
    Crossing,
    Drop,
    Expect,
    Offered,
    Sought,
    Source,
    Spread,
)
from meetings.sfu.packet_path import Codec
from meetings.sfu.port import link_towards

if TYPE_CHECKING:
    from meetings.sfu.room import Room
    from meetings.sfu.track import Track

LESS_AFTER = 1.0
"""Seconds a picture must be sought less before that is told: pages of tiles are turned back and forth."""
REMEMBERED = 4096
"""Crossings that are remembered when they have ended, so that no keys are used twice."""
NAMES: dict[Codec, CodecName] = {Codec.OPUS: "opus", Codec.VP8: "vp8", Codec.H264: "h264"}
CODECS = {name: codec for codec, name in NAMES.items()}


class Refused(ValueError):
    """A command that is not carried out; ``code`` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Place:
    """This node among others: its process, the addresses its links are bound to, and where others send media to."""

    node: str
    bound: tuple[str, ...]
    address: str
    port: int


class Span:
    """Belongs to one room, which hears of what comes; ``emit`` is told ``Spread``."""

    def __init__(self, room: Room, switchboard: Switchboard, place: Place, emit: Callable[[Spread], None]) -> None:
        self.incoming: dict[Source, Incoming] = {}
        self.outgoing: dict[tuple[Source, str], Outgoing] = {}
        self._room = room
        self._switchboard = switchboard
        self._place = place
        self._emit = emit
        self._voices = Loudest()
        self._used: deque[str] = deque(maxlen=REMEMBERED)
        self._seeks: dict[Source, int] = {}
        self._less_since: dict[Source, float] = {}
        self._told: object = None

    @property
    def is_used(self) -> bool:
        """Whether anything crosses."""
        return bool(self.incoming or self.outgoing)

    # --- commands: each raises Refused ------------------------------------------------------------------

    def expect(self, command: Expect) -> Crossing:
        """How a source of another node is to be sent here."""
        source, codec = command.source, CODECS[command.codec]
        former = self.incoming.get(source)
        if former and former.is_for(codec, command.layers, command.sender):
            return former.crossing
        track = self._room.tracks.get(source)
        if track and not self.is_foreign(track):
            raise Refused("is-here", f"{source.peer} sends its {source.kind} to this node")
        if former:
            self._end(source)
        crossing = new_crossing(self._place.address, self._place.port)
        made = Incoming(
            self._switchboard, source, codec, command.layers, command.sender, crossing, lambda: self._end(source)
        )
        self.incoming[source] = made
        self._room.take_tracks([made.track])
        return crossing

    def carry(self, command: Carry) -> None:
        """Send a source to another node, or more or less of it."""
        key = (command.source, command.to)
        track = self._room.tracks.get(command.source)
        if track is None:
            raise Refused("no-such-source", f"{command.source.peer} sends no {command.source.kind}")
        present = self.outgoing.get(key)
        if present is None or present.crossing != command.crossing:
            if command.sender != self._place.node:
                raise Refused("another-process", "the crossing is for another process")
            if command.crossing.key in self._used:
                raise Refused("used-keys", "the crossing has ended")
            self._stop(key)
            present = self.outgoing[key] = self._sending(key, command.crossing)
        present.carry(track, command.layers)

    def _sending(self, key: tuple[Source, str], crossing: Crossing) -> Outgoing:
        self._used.append(crossing.key)
        link = link_towards(self._place.bound, crossing.address)
        return Outgoing(self._switchboard, key[0], crossing, link, self._room.track, lambda: self._stop(key))

    def drop(self, command: Drop) -> None:
        """Send a source no more, or expect it no more. A crossing that was made meanwhile stays."""
        key = (command.source, command.to or "")
        end = self.incoming.get(command.source) if command.to is None else self.outgoing.get(key)
        if end is None or end.crossing.label != command.label:
            return
        if command.to is None:
            self._end(command.source)
        else:
            self._stop(key)

    def _end(self, source: Source) -> None:
        if ended := self.incoming.pop(source, None):
            ended.close()
            self._room.forget_tracks()

    def _stop(self, key: tuple[Source, str]) -> None:
        if stopped := self.outgoing.pop(key, None):
            stopped.close()

    def close(self) -> None:
        """Nothing crosses any more."""
        for source in tuple(self.incoming):
            self._end(source)
        for key in tuple(self.outgoing):
            self._stop(key)

    # --- what the room tells ----------------------------------------------------------------------------

    def is_foreign(self, track: Track) -> bool:
        """Whether a track comes from another node."""
        incoming = self.incoming.get(track.source)
        return incoming is not None and incoming.track is track

    def tracks_changed(self) -> None:
        """Sources began or continue by another connection: send them on. One that is at home is not expected."""
        for (source, _), outgoing in self.outgoing.items():
            outgoing.carry(self._room.tracks.get(source), outgoing.layers)
        for source, incoming in tuple(self.incoming.items()):
            if self._room.tracks.get(source) is not incoming.track:
                self._end(source)

    # --- what is told -----------------------------------------------------------------------------------

    def tell_again(self) -> None:
        """Tell ``Spread`` with the next tick, be it news or not."""
        self._told = None

    def tick(self, now: float) -> None:
        """Ten times a second: tell what is not as it was."""
        room = self._room
        mine = {source: track for source, track in room.tracks.items() if not self.is_foreign(track)}
        self._voices.choose({s: t for s, t in room.candidates().items() if s in mine}, room.floor_voice, now)
        offered = {s: len(t.layers) for s, t in mine.items() if t.is_video or s in self._voices.slots}
        self._seek(mine, now)
        carried = tuple((*key, end.layers, end.crossing.label) for key, end in self.outgoing.items())
        expected = tuple((source, end.crossing.label) for source, end in self.incoming.items())
        hears = any(peer.viewer for peer in room.peers.values())
        told = (offered, dict(self._seeks), hears, expected, carried)
        if told == self._told:
            return
        self._told = told
        offers = tuple(Offered(source=s, codec=NAMES[mine[s].codec], layers=n) for s, n in offered.items())
        self._emit(
            Spread(
                room=room.name,
                offers=offers,
                seeks=tuple(Sought(source=source, layers=layers) for source, layers in self._seeks.items()),
                hears=hears,
                expected=tuple(Awaited(source=s, label=label) for s, label in expected),
                carried=tuple(Carried(source=s, to=to, layers=n, label=label) for s, to, n, label in carried),
            )
        )

    def _seek(self, mine: dict[Source, Track], now: float) -> None:
        """More is sought at once, less a little later."""
        sought = {source: 1 for source in self._room.named() if source not in mine}
        for source, incoming in self.incoming.items():
            if incoming.track.is_video and incoming.track.layers_wanted:
                sought[source] = incoming.track.layers_wanted
        for source in self._seeks.keys() | sought.keys():
            layers, told = sought.get(source, 0), self._seeks.get(source, 0)
            if layers >= told:
                self._less_since.pop(source, None)
            elif now - self._less_since.setdefault(source, now) < LESS_AFTER:
                continue
            self._seeks[source] = layers
        for source in [source for source, layers in self._seeks.items() if not layers]:
            del self._seeks[source]
            self._less_since.pop(source, None)
