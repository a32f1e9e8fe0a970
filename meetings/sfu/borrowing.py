"""Sources that a room shows although their peers are in another room of this node: one meeting attached to another.

The track itself is shared: its packets are forwarded to the slots of both rooms, and nothing is copied or encoded again. What
is not named is not shown, and what a room has borrowed, or has from another node, it does not lend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from meetings.sfu.messages import Source

if TYPE_CHECKING:
    from meetings.sfu.room import Room
    from meetings.sfu.track import Track


class Borrowed:
    """Belongs to one room, which is told what comes and what goes."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._asked: dict[str, tuple[Source, ...]] = {}
        self._tracks: dict[Source, Track] = {}

    def ask(self, sources: Mapping[str, Sequence[Source]]) -> None:
        """These sources are wanted, by the room in which their peers are; no others any more."""
        self._asked = {name: tuple(wanted) for name, wanted in sources.items() if name != self._room.name}

    def has(self, track: Track) -> bool:
        """Whether a track is at home in another room."""
        return self._tracks.get(track.source) is track

    def settle(self, rooms: Mapping[str, Room]) -> None:
        """Several times a second: take what the other rooms have by now, and give back what is not wanted or gone."""
        found = {
            source: track
            for name, wanted in self._asked.items()
            if (lender := rooms.get(name))
            for source in wanted
            if (track := lender.tracks.get(source)) and not track.closed and lender.is_home(track)
        }
        former, self._tracks = self._tracks, found
        gone = [track for source, track in former.items() if source not in found]
        come = [track for source, track in found.items() if former.get(source) is not track]
        if gone:
            self._room.give_back(gone)
        if come:
            self._room.take_tracks(come)
