"""One connection of a browser: where it is (ICE-lite), its SRTP keys, the packets it sends and what it says of others'."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING

from meetings.sfu import rtcp, rtp, stun
from meetings.sfu.dtls import SrtpKeys
from meetings.sfu.packet_path import (
    Counters,
    Event,
    Extensions,
    Loudness,
    PeerLapsed,
    StreamArrives,
    ViewerFares,
)
from meetings.sfu.sdp import CNAME
from meetings.sfu.twin.arrivals import ArrivalLog
from meetings.sfu.twin.limit import Limit
from meetings.sfu.twin.line import Line
from meetings.sfu.twin.outbox import Outbox
from meetings.sfu.twin.sealing import Opener
from meetings.sfu.twin.silence import Silence
from meetings.sfu.twin.stream import KEYFRAME_INTERVAL, Stream, clock_offset

if TYPE_CHECKING:
    from meetings.sfu.twin.link import Address
    from meetings.sfu.twin.slot import Slot
    from meetings.sfu.twin.way import Way

CONSENT = 15_000_000
"""Without a valid check a peer lapses (RFC 7675)."""
SILENCE = 3_000_000
"""A check from elsewhere moves a peer that was silent so long, nominated or not."""
REPORT_INTERVAL = 1_000_000
QUICK_INTERVAL = 250_000
"""Between two reports of a viewer while packets wait on its line."""
PAUSE = 300_000
"""An encoding that is silent so long is not sent any more, if another of the same picture goes on."""
MOST_ADDRESSES = 8
"""Addresses of one browser that are routed at a time; the oldest is forgotten."""
MOST_SSRCS = 32
"""SSRCs of one connection that are looked at."""
MOST_SENDERS = 48
"""SSRCs of one connection that are decrypted: SRTP keeps state for each."""
MOST_NACKED = 128
"""Packets of one NACK that are looked at."""
MOST_RESENT = 256
"""Retransmissions to one peer between two ticks."""
_CNAME = CNAME.encode()


class Fares:
    """How a viewer fares since it was told last."""

    def __init__(self) -> None:
        self.expected = self.lost = self.round_trip = self.jitter = self.limit = self.nacked = 0


class Peer:
    """``way_to`` gives what takes datagrams to an address, ``tell`` takes events to the path's user.

    ``line`` takes packets to where the peer is. ``label`` is of a peer on another node: what its SSRCs begin with.
    """

    def __init__(
        self,
        name: int,
        credentials: tuple[str, str, str],
        extensions: Extensions,
        counters: Counters,
        outbox: Outbox,
        way_to: Callable[[Address], Way],
        tell: Callable[[Event], None],
    ) -> None:
        self.name = name
        self.ufrag, password, remote_ufrag = credentials
        self.address: Address | None = None
        self.line = Line(counters, outbox)
        self.addresses: list[Address] = []
        self.streams: list[Stream] = []
        self.slots: list[Slot] = []
        self.limit = self.label = 0
        self.checked_at = self.heard_at = 0
        self._key = password.encode()
        self._username = f"{self.ufrag}:{remote_ufrag}".encode()
        self._extensions = extensions
        self._counters = counters
        self._way_to = way_to
        self._tell = tell
        self._inbound: Opener | None = None
        self._routes: dict[int, Stream] = {}
        self._arrivals = ArrivalLog()
        self._clock_offset: int | None = None
        self._by_ssrc: dict[int, Slot] = {}
        self._fares = Fares()
        self._reported_at = self._told_at = 0
        self._silence = Silence()
        self._octets_told = 0
        self._lapsed = False
        self._senders: set[bytes] = set()
        self._resent = 0
        self._limit = Limit()

    # --- ICE-lite (RFC 8445, section 2.5) ---------------------------------------------------------------

    def answers(self, message: stun.Message) -> bool:
        """Whether a binding request is for this peer and verifies; nothing else is answered."""
        named = hmac.compare_digest(message.attributes.get(stun.USERNAME, b""), self._username)
        return named and message.verifies(self._key)

    def refuse(self, message: stun.Message, address: Address) -> None:
        """Say that a request that ``answers`` was not understood."""
        self._way_to(address).send(stun.refusal(message, 420, "Unknown Attribute", self._key))

    def checked(self, message: stun.Message, address: Address, now: int) -> None:
        """Answer a request that ``answers``; the address is one of the peer's from now on."""
        self._way_to(address).send(stun.success(message, address.host, address.port, self._key))
        self.checked_at = now
        nominated = stun.USE_CANDIDATE in message.attributes
        if self.address is None or nominated or (address != self.address and now - self.heard_at > SILENCE):
            if self.address not in (None, address):
                self._silence.moved(now)
            self.move(address)
        if address == self.address:
            self.heard_at = now

    def move(self, address: Address | None) -> None:
        """Send there from now on; None: nowhere."""
        self.address = address
        self.line.way = self._way_to(address) if address else None

    def remember(self, address: Address) -> Address | None:
        """Note an address; the one that is forgotten for it, if any."""
        if address in self.addresses:
            return None
        self.addresses.append(address)
        if len(self.addresses) <= MOST_ADDRESSES:
            return None
        oldest = next(known for known in self.addresses if known != self.address)
        self.addresses.remove(oldest)
        return oldest

    # --- SRTP -------------------------------------------------------------------------------------------

    def set_keys(self, keys: SrtpKeys, now: int) -> None:
        """Decrypt and encrypt from now on, for good: keys that began anew would encrypt twice under one index."""
        if self._inbound:
            return
        sessions = keys.sessions()
        self._inbound = Opener(sessions.inbound)
        self.line.set_keys(sessions.outbound)
        self.checked_at = now
        for stream in self.streams:
            stream.asked_at = now - KEYFRAME_INTERVAL

    def received(self, data: bytes, address: Address, times: tuple[int, int, int]) -> None:
        """One SRTP or SRTCP packet; ``times`` are now, what to add for the time since 1970, and when it came."""
        now, wall, came = times
        if self._inbound is None:
            self._counters.dropped += 1
            return
        if not self.label and self._limit.is_over(now):
            self._counters.over_limit += 1
            return
        is_rtcp = rtp.is_rtcp(data)
        sender = data[4:8] if is_rtcp else data[8:12]
        if sender not in self._senders and len(self._senders) == MOST_SENDERS:
            self._counters.dropped += 1
            return
        plain = self._inbound.open(data, is_rtcp=is_rtcp)
        if plain is None:
            self._counters.dropped += 1
            return
        self._senders.add(sender)
        self._counters.packets_in += 1
        self._limit.took(len(data))
        self._heard(address, now)
        if not is_rtcp:
            self._received_rtp(plain, now, came)
            return
        if self.streams:
            self._sender_reports(plain, now, wall)
        if self.slots:
            self._viewer_says(plain, now)

    def _heard(self, address: Address, now: int) -> None:
        if self.label:  # what verifies is consent, and tells where the other node is
            self.checked_at = now
            if address != self.address:
                self.move(address)
        if address == self.address:
            self.heard_at = now

    # --- what it sends ----------------------------------------------------------------------------------

    def _received_rtp(self, data: bytes, now: int, came: int) -> None:
        packet = rtp.parse(data) if self.streams else None
        if packet is None:
            return
        number = packet.extensions.get(self._extensions.transport_number) if self._extensions.transport_number else None
        if number is not None and len(number) == 2:
            self._arrivals.add(int.from_bytes(number, "big"), came)
        stream = self._stream_of(packet)
        if stream is None:
            return
        if packet.payload_type == stream.table.rtx_payload_type:
            original = rtp.unwrap_rtx(packet, stream.ssrc, stream.table.payload_type)
            if original:
                stream.receive(original, now)
        elif packet.payload_type == stream.table.payload_type and packet.payload:
            if not stream.is_video:
                stream.measure(packet)
            stream.receive(packet, now)

    def _stream_of(self, packet: rtp.Packet) -> Stream | None:
        """The stream of an SSRC: said by the offer, or learnt by its mid and rid."""
        if stream := self._routes.get(packet.ssrc):
            return stream
        for stream in self.streams:
            table = stream.table
            named = packet.ssrc and packet.ssrc in (table.ssrc, table.rtx_ssrc)
            if not named and (len(self._routes) >= MOST_SSRCS or not self._is_of(packet, stream)):
                continue
            if len(self._routes) < MOST_SSRCS:
                self._routes[packet.ssrc] = stream
            if packet.payload_type == table.payload_type:
                stream.ssrc = packet.ssrc
            return stream
        return None

    def _is_of(self, packet: rtp.Packet, stream: Stream) -> bool:
        ids, table = self._extensions, stream.table
        if packet.payload_type not in (table.payload_type, table.rtx_payload_type):
            return False
        rid = ids.repaired_rid if packet.payload_type == table.rtx_payload_type else ids.rid
        return bool(
            ids.mid
            and packet.extensions.get(ids.mid) == table.mid.encode()
            and (packet.extensions.get(rid, b"") if rid else b"") == table.rid.encode()
        )

    def _sender_reports(self, data: bytes, now: int, wall: int) -> None:
        for block in rtcp.blocks(data):
            report = rtcp.sender_report(block) if block.kind == rtcp.SR else None
            stream = next((s for s in self.streams if report and s.ssrc == report.ssrc and report.ssrc), None)
            if report and stream:
                self._clock_offset = clock_offset(report, self._clock_offset, now + wall)
                for each in self.streams:
                    each.clock_offset = self._clock_offset
                stream.reported(report, now)

    # --- what it says of what it is sent ------------------------------------------------------------------

    def add_slot(self, slot: Slot) -> None:
        """Send a slot's packets here."""
        self.slots.append(slot)
        self._by_ssrc[slot.table.ssrc] = slot

    def _viewer_says(self, data: bytes, now: int) -> None:
        self._silence.said(now)
        for block in rtcp.blocks(data):
            if block.kind == rtcp.RTPFB and block.count == rtcp.FMT_NACK:
                self._lost_packets(block, now)
            elif block.kind == rtcp.RTPFB and block.count == rtcp.FMT_TRANSPORT:
                self.line.carried.told(block, now, is_excused=self._silence.excuses(now))
            elif block.kind == rtcp.PSFB:
                self._fares.limit = rtcp.bitrate_limit(block) or self._fares.limit
                for ssrc in rtcp.keyframes_wanted(block):
                    if slot := self._by_ssrc.get(ssrc):
                        slot.keyframe_wanted(now)
            elif block.kind in (rtcp.RR, rtcp.SR):
                self._reported(block, now)

    def _lost_packets(self, block: rtcp.Block, now: int) -> None:
        ssrc, numbers = rtcp.lost_sequences(block)
        slot = self._by_ssrc.get(ssrc)
        if slot is None:
            return
        self._counters.nacks += len(numbers)
        self._fares.nacked += len(numbers)
        for number in numbers[:MOST_NACKED]:
            if self._resent < MOST_RESENT and slot.resend(number, now):
                self._resent += 1
                self._counters.retransmitted += 1

    def _reported(self, block: rtcp.Block, now: int) -> None:
        for report in rtcp.report_blocks(block):
            slot = self._by_ssrc.get(report.ssrc)
            if slot is None:
                continue
            slot.reported(report, now)
            self._count_losses(slot, report, is_excused=self._silence.excuses(now))
            if slot.stream:  # an empty slot does not tremble
                jitter = min(report.jitter * 1_000_000 // slot.table.clock_rate, 0xFFFFFFFF)
                self._fares.jitter = max(self._fares.jitter, jitter)
                self._fares.round_trip = slot.round_trip

    def _count_losses(self, slot: Slot, report: rtcp.ReportBlock, *, is_excused: bool) -> None:
        """What was lost of a slot between two reports; a retransmission that came makes good for a loss."""
        if slot.last_reported and not is_excused:
            highest, lost_total = slot.last_reported
            expected = (report.highest - highest) & 0xFFFFFFFF
            lost = (report.lost_total - lost_total) & 0xFFFFFF
            if 0 < expected < 0x10000:
                self._fares.expected += expected
                self._fares.lost += slot.blamed(lost if lost < 0x800000 else 0)
        slot.last_reported = (report.highest, report.lost_total)

    # --- time -------------------------------------------------------------------------------------------

    def tick(self, now: int, ticks: int) -> None:
        """Twenty times a second: NACKs, keyframe requests, arrival times; once a second reports."""
        self._resent = 0
        if self._inbound is None:
            return
        if not self._lapsed and now - self.checked_at > CONSENT:
            self._lapsed = True
            self._tell(PeerLapsed(self.name))
        if self.streams:
            self._tick_sending(now, ticks)
        if self.slots and now - self._told_at >= (QUICK_INTERVAL if self.line.carried.waits else REPORT_INTERVAL):
            if self.label:
                self._keep_alive()
            self._tell_fares(now)

    def _tick_sending(self, now: int, ticks: int) -> None:
        for stream in self.streams:
            stream.tick(now)
            self._tell_pause(stream, now)
            if not stream.is_video and ticks % 2 == 0 and stream.loudness >> 8:
                self._tell(Loudness(stream.table.stream, stream.loudness >> 8))
        first = self.streams[0].ssrc
        if feedback := self._arrivals.feedback(first ^ 1, first):
            self.line.send_rtcp(feedback)
        if now - self._reported_at >= REPORT_INTERVAL:
            self._reported_at = now
            self._report(first ^ 1, now)

    def _tell_pause(self, stream: Stream, now: int) -> None:
        """Browsers stop an encoding when their line carries less: who is shown it waits for no report."""
        if not stream.is_video or not stream.octets or stream.has_paused or now - stream.last_arrival <= PAUSE:
            return
        others = (other for other in self.streams if other is not stream and other.table.mid == stream.table.mid)
        if any(other.octets and now - other.last_arrival < PAUSE // 2 for other in others):
            stream.has_paused = True
            self._tell(StreamArrives(stream.table.stream, 0, 0, 0))

    def _report(self, own: int, now: int) -> None:
        reports = []
        for stream in self.streams:
            report = stream.reception.report(stream.ssrc, now)
            if report is None:
                continue
            reports.append(report)
            if stream.octets != stream.octets_told and not stream.has_paused:
                rate = (stream.octets - stream.octets_told) * 8
                jitter = report.jitter * 1_000_000 // stream.table.clock_rate
                thinned = [octets * 8 for octets in stream.thinned]
                self._tell(StreamArrives(stream.table.stream, rate, report.lost, jitter, *thinned))
            stream.octets_told, stream.thinned = stream.octets, [0, 0]
        compound = rtcp.write_receiver_report(own, reports) + rtcp.write_description(own, _CNAME)
        videos = [stream.ssrc for stream in self.streams if stream.is_video and stream.ssrc]
        if videos and self.limit and not self._extensions.transport_number:
            compound += rtcp.write_bitrate_limit(own, self.limit, videos)
        self.line.send_rtcp(compound)

    def _keep_alive(self) -> None:
        """Another node hears that this one lives, be there something to send or not, and where it is."""
        own = self.slots[0].table.ssrc ^ 1
        self.line.send_rtcp(rtcp.write_receiver_report(own, []) + rtcp.write_description(own, _CNAME))

    def _tell_fares(self, now: int) -> None:
        past = now - self._told_at if self._told_at else REPORT_INTERVAL
        rate = (self.line.octets - self._octets_told) * 8 * 1_000_000 // past
        self._told_at, self._octets_told = now, self.line.octets
        fares = self._fares
        told, *carried = self.line.carried.summary(past)
        reported = min(fares.lost * 256 // fares.expected, 256) if fares.expected else 0
        lost = reported if told is None else told
        times = fares.round_trip, fares.jitter
        self._tell(ViewerFares(self.name, lost, *times, rate, fares.limit, fares.nacked, *carried))
        fares.expected = fares.lost = fares.jitter = fares.nacked = 0

    def close(self) -> None:
        """Forget everything at once: what a peer holds is much, and does not wait for the garbage collector."""
        for stream in self.streams:
            stream.close()
        for slot in self.slots:
            slot.close()
        self.streams.clear()
        self.slots.clear()
        self._routes.clear()
        self._by_ssrc.clear()
        self._inbound = self.address = None
        self.line.close()
