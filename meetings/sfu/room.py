"""One meeting on this node: who is connected, which source is in which slot, whose microphone is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from meetings.sfu.audio import Loudest
from meetings.sfu.messages import (
    AUDIO_SLOTS,
    VIDEO_SLOTS,
    Connected,
    ConnectionName,
    Listen,
    Lost,
    Show,
    Source,
    Speaking,
    Switched,
    View,
    Wanted,
)
from meetings.sfu.publisher import Publisher
from meetings.sfu.slot import Slot
from meetings.sfu.stream import Stream
from meetings.sfu.viewer import Viewer

SHARED = ("floor", "chair", "content")
UNWANTED_AFTER = 1.0
"""Seconds nobody must watch a source before that is told: pages of tiles are turned back and forth."""

FORGET_AFTER = 60.0
"""Seconds after which a peer without any connection, and a room without any or a command, is forgotten."""

Event = Connected | Lost | Switched | Speaking | Wanted
End = Publisher | Viewer


class Peer:
    """One browser tab: up to two connections that carry media, and up to two that are to replace them."""

    def __init__(self, name: str, now: float) -> None:
        self.name = name
        self.used_at = now
        self.current: dict[ConnectionName, End] = {}
        self.coming: dict[ConnectionName, End] = {}
        self.wall: dict[str, Source] = {}
        self.hidden: frozenset[str] = frozenset()

    @property
    def viewer(self) -> Viewer | None:
        """The connection that is sent media."""
        viewer = self.current.get("receive")
        return viewer if isinstance(viewer, Viewer) else None

    @property
    def publisher(self) -> Publisher | None:
        """The connection that sends media."""
        publisher = self.current.get("send")
        return publisher if isinstance(publisher, Publisher) else None

    def close(self) -> None:
        """End all connections."""
        for end in (*self.coming.values(), *self.current.values()):
            end.close()
        self.coming.clear()
        self.current.clear()


class Room:
    """State of a meeting's media; ``emit`` is told the events."""

    def __init__(self, name: str, emit: Callable[[Event], None]) -> None:
        self.name = name
        self.peers: dict[str, Peer] = {}
        self._emit = emit
        self._clock = asyncio.get_running_loop().time
        self._streams: dict[Source, Stream] = {}
        self._shown: dict[str, Source] = {}
        self._showing: dict[str, Source] = {}
        self._listened: frozenset[str] = frozenset()
        self._loudest = Loudest()
        self._wanted: dict[Source, bool] = {}
        self._unwatched_since: dict[Source, float] = {}
        self._used_at = self._clock()

    # --- commands ---------------------------------------------------------------------------------------

    def peer(self, name: str) -> Peer:
        """The peer of that name, made when it is new; it is kept for a while from now on."""
        now = self._clock()
        peer = self.peers.setdefault(name, Peer(name, now))
        peer.used_at = now
        return peer

    def used(self) -> None:
        """A command speaks of this room: keep it for a while from now on."""
        self._used_at = self._clock()

    def forget_unused(self, now: float) -> bool:
        """Forget peers without any connection for ``FORGET_AFTER``; whether the room may be forgotten too.

        Nothing is lost for good: the web side says everything again when a connection is up.
        """
        for name, peer in tuple(self.peers.items()):
            if peer.current or peer.coming:
                peer.used_at = self._used_at = now
            elif now - peer.used_at > FORGET_AFTER:
                del self.peers[name]
        return not self.peers and now - self._used_at > FORGET_AFTER

    def begin(self, peer: Peer, connection: ConnectionName, end: End) -> None:
        """Expect a connection; it replaces the present one when it is connected."""
        if former := peer.coming.pop(connection, None):
            former.close()
        peer.coming[connection] = end

    def show(self, command: Show) -> None:
        """Put a source into a slot of everybody, or empty the slot."""
        if command.source is None:
            self._shown.pop(command.slot, None)
        else:
            self._shown[command.slot] = command.source
        self._place_everybody()
        if command.source is None:
            self._announce(command.slot, None)
        self._choose_voices()

    def view(self, command: View) -> None:
        """Put sources into the wall slots of one viewer, and hide shared slots from it."""
        peer = self.peer(command.peer)
        peer.wall = dict(command.wall)
        peer.hidden = frozenset(command.hidden)
        self._place(peer)

    def listen(self, command: Listen) -> None:
        """Say whose microphones may be heard."""
        self._listened = frozenset(command.peers)
        self._choose_voices()

    def leave(self, name: str) -> None:
        """Forget a peer."""
        peer = self.peers.pop(name, None)
        if peer:
            peer.close()
            self._forget_streams()

    def close(self) -> None:
        """Forget everybody."""
        for peer in self.peers.values():
            peer.close()
        self.peers.clear()
        self._streams.clear()

    # --- what connections tell --------------------------------------------------------------------------

    def connected(self, peer: Peer, connection: ConnectionName, end: End) -> None:
        """A connection is up: it takes the place of the former one, whose sources it continues."""
        if peer.coming.get(connection) is not end:
            end.close()
            return
        del peer.coming[connection]
        former = peer.current.get(connection)
        peer.current[connection] = end
        if isinstance(end, Publisher):
            self._streams.update({stream.source: stream for stream in end.streams})
            self._place_everybody()
        self._place(peer)
        self._choose_voices()
        if former:
            former.close()
            self._forget_streams()
        self._emit(Connected(room=self.name, peer=peer.name, connection=connection))

    def lost(self, peer: Peer, connection: ConnectionName, end: End) -> None:
        """A connection ended by itself. One that a better one replaces, or never came up, is not missed."""
        if peer.coming.get(connection) is end:
            del peer.coming[connection]
            if connection in peer.current:
                return
        elif peer.current.get(connection) is end:
            del peer.current[connection]
        else:
            return
        self._forget_streams()
        self._emit(Lost(room=self.name, peer=peer.name, connection=connection))

    def switched(self, peer: Peer, slot: Slot) -> None:
        """A viewer's slot shows another source: told once for slots that all share."""
        if not slot.is_video or slot.stream is None:
            return
        if slot.name in SHARED:
            self._announce(slot.name, slot.stream.source)
            return
        self._emit(Switched(room=self.name, peer=peer.name, slot=slot.name, source=slot.stream.source))

    def _announce(self, slot: str, source: Source | None) -> None:
        if self._showing.get(slot) == source:
            return
        if source is None:
            del self._showing[slot]
        else:
            self._showing[slot] = source
        self._emit(Switched(room=self.name, peer=None, slot=slot, source=source))

    def _forget_streams(self) -> None:
        """Drop the streams that have ended, with what was told about them."""
        for source, stream in tuple(self._streams.items()):
            if stream.closed:
                del self._streams[source]
                self._wanted.pop(source, None)
                self._unwatched_since.pop(source, None)
        for slot, source in tuple(self._showing.items()):
            if source not in self._streams:
                self._announce(slot, None)
        self._choose_voices()

    # --- pictures ---------------------------------------------------------------------------------------

    def _place_everybody(self) -> None:
        for peer in self.peers.values():
            self._place(peer)

    def _place(self, peer: Peer) -> None:
        """Aim the video slots of one viewer at what they are to show."""
        viewer = peer.viewer
        if viewer is None:
            return
        now = self._clock()
        for name in VIDEO_SLOTS:
            source = self._shown.get(name) if name in SHARED else peer.wall.get(name)
            stream = self._streams.get(source) if source and name not in peer.hidden else None
            viewer.slots[name].aim(stream, now)

    def tick_wanted(self, now: float) -> None:
        """Tell for each picture whether anybody watches it: at once when somebody does, else a little later."""
        for source, stream in self._streams.items():
            if not stream.is_video:
                continue
            if stream.slots:
                self._unwatched_since.pop(source, None)
                self._tell_wanted(source, on=True)
            elif now - self._unwatched_since.setdefault(source, now) >= UNWANTED_AFTER:
                self._tell_wanted(source, on=False)

    def _tell_wanted(self, source: Source, *, on: bool) -> None:
        if self._wanted.get(source) is not on:
            self._wanted[source] = on
            self._emit(Wanted(room=self.name, source=source, on=on))

    # --- voices -----------------------------------------------------------------------------------------

    def tick_voices(self, now: float) -> None:
        """Several times a second: give the audio slots to the loudest, and say who speaks."""
        self._choose_voices()
        microphones = [s for s in self._candidates().values() if s.source.kind == "microphone"]
        self._loudest.tell(microphones, now, lambda peers: self._emit(Speaking(room=self.name, peers=peers)))

    def _candidates(self) -> dict[Source, Stream]:
        """Open microphones, and the sound of what is in the content slot."""
        content = self._shown.get("content")
        sound = Source(peer=content.peer, kind="content-audio") if content else None
        return {
            source: stream
            for source, stream in self._streams.items()
            if (source.kind == "microphone" and source.peer in self._listened) or source == sound
        }

    def _choose_voices(self) -> None:
        now = self._clock()
        floor = self._shown.get("floor")
        first = Source(peer=floor.peer, kind="microphone") if floor else None
        self._loudest.choose(self._candidates(), first, now)
        voices = [self._streams.get(source) if source else None for source in self._loudest.slots]
        for peer in self.peers.values():
            if viewer := peer.viewer:
                for number in range(AUDIO_SLOTS):
                    voice = voices[number]
                    own = voice is not None and voice.source.peer == peer.name
                    viewer.slots[f"audio{number}"].aim(None if own else voice, now)
