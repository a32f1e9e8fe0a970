"""One slot of one viewer: whatever source it shows, the browser sees a single unbroken RTP stream.

Switching continues sequence numbers, time stamps and VP8 picture ids (RFC 3550 section 5.1, RFC 7741),
so no renegotiation is needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from meetings.sfu import rtcp, vp8
from meetings.sfu.dtls import RESEND_WINDOW
from meetings.sfu.packet_path import ALL_LAYERS, SlotTable
from meetings.sfu.rtp import extend
from meetings.sfu.sdp import CNAME
from meetings.sfu.twin.form import Form, Mapping, Outgoing, numbers, outgoing, rewrite, rewrite_repair

if TYPE_CHECKING:
    from meetings.sfu.twin.stream import Stored, Stream

SEGMENTS = 8
"""Former runs of a slot whose packets can still be sent again."""
RESEND_AGE = 1_000_000
"""Microseconds after which a packet is too old to help a decoder."""
RESENT = 512
"""Retransmissions remembered, so that none is repeated within a round trip."""
DEFAULT_ROUND_TRIP = 50_000
SHORTEST_ROUND_TRIP = 10_000
LONGEST_ROUND_TRIP = 1_000_000


class Segment(NamedTuple):
    """A run of packets of one source with the same temporal layers; ``first`` is its first number in the slot's own count,
    ``begins`` in the source's. It goes on from the run before when only the layers changed."""

    stream: Stream
    form: Form
    first: int
    begins: int
    goes_on: bool

    def packet_at(self, number: int) -> Stored | None:
        """The kept packet that has a number of the slot."""
        return self.stream.at_place(number - self.form[2].sequence, self.form[5])


class Outlet(Protocol):
    """What takes a slot's packets to its viewer (``Line``)."""

    def numbered(self, packet: bytes, now: int, /) -> bytes:
        """The packet with the next of the connection's numbers in its header extension."""

    def gather(self, packet: bytes, /) -> None:
        """Pictures, which may wait for their like."""

    def gather_numbered(self, packet: bytes, now: int, /) -> None:
        """The same, each with the next of the connection's numbers in its header extension."""

    def gather_voice(self, packet: bytes, /) -> None:
        """Voices, which may wait too."""

    def send_rtp(self, packet: bytes, /) -> None:
        """Media at once."""

    def send_rtcp(self, packet: bytes, /) -> None:
        """A compound."""


class Slot:
    """``aim`` says what is to be shown; ``stream`` is what is shown, ``pending`` what waits for its keyframe."""

    def __init__(
        self,
        table: SlotTable,
        outlet: Outlet,
        switched: Callable[[Slot, Stream], None],
    ) -> None:
        self.table = table
        self.stream: Stream | None = None
        self.pending: Stream | None = None
        self.round_trip = DEFAULT_ROUND_TRIP
        self.packets = 0
        self.octets = 0
        self.last_reported: tuple[int, int] | None = None
        """Highest number and losses in all, as the viewer's last report had them."""
        self._outlet = outlet
        self._gather = outlet.gather if table.is_video else outlet.gather_voice
        self._gather_numbered = outlet.gather_numbered
        self._is_numbered = False
        self._switched = switched
        self._segments: deque[Segment] = deque(maxlen=SEGMENTS)
        self._resent: dict[int, tuple[int, int]] = {}
        self._repairs = 0
        """Packets sent again under an SSRC of their own: the number of the last."""
        self._mapping = Mapping(0, 0, 0, 0)
        self.layers = self.asked = self._pending_asked = ALL_LAYERS
        """The highest temporal layer that is sent, that is to be sent, and that is to be sent of ``pending``."""
        self.form: Form = (0, table.ssrc, self._mapping, 0, 0, ALL_LAYERS)
        self._first = 0
        self._highest = -1
        self._last: Stored | None = None
        """The packet with the highest number of this run."""
        self._ended = (0, 0, 0)
        """Time stamp, picture and TL0PICIDX that were sent last before this run."""
        self._last_at = 0
        self._report_sent = (0, 0)
        self._gaps = 0
        """Numbers left out since the source lost them, which the viewer has not complained of yet."""

    # --- what is shown ----------------------------------------------------------------------------------

    def aim(self, stream: Stream | None, now: int, layers: int = ALL_LAYERS) -> None:
        """Show ``stream`` as soon as it can be (video: from its next keyframe); None shows nothing at once.

        Of its temporal layers those up to number ``layers`` are sent.
        """
        if stream is None or stream.table.codec not in self.table.payload_types:
            self._leave()
            return
        self._pending_asked = min(max(layers, 0), ALL_LAYERS)
        if stream is self.stream:
            self.asked = self._pending_asked
        if stream is (self.pending or self.stream):
            return
        if self.pending and self.pending is not self.stream:
            self.pending.detach(self)
        self.pending = None
        if stream is self.stream:
            return
        self.pending = stream
        stream.attach(self)
        if self.table.is_video:
            stream.request_keyframe(now)

    def _leave(self) -> None:
        for stream in (self.pending, self.stream):
            if stream:
                stream.detach(self)
        self.pending = self.stream = None

    def lost(self, stream: Stream) -> None:
        """``stream`` has ended."""
        if self.pending is stream:
            self.pending = None
        if self.stream is stream:
            self.stream = None

    def interrupted(self, stream: Stream) -> None:
        """``stream`` began anew: its numbers jumped, so it has to be mapped again."""
        if self.stream is not stream:
            return
        self.stream = None
        if self.pending:
            stream.detach(self)
        else:
            self.pending = stream

    # --- forwarding -------------------------------------------------------------------------------------

    def offer(self, stream: Stream, packet: Stored, now: int) -> None:
        """Switch to ``stream``, which is not shown yet, when it is awaited and ``packet`` is where it can begin."""
        if stream is self.pending and (not self.table.is_video or packet.keyframe):
            self._switch(stream, packet, now)

    def _switch(self, stream: Stream, packet: Stored, now: int) -> None:
        if self.stream:
            self.stream.detach(self)
        self.stream, self.pending = stream, None
        self.layers = self.asked = self._pending_asked
        mapping = self._continue_with(packet, now)
        self._begin(stream, packet, mapping, goes_on=False)
        self._switched(self, stream)
        self.report(stream, now)
        # a keyframe whose first packet came late: the others are here already
        for kept in (packet, *stream.since(packet.sequence)):
            self.send(kept, outgoing(kept, self.form), now)

    def _begin(self, stream: Stream, packet: Stored, mapping: Mapping, *, goes_on: bool) -> None:
        """A run of packets begins with this one."""
        self._ended, self._last = self._newest_numbers(), None
        self._mapping = mapping
        self.form = stream.shared(self._form_of(packet, mapping))
        self._is_numbered = self.form[3] > 0
        self._first = packet.sequence
        first = packet.place(self.layers) + mapping.sequence
        self._segments.append(Segment(stream, self.form, first, packet.sequence, goes_on))

    def _newest_numbers(self) -> tuple[int, int, int]:
        """Time stamp, picture and TL0PICIDX that were sent last."""
        return numbers(self._last, self.form) if self._last else self._ended

    def _continue_with(self, packet: Stored, now: int) -> Mapping:
        place, picture_place = packet.place(self.layers), packet.picture_place(self.layers)
        if self._highest < 0:
            # Begin as the source does, but in the lower half of the numbers: should the first packets be lost
            # around a wrap, the receiver would count roll-overs wrongly for ever (RFC 3711, section 3.3.1).
            return Mapping((packet.sequence & 0x7FFF) - place, 0, packet.picture - picture_place, 0)
        timestamp, picture, layer = self._newest_numbers()
        elapsed = max(1, ((now - self._last_at) * self.table.clock_rate + 500_000) // 1_000_000)
        return Mapping(
            self._highest + 1 - place,
            (timestamp + elapsed - packet.timestamp) & 0xFFFFFFFF,
            (picture + 1 - picture_place) % vp8.PICTURE_IDS,
            (layer + 1 - packet.layer) % vp8.LAYER_INDEXES,
        )

    def send(self, packet: Stored, out: Outgoing, now: int) -> None:
        """Send one packet of the stream that is shown; ``out`` is what it looks like in this slot's ``form``."""
        if packet.sequence < self._first:
            self._send_late(packet, now)
            return
        data, number, size = out
        if not data:
            return
        highest = self._highest
        if number > highest:
            if number - highest > 1 and highest >= 0:
                self._gaps += number - highest - 1
            self._highest = number
            self._last = packet
            self._last_at = now
        elif self._gaps:
            self._gaps -= 1
        self.packets += 1
        self.octets += size
        if self._is_numbered:
            self._gather_numbered(data, now)
        else:
            self._gather(data)

    def _send_late(self, packet: Stored, now: int) -> None:
        """A packet from before the temporal layers changed goes by what was sent then."""
        form = self._form_before(packet)
        if form is None:
            return
        first, self._first = self._first, packet.sequence
        self.send(packet, outgoing(packet, form), now)
        self._first = first
        if self._last is packet:
            self._ended, self._last = numbers(packet, form), None

    # --- temporal layers --------------------------------------------------------------------------------

    def change_layers(self, stream: Stream, packet: Stored) -> None:
        """Send more or fewer temporal layers from this picture on, if that is asked for and can be.

        It gets the numbers that it would have had: those of packets before it that are still to come stay theirs.
        """
        former, layers = self.layers, self._layers_from(packet)
        if layers == former:
            return
        self.layers = layers
        mapping = self._mapping._replace(
            sequence=self._mapping.sequence + packet.place(former) - packet.place(layers),
            picture=self._mapping.picture + packet.picture_place(former) - packet.picture_place(layers),
        )
        self._begin(stream, packet, mapping, goes_on=True)

    def _layers_from(self, packet: Stored) -> int:
        """The temporal layers from this picture on: fewer at once, more where what follows needs nothing that was left out:
        all from a keyframe, the next one from a picture of it that needs the lowest only."""
        if packet.keyframe or self.asked < self.layers:
            return self.asked
        is_sync = packet.descriptor is not None and packet.descriptor.is_sync
        return packet.temporal if is_sync and packet.temporal == self.layers + 1 else self.layers

    def _form_before(self, packet: Stored) -> Form | None:
        """What such a packet looks like; None when its run is not known any more."""
        for segment in reversed(self._segments):
            if packet.sequence >= segment.begins:
                return segment.form
            if not segment.goes_on:
                break
        return None

    # --- what the viewer says ---------------------------------------------------------------------------

    def resend(self, number: int, now: int) -> bool:
        """Send the packet with the slot's 16-bit ``number`` again; whether it was, for it may be gone or old."""
        if self._highest < 0:
            return False
        wanted = extend(number, self._highest)
        if self._highest - wanted >= RESEND_WINDOW:
            return False
        segment = next((s for s in reversed(self._segments) if wanted >= s.first), None)
        packet = segment.packet_at(wanted) if segment else None
        if segment is None or packet is None or wanted > self._highest or now - packet.arrived > RESEND_AGE:
            return False
        resent, at = self._resent.get(wanted % RESENT, (-1, 0))
        if resent == wanted and (now - at) * 4 < self.round_trip * 3:
            return False
        self._resent[wanted % RESENT] = (wanted, now)
        if not self.table.repairs_apart(packet.codec):
            self._outlet.send_rtp(rewrite(packet, *segment.form))
            return True
        self._repairs += 1
        repair = rewrite_repair(packet, self._repairs, self.table, segment.form[2], segment.form[5])
        self._outlet.send_rtp(self._outlet.numbered(repair, now) if self.table.number_of(packet.codec) else repair)
        return True

    def keyframe_wanted(self, now: int) -> None:
        """The viewer's decoder is stuck."""
        stream = self.pending or self.stream
        if stream and self.table.is_video:
            stream.request_keyframe(now)

    def reported(self, report: rtcp.ReportBlock, now: int) -> None:
        """The viewer reports on this slot: the round trip is the time since our report, less what it waited."""
        middle, sent_at = self._report_sent
        if middle and report.last_report == middle:
            round_trip = now - sent_at - report.delay * 1_000_000 // 65536
            self.round_trip = min(max(round_trip, SHORTEST_ROUND_TRIP), LONGEST_ROUND_TRIP)

    def blamed(self, lost: int) -> int:
        """Of so many packets that the viewer misses, those it was sent: what its source lost is not its line's."""
        excused = min(lost, self._gaps)
        self._gaps -= excused
        return lost - excused

    def report(self, stream: Stream, now: int) -> None:
        """Pass the source's last sender report on, in this slot's numbers and the node's clock."""
        last = stream.reception.last_report
        if last is None or stream is not self.stream:
            return
        report = rtcp.SenderReport(
            self.table.ssrc,
            rtcp.ntp(max(stream.node_time(last), 0)),
            (last.rtp_time + self._mapping.timestamp) & 0xFFFFFFFF,
            self.packets & 0xFFFFFFFF,
            self.octets & 0xFFFFFFFF,
        )
        self._report_sent = (report.ntp >> 16 & 0xFFFFFFFF, now)
        self._outlet.send_rtcp(
            rtcp.write_sender_report(report) + rtcp.write_description(self.table.ssrc, CNAME.encode())
        )

    def _form_of(self, packet: Stored, mapping: Mapping) -> Form:
        types, number = self.table.payload_types, self.table.number_of(packet.codec)
        return types[packet.codec], self.table.ssrc, mapping, number, self.table.level, self.layers

    def close(self) -> None:
        """Show nothing, for good."""
        self._leave()
        self._segments.clear()
