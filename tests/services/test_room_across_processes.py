"""Two people in one meeting, each on another web process: they share the chat, the floor, sound and picture."""

import time
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sitting import Sitting
from tests.services.production import ProductionSite

pytestmark = [pytest.mark.browser, pytest.mark.services]

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
    ward.locator("[data-tool=accept]").click()
    expect(chair.locator(".room-header")).to_contain_text("Phường Ba Đình", timeout=10_000)
    before = _received(chair)
    _until(lambda: _received(chair)["frames"] > before["frames"] + 20, "the picture moves")
    _until(lambda: _received(chair)["energy"] > before["energy"], "the fake microphone's beep is heard")


NODES = """
from meetings.models import Connection
tabs = Connection.objects.filter(left_at=None, meeting=%s).order_by("pk")
print(*tabs.values_list("node", flat=True))
"""


def test_when_the_media_node_of_one_dies_the_other_keeps_its_connections(
    pages: tuple[Page, Page], site: ProductionSite, sitting: Sitting
) -> None:
    chair, ward = pages
    for page in pages:
        _until(lambda page=page: _received(page)["frames"] > 20, "the other's picture comes from the other node")
    at_chair, at_ward = site.python(NODES % sitting.meeting).split()
    assert {at_chair, at_ward} == set(site.media_nodes)
    connections = [page.evaluate("window.peers.length") for page in pages]
    run = "second" if "second" in at_ward else ""
    node = site.processes[f"{run} eoffice-media.service".strip()]
    node.kill()
    node.wait(10)
    try:
        _until(lambda: ward.evaluate("window.peers.length") > connections[1], "the ward connects anew")
        before = [_received(page)["frames"] for page in pages]
        for page, frames in zip(pages, before, strict=True):
            _until(lambda page=page, frames=frames: _received(page)["frames"] > frames + 20, "pictures move again")
        assert chair.evaluate("window.peers.length") == connections[0]
        assert site.python(NODES % sitting.meeting).split() == [at_chair, at_chair]
    finally:
        site.start_unit("eoffice-media.service", run=run)


def _received(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(RECEIVED)
    return found


def _until(condition: Any, what: str, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.2)
