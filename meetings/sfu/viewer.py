"""A peer's ``receive`` connection: its slots."""

from __future__ import annotations

import time
from collections.abc import Callable

from meetings.sfu.allowance import OFF, PRIORITY, Estimate, Portion, allot, desired
from meetings.sfu.connection import Connection, Switchboard
from meetings.sfu.offer import Offer, Section
from meetings.sfu.packet_path import SlotTable, ViewerFares
from meetings.sfu.sdp import Ssrcs
from meetings.sfu.slots import SLOTS, VIDEO_SLOTS
from meetings.sfu.track import Slot, Track


class Viewer:
    """Slots of one connection by their label; the callbacks tell the room.

    ``wanted`` is what its video slots should show, ``large`` the wall slots among them that are large on its screen;
    ``reduced`` names those that show less because of its line,
    ``off`` those of them that show nothing.
    """

    def __init__(
        self,
        connection: Connection,
        switchboard: Switchboard,
        offer: Offer,
        ssrcs: dict[str, Ssrcs],
        find: Callable[[int], Track | None],
        on_connected: Callable[[Viewer], None],
        on_lost: Callable[[Viewer, str], None],
        on_switched: Callable[[Viewer, Slot], None],
        on_reduced: Callable[[Viewer], None],
    ) -> None:
        self.connection = connection
        self.slots: dict[str, Slot] = {}
        self.wanted: dict[str, Track] = {}
        self.large: frozenset[str] = frozenset()
        self.reduced: tuple[str, ...] = ()
        self.off: tuple[str, ...] = ()
        self.fares: ViewerFares | None = None
        """As last heard."""
        self._allotted: dict[str, Portion] = {}
        self._estimate = Estimate()
        self._on_reduced = on_reduced
        self._switchboard = switchboard
        self._find = find
        self._on_switched = on_switched
        for section in offer.sections:
            self._add(section, SLOTS[section.index], ssrcs[SLOTS[section.index]])
        connection.on_connected = lambda: on_connected(self)
        connection.on_fares = self._fares
        connection.on_lost = lambda reason: self._lost(reason, on_lost)

    def _add(self, section: Section, label: str, ssrcs: Ssrcs) -> None:
        is_video = label in VIDEO_SLOTS
        slot = Slot(self._switchboard.name(), label, self._switchboard.path, self._find, is_video=is_video)
        payload_types = {codec.kind: codec.payload_type for codec in section.codecs}
        table = SlotTable(
            slot.name,
            self.connection.name,
            ssrcs.own,
            section.codec.clock_rate,
            is_video,
            payload_types,
            ssrcs.repairs if section.has_repairs else 0,
            {codec.kind: codec.rtx for codec in section.codecs if codec.rtx is not None},
            section.feedback_number,
        )
        self._switchboard.path.add_slot(table)
        self._switchboard.slots[slot.name] = lambda stream: self._switched(slot, stream)
        slot.on_paused = self.settle
        self.slots[label] = slot

    def _switched(self, slot: Slot, stream: int) -> None:
        if slot.switched(stream):
            self._on_switched(self, slot)

    @property
    def carries(self) -> int:
        """Bits per second that its line is believed to carry."""
        return self._estimate.bitrate

    def want(self, wanted: dict[str, Track], large: frozenset[str] = frozenset()) -> None:
        """Show these in the video slots, as far as the line carries it; slots that are not named show nothing."""
        self.wanted = {label: track for label, track in wanted.items() if label in self.slots}
        self.large = large & self.wanted.keys()
        self.settle()

    def _fares(self, fares: ViewerFares) -> None:
        self.fares = fares
        self._estimate.update(fares, time.monotonic())
        self.settle()

    def settle(self) -> None:
        """Aim the video slots anew: what is wanted, what is sent, or what the line carries is not as it was."""
        now = time.monotonic()
        wanted = {label: track for label, track in self.wanted.items() if not track.closed}
        self._allotted = allot(wanted, self._estimate.bitrate, self._allotted, self.large & wanted.keys())
        for label, slot in self.slots.items():
            if slot.is_video:
                self._show(slot, wanted.get(label), now)
        reduced = tuple(
            label for label in PRIORITY if label in wanted and self._allotted[label] < self.fits(label, wanted[label])
        )
        off = tuple(label for label in reduced if self._allotted[label] == OFF)
        if (reduced, off) != (self.reduced, self.off):
            self.reduced, self.off = reduced, off
            self._on_reduced(self)

    def fits(self, label: str, track: Track) -> Portion:
        """What fits the place of a slot on this screen."""
        return desired(label, track, large=label in self.large)

    def _show(self, slot: Slot, track: Track | None, now: float) -> None:
        portion = self._allotted[slot.label] if track else OFF
        slot.desired = portion.layer
        if track is None or portion == OFF:
            slot.aim(None)
            return
        layer = track.best(portion.layer, now)
        slot.aim(track, layer, is_whole=portion.is_whole or layer < portion.layer)

    def _lost(self, reason: str, on_lost: Callable[[Viewer, str], None]) -> None:
        self.close()
        on_lost(self, reason)

    def close(self) -> None:
        """End the connection and empty the slots."""
        self.connection.close()
        for slot in self.slots.values():
            self._switchboard.slots.pop(slot.name, None)
            slot.aim(None)
        self.slots.clear()
