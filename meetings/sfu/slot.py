"""One slot of one viewer: whatever source it shows, the browser sees a single unbroken RTP stream.

Switching continues sequence numbers, time stamps and VP8 picture ids (RFC 3550 section 5.1, RFC 7741),
so no renegotiation is needed. The packets of a source are rewritten by a ``Mapping``; viewers whose
mappings are equal share the rewritten bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from meetings.sfu import rtcp, vp8
from meetings.sfu.rtp import HEADER, extend

if TYPE_CHECKING:
    from meetings.sfu.stream import Stored, Stream

SEGMENTS = 4
"""Former sources of a slot whose packets can still be sent again."""
RESEND_AGE = 1.0
"""Seconds after which a packet is too old to help a decoder."""
MOST_RESENT = 512
"""Retransmissions remembered, so that none is repeated within a round trip."""
DEFAULT_ROUND_TRIP = 0.05


class Mapping(NamedTuple):
    """What is added to a source's numbers to continue the slot's."""

    sequence: int
    timestamp: int
    picture: int
    layer: int


class Segment(NamedTuple):
    """A run of packets of one source; ``first`` is its first number in the slot's own count."""

    stream: Stream
    mapping: Mapping
    first: int


def rewrite(packet: Stored, payload_type: int, ssrc: int, mapping: Mapping) -> bytes:
    """The RTP packet as a viewer gets it; the same arguments give the same bytes, as SRTP demands."""
    header = HEADER.pack(
        0x80,
        packet.marker << 7 | payload_type,
        (packet.sequence + mapping.sequence) & 0xFFFF,
        (packet.timestamp + mapping.timestamp) & 0xFFFFFFFF,
        ssrc,
    )
    if packet.descriptor and (mapping.picture or mapping.layer):
        picture, layer = packet.picture + mapping.picture, packet.layer + mapping.layer
        return header + vp8.shift(packet.payload, packet.descriptor, picture, layer)
    return header + packet.payload


class Slot:
    """``aim`` says what is to be shown; ``stream`` is what is shown, ``pending`` what waits for its keyframe."""

    def __init__(
        self,
        name: str,
        payload_type: int,
        ssrc: int,
        clock_rate: int,
        send_rtp: Callable[[bytes], None],
        send_rtcp: Callable[[bytes], None],
        switched: Callable[[Slot], None],
    ) -> None:
        self.name = name
        self.ssrc = ssrc
        self.is_video = clock_rate == 90000
        self.stream: Stream | None = None
        self.pending: Stream | None = None
        self.round_trip = DEFAULT_ROUND_TRIP
        self.packets = 0
        self.octets = 0
        self._payload_type = payload_type
        self._clock_rate = clock_rate
        self._send_rtp = send_rtp
        self._send_rtcp = send_rtcp
        self._switched = switched
        self._segments: deque[Segment] = deque(maxlen=SEGMENTS)
        self._resent: dict[int, float] = {}
        self._mapping = Mapping(0, 0, 0, 0)
        self._first = 0
        self._highest = -1
        self._last: tuple[int, int, int, float] = (0, 0, 0, 0.0)
        self._report_sent = (0, 0.0)

    # --- what is shown ----------------------------------------------------------------------------------

    def aim(self, stream: Stream | None, now: float) -> None:
        """Show ``stream`` as soon as it can be (video: from its next keyframe); None shows nothing at once."""
        if stream is None or stream.closed:
            self._leave()
            return
        if stream is (self.pending or self.stream):
            return
        if self.pending and self.pending is not self.stream:
            self.pending.detach(self)
        self.pending = None
        if stream is self.stream:
            return
        self.pending = stream
        stream.attach(self)
        if self.is_video:
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

    def forward(
        self, stream: Stream, packet: Stored, rewritten: dict[tuple[int, int, Mapping], bytes], now: float
    ) -> None:
        """Send one packet of ``stream``, switching to it when it is awaited and this is where it can begin.

        ``rewritten`` is shared by all slots for one packet.
        """
        if stream is not self.stream:
            if stream is self.pending and (not self.is_video or packet.begins_keyframe):
                self._switch(stream, packet, now)
            return
        if packet.sequence >= self._first:
            key = (self._payload_type, self.ssrc, self._mapping)
            data = rewritten.get(key)
            if data is None:
                data = rewritten[key] = rewrite(packet, *key)
            self._send(packet, data, now)

    def _switch(self, stream: Stream, packet: Stored, now: float) -> None:
        if self.stream:
            self.stream.detach(self)
        self.stream, self.pending = stream, None
        self._mapping = self._continue_with(packet, now)
        self._first = packet.sequence
        self._segments.append(Segment(stream, self._mapping, packet.sequence + self._mapping.sequence))
        self._switched(self)
        self.report(stream, now)
        # a keyframe whose first packet came late: the others are here already
        for kept in (packet, *stream.since(packet.sequence)):
            self._send(kept, rewrite(kept, self._payload_type, self.ssrc, self._mapping), now)

    def _continue_with(self, packet: Stored, now: float) -> Mapping:
        if self._highest < 0:
            # Begin as the source does, but in the lower half of the numbers: should the first packets be lost
            # around a wrap, the receiver would count roll-overs wrongly for ever (RFC 3711, section 3.3.1).
            return Mapping(-(packet.sequence & ~0x7FFF), 0, 0, 0)
        timestamp, picture, layer, sent_at = self._last
        elapsed = max(1, round((now - sent_at) * self._clock_rate))
        return Mapping(
            self._highest + 1 - packet.sequence,
            (timestamp + elapsed - packet.timestamp) & 0xFFFFFFFF,
            (picture + 1 - packet.picture) % vp8.PICTURE_IDS,
            (layer + 1 - packet.layer) % vp8.LAYER_INDEXES,
        )

    def _send(self, packet: Stored, data: bytes, now: float) -> None:
        number = packet.sequence + self._mapping.sequence
        if number > self._highest:
            self._highest = number
            mapping = self._mapping
            self._last = (
                packet.timestamp + mapping.timestamp,
                packet.picture + mapping.picture,
                packet.layer + mapping.layer,
                now,
            )
        self.packets += 1
        self.octets += len(packet.payload)
        self._send_rtp(data)

    # --- what the viewer says ---------------------------------------------------------------------------

    def resend(self, number: int, now: float) -> bool:
        """Send the packet with the slot's 16-bit ``number`` again; whether it was, for it may be gone or old."""
        if self._highest < 0:
            return False
        wanted = extend(number, self._highest)
        segment = next((s for s in reversed(self._segments) if wanted >= s.first), None)
        packet = segment.stream.stored(wanted - segment.mapping.sequence) if segment else None
        if segment is None or packet is None or now - packet.arrived > RESEND_AGE:
            return False
        if now - self._resent.get(wanted, -1.0) < self.round_trip:
            return False
        if len(self._resent) >= MOST_RESENT:
            self._resent.clear()
        self._resent[wanted] = now
        self._send_rtp(rewrite(packet, self._payload_type, self.ssrc, segment.mapping))
        return True

    def keyframe_wanted(self, now: float) -> None:
        """The viewer's decoder is stuck."""
        stream = self.pending or self.stream
        if stream and self.is_video:
            stream.request_keyframe(now)

    def reported(self, report: rtcp.ReportBlock, now: float) -> None:
        """The viewer reports on this slot: the round trip is the time since our report, less what it waited."""
        middle, sent_at = self._report_sent
        if middle and report.last_report == middle:
            self.round_trip = min(max(now - sent_at - report.delay / 65536, 0.01), 1.0)

    def report(self, stream: Stream, now: float) -> None:
        """Pass the source's last sender report on, in this slot's numbers and the node's clock."""
        last = stream.reception.last_report
        if last is None or stream is not self.stream:
            return
        report = rtcp.SenderReport(
            self.ssrc,
            rtcp.ntp(stream.node_time(last)),
            (last.rtp_time + self._mapping.timestamp) & 0xFFFFFFFF,
            self.packets & 0xFFFFFFFF,
            self.octets & 0xFFFFFFFF,
        )
        self._report_sent = (report.ntp >> 16 & 0xFFFFFFFF, now)
        self._send_rtcp(rtcp.write_sender_report(report))

    def close(self) -> None:
        """Show nothing, for good."""
        self._leave()
        self._segments.clear()
