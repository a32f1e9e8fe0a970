"""The viewer's own line: measured, shown, and what helps when it is weak. A real node, a real thin line."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import leave_nothing, tool, until
from tests.browser.people import Doorman
from tests.browser.pictures import SMALL_CAMERA, connected, more_frames, received
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, WARD, Sitting, new_sitting
from tests.browser.weak_line import receive_through, weak_line

CAMERA = SMALL_CAMERA.replace("width: 320, height: 180", "width: 640, height: 360")
"""Large enough for two layers."""
THIN = 260_000
"""Bits per second: the voices and one small picture."""


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site, free=True, title="Họp qua mạng yếu")


@pytest.fixture
def enter(people: Doorman, sitting: Sitting) -> Iterator[Callable[[str], Page]]:
    def enter(who: str, prepare: Callable[[Page], None] | None = None) -> Page:
        page = people.page_of(who)
        page.add_init_script(CAMERA)
        if prepare:
            prepare(page)
        page.goto(sitting.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        connected(page)
        pages.append(page)
        return page

    pages: list[Page] = []
    yield enter
    for page in pages:
        leave_nothing(page)


def lamp(page: Page):
    return page.locator(".room-header-line")


def test_the_lamp_opens_what_is_measured_by_keyboard(enter: Callable[..., Page]) -> None:
    enter(CHAIR)
    ward = enter(WARD)
    more_frames(ward, "floor")
    expect(lamp(ward)).to_contain_text("Mạng tốt", timeout=15_000)
    lamp(ward).focus()
    ward.keyboard.press("Enter")
    panel = ward.locator("eo-line-panel")
    expect(ward.locator("#panel-title")).to_be_focused()
    expect(panel.locator("[data-verdict=good]")).to_contain_text("Đường truyền: Tốt")
    expect(panel).to_contain_text("Quý vị không cần làm gì.")
    expect(panel.locator(".line-facts").first).to_contain_text("0 %")
    expect(panel.locator("[data-slot=floor] strong")).to_have_text(re.compile("^(nét|vừa|nhỏ)"), timeout=15_000)
    expect(panel.locator("[data-slot=floor]")).to_contain_text(re.compile(r"640 × 360, \d+ hình/giây"), timeout=20_000)
    panel.locator("summary").click()
    expect(panel.locator("table")).to_contain_text("Mbit/giây")
    ward.get_by_role("button", name="Đóng khung này").click()
    expect(lamp(ward)).to_be_focused()


def test_a_weak_line_is_said_explained_and_helped(enter: Callable[..., Page]) -> None:
    chair = enter(CHAIR)
    tool(chair, "microphone").click()
    with weak_line(chair) as line:
        ward = enter(WARD, lambda page: receive_through(page, line))
        more_frames(ward, "floor")
        line.rate, line.loss = THIN, 0.2
        banner = ward.locator(".banner-warning")
        expect(banner).to_contain_text(re.compile("Mạng (rất )?yếu"), timeout=30_000)
        banner.get_by_role("button", name="Xem đường truyền").click()
        panel = ward.locator("eo-line-panel")
        expect(panel.locator("[data-verdict]")).not_to_contain_text("Tốt")
        expect(panel.locator("[data-slot=floor] .line-why")).to_contain_text("vì mạng yếu", timeout=15_000)
        panel.get_by_role("button", name="Chỉ nghe tiếng").click()
        expect(ward.locator("[data-banner=sound-only]")).to_contain_text("Quý vị đang chỉ nghe tiếng.")
        expect(ward.locator(".stage-floor .name-card")).to_contain_text("Quý vị đang chỉ nghe tiếng")
        assert_sound_only(ward)
        line.rate = line.loss = 0
        tool(ward, "pictures-back").click()
        more_frames(ward, "floor", seconds=15)
        expect(ward.locator("[data-banner=sound-only]")).to_have_count(0)


def test_sound_only_lasts_over_lost_lines_and_a_reload_until_it_is_undone(enter: Callable[..., Page]) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    tool(chair, "microphone").click()
    more_frames(ward, "floor")
    tool(ward, "sound-only").click()
    assert_sound_only(ward)
    for kind in ("drop-socket", "lose-media"):
        ward.evaluate("window.former = window.eofficeRoom.connection.receive.current")
        ward.evaluate(f"window.eofficeRoom.connection.tell({{type: 'simulate', kind: '{kind}'}})")
        if kind == "lose-media":
            until(ward, "window.eofficeRoom.connection.receive.current !== window.former")
        until(ward, "window.eofficeRoom.line === 'open'")
        connected(ward)
        assert_sound_only(ward)
    ward.reload()
    connected(ward)
    assert_sound_only(ward)
    expect(tool(ward, "sound-only")).to_have_attribute("aria-pressed", "true")
    ward.locator("[data-banner=sound-only]").get_by_role("button", name="Tắt camera của tôi").click()
    expect(tool(ward, "camera")).to_contain_text("đang tắt")
    tool(ward, "sound-only").click()
    more_frames(ward, "floor")


def test_a_shared_screen_may_be_watched_beside_sound_only(enter: Callable[..., Page]) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    tool(ward, "sound-only").click()
    tool(chair, "share").click()
    expect(ward.locator(".picture-screen")).to_contain_text("Quý vị đang chỉ nghe tiếng")
    tool(ward, "content-too").click()
    more_frames(ward, "content")
    frames = received(ward, "floor")["frames"]
    ward.wait_for_timeout(1000)
    assert received(ward, "floor")["frames"] == frames


def assert_sound_only(page: Page) -> None:
    """Voices come, and after what was on its way not one picture."""
    page.wait_for_timeout(1500)
    slots = ("floor", "chair", "content", "wall0")
    before = {slot: received(page, slot)["frames"] for slot in slots}
    energy = sum(received(page, f"audio{n}")["energy"] for n in range(3))
    page.wait_for_timeout(2000)
    assert {slot: received(page, slot)["frames"] for slot in slots} == before
    assert sum(received(page, f"audio{n}")["energy"] for n in range(3)) > energy
