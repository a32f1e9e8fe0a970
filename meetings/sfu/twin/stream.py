"""One stream of one peer as it reaches the node: its packets, kept for a while, and who is sent them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetings.sfu import h264, rtcp, vp8
from meetings.sfu.packet_path import ALL_LAYERS, Codec, Counters, StreamTable
from meetings.sfu.rtp import Packet, extend
from meetings.sfu.twin.form import NOTHING, outgoing
from meetings.sfu.twin.outbox import Outbox
from meetings.sfu.twin.padding import Padding
from meetings.sfu.twin.reception import Reception

if TYPE_CHECKING:
    from meetings.sfu.twin.form import Form, Outgoing
    from meetings.sfu.twin.slot import Slot

HISTORY = 2048
"""Packets of video kept to answer NACKs, at most ``HISTORY_AGE`` old."""
AUDIO_HISTORY = 64
HISTORY_AGE = 2_000_000
REORDERED = 64
"""Packets before the first that came may still be taken."""
KEYFRAME_INTERVAL = 500_000
"""Between two keyframe requests to one source, however many viewers ask."""
ALIVE = 2_000_000
"""After its last packet a source is asked for keyframes so long."""
REPORT_GAP = 100_000
"""Between two sender reports of one stream that are passed on to its viewers."""
SILENCE = 300_000
OPUS_SILENCE = 10
"""Bytes of payload up to which an Opus packet carries no voice, where the audio level is not told."""
VOICED = 90 << 8
LARGEST_LEVEL = 254
"""The library keeps 255 for a level that was not told."""


NONE_SKIPPED = (0,) * (ALL_LAYERS + 1)
"""For each temporal layer up to which packets are sent."""


@dataclass(slots=True)
class Stored:
    """A packet in the history: numbers without wrap-around, and the time it came."""

    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    arrived: int
    codec: Codec
    keyframe: bool = False
    descriptor: vp8.Descriptor | None = None
    picture: int = 0
    layer: int = 0
    padding: int = 0
    temporal: int = 0
    """Temporal layer."""
    is_late: bool = False
    """Came after the next one, when a place was kept for it in every slot's numbers."""
    begins: bool = False
    """Whether it begins a picture that is newer than all before."""
    skipped: tuple[int, ...] = NONE_SKIPPED
    """How many packets before it are above each temporal layer, and so are not sent to slots that get those up to it."""
    skipped_pictures: tuple[int, ...] = NONE_SKIPPED
    level: int | None = None
    """How loud a voice is and whether it speaks, as its peer said it (RFC 6464)."""

    def place(self, layers: int) -> int:
        """Its number among the packets of temporal layers up to ``layers``."""
        return self.sequence - self.skipped[layers]

    def picture_place(self, layers: int) -> int:
        """The same of its picture."""
        return self.picture - self.skipped_pictures[layers]


class Stream:
    """``receive`` keeps and forwards; ``send_feedback`` carries RTCP to the browser that sends it."""

    def __init__(
        self, table: StreamTable, send_feedback: Callable[[bytes], None], counters: Counters, outbox: Outbox
    ) -> None:
        self.table = table
        self.ssrc = table.ssrc
        self.is_video = table.codec is not Codec.OPUS
        self.reception = Reception(table.clock_rate)
        self.slots: tuple[Slot, ...] = ()
        self.loudness = 0
        """In 1/256 dB above −127 dBov."""
        self.octets = self.octets_told = 0
        self.thinned = [0, 0]
        """Octets of the lowest temporal layer, and of the lowest two, since it was told."""
        self.last_arrival = 0
        self.has_paused = False
        self.clock_offset = 0
        self.asked_at = -KEYFRAME_INTERVAL
        self._told_report_at = -REPORT_GAP
        self._counters = counters
        self._send_feedback = send_feedback
        self._size = HISTORY if self.is_video else AUDIO_HISTORY
        self._padding = Padding(outbox, is_video=self.is_video)
        self._history: list[Stored | None] = []
        self._oldest = 0
        self._keyframe_due = self.is_video
        self._picture = 0
        self._layer = 0
        self._skipped = self._skipped_pictures = NONE_SKIPPED
        self._newest: tuple[int, int] | None = None
        """The newest picture, and its temporal layer."""

    # --- in ---------------------------------------------------------------------------------------------

    def receive(self, packet: Packet, now: int) -> None:
        """Keep one packet and forward it to every slot that shows, or waits for, this stream."""
        sequence = self.reception.unwrap(packet.sequence)
        if self.reception.restarted(sequence):
            self._restart()
            sequence = self.reception.unwrap(packet.sequence)
        if not self._oldest:
            self._oldest = sequence - REORDERED
        if sequence < self._oldest or self.stored(sequence):
            return  # too late for anybody, or a duplicate
        missing = self.reception.arrived(sequence, packet.timestamp, now)
        if missing and self.is_video:
            self._ask_again(missing, now)
        self.last_arrival = now
        self.has_paused = False
        self.octets += len(packet.payload)
        stored = self._store(packet, sequence, now)
        if stored is None:
            return
        self._forward(stored, now)

    def _forward(self, stored: Stored, now: int) -> None:
        """Most slots share their form with the one before, so what it looks like is seldom looked up."""
        rewritten: dict[Form, Outgoing] = {}
        last: Form | None = None
        out = NOTHING
        for slot in self.slots:
            if slot.stream is not self:
                slot.offer(self, stored, now)
                continue
            if stored.begins and slot.asked != slot.layers:
                slot.change_layers(self, stored)
            form = slot.form
            if form is not last:
                out = rewritten.get(form) or rewritten.setdefault(form, outgoing(stored, form))
                last = form
            slot.send(stored, out, now)

    def measure(self, packet: Packet) -> None:
        """Follow a microphone's level from RFC 6464, or else from the size: quick upwards, slow downwards."""
        level = self._level_of(packet)
        voiced = VOICED if len(packet.payload) > OPUS_SILENCE else 0
        heard = voiced if level is None else (127 - (level & 0x7F)) << 8
        difference = heard - self.loudness
        self.loudness += difference * 3 // 10 if difference > 0 else -(-difference // 20)

    def _level_of(self, packet: Packet) -> int | None:
        said = packet.extensions.get(self.table.level_extension) if self.table.level_extension else None
        return said[0] if said and not self.is_video else None

    def _store(self, packet: Packet, sequence: int, now: int) -> Stored | None:
        stored = Stored(sequence, packet.timestamp, packet.marker, packet.payload, now, self.table.codec)
        if self.table.codec is Codec.OPUS:
            said = self._level_of(packet)
            stored.level = None if said is None else min(said, LARGEST_LEVEL)
        elif self.table.codec is Codec.VP8:
            self._describe(stored)
        elif self.table.codec is Codec.H264:
            stored.keyframe = h264.begins_keyframe(packet.payload)
        if not self._history:
            self._history = [None] * self._size
        if self.is_video and not self._find_places(stored):
            return None
        stored.padding = self._padding.of(packet.timestamp, len(packet.payload))
        self._history[sequence % self._size] = stored
        self._expire(now)
        return stored

    def _describe(self, stored: Stored) -> None:
        descriptor = vp8.parse(stored.payload)
        if descriptor is None:
            return
        stored.descriptor, stored.keyframe = descriptor, descriptor.keyframe
        if descriptor.picture_id is not None:
            self._picture = extend(descriptor.picture_id, self._picture, descriptor.picture_id_bits)
            stored.picture = self._picture
        if descriptor.layer_index is not None:
            self._layer = extend(descriptor.layer_index, self._layer, 8)
            stored.layer = self._layer
        stored.temporal = descriptor.temporal_layer

    def _find_places(self, packet: Stored) -> bool:
        """Give a packet its places among those of fewer temporal layers; False when they are not known any more."""
        for layers in range(packet.temporal, 2):
            self.thinned[layers] += len(packet.payload)
        packet.is_late = packet.sequence < self.reception.highest
        if packet.is_late:
            return self._take_place(packet)
        descriptor, former = packet.descriptor, self._newest
        if descriptor and descriptor.picture_id is not None and (former is None or packet.picture != former[0]):
            if former:
                self._skipped_pictures = one_more_below(former[1], self._skipped_pictures)
            self._newest = packet.picture, packet.temporal
            packet.begins = descriptor.begins
        packet.skipped, packet.skipped_pictures = self._skipped, self._skipped_pictures
        self._skipped = one_more_below(packet.temporal, self._skipped)
        return True

    def _take_place(self, packet: Stored) -> bool:
        """A late packet has the place that was kept for it when the next one came."""
        for number in range(packet.sequence + 1, self.reception.highest + 1):
            if following := self.stored(number):
                packet.skipped, packet.skipped_pictures = following.skipped, following.skipped_pictures
                return True
        return False

    def _expire(self, now: int) -> None:
        """What is older than ``HISTORY_AGE`` helps nobody; what is missing among younger packets may still come."""
        end = self.reception.highest
        self._oldest = max(self._oldest, end - self._size + 1)
        for number in range(self._oldest, end + 1):
            kept = self._history[number % self._size]
            if kept is None or kept.sequence != number:
                continue
            if now - kept.arrived <= HISTORY_AGE:
                return
            self._history[number % self._size] = None
            self._oldest = number + 1

    def stored(self, sequence: int) -> Stored | None:
        """The packet with an unwrapped number, while it is kept."""
        if not self._history or sequence < self._oldest:
            return None
        stored = self._history[sequence % self._size]
        return stored if stored and stored.sequence == sequence else None

    def at_place(self, place: int, layers: int) -> Stored | None:
        """The kept packet that has a place among those of temporal layers up to ``layers``.

        Places go up by one or stay with each number, so that the newest packet with one is never more numbers below another
        than there are places between.
        """
        number = self.reception.highest
        while number >= self._oldest and number > self.reception.highest - HISTORY:
            packet = self.stored(number)
            above = packet.place(layers) - place if packet else 1
            if above < 0:
                return None
            if packet and above == 0:
                return packet if packet.is_late or packet.temporal <= layers else None
            number -= above
        return None

    def since(self, sequence: int) -> list[Stored]:
        """Kept packets after ``sequence``, in order."""
        numbers = range(sequence + 1, self.reception.highest + 1)
        return [stored for number in numbers if (stored := self.stored(number))]

    def _restart(self) -> None:
        self.reception.restart()
        self._history = []
        self._oldest = 0
        for slot in self.slots:
            slot.interrupted(self)
        self._keyframe_due = self.is_video

    def reported(self, report: rtcp.SenderReport, now: int) -> None:
        """A sender report of this stream arrived; it is passed on, but not to all viewers however often it comes."""
        self.reception.last_report = report
        self.reception.reported_at = now
        if now - self._told_report_at < REPORT_GAP:
            return
        self._told_report_at = now
        for slot in self.slots:
            slot.report(self, now)

    # --- back to the sender -----------------------------------------------------------------------------

    def request_keyframe(self, now: int) -> None:
        """Ask for a keyframe, at once or when ``KEYFRAME_INTERVAL`` has passed since the last request."""
        self._keyframe_due = True
        if self.ssrc and now - self.asked_at >= KEYFRAME_INTERVAL:
            self.asked_at = now
            self._keyframe_due = False
            self._counters.keyframe_requests += 1
            self._send_feedback(rtcp.write_keyframe_request(self.ssrc ^ 1, self.ssrc))

    def tick(self, now: int) -> None:
        """Repeat what was asked and has not come: packets, and the keyframe that a slot waits for."""
        if self._history:
            self._expire(now)
        if not self.is_video:
            if now - self.last_arrival > SILENCE:
                self.loudness = self.loudness * 4 // 5
            return
        if numbers := self.reception.due(now):
            self._nack(numbers)
        waiting = self._keyframe_due or any(slot.pending is self for slot in self.slots)
        if waiting and self.slots and now - self.last_arrival < ALIVE:
            self.request_keyframe(now)

    def _ask_again(self, missing: list[int], now: int) -> None:
        if self.reception.lost(missing, now):
            self._nack(missing)
        else:
            self.request_keyframe(now)

    def _nack(self, numbers: list[int]) -> None:
        self._send_feedback(rtcp.write_nack(self.ssrc ^ 1, self.ssrc, [n & 0xFFFF for n in numbers]))

    # --- out --------------------------------------------------------------------------------------------

    def attach(self, slot: Slot) -> None:
        """Forward to ``slot`` from now on."""
        if slot not in self.slots:
            self.slots = (*self.slots, slot)

    def shared(self, form: Form) -> Form:
        """The same object for all slots whose forms are equal: it is looked up for each of them and every packet."""
        return next((slot.form for slot in self.slots if slot.form == form), form)

    def detach(self, slot: Slot) -> None:
        """Forward to ``slot`` no more."""
        self.slots = tuple(other for other in self.slots if other is not slot)

    def close(self) -> None:
        """The stream is gone: empty the slots that show it and let the packets and the connection go.

        Slots remember the stream itself for a while, to know whose numbers were whose.
        """
        for slot in self.slots:
            slot.lost(self)
        self.slots = ()
        self._history = []
        self._send_feedback = _discard

    def node_time(self, report: rtcp.SenderReport) -> int:
        """When the report's sample was taken, in the node's clock (µs since 1970)."""
        return rtcp.unix(report.ntp) + self.clock_offset


def one_more_below(temporal: int, skipped: tuple[int, ...]) -> tuple[int, ...]:
    """Count something of a temporal layer as left out where only lower ones are sent."""
    if not temporal:
        return skipped
    return *(count + 1 for count in skipped[:temporal]), *skipped[temporal:]


def _discard(_feedback: bytes) -> None:
    """Where the feedback of a closed stream goes."""


def clock_offset(report: rtcp.SenderReport, former: int | None, now: int) -> int:
    """What to add to a peer's clock to get the node's ``now``: the smallest seen, since delay only adds.

    One value serves all streams of a peer, so that its picture and voice stay together; a clock that was
    set anew (more than a second off) starts over. Microseconds.
    """
    measured = now - rtcp.unix(report.ntp)
    if former is None or measured < former or measured - former > 1_000_000:
        return measured
    return former
