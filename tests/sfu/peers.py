"""Peers made of aiortc, for tests with real ICE, DTLS and RTP on loopback."""

import asyncio
import contextlib
import fractions
import os
import re
import time
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy
from av import VideoFrame

from meetings.sfu.gateway import MediaGateway
from meetings.sfu.messages import Source
from meetings.sfu.slots import USUAL_SLOTS
from tests.sfu.relay import Relay

ROOM = "meeting-1"
BRIGHTNESS = {"anh": 40, "binh": 120, "chau": 210}
"""Grey value of each sender's picture: what arrives tells whose it is."""


class Grey(VideoStreamTrack):
    """A picture of one grey, fifteen times a second. ``busy``: snow in its middle, so that it takes many packets."""

    def __init__(self, brightness: int, *, busy: bool = False) -> None:
        super().__init__()
        self._brightness = brightness
        self._busy = busy
        self._start = time.monotonic()
        self.count = 0

    async def recv(self) -> VideoFrame:
        await asyncio.sleep(1 / 15)
        frame = VideoFrame(320, 180, "yuv420p")
        for plane, value in zip(frame.planes, (self._brightness, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        if self._busy:
            whole, third = frame.planes[0].buffer_size, frame.planes[0].buffer_size // 3
            grey = bytes([self._brightness]) * third
            frame.planes[0].update(grey + os.urandom(whole - 2 * third) + grey)
        self.count += 1
        frame.pts, frame.time_base = int((time.monotonic() - self._start) * 90000), fractions.Fraction(1, 90000)
        return frame


def camera(name: str) -> Source:
    """The picture of a peer."""
    return Source(peer=name, kind="camera")


def overhear(end: Any) -> list[Any]:
    """The RTCP packets that reach one aiortc sender or receiver from now on, with the time they came."""
    heard: list[Any] = []
    handle = end._handle_rtcp_packet

    async def note(packet: Any) -> None:
        heard.append((time.time(), packet))
        await handle(packet)

    end._handle_rtcp_packet = note
    return heard


def route_repairs(connection: RTCPeerConnection, answer: str) -> None:
    """Tell aiortc whose the retransmissions are: it would not know which of several sections gets them."""
    pictures = [t.receiver for t in connection.getTransceivers() if t.kind == "video"]
    for receiver, ssrc in zip(pictures, re.findall(r"a=ssrc-group:FID \d+ (\d+)", answer), strict=True):
        receiver.transport._rtp_router.ssrc_table[int(ssrc)] = receiver


class Peer:
    """One tab: what it sends, and the picture that its slots show."""

    def __init__(self, gateway: MediaGateway, name: str) -> None:
        self.gateway = gateway
        self.name = name
        self.connections: list[RTCPeerConnection] = []
        self.brightness: dict[str, int] = {}
        self.frames: dict[str, int] = dict.fromkeys(USUAL_SLOTS, 0)
        self.tasks: list[asyncio.Task[None]] = []

    def _connection(self) -> RTCPeerConnection:
        configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        self.connections.append(RTCPeerConnection(configuration))
        return self.connections[-1]

    async def send(
        self,
        relay: Relay | None = None,
        *,
        busy: bool = False,
        voice: AudioStreamTrack | None = None,
        picture: Grey | None = None,
        h264: bool = False,
    ) -> RTCPeerConnection:
        """Send a voice (silence, unless another is given) and a picture (the peer's grey)."""
        connection = self._connection()
        connection.addTransceiver(voice or AudioStreamTrack(), direction="sendonly")
        grey = picture or Grey(BRIGHTNESS.get(self.name, 128), busy=busy)
        transceiver = connection.addTransceiver(grey, direction="sendonly")
        if h264:
            known = RTCRtpSender.getCapabilities("video").codecs
            transceiver.setCodecPreferences([codec for codec in known if codec.mimeType == "video/H264"])
        await self._negotiate(connection, "send", ("microphone", "camera"), relay)
        return connection

    async def receive(self, relay: Relay | None = None) -> RTCPeerConnection:
        """Receive every slot."""
        connection = self._connection()
        for slot in USUAL_SLOTS:
            connection.addTransceiver("audio" if slot.startswith("audio") else "video", direction="recvonly")
        route_repairs(connection, await self._negotiate(connection, "receive", (), relay))
        for slot, transceiver in zip(USUAL_SLOTS, connection.getTransceivers(), strict=True):
            self.tasks.append(asyncio.create_task(self._watch(slot, transceiver.receiver.track)))
        return connection

    async def _negotiate(self, connection: RTCPeerConnection, name: Any, kinds: Any, relay: Relay | None) -> str:
        await connection.setLocalDescription(await connection.createOffer())
        offer = connection.localDescription.sdp
        answer = await self.gateway.negotiate(ROOM, self.name, name, offer, kinds)
        answer = relay.between(answer) if relay else answer
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return answer

    async def _watch(self, slot: str, track: Any) -> None:
        with contextlib.suppress(Exception):
            while True:
                frame = await track.recv()
                self.frames[slot] += 1
                if isinstance(frame, VideoFrame):
                    sample = bytes(frame.planes[0])[: frame.width : 16]
                    self.brightness[slot] = sum(sample) // len(sample)

    def shows(self, slot: str) -> str | None:
        """Whose picture the slot shows."""
        seen = self.brightness.get(slot)
        return next((n for n, grey in BRIGHTNESS.items() if seen is not None and abs(seen - grey) < 25), None)

    async def until(self, condition: Any, seconds: float = 15) -> None:
        """Return when ``condition()`` holds; fails after ``seconds``."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - it looks at what arrives, nobody signals
                await asyncio.sleep(0.05)

    async def until_silent(self, slot: str) -> None:
        """Return when nothing comes in ``slot`` for half a second: what was on its way may still come."""
        async with asyncio.timeout(15):
            seen = -1
            while self.frames[slot] != seen:
                seen = self.frames[slot]
                await asyncio.sleep(0.5)

    async def close(self) -> None:
        """Hang up without a word to the node's control."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for connection in self.connections:
            await connection.close()
