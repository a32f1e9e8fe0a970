"""A source between two nodes: one peer of the packet path at each end, with keys from the control channel.

The receiving node makes the keys, for one process of the sending node and one use: SRTP keys that began anew would
encrypt twice under one index.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from meetings.sfu.allowance import MOST, Estimate, fitting
from meetings.sfu.connection import Switchboard
from meetings.sfu.messages import MOST_LAYERS, Crossing, Source
from meetings.sfu.offer import CLOCK_RATES
from meetings.sfu.packet_path import (
    LABEL_SHIFT,
    Codec,
    DtlsReceived,
    Extensions,
    PeerLapsed,
    SlotTable,
    StreamTable,
    ViewerFares,
)
from meetings.sfu.track import Layer, Slot, Track

PROFILE = 7
"""AEAD_AES_128_GCM (RFC 7714)."""
KEY_SIZE = 28
LEVEL = 1
"""Header extension that says how loud a voice is (RFC 6464)."""
PAYLOAD_TYPES = {Codec.OPUS: 111, Codec.VP8: 96, Codec.H264: 102}


def new_crossing(address: str, port: int) -> Crossing:
    """A crossing to this node, whose media are at that address, with new keys."""
    label = 1 + secrets.randbelow((1 << 20) - 1)
    key, back_key = secrets.token_hex(KEY_SIZE), secrets.token_hex(KEY_SIZE)
    return Crossing(address=address, port=port, label=label, key=key, back_key=back_key)


class _End:
    """One end: a peer without handshake. ``on_lost`` is told when the other end was silent for 15 s."""

    def __init__(self, switchboard: Switchboard, crossing: Crossing, on_lost: Callable[[], None]) -> None:
        self.name = switchboard.name()
        self.crossing = crossing
        self._switchboard = switchboard
        self._on_lost = on_lost
        secret = secrets.token_hex(16)  # for checks, which nobody makes
        switchboard.path.add_peer(self.name, secret, secret, secret, Extensions())
        switchboard.links[self.name] = self._hear

    def _hear(self, event: DtlsReceived | PeerLapsed | ViewerFares) -> None:
        if isinstance(event, PeerLapsed):
            self._on_lost()

    def _ssrc(self, layer: int) -> int:
        return self.crossing.label << LABEL_SHIFT | 2 * layer

    def _close(self) -> None:
        self._switchboard.links.pop(self.name, None)
        self._switchboard.path.remove_peer(self.name)


class Outgoing(_End):
    """A source that another node is sent: a slot for each layer, watchers of it like any viewer's."""

    def __init__(
        self,
        switchboard: Switchboard,
        source: Source,
        crossing: Crossing,
        link: int,
        find: Callable[[int], Track | None],
        on_lost: Callable[[], None],
    ) -> None:
        super().__init__(switchboard, crossing, on_lost)
        self.layers = 0
        """How many layers are asked for; fewer are sent when the line between the nodes loses them."""
        self._track: Track | None = None
        self._sent = 0
        self._estimate = Estimate()
        self._estimate.bitrate = MOST  # between machine rooms, until they lose
        path = switchboard.path
        path.set_keys(self.name, PROFILE, bytes.fromhex(crossing.back_key), bytes.fromhex(crossing.key))
        path.place_peer(self.name, crossing.label, crossing.address, crossing.port, link)
        is_video = source.kind in ("camera", "content")
        self.slots = [self._slot(n, find, is_video=is_video) for n in range(MOST_LAYERS if is_video else 1)]

    def _slot(self, layer: int, find: Callable[[int], Track | None], *, is_video: bool) -> Slot:
        slot = Slot(self._switchboard.name(), "link", self._switchboard.path, find, is_video=is_video)
        rate = CLOCK_RATES[Codec.VP8 if is_video else Codec.OPUS]
        level = 0 if is_video else LEVEL
        table = SlotTable(slot.name, self.name, self._ssrc(layer), rate, is_video, PAYLOAD_TYPES, level=level)
        self._switchboard.path.add_slot(table)
        self._switchboard.slots[slot.name] = lambda stream: self._switched(slot, stream)
        return slot

    @staticmethod
    def _switched(slot: Slot, stream: int) -> None:
        slot.switched(stream)

    def carry(self, track: Track | None, layers: int) -> None:
        """Send the first ``layers`` layers of a track, as far as the line carries them."""
        self._track, self.layers = track, layers
        self._aim()

    def _hear(self, event: DtlsReceived | PeerLapsed | ViewerFares) -> None:
        super()._hear(event)
        if isinstance(event, ViewerFares):
            self._estimate.update(event, time.monotonic())
            self._aim()

    def _aim(self) -> None:
        track = self._track
        self._sent = fitting(track, self.layers, self._estimate.bitrate, self._sent) if track else 0
        for number, slot in enumerate(self.slots):
            slot.desired = number
            if track and number < self._sent:
                slot.aim(track, number)
            else:
                slot.aim(None)

    def close(self) -> None:
        """Send no more."""
        self._close()
        for slot in self.slots:
            self._switchboard.slots.pop(slot.name, None)
            slot.aim(None)


class Incoming(_End):
    """A source that comes from another node: a track like any other. ``sender`` is the process that sends it."""

    def __init__(
        self,
        switchboard: Switchboard,
        source: Source,
        codec: Codec,
        layers: int,
        sender: str,
        crossing: Crossing,
        on_lost: Callable[[], None],
    ) -> None:
        super().__init__(switchboard, crossing, on_lost)
        self.sender = sender
        path = switchboard.path
        path.set_keys(self.name, PROFILE, bytes.fromhex(crossing.key), bytes.fromhex(crossing.back_key))
        path.place_peer(self.name, crossing.label, "", 0, 0)
        made = [Layer(switchboard.name()) for _ in range(layers)]
        self.track = Track(source, made, codec)
        for number, layer in enumerate(made):
            table = StreamTable(
                layer.stream,
                self.name,
                codec,
                PAYLOAD_TYPES[codec],
                CLOCK_RATES[codec],
                self._ssrc(number),
                level_extension=LEVEL,
            )
            path.add_stream(table)
            switchboard.streams[layer.stream] = self.track.heard

    def is_for(self, codec: Codec, layers: int, sender: str) -> bool:
        """Whether it is what is asked for."""
        return (self.track.codec, len(self.track.layers), self.sender) == (codec, layers, sender)

    def close(self) -> None:
        """Expect no more; whoever is shown the source is shown nothing."""
        self._close()
        for layer in self.track.layers:
            self._switchboard.streams.pop(layer.stream, None)
        self.track.close()
