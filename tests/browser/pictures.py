"""Rooms whose people send and are sent pictures: a small camera, and what arrives."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.looking import tool, until

SMALL_CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wish) =>
  open(wish.video ? { ...wish, video: { width: 320, height: 180, frameRate: 10 } } : wish);
"""
"""Three browsers encode on the machine that runs the tests: 720p would measure the machine."""

RECEIVED = """async (slot) => {
  const { receive } = window.eofficeRoom.connection;
  const slots = ['audio0', 'audio1', 'audio2', 'floor', 'chair', 'content', 'wall0', 'wall1', 'wall2'];
  const stats = await receive.current.getTransceivers()[slots.indexOf(slot)].receiver.getStats();
  for (const entry of stats.values()) if (entry.type === 'inbound-rtp') {
    return { frames: entry.framesDecoded ?? 0, energy: entry.totalAudioEnergy ?? 0, packets: entry.packetsReceived };
  }
  return { frames: 0, energy: 0, packets: 0 };
}"""

COUNT_OFFERS = """() => {
  const { signalling } = window.eofficeRoom.connection;
  const request = signalling.request.bind(signalling);
  window.offers = 0;
  signalling.request = (message, options) => { window.offers += message.type === 'offer'; return request(message, options); };
}"""

Enter = Callable[[str], Page]
"""See the fixture ``enter``."""


def connected(page: Page) -> None:
    for name in ("send", "receive"):
        until(page, f"window.eofficeRoom?.connection.{name}.state === 'connected'", seconds=15)


def received(page: Page, slot: str) -> dict[str, Any]:
    return page.evaluate(RECEIVED, slot)


def more_frames(page: Page, slot: str, *, seconds: float = 10) -> None:
    """Three more frames are decoded in that slot."""
    before = received(page, slot)["frames"]
    for _ in range(int(seconds * 10)):
        if received(page, slot)["frames"] >= before + 3:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no picture in {slot} within {seconds} s")


def give_floor(chair: Page, to: Page) -> None:
    tool(to, "ask").click()
    tool(chair, "next").click()
    tool(to, "accept").click()
    expect(tool(to, "microphone")).to_contain_text("đang mở")
