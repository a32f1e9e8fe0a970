"""A peer's ``receive`` connection: its slots, and what the browser says about them."""

from __future__ import annotations

from collections.abc import Callable

from meetings.sfu import rtcp
from meetings.sfu.counters import Counters
from meetings.sfu.messages import SLOTS
from meetings.sfu.sdp import CNAME, Offer
from meetings.sfu.slot import Slot
from meetings.sfu.transport import Transport

MOST_NACKED = 128
"""Packets of one NACK that are looked at."""


class Viewer:
    """Slots of one connection; ``on_connected``, ``on_lost`` and ``on_switched`` tell the room."""

    def __init__(
        self,
        transport: Transport,
        offer: Offer,
        ssrcs: dict[str, int],
        counters: Counters,
        on_connected: Callable[[Viewer], None],
        on_lost: Callable[[Viewer, str], None],
        on_switched: Callable[[Viewer, Slot], None],
    ) -> None:
        self.transport = transport
        self._counters = counters
        self._on_connected = on_connected
        self._on_lost = on_lost
        self.slots: dict[str, Slot] = {}
        for section in offer.sections:
            name = SLOTS[section.index]
            self.slots[name] = Slot(
                name,
                section.codec.payload_type,
                ssrcs[name],
                section.codec.clock_rate,
                transport.send_rtp,
                self._send_report,
                lambda slot: on_switched(self, slot),
            )
        self._by_ssrc = {slot.ssrc: slot for slot in self.slots.values()}
        transport.owner = self

    def connected(self) -> None:
        """Keys are agreed."""
        self._on_connected(self)

    def lost(self, reason: str) -> None:
        """The connection ended by itself."""
        self.close()
        self._on_lost(self, reason)

    def received_rtp(self, data: bytes, now: float) -> None:
        """Browsers send nothing here but keep-alives."""

    def received_rtcp(self, data: bytes, now: float) -> None:
        """Losses, keyframe requests, and reports from which the round trip is known."""
        for block in rtcp.blocks(data):
            if block.kind == rtcp.RTPFB and block.count == rtcp.FMT_NACK:
                self._lost_packets(block, now)
            elif block.kind == rtcp.PSFB:
                self._keyframes_wanted(block, now)
            elif block.kind in (rtcp.RR, rtcp.SR):
                self._reported(block, now)

    def _keyframes_wanted(self, block: rtcp.Block, now: float) -> None:
        for ssrc in rtcp.keyframes_wanted(block):
            if slot := self._by_ssrc.get(ssrc):
                slot.keyframe_wanted(now)

    def _reported(self, block: rtcp.Block, now: float) -> None:
        for report in rtcp.report_blocks(block):
            if slot := self._by_ssrc.get(report.ssrc):
                slot.reported(report, now)

    def _lost_packets(self, block: rtcp.Block, now: float) -> None:
        ssrc, numbers = rtcp.lost_sequences(block)
        slot = self._by_ssrc.get(ssrc)
        if slot is None:
            return
        self._counters.nacks += len(numbers)
        for number in numbers[:MOST_NACKED]:
            if slot.resend(number, now):
                self._counters.retransmitted += 1

    def _send_report(self, report: bytes) -> None:
        ssrc = int.from_bytes(report[4:8], "big")
        self.transport.send_rtcp(report + rtcp.write_description(ssrc, CNAME.encode()))

    def close(self) -> None:
        """End the connection and empty the slots."""
        self.transport.close()
        for slot in self.slots.values():
            slot.close()
        self.slots.clear()
        self._by_ssrc.clear()
