"""A peer's ``send`` connection: its packets sorted into streams, and the feedback that keeps them coming."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from meetings.sfu import rtcp, rtp
from meetings.sfu.congestion import ArrivalLog
from meetings.sfu.counters import Counters
from meetings.sfu.messages import Kind, Source
from meetings.sfu.sdp import AUDIO_LEVEL, CNAME, MID, TRANSPORT_NUMBER, Offer, Section
from meetings.sfu.stream import Stream, clock_offset
from meetings.sfu.transport import Transport

BITRATE_LIMIT = 3_000_000
"""Bits per second told by REMB to browsers that know no transport-wide feedback."""
REPORT_INTERVAL = 1.0
MOST_SSRCS = 32
"""SSRCs of one connection that are looked at: SRTP keeps state for each."""
OPUS_SILENCE = 10
"""Bytes of payload up to which an Opus packet carries no voice, where the audio level is not told."""
ATTACK, DECAY = 0.3, 0.05
"""How fast loudness follows the level upwards and downwards, per packet."""


class Route:
    """What packets of one section are: its stream, and its retransmissions."""

    def __init__(self, section: Section, stream: Stream) -> None:
        self.stream = stream
        self.payload_type = section.codec.payload_type
        self.rtx = section.codec.rtx
        self.mid = section.mid.encode()
        self.level_id = section.extensions.get(AUDIO_LEVEL, 0)


class Publisher:
    """Streams of one connection; ``on_connected`` and ``on_lost`` tell the room."""

    def __init__(
        self,
        transport: Transport,
        peer: str,
        offer: Offer,
        kinds: dict[int, Kind],
        counters: Counters,
        on_connected: Callable[[Publisher], None],
        on_lost: Callable[[Publisher, str], None],
    ) -> None:
        self.transport = transport
        self.streams: list[Stream] = []
        self._counters = counters
        self._on_connected = on_connected
        self._on_lost = on_lost
        self._routes: list[Route] = []
        self._by_ssrc: dict[int, Route] = {}
        self._seen: set[int] = set()
        for section in offer.sections:
            self._add(section, Source(peer=peer, kind=kinds[section.index]))
        first = offer.sections[0]
        self._mid_id = first.extensions.get(MID, 0)
        self._number_id = next((s.extensions.get(TRANSPORT_NUMBER, 0) for s in offer.sections), 0)
        self._arrivals = ArrivalLog()
        self._clock_offset: float | None = None
        self._reported_at = 0.0
        transport.owner = self

    def _add(self, section: Section, source: Source) -> None:
        ssrc = section.ssrcs[0] if section.ssrcs else 0
        stream = Stream(source, ssrc, section.codec.clock_rate, self.transport.send_rtcp, self._counters)
        route = Route(section, stream)
        self.streams.append(stream)
        self._routes.append(route)
        for number in section.ssrcs:
            self._by_ssrc[number] = route

    # --- what the transport tells -----------------------------------------------------------------------

    def connected(self) -> None:
        """Keys are agreed."""
        self._on_connected(self)

    def lost(self, reason: str) -> None:
        """The connection ended by itself."""
        self.close()
        self._on_lost(self, reason)

    def received_rtp(self, data: bytes, now: float) -> None:
        """One packet: for feedback first, then to its stream."""
        packet = rtp.parse(data)
        if packet is None:
            return
        number = packet.extensions.get(self._number_id)
        if number is not None and len(number) == 2:
            self._arrivals.add(int.from_bytes(number, "big"), now)
        route = self._by_ssrc.get(packet.ssrc) or self._learn(packet)
        if route is None:
            return
        if packet.payload_type == route.rtx:
            original = rtp.unwrap_rtx(packet, route.stream.ssrc, route.payload_type)
            if original:
                route.stream.receive(original, now)
        elif packet.payload_type == route.payload_type and packet.payload:
            if not route.stream.is_video:
                _measure(route, packet)
            route.stream.receive(packet, now)

    def _learn(self, packet: rtp.Packet) -> Route | None:
        """The section of an SSRC that the offer did not name: by its mid (RFC 8843, section 9.2)."""
        mid = packet.extensions.get(self._mid_id)
        route = next((r for r in self._routes if r.mid == mid), None)
        if route is None or len(self._by_ssrc) >= MOST_SSRCS:
            return None
        self._by_ssrc[packet.ssrc] = route
        if packet.payload_type == route.payload_type:
            route.stream.ssrc = packet.ssrc
        return route

    def received_rtcp(self, data: bytes, now: float) -> None:
        """Sender reports; all else is of no use to a receiver."""
        for block in rtcp.blocks(data):
            if block.kind != rtcp.SR:
                continue
            report = rtcp.sender_report(block)
            route = self._by_ssrc.get(report.ssrc) if report else None
            if report and route and route.stream.ssrc == report.ssrc:
                self._clock_offset = clock_offset(report, self._clock_offset)
                for stream in self.streams:
                    stream.clock_offset = self._clock_offset
                route.stream.reported(report, now)

    # --- feedback ---------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Some twenty times a second: NACKs, keyframe requests, arrival times; once a second reports."""
        if not self.transport.is_connected:
            return
        for stream in self.streams:
            stream.tick(now)
        own, first = self.streams[0].ssrc ^ 1, self.streams[0].ssrc
        if feedback := self._arrivals.feedback(own, first):
            self.transport.send_rtcp(feedback)
        if now - self._reported_at >= REPORT_INTERVAL:
            self._reported_at = now
            self._report(own, now)

    def _report(self, own: int, now: float) -> None:
        reports = [r for s in self.streams if (r := s.reception.report(s.ssrc, now))]
        compound = rtcp.write_receiver_report(own, reports) + rtcp.write_description(own, CNAME.encode())
        videos: Sequence[int] = [s.ssrc for s in self.streams if s.is_video]
        if videos and not self._number_id:
            compound += rtcp.write_bitrate_limit(own, BITRATE_LIMIT, videos)
        self.transport.send_rtcp(compound)

    def close(self) -> None:
        """End the connection and its streams."""
        self.transport.close()
        for stream in self.streams:
            stream.close()


def _measure(route: Route, packet: rtp.Packet) -> None:
    """Follow the microphone's level: 0 (silence) to 127 (full scale), from RFC 6464 or else from the size."""
    level = packet.extensions.get(route.level_id)
    voiced = 90.0 if len(packet.payload) > OPUS_SILENCE else 0.0
    heard = float(127 - (level[0] & 0x7F)) if level else voiced
    stream = route.stream
    stream.loudness += (heard - stream.loudness) * (ATTACK if heard > stream.loudness else DECAY)
