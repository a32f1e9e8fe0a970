"""A picture comes in several sizes: each viewer is sent the one its screen shows, and its line carries."""

import asyncio
import math
import time
from typing import Literal

import pytest
from playwright.async_api import Page

from meetings.sfu.allowance import MOST, VOICES
from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Kind, Negotiate, Negotiated, Show, Wanted
from meetings.sfu.node import Node, NodeConfig
from meetings.sfu.slots import USUAL_SLOTS
from tests.sfu.peers import ROOM, camera
from tests.sfu.test_chromium import ANSWER, FLAGS, RECEIVE, chromium, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEND = """async () => {
  const c = document.createElement('canvas'); c.width = 960; c.height = 540; const g = c.getContext('2d');
  setInterval(() => { g.fillStyle = `hsl(${performance.now() / 20 % 360} 80% 50%)`; g.fillRect(0, 0, 960, 540); }, 50);
  const video = c.captureStream(20).getVideoTracks()[0];
  const pc = window.sending = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  pc.addTransceiver(video, {direction: 'sendonly', sendEncodings: [
    {rid: 'small', scaleResolutionDownBy: 4, maxBitrate: 150000},
    {rid: 'middle', scaleResolutionDownBy: 2, maxBitrate: 500000},
    {rid: 'large', maxBitrate: 1500000}]});
  await pc.setLocalDescription(); return pc.localDescription.sdp; }"""
WIDTHS = """async () => { const report = await window.receiving.getStats(); const slots = {};
  const byMid = Object.fromEntries(window.receiving.getTransceivers().map((t, i) => [t.mid, i]));
  for (const s of report.values()) if (s.type === 'inbound-rtp' && s.kind === 'video')
    slots[byMid[s.mid]] = [s.frameWidth || 0, s.framesDecoded || 0];
  return slots; }"""


async def widths(page: Page) -> dict[str, tuple[int, int]]:
    """Width of the last picture of each slot, and how many were decoded."""
    seen = await page.evaluate(WIDTHS)
    return {USUAL_SLOTS[int(index)]: tuple(value) for index, value in seen.items()}


async def join(page: Page, gateway: MediaGateway, name: str) -> None:
    answer = await gateway.negotiate(ROOM, name, "receive", await page.evaluate(RECEIVE))
    await page.evaluate(ANSWER, ["receiving", answer])


async def test_the_floor_is_large_a_tile_is_small_and_nothing_is_negotiated(gateway: MediaGateway) -> None:
    wanted: list[int] = []

    def hear(event: Event) -> None:
        if isinstance(event, Wanted):
            wanted.append(event.layers)

    gateway.add_listener(hear)
    async with chromium(3) as pages:
        await gateway.show(ROOM, "floor", camera("anh"))
        await gateway.view(ROOM, "binh", {"wall0": camera("anh")}, ("floor",))
        answer = await gateway.negotiate(ROOM, "anh", "send", await pages[0].evaluate(SEND), ("camera",))
        await pages[0].evaluate(ANSWER, ["sending", answer])
        await join(pages[1], gateway, "chau")
        await join(pages[2], gateway, "binh")
        await until(lambda: widths(pages[1]), lambda w: w.get("floor", (0, 0))[0] == 960, 30)
        await until(lambda: widths(pages[2]), lambda w: w.get("wall0", (0, 0))[1] > 20, 15)
        assert (await widths(pages[2]))["wall0"][0] == 240
        assert wanted[-1] == 3
        await gateway.view(ROOM, "chau", {}, ("floor",))
        await until(lambda: _last(wanted), lambda layers: layers == 1, 5)
        assert [await page.evaluate("window.offers") for page in pages[1:]] == [0, 0]


async def _last(values: list[int]) -> int:
    return values[-1]


TEMPORAL = """async () => {
  const media = await navigator.mediaDevices.getUserMedia({video: {width: 960, height: 540, frameRate: 30}});
  const pc = window.sending = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  pc.addTransceiver(media.getVideoTracks()[0], {direction: 'sendonly', sendEncodings: [
    {rid: 'small', scaleResolutionDownBy: 4, maxBitrate: 150000}, {rid: 'large', maxBitrate: 1500000}]});
  await pc.setLocalDescription(); return pc.localDescription.sdp; }"""
DECODED = """async () => { for (const s of (await window.receiving.getStats()).values())
  if (s.type === 'inbound-rtp' && s.kind === 'video' && s.framesDecoded)
    return {width: s.frameWidth, frames: s.framesDecoded, keys: s.keyFramesDecoded, lost: s.packetsLost};
  return {width: 0, frames: 0, keys: 0, lost: 0}; }"""


async def watched(page: Page, seconds: float) -> tuple[float, dict[str, int]]:
    """Pictures per second of the only slot that shows something, and what was counted in all."""
    first, began = await page.evaluate(DECODED), time.monotonic()
    await asyncio.sleep(seconds)
    last = await page.evaluate(DECODED)
    return (last["frames"] - first["frames"]) / (time.monotonic() - began), last


async def connect(node: Node, page: Page, peer: str, connection: Literal["send", "receive"], script: str) -> None:
    kinds: tuple[Kind, ...] = ("camera",) if connection == "send" else ()
    sdp = await page.evaluate(script)
    answer = node.carry_out(Negotiate(id=2, room=ROOM, peer=peer, connection=connection, sdp=sdp, kinds=kinds))
    assert isinstance(answer, Negotiated)
    await page.evaluate(ANSWER, ["sending" if kinds else "receiving", answer.sdp])


async def test_half_the_pictures_are_decoded_as_well_as_all() -> None:
    """By a real decoder, without a keyframe when they become fewer or more. The node is in this process."""
    node = Node(NodeConfig(bind=["127.0.0.1"]))
    try:
        async with chromium(2, [*FLAGS, "--use-fake-device-for-media-stream=fps=30"]) as (sender, viewer):
            node.carry_out(Show(id=1, room=ROOM, sources={"floor": camera("anh")}))
            await connect(node, sender, "anh", "send", TEMPORAL)
            await connect(node, viewer, "chau", "receive", RECEIVE)
            await until(lambda: viewer.evaluate(DECODED), lambda d: d["width"] == 960, 30)
            line = node._rooms[ROOM].peers["chau"].viewer._estimate
            large = node._rooms[ROOM].tracks[camera("anh")].layers[1]
            await asyncio.sleep(2)
            whole, before = await watched(viewer, 3)
            line._wait_until, line.bitrate = math.inf, VOICES + (large.thinned + large.rate) // 2
            await asyncio.sleep(2)
            half, between = await watched(viewer, 3)
            line.bitrate = MOST
            await asyncio.sleep(2)
            again, after = await watched(viewer, 3)
    finally:
        node.close()
    assert 0.4 * whole < half < 0.65 * whole, (whole, half)
    assert again > 0.8 * whole
    assert before["width"] == between["width"] == after["width"] == 960
    assert before["keys"] == between["keys"] == after["keys"], "no keyframe was needed"
    assert after["lost"] <= before["lost"] + 3, "no number is missing"
