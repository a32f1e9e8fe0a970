"""Real Chromium to node to real Chromium: pictures decoded, voices heard, the floor moved without any offer."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from statistics import median

import pytest
from playwright.async_api import Page, async_playwright

from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Lost
from meetings.sfu.slots import USUAL_SLOTS
from tests.sfu.peers import ROOM, camera
from tests.sfu.relay import Relay

pytestmark = pytest.mark.browser

FLAGS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
]
SEND = """async (colour) => {
  const c = document.createElement('canvas'); c.width = 320; c.height = 240; const g = c.getContext('2d');
  setInterval(() => { g.fillStyle = colour; g.fillRect(0, 0, 320, 240);
    g.fillStyle = 'white'; g.fillRect(Math.random() * 20, 0, 10, 10); }, 50);
  const video = c.captureStream(20).getVideoTracks()[0];
  const audio = (await navigator.mediaDevices.getUserMedia({audio: true})).getAudioTracks()[0];
  const pc = window.sending = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  pc.addTransceiver(audio, {direction: 'sendonly'}); pc.addTransceiver(video, {direction: 'sendonly'});
  await pc.setLocalDescription(); return pc.localDescription.sdp; }"""
RECEIVE = """async () => {
  const pc = window.receiving = new RTCPeerConnection({bundlePolicy: 'max-bundle'}); window.offers = 0;
  pc.onnegotiationneeded = () => window.offers++;
  for (let i = 0; i < 15; i++) pc.addTransceiver(i < 3 ? 'audio' : 'video', {direction: 'recvonly'});
  await pc.setLocalDescription();
  const v = window.floor = document.createElement('video'); v.muted = true; v.autoplay = true;
  v.srcObject = new MediaStream([pc.getTransceivers()[3].receiver.track]); document.body.append(v);
  for (const t of pc.getTransceivers().slice(0, 3)) { const a = new Audio(); a.autoplay = true;
    a.srcObject = new MediaStream([t.receiver.track]); document.body.append(a); }
  return pc.localDescription.sdp; }"""
ANSWER = "async ([pc, sdp]) => { await window[pc].setRemoteDescription({type: 'answer', sdp}); window.offers = 0; }"
COLOUR = """() => { const c = document.createElement('canvas'); c.width = c.height = 1; const g = c.getContext('2d');
  g.drawImage(window.floor, 0, 0, 1, 1); return [...g.getImageData(0, 0, 1, 1).data]; }"""
STATS = """async () => { const all = [...(await window.receiving.getStats()).values()]
  .filter(s => s.type === 'inbound-rtp');
  return {frames: Math.max(0, ...all.filter(s => s.kind === 'video').map(s => s.framesDecoded || 0)),
          energy: Math.max(0, ...all.filter(s => s.kind === 'audio').map(s => s.totalAudioEnergy || 0))}; }"""


async def until(probe, holds, seconds: float) -> float:
    start = time.monotonic()
    while not holds(value := await probe()):
        assert time.monotonic() - start < seconds, value
        await asyncio.sleep(0.02)
    return time.monotonic() - start


@contextlib.asynccontextmanager
async def chromium(
    number: int, flags: Sequence[str] = FLAGS, program: str | Path = "/usr/bin/chromium"
) -> AsyncIterator[list[Page]]:
    """So many profiles, each with an empty page that may use the microphone."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*flags])
        pages = [
            await (await browser.new_context(permissions=["microphone", "camera"])).new_page() for _ in range(number)
        ]
        for page in pages:
            await page.route("http://localhost/**", lambda r: r.fulfill(body="<body></body>", content_type="text/html"))
            await page.goto("http://localhost/")
        yield pages
        await browser.close()


async def send(page: Page, gateway: MediaGateway, peer: str, colour: str, relay: Relay | None = None) -> None:
    answer = await gateway.negotiate(ROOM, peer, "send", await page.evaluate(SEND, colour), ("microphone", "camera"))
    await page.evaluate(ANSWER, ["sending", relay.between(answer) if relay else answer])


async def receive(page: Page, gateway: MediaGateway, relay: Relay | None = None) -> None:
    answer = await gateway.negotiate(ROOM, "viewer", "receive", await page.evaluate(RECEIVE))
    await page.evaluate(ANSWER, ["receiving", relay.between(answer) if relay else answer])


async def test_pictures_and_voices_arrive_and_the_floor_moves_within_a_second(gateway: MediaGateway) -> None:
    assert len(USUAL_SLOTS) == 15
    async with chromium(3) as pages:
        await gateway.show(ROOM, "floor", camera("red"))
        await gateway.listen(ROOM, ["red", "blue"])
        await send(pages[0], gateway, "red", "rgb(255, 0, 0)")
        await send(pages[1], gateway, "blue", "rgb(0, 0, 255)")
        await receive(pages[2], gateway)
        stats = lambda: pages[2].evaluate(STATS)  # noqa: E731
        await until(stats, lambda s: s["frames"] > 10 and s["energy"] > 0, 15)
        await until(lambda: pages[2].evaluate(COLOUR), lambda c: c[0] > 150 and c[2] < 100, 10)
        took = []
        for peer, index in (("blue", 2), ("red", 0), ("blue", 2)):
            await gateway.show(ROOM, "floor", camera(peer))
            moved = lambda c, i=index: c[i] > 150 and c[2 - i] < 100  # noqa: E731
            took.append(await until(lambda: pages[2].evaluate(COLOUR), moved, 10))
        assert median(took) < 1.0, took
        assert await pages[2].evaluate("window.offers") == 0


async def test_losses_are_made_good_and_a_changed_network_is_followed(gateway: MediaGateway) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    uplink, downlink = Relay(), Relay()
    async with chromium(2) as pages:
        await gateway.show(ROOM, "floor", camera("red"))
        await send(pages[0], gateway, "red", "rgb(255, 0, 0)", uplink)
        await receive(pages[1], gateway, downlink)
        stats = lambda: pages[1].evaluate(STATS)  # noqa: E731
        await until(stats, lambda s: s["frames"] > 10, 15)
        uplink.loss = downlink.loss = 0.05
        before, seen = await gateway.inspect(), (await stats())["frames"]
        await until(stats, lambda s: s["frames"] > seen + 100, 12)
        after = await gateway.inspect()
        assert after.retransmitted > before.retransmitted
        assert after.keyframe_requests - before.keyframe_requests <= 4
        uplink.loss = downlink.loss = 0
        for network in (downlink, uplink):
            network.move()
            seen = (await stats())["frames"]
            await until(stats, lambda s, seen=seen: s["frames"] > seen + 30, 10)
        assert not [event for event in heard if isinstance(event, Lost)]
    uplink.close()
    downlink.close()
