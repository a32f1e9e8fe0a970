"""Sender reports reach viewers in the slot's numbers and the node's clock, so that picture and voice stay together."""

import time
from typing import Any

import pytest
from aiortc import clock
from aiortc.rtp import RtcpSrPacket, RtpPacket

from meetings.sfu.gateway import MediaGateway
from meetings.sfu.rtcp import unix
from tests.sfu.peers import ROOM, Peer, camera, overhear

pytestmark = pytest.mark.slow

SKEW_S = 100
"""The senders' clocks are wrong by this much."""
TOGETHER_S = 0.12


class Follower:
    """Follows one receiver's packets and reports."""

    def __init__(self, receiver: Any, clock_rate: int) -> None:
        self.clock_rate = clock_rate
        self.reports = overhear(receiver)
        self.arrivals: list[tuple[float, RtpPacket]] = []
        self._handle = receiver._handle_rtp_packet
        receiver._handle_rtp_packet = self._note

    async def _note(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        self.arrivals.append((time.time(), packet))
        await self._handle(packet, arrival_time_ms)

    def forget(self) -> None:
        self.reports.clear()
        self.arrivals.clear()

    @property
    def last_report(self) -> RtcpSrPacket | None:
        return next((p for _, p in reversed(self.reports) if isinstance(p, RtcpSrPacket)), None)

    def delay(self) -> float:
        """Seconds between the time at which a packet was sampled, as the reports tell it, and its arrival: the least."""
        told = self.last_report.sender_info

        def sampled(packet: RtpPacket) -> float:
            units = (packet.timestamp - told.rtp_timestamp + (1 << 31)) % (1 << 32) - (1 << 31)
            return unix(told.ntp_timestamp) / 1e6 + units / self.clock_rate

        return min(arrived - sampled(packet) for arrived, packet in self.arrivals[-200:])


async def measured(viewer: Peer, followers: list[Follower]) -> tuple[float, float]:
    """The delays of voice and picture, by what comes from now on."""
    for follower in followers:
        follower.forget()
    await viewer.until(lambda: all(len(f.reports) > 3 and len(f.arrivals) > 20 for f in followers), 20)
    heard, seen = (follower.delay() for follower in followers)
    return heard, seen


async def test_picture_and_voice_of_a_site_stay_together_across_a_change_of_the_floor(
    gateway: MediaGateway, peers: dict[str, Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.current_ntp_time
    monkeypatch.setattr(clock, "current_ntp_time", lambda: now() + (SKEW_S << 32))
    chau = peers["chau"]
    watching = await chau.receive()
    voice, _, _, picture = (transceiver.receiver for transceiver in watching.getTransceivers()[:4])
    followers = [Follower(voice, 48_000), Follower(picture, 90_000)]
    for name in ("anh", "binh"):
        await peers[name].send()
    for name in ("anh", "binh"):
        await gateway.listen(ROOM, [name])
        await gateway.show(ROOM, "floor", camera(name))
        await chau.until(lambda name=name: chau.shows("floor") == name)
        heard, seen = await measured(chau, followers)
        for _ in range(3):  # senders that a busy machine holds up report wrong times themselves
            if abs(heard - seen) < TOGETHER_S:
                break
            heard, seen = await measured(chau, followers)
        assert abs(heard - seen) < TOGETHER_S
        assert -0.25 < heard < 0.75 and -0.25 < seen < 0.75
    stats = (await picture.getStats()).values()
    (remote,) = (entry for entry in stats if entry.type == "remote-outbound-rtp")
    assert remote.packetsSent > 20
    assert abs(remote.remoteTimestamp.timestamp() - time.time()) < 5
