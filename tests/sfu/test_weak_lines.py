"""Two real Chromium over bad lines: the picture goes on under losses and delay, the voice on a line too thin for both."""

import asyncio
import subprocess
import time
from pathlib import Path

import pytest
from playwright.async_api import Page

from meetings.sfu.allowance import FIRST_PAUSE
from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Reduced
from tests.sfu.peers import ROOM, camera
from tests.sfu.relay import Relay
from tests.sfu.test_chromium import ANSWER, FLAGS, RECEIVE, chromium, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CAMERA = [*FLAGS, "--use-fake-device-for-media-stream=fps=30"]
ENOUGH = 20
"""Of 30 frames/s that are sent."""
SETTLED_S = 3
"""Seconds in which a full line empties, and a smaller picture begins. It is not tried again before ``FIRST_PAUSE``."""
FRONTEND = Path(__file__).parents[2] / "frontend"
PATIENCE = """import('rolldown').then(({build}) => build({input: 'src/meeting/patience.ts', write: false, logLevel: 'silent',
  output: {format: 'iife', name: 'patience'}})).then(({output}) => process.stdout.write(output[0].code));"""
"""What the room's page does about losses, as it is."""
SEND = """async () => {
  const media = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 640, height: 360, frameRate: 30}});
  const [audio] = media.getAudioTracks(), [video] = media.getVideoTracks();
  const pc = window.sending = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  pc.addTransceiver(audio, {direction: 'sendonly', sendEncodings: [{maxBitrate: 40000}]});
  pc.addTransceiver(video, {direction: 'sendonly', sendEncodings: [
    {rid: 'small', scaleResolutionDownBy: 4, maxBitrate: 150000}, {rid: 'large', maxBitrate: 1200000}]});
  await pc.setLocalDescription(); return pc.localDescription.sdp; }"""
STATS = """async () => { const all = [...(await window.receiving.getStats()).values()].filter(s => s.type === 'inbound-rtp');
  const video = all.filter(s => s.kind === 'video'), audio = all.filter(s => s.kind === 'audio' && s.packetsReceived);
  return {frames: Math.max(0, ...video.map(s => s.framesDecoded || 0)),
          concealed: audio.reduce((n, s) => n + (s.concealedSamples - s.silentConcealedSamples || 0), 0),
          samples: audio.reduce((n, s) => n + (s.totalSamplesReceived || 0), 0)}; }"""


def patience() -> str:
    """The room's module as a script of a page."""
    done = subprocess.run(["node", "-e", PATIENCE], cwd=FRONTEND, capture_output=True, text=True, check=True)
    return done.stdout


async def meet(gateway: MediaGateway, pages: list[Page], uplink: Relay | None, downlink: Relay | None) -> None:
    """The first page sends, the second receives, each by its relay if it has one."""
    await gateway.show(ROOM, "floor", camera("anh"))
    await gateway.listen(ROOM, ["anh"])
    answer = await gateway.negotiate(ROOM, "anh", "send", await pages[0].evaluate(SEND), ("microphone", "camera"))
    await pages[0].evaluate(ANSWER, ["sending", uplink.between(answer) if uplink else answer])
    answer = await gateway.negotiate(ROOM, "chau", "receive", await pages[1].evaluate(RECEIVE))
    await pages[1].evaluate(ANSWER, ["receiving", downlink.between(answer) if downlink else answer])
    await pages[1].add_script_tag(content=patience())
    await pages[1].evaluate("patience.waitForRepairs(window.receiving)")
    await until(lambda: pages[1].evaluate(STATS), lambda s: s["frames"] > 30 and s["samples"] > 0, 30)


async def watch(page: Page, seconds: float) -> tuple[float, float, float]:
    """Frames per second, the longest time without a new one, and the share of sound that had to be made up."""
    first = await page.evaluate(STATS)
    started = changed = time.monotonic()
    seen, longest = first, 0.0
    while time.monotonic() - started < seconds:
        await asyncio.sleep(0.05)
        now = await page.evaluate(STATS)
        if now["frames"] > seen["frames"]:
            longest, changed = max(longest, time.monotonic() - changed), time.monotonic()
        seen = now
    longest = max(longest, time.monotonic() - changed)
    concealed = seen["concealed"] - first["concealed"]
    return (
        (seen["frames"] - first["frames"]) / (time.monotonic() - started),
        longest,
        concealed / max(1, seen["samples"] - first["samples"]),
    )


async def test_losses_and_delay_leave_the_picture_flowing(gateway: MediaGateway) -> None:
    uplink, downlink = Relay(loss=0.05, delay=0.05), Relay(loss=0.05, delay=0.05)
    async with chromium(2, CAMERA) as pages:
        await meet(gateway, pages, uplink, downlink)
        rate, longest, _ = await watch(pages[1], 15)
    print(f"{rate:.1f} frames/s, longest pause {longest:.2f} s")  # noqa: T201
    assert uplink.lost > 10 and downlink.lost > 10
    assert rate >= ENOUGH and longest <= 1.0
    uplink.close()
    downlink.close()


async def _copy(told: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return list(told)


async def test_a_thin_line_keeps_the_voice(gateway: MediaGateway) -> None:
    reduced: list[tuple[str, ...]] = []

    def hear(event: Event) -> None:
        if isinstance(event, Reduced):
            reduced.append(event.slots)

    gateway.add_listener(hear)
    uplink, downlink = Relay(), Relay()
    async with chromium(2, CAMERA) as pages:
        await meet(gateway, pages, uplink, downlink)
        downlink.rate = 300_000
        # what the camera sends grows for some seconds; until the line is full and was given less, voices wait on it too
        await until(lambda: _copy(reduced), lambda told: ("floor",) in told, 40)
        await asyncio.sleep(SETTLED_S)
        rate, longest, concealed = await watch(pages[1], FIRST_PAUSE - SETTLED_S)
    print(f"{concealed:.2%} of the sound made up, {rate:.1f} frames/s, longest pause {longest:.2f} s, {reduced}")  # noqa: T201
    assert concealed < 0.02
    assert longest <= 1.0
    uplink.close()
    downlink.close()
