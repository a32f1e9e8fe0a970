"""One track of one peer as it reaches the node: its packets, kept for a while, and who is sent them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetings.sfu import rtcp, vp8
from meetings.sfu.counters import Counters
from meetings.sfu.messages import Source
from meetings.sfu.reception import Reception
from meetings.sfu.rtp import Packet, extend

if TYPE_CHECKING:
    from meetings.sfu.slot import Mapping, Slot

HISTORY = 2048
"""Packets of video kept to answer NACKs: some seconds of 720p."""
AUDIO_HISTORY = 64
KEYFRAME_INTERVAL = 0.5
"""Seconds between two keyframe requests to one source, however many viewers ask."""
ALIVE = 2.0
"""Seconds after its last packet during which a source is asked for keyframes."""


@dataclass(slots=True)
class Stored:
    """A packet in the history: numbers without wrap-around, and the time it came (monotonic, seconds)."""

    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    arrived: float
    descriptor: vp8.Descriptor | None = None
    picture: int = 0
    layer: int = 0

    @property
    def begins_keyframe(self) -> bool:
        """Whether a decoder can begin here."""
        return self.descriptor is not None and self.descriptor.keyframe


class Stream:
    """A source: ``receive`` keeps and forwards; ``send_feedback`` carries RTCP to the browser that sends it."""

    def __init__(
        self,
        source: Source,
        ssrc: int,
        clock_rate: int,
        send_feedback: Callable[[bytes], None],
        counters: Counters,
    ) -> None:
        self.source = source
        self.ssrc = ssrc
        self.is_video = source.kind in ("camera", "content")
        self.clock_rate = clock_rate
        self.reception = Reception(clock_rate)
        self.slots: tuple[Slot, ...] = ()
        self.loudness = 0.0
        self.last_arrival = 0.0
        self.clock_offset: float | None = None
        self.closed = False
        self._counters = counters
        self._send_feedback = send_feedback
        self._history: list[Stored | None] = [None] * (HISTORY if self.is_video else AUDIO_HISTORY)
        self._keyframe_due = self.is_video
        self._asked_at = 0.0
        self._picture = 0
        self._layer = 0

    # --- in ---------------------------------------------------------------------------------------------

    def receive(self, packet: Packet, now: float) -> None:
        """Keep one packet and forward it to every slot that shows, or waits for, this source."""
        sequence = self.reception.unwrap(packet.sequence)
        if self.reception.restarted(sequence):
            self._restart()
            sequence = self.reception.unwrap(packet.sequence)
        if self.stored(sequence) or sequence < self.reception.highest - len(self._history):
            return  # a duplicate, or too late for anybody
        missing = self.reception.arrived(sequence, packet.timestamp, now)
        if missing and self.is_video:
            self._ask_again(missing, now)
        self.last_arrival = now
        stored = self._store(packet, sequence, now)
        rewritten: dict[tuple[int, int, Mapping], bytes] = {}
        for slot in self.slots:
            slot.forward(self, stored, rewritten, now)

    def _store(self, packet: Packet, sequence: int, now: float) -> Stored:
        stored = Stored(sequence, packet.timestamp, packet.marker, packet.payload, now)
        if self.is_video and (descriptor := vp8.parse(packet.payload)):
            stored.descriptor = descriptor
            if descriptor.picture_id is not None:
                self._picture = extend(descriptor.picture_id, self._picture, descriptor.picture_id_bits)
                stored.picture = self._picture
            if descriptor.layer_index is not None:
                self._layer = extend(descriptor.layer_index, self._layer, 8)
                stored.layer = self._layer
        self._history[sequence % len(self._history)] = stored
        return stored

    def stored(self, sequence: int) -> Stored | None:
        """The packet with an unwrapped number, while it is kept."""
        stored = self._history[sequence % len(self._history)]
        return stored if stored and stored.sequence == sequence else None

    def since(self, sequence: int) -> list[Stored]:
        """Kept packets after ``sequence``, in order."""
        numbers = range(sequence + 1, self.reception.highest + 1)
        return [stored for number in numbers if (stored := self.stored(number))]

    def _restart(self) -> None:
        self.reception.restart()
        self._history = [None] * len(self._history)
        for slot in self.slots:
            slot.interrupted(self)
        self._keyframe_due = self.is_video

    def reported(self, report: rtcp.SenderReport, now: float) -> None:
        """A sender report of this source arrived."""
        self.reception.last_report = report
        self.reception.reported_at = now
        for slot in self.slots:
            slot.report(self, now)

    # --- back to the sender -----------------------------------------------------------------------------

    def request_keyframe(self, now: float) -> None:
        """Ask for a keyframe, at once or when ``KEYFRAME_INTERVAL`` has passed since the last request."""
        self._keyframe_due = True
        if now - self._asked_at >= KEYFRAME_INTERVAL:
            self._asked_at = now
            self._keyframe_due = False
            self._counters.keyframe_requests += 1
            self._send_feedback(rtcp.write_keyframe_request(self.ssrc ^ 1, self.ssrc))

    def tick(self, now: float) -> None:
        """Repeat what was asked and has not come: packets, and the keyframe that a slot waits for."""
        if not self.is_video:
            if now - self.last_arrival > 0.3:
                self.loudness *= 0.8
            return
        if numbers := self.reception.due(now):
            self._nack(numbers)
        waiting = self._keyframe_due or any(slot.pending is self for slot in self.slots)
        if waiting and self.slots and now - self.last_arrival < ALIVE:
            self.request_keyframe(now)

    def _ask_again(self, missing: list[int], now: float) -> None:
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

    def detach(self, slot: Slot) -> None:
        """Forward to ``slot`` no more."""
        self.slots = tuple(other for other in self.slots if other is not slot)

    def close(self) -> None:
        """The source is gone: empty the slots that show it and let the packets and the connection go.

        Slots remember the stream itself for a while, to know whose numbers were whose.
        """
        self.closed = True
        for slot in self.slots:
            slot.lost(self)
        self.slots = ()
        self._history = [None]
        self._send_feedback = _discard

    def node_time(self, report: rtcp.SenderReport) -> float:
        """When the report's sample was taken, in the node's clock (Unix seconds)."""
        return rtcp.unix(report.ntp) + (self.clock_offset or 0.0)


def _discard(_feedback: bytes) -> None:
    """Where the feedback of a closed stream goes."""


def clock_offset(report: rtcp.SenderReport, former: float | None) -> float:
    """What to add to a peer's clock to get the node's: the smallest seen, since delay only adds.

    One value serves all sources of a peer, so that its picture and voice stay together; a clock that was
    set anew (more than a second off) starts over.
    """
    measured = time.time() - rtcp.unix(report.ntp)
    if former is None or measured < former or measured - former > 1.0:
        return measured
    return former
