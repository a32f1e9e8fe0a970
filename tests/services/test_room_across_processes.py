"""Two people in one meeting, each on another web process: they share the chat, the floor, sound and picture."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import VIETNAM, sign_in
from tests.browser.sitting import CHAIR, WARD, Sitting, new_sitting
from tests.services.production import HOST, ProductionSite

pytestmark = pytest.mark.services

RECORD_PEERS = """
const Native = RTCPeerConnection;
window.peers = [];
window.RTCPeerConnection = function (...rest) {
  const peer = new Native(...rest);
  window.peers.push(peer);
  return peer;
};
window.RTCPeerConnection.prototype = Native.prototype;
"""
RECEIVED = """
async () => {
  const sum = { energy: 0, frames: 0 };
  for (const peer of window.peers) {
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      if (report.kind === 'audio') sum.energy += report.totalAudioEnergy ?? 0;
      else sum.frames += report.framesDecoded ?? 0;
    }
  }
  return sum;
}
"""


@pytest.fixture
def sitting(site: ProductionSite) -> Sitting:
    return new_sitting(site)


@pytest.fixture
def pages(site: ProductionSite, browser: Browser, sitting: Sitting) -> Iterator[tuple[Page, Page]]:
    """The chair in the room through the first web process, the ward through the second."""
    contexts = []
    entered = []
    for who, port in zip((CHAIR, WARD), site.only_ports, strict=True):
        context = browser.new_context(base_url=f"https://{HOST}:{port}", ignore_https_errors=True, **VIETNAM)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(RECORD_PEERS)
        sign_in(page, who)
        page.goto(sitting.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        expect(page.locator(".room")).to_be_visible(timeout=20_000)
        entered.append(page)
    yield entered[0], entered[1]
    for context in contexts:
        context.close()


def test_the_chat_of_one_is_read_at_the_other(pages: tuple[Page, Page]) -> None:
    chair, ward = pages
    for page in pages:
        page.locator("[data-panel=chat]").click()
    text = f"Phường đã vào đủ {uuid.uuid4().hex[:6]}"
    ward.get_by_label("Gửi tới mọi người").fill(text)
    ward.get_by_role("button", name="Gửi", exact=True).click()
    expect(chair.locator(".chat-text", has_text=text)).to_have_count(1, timeout=10_000)


def test_the_floor_given_at_one_is_seen_and_heard_from_the_other(pages: tuple[Page, Page]) -> None:
    chair, ward = pages
    ward.locator("[data-tool=ask]").click()
    chair.locator("[data-tool=next]").click()
    ward.locator("[data-tool=open-now]").click()
    expect(chair.locator(".room-header")).to_contain_text("Phường Ba Đình", timeout=10_000)
    before = _received(chair)
    _until(lambda: _received(chair)["frames"] > before["frames"] + 20, "the picture moves")
    _until(lambda: _received(chair)["energy"] > before["energy"], "the fake microphone's beep is heard")


def _received(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(RECEIVED)
    return found


def _until(condition: Any, what: str, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.2)
