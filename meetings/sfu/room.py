"""One meeting on this node: who is connected, which source is in which slot, whose microphone is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from meetings.sfu.audio import Loudest
from meetings.sfu.borrowing import Borrowed
from meetings.sfu.connection import Switchboard
from meetings.sfu.messages import (
    Connected,
    ConnectionName,
    Listen,
    Lost,
    Reduced,
    Show,
    Source,
    Speaking,
    Spread,
    Switched,
    View,
    Wanted,
)
from meetings.sfu.publisher import Publisher
from meetings.sfu.span import Place, Span
from meetings.sfu.track import Slot, Track
from meetings.sfu.viewer import Viewer

SHARED = ("floor", "chair", "content")
UNWANTED_AFTER = 1.0
"""Seconds a layer must be of no use before that is told: pages of tiles are turned back and forth."""

FORGET_AFTER = 60.0
"""Seconds after which a peer without any connection, and a room without any or a command, is forgotten."""

Event = Connected | Lost | Switched | Speaking | Wanted | Reduced | Spread
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
        self.common: frozenset[str] = frozenset()
        self.large: frozenset[str] = frozenset()
        self.untold: frozenset[str] = frozenset()
        """Slots of the common wall that it looks at since after it was told to all what they show."""

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
        self.tracks: dict[Source, Track] = {}
        self._by_name: dict[int, Track] = {}
        self._shown: dict[str, Source] = {}
        self._showing: dict[str, Source] = {}
        self._listened: frozenset[str] = frozenset()
        self._first: str | None = None
        self._loudest = Loudest()
        self._wanted: dict[Source, int] = {}
        self._less_wanted_since: dict[Source, float] = {}
        self._used_at = self._clock()
        self.borrowed = Borrowed(self)
        """What it has from other rooms of this node."""
        self.span: Span | None = None
        """What crosses to and from other nodes; None while the room is on this one only."""

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
        if self.span and self.span.is_used:
            self._used_at = now
        return not self.peers and now - self._used_at > FORGET_AFTER

    def begin(self, peer: Peer, connection: ConnectionName, end: End) -> None:
        """Expect a connection; it replaces the present one when it is connected."""
        if former := peer.coming.pop(connection, None):
            former.close()
        peer.coming[connection] = end

    def show(self, command: Show) -> None:
        """Put sources into slots of everybody, or empty the slots."""
        self._shown |= {slot: source for slot, source in command.sources.items() if source}
        emptied = [slot for slot, source in command.sources.items() if source is None]
        for slot in emptied:
            self._shown.pop(slot, None)
        self._place_everybody()
        for slot in emptied:
            self._announce(slot, None)
        self._choose_voices()

    def view(self, command: View) -> None:
        """Put sources into the wall slots of one viewer, have others follow everybody's, and hide shared slots from it."""
        peer = self.peer(command.peer)
        peer.wall = dict(command.wall)
        peer.hidden = frozenset(command.hidden)
        common = frozenset(command.common) - peer.wall.keys()
        peer.untold = (peer.untold & common) | (common - peer.common)
        peer.common, peer.large = common, frozenset(command.large)
        self._place(peer)

    def listen(self, command: Listen) -> None:
        """Say whose microphones may be heard."""
        self._listened = frozenset(command.peers)
        self._first = command.first
        self._choose_voices()

    def on_several_nodes(self, switchboard: Switchboard, place: Place) -> Span:
        """Exchange sources with other nodes from now on."""
        if self.span is None:
            self.span = Span(self, switchboard, place, self._emit)
        return self.span

    def on_one_node(self) -> None:
        """Exchange nothing any more."""
        if self.span:
            self.span.close()
            self.span = None

    def leave(self, name: str) -> None:
        """Forget a peer."""
        peer = self.peers.pop(name, None)
        if peer:
            peer.close()
            self.forget_tracks()

    def close(self) -> None:
        """Forget everybody."""
        if self.span:
            self.span.close()
        for peer in self.peers.values():
            peer.close()
        self.peers.clear()
        self.tracks.clear()
        self._by_name.clear()

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
            self.take_tracks(end.tracks)
        else:
            self._place(peer)
            self._give_voices(peer)
            for slot, source in self._showing.items():  # the others were told
                if slot in SHARED or slot in peer.common:
                    self._emit(Switched(room=self.name, peer=peer.name, slot=slot, source=source))
        if former:
            if isinstance(former, Viewer) and isinstance(end, Viewer) and former.reduced and not end.reduced:
                self.reduced(peer, end)  # of a new connection with nothing reduced nobody would hear
            former.close()
            self.forget_tracks()
        self._emit(Connected(room=self.name, peer=peer.name, connection=connection))

    def take_tracks(self, taken: Sequence[Track]) -> None:
        """Sources begin, or continue by other connections."""
        tracks = {track.source: track for track in taken}
        for former in (self.tracks.get(source) for source in tracks):
            if former:
                self._forget_names(former)
        self.tracks.update(tracks)
        self._by_name.update({layer.stream: track for track in taken for layer in track.layers})
        is_shared = not tracks.keys().isdisjoint(self._shown.values())
        for peer in self.peers.values():
            if is_shared or not tracks.keys().isdisjoint(peer.wall.values()):
                self._place(peer)
        self._choose_voices(anew=True)
        if self.span:
            self.span.tracks_changed()

    def give_back(self, tracks: Sequence[Track]) -> None:
        """Show sources of another room no more, which go on there."""
        for track in tracks:
            if self.tracks.get(track.source) is track:
                del self.tracks[track.source]
                self._forget_names(track)
        self._place_everybody()
        self.forget_tracks()
        if self.span:
            self.span.tracks_changed()

    def is_home(self, track: Track) -> bool:
        """Whether its peer is in this room and at this node."""
        return not self.borrowed.has(track) and not (self.span and self.span.is_foreign(track))

    def track(self, stream: int) -> Track | None:
        """The track whose packets the packet path knows by that name."""
        return self._by_name.get(stream)

    def _forget_names(self, track: Track) -> None:
        for layer in track.layers:
            self._by_name.pop(layer.stream, None)

    def reduced(self, peer: Peer, viewer: Viewer) -> None:
        """A viewer's line carries less than it is to be shown, or everything again."""
        self._emit(Reduced(room=self.name, peer=peer.name, slots=viewer.reduced, off=viewer.off))

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
        self.forget_tracks()
        self._emit(Lost(room=self.name, peer=peer.name, connection=connection))

    def switched(self, peer: Peer, slot: Slot) -> None:
        """A viewer's slot shows another source: told once for slots that all share, or that follow the common wall."""
        if not slot.is_video or slot.showing is None:
            return
        source = slot.showing.source
        is_common = slot.label in peer.common and self._shown.get(slot.label) == source
        if slot.label in SHARED or (is_common and self._showing.get(slot.label) != source):
            self._announce(slot.label, source)
        elif not is_common or slot.label in peer.untold:
            self._emit(Switched(room=self.name, peer=peer.name, slot=slot.label, source=source))
        peer.untold -= {slot.label}

    def _announce(self, slot: str, source: Source | None) -> None:
        if self._showing.get(slot) == source:
            return
        if source is None:
            del self._showing[slot]
        else:
            self._showing[slot] = source
        for peer in self.peers.values():
            peer.untold -= {slot}
        self._emit(Switched(room=self.name, peer=None, slot=slot, source=source))

    def forget_tracks(self) -> None:
        """Drop the tracks that have ended, with what was told about them."""
        for source, track in tuple(self.tracks.items()):
            if track.closed:
                del self.tracks[source]
                self._forget_names(track)
                self._wanted.pop(source, None)
                self._less_wanted_since.pop(source, None)
        for slot, source in tuple(self._showing.items()):
            if source not in self.tracks:
                self._announce(slot, None)
        self._choose_voices()

    # --- pictures ---------------------------------------------------------------------------------------

    def _place_everybody(self) -> None:
        for peer in self.peers.values():
            self._place(peer)

    def _place(self, peer: Peer) -> None:
        """Aim the video slots of one viewer at what they are to show."""
        if viewer := peer.viewer:
            tracks = {name: self.tracks.get(source) for name, source in self._named(peer).items()}
            viewer.want({name: track for name, track in tracks.items() if track}, peer.large)

    def _named(self, peer: Peer) -> dict[str, Source]:
        """What one viewer is to be shown in its video slots: of what all share nothing that it sends itself."""
        shared = {name: self._shown[name] for name in (*SHARED, *peer.common) if name in self._shown}
        sources = {**peer.wall, **{name: source for name, source in shared.items() if source.peer != peer.name}}
        return {name: source for name, source in sources.items() if name not in peer.hidden}

    def named(self) -> set[Source]:
        """The pictures that some viewer is to be shown, whether they are here or not."""
        return {source for peer in self.peers.values() if peer.viewer for source in self._named(peer).values()}

    def tick_wanted(self, now: float) -> None:
        """Tell for each picture how much of it is watched: at once when it is more, a little later when it is less."""
        for source, track in self.tracks.items():
            if not track.is_video or not self.is_home(track):
                continue
            layers, told = track.layers_wanted, self._wanted.get(source)
            if layers == told:
                self._less_wanted_since.pop(source, None)
            elif layers > (told or 0) or now - self._less_wanted_since.setdefault(source, now) >= UNWANTED_AFTER:
                self._tell_wanted(source, layers)

    def _tell_wanted(self, source: Source, layers: int) -> None:
        self._wanted[source] = layers
        self._less_wanted_since.pop(source, None)
        self._emit(Wanted(room=self.name, source=source, layers=layers))

    # --- voices -----------------------------------------------------------------------------------------

    def tick_voices(self, now: float) -> None:
        """Several times a second: give the audio slots to the loudest, and say who speaks."""
        self._choose_voices()
        microphones = [s for s in self.candidates().values() if s.source.kind == "microphone"]
        if self.span:
            self.span.tick(now)
        self._loudest.tell(microphones, now, lambda peers: self._emit(Speaking(room=self.name, peers=peers)))

    def candidates(self) -> dict[Source, Track]:
        """Open microphones, and the sound of what is in the content slot."""
        content = self._shown.get("content")
        sound = Source(peer=content.peer, kind="content-audio") if content else None
        return {
            source: track
            for source, track in self.tracks.items()
            if (source.kind == "microphone" and source.peer in self._listened) or source == sound
        }

    @property
    def floor_voice(self) -> Source | None:
        """The microphone of who has the floor."""
        floor = self._shown.get("floor")
        peer = self._first or (floor.peer if floor else None)
        return Source(peer=peer, kind="microphone") if peer else None

    def _choose_voices(self, *, anew: bool = False) -> None:
        if self._loudest.choose(self.candidates(), self.floor_voice, self._clock()) or anew:
            for peer in self.peers.values():
                self._give_voices(peer)

    def _give_voices(self, peer: Peer) -> None:
        """Aim the audio slots of one viewer at the loudest; nobody hears themselves."""
        viewer = peer.viewer
        if viewer is None:
            return
        for number, source in enumerate(self._loudest.slots):
            voice = self.tracks.get(source) if source and source.peer != peer.name else None
            viewer.slots[f"audio{number}"].aim(voice)
