"""What arrives at the recorder on one connection, slot by slot, and what it answers to the node."""

import asyncio
import secrets

from meetings.sfu import rtcp, rtp
from meetings.sfu.recorder.arrival import Arrival, microseconds
from meetings.sfu.recorder.clock import NodeClock, SlotClock
from meetings.sfu.recorder.connection import Connection
from meetings.sfu.recorder.frames import Frame, FrameAssembler
from meetings.sfu.recorder.h264 import H264Assembler
from meetings.sfu.recorder.offer import CLOCK_RATE, H264, VP8, media_of
from meetings.sfu.recorder.part import Part

REQUEST_EVERY_S = 0.5
"""Seconds between requests for a keyframe while one is needed."""
KEYFRAME_EVERY_S = 15.0
"""A keyframe at least this often: a player that seeks decodes from the one before."""
DARK_AFTER_S = 2.5
"""The floor's camera sends nothing for so long: it is off, and its last picture shall not stand under another's voice."""


class SlotReceiver:
    """Packets of one slot, in order, with their times."""

    def __init__(self, ssrc: int, own_ssrc: int, slot: str, node_clock: NodeClock) -> None:
        media = media_of(slot)
        self.arrival = Arrival(ssrc, own_ssrc, media, CLOCK_RATE[media], self._take)
        self.clock = SlotClock(node_clock, CLOCK_RATE[media])
        self.heard_at = 0.0

    def receive(self, packet: rtp.Packet, now: float) -> bytes:
        """Take one packet; the RTCP to send in return."""
        self.heard_at = now
        return self.arrival.receive(packet, now)

    def tick(self, now: float) -> bytes:
        """A few times a second; the RTCP to send."""
        return self.arrival.tick(now)

    def _take(self, packet: rtp.Packet, arrived: float, gone: int) -> None:
        raise NotImplementedError


class VoiceReceiver(SlotReceiver):
    """An audio slot."""

    def __init__(self, ssrc: int, own_ssrc: int, slot: str, node_clock: NodeClock, part: Part) -> None:
        super().__init__(ssrc, own_ssrc, slot, node_clock)
        self._slot, self._part = slot, part

    def _take(self, packet: rtp.Packet, arrived: float, gone: int) -> None:
        if packet.payload:
            self._part.heard(self._slot, packet.payload, self.clock.time_of(packet.timestamp, arrived))


class PictureReceiver(SlotReceiver):
    """A video slot: asks for keyframes where its pictures need one."""

    def __init__(self, ssrc: int, own_ssrc: int, slot: str, node_clock: NodeClock, part: Part) -> None:
        super().__init__(ssrc, own_ssrc, slot, node_clock)
        self._slot, self._part, self._own_ssrc = slot, part, own_ssrc
        self._assemblers: dict[int, FrameAssembler | H264Assembler] = {
            VP8: FrameAssembler(self._finished),
            H264: H264Assembler(self._finished),
        }
        self._frames = self._assemblers[VP8]
        self._keyframe_at = self._requested_at = 0.0
        self._shown = False

    def _take(self, packet: rtp.Packet, arrived: float, gone: int) -> None:
        frames = self._assemblers.get(packet.payload_type)
        if frames is None:
            return
        if frames is not self._frames:
            self._frames, frames.needs_keyframe = frames, True
        frames.receive(packet, arrived, gone)

    def _finished(self, frame: Frame) -> None:
        if frame.keyframe:
            self._keyframe_at = frame.arrived
        self._shown = True
        self._part.seen(self._slot, frame, self.clock.time_of(frame.timestamp, frame.arrived))

    def tick(self, now: float) -> bytes:
        """NACKs, and a request for a keyframe when one is due."""
        asked = super().tick(now)
        silent = now - self.heard_at
        if self._slot == "floor" and silent > DARK_AFTER_S:
            self.darken()
        due = self._frames.needs_keyframe or now - self._keyframe_at > KEYFRAME_EVERY_S
        if due and silent < 1.0 and now - self._requested_at >= REQUEST_EVERY_S:
            self._requested_at = now
            asked += rtcp.write_keyframe_request(self._own_ssrc, self.arrival.ssrc)
        return asked

    def darken(self) -> None:
        """Nobody is to be seen here until the next keyframe."""
        if self._shown:
            self._shown = False
            self._frames.needs_keyframe = True
            self._part.darken(self._slot)


class RecordingViewer:
    """All slots of one connection that are recorded: ``audio0``–``audio2``, ``floor``, ``content``."""

    def __init__(self, connection: Connection, slots: dict[int, str], part: Part) -> None:
        self._connection = connection
        self._own_ssrc = secrets.randbelow(1 << 32)
        self._clock = asyncio.get_running_loop().time
        node_clock = NodeClock()
        self._receivers: dict[int, SlotReceiver] = {}
        self._pictures: dict[str, PictureReceiver] = {}
        for ssrc, slot in slots.items():
            if slot in ("floor", "content"):
                picture = PictureReceiver(ssrc, self._own_ssrc, slot, node_clock, part)
                self._receivers[ssrc] = self._pictures[slot] = picture
            elif media_of(slot) == "audio":
                self._receivers[ssrc] = VoiceReceiver(ssrc, self._own_ssrc, slot, node_clock, part)
        connection.on_rtp = self._received_rtp
        connection.on_rtcp = self._received_rtcp

    def emptied(self, slot: str) -> None:
        """The node says that nobody is in ``slot`` any more."""
        if picture := self._pictures.get(slot):
            picture.darken()

    def _received_rtp(self, data: bytes) -> None:
        packet = rtp.parse(data)
        receiver = self._receivers.get(packet.ssrc) if packet else None
        if packet and receiver:
            self._answer(receiver.receive(packet, self._clock()))

    def _received_rtcp(self, data: bytes) -> None:
        now = self._clock()
        for block in rtcp.blocks(data):
            report = rtcp.sender_report(block) if block.kind == rtcp.SR else None
            receiver = self._receivers.get(report.ssrc) if report else None
            if report and receiver:
                receiver.clock.reported(report)
                receiver.arrival.reception.last_report = report
                receiver.arrival.reception.reported_at = microseconds(now)

    def tick(self) -> None:
        """Twenty times a second or so."""
        now = self._clock()
        for receiver in self._receivers.values():
            self._answer(receiver.tick(now))

    def report(self) -> None:
        """Once a second: what arrived, for the node."""
        now = self._clock()
        receptions = [(ssrc, receiver.arrival.reception) for ssrc, receiver in self._receivers.items()]
        blocks = [block for ssrc, reception in receptions if (block := reception.report(ssrc, microseconds(now)))]
        if blocks:
            self._answer(b"", blocks)

    def _answer(self, feedback: bytes, blocks: list[rtcp.ReportBlock] | None = None) -> None:
        if feedback or blocks:  # a compound begins with a report (RFC 3550, section 6.1)
            self._connection.send_rtcp(rtcp.write_receiver_report(self._own_ssrc, blocks or []) + feedback)
