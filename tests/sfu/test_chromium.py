"""Real Chromium to node to real Chromium: pictures decoded, voices heard, the floor moved without any offer."""

import asyncio
import time

import pytest
from playwright.async_api import Page, async_playwright

from meetings.sfu.gateway import MediaGateway
from meetings.sfu.messages import SLOTS, Source
from tests.sfu.peers import ROOM

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


async def send(page: Page, gateway: MediaGateway, peer: str, colour: str) -> None:
    answer = await gateway.negotiate(ROOM, peer, "send", await page.evaluate(SEND, colour), ("microphone", "camera"))
    await page.evaluate(ANSWER, ["sending", answer])


async def test_pictures_and_voices_arrive_and_the_floor_moves_within_a_second(gateway: MediaGateway) -> None:
    assert len(SLOTS) == 15
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        pages = [await (await browser.new_context(permissions=["microphone"])).new_page() for _ in range(3)]
        for page in pages:
            await page.route("http://localhost/**", lambda r: r.fulfill(body="<body></body>", content_type="text/html"))
            await page.goto("http://localhost/")
        await gateway.show(ROOM, "floor", Source(peer="red", kind="camera"))
        await gateway.listen(ROOM, ["red", "blue"])
        await send(pages[0], gateway, "red", "rgb(255, 0, 0)")
        await send(pages[1], gateway, "blue", "rgb(0, 0, 255)")
        offer = await pages[2].evaluate(RECEIVE)
        await pages[2].evaluate(ANSWER, ["receiving", await gateway.negotiate(ROOM, "viewer", "receive", offer)])
        stats = lambda: pages[2].evaluate(STATS)  # noqa: E731
        await until(stats, lambda s: s["frames"] > 10 and s["energy"] > 0, 15)
        await until(lambda: pages[2].evaluate(COLOUR), lambda c: c[0] > 150 and c[2] < 100, 10)
        for peer, index in (("blue", 2), ("red", 0), ("blue", 2)):
            await gateway.show(ROOM, "floor", Source(peer=peer, kind="camera"))
            took = await until(lambda: pages[2].evaluate(COLOUR), lambda c, i=index: c[i] > 150 and c[2 - i] < 100, 5)
            assert took < 1.0
        assert await pages[2].evaluate("window.offers") == 0
        await browser.close()
