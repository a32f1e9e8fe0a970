"""The meeting room, lived through by real browsers: entering, the floor, papers, chat, losing the line."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.looking import leave_nothing, tool, until
from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, WARD, Sitting, new_sitting
from tests.browser.test_accessibility import RULES

Enter = Callable[..., Page]
UNDER_THE_FINGER_MS = 700
"""A press is not taken while the name on the button has just become another one (frontend/src/meeting/speaking.ts)."""


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site)


@pytest.fixture
def enter(people: Doorman, sitting: Sitting) -> Iterator[Enter]:
    """``enter("badinh")``: that person in the room, through the pre-join page."""

    def enter(who: str, *, button: str = "Vào phòng họp", into: Sitting = sitting, **options: Any) -> Page:
        page = people.page_of(who, **options)
        page.goto(into.path)
        if button != "Vào phòng họp":
            page.get_by_text("Cách vào khác").click()
        page.get_by_role("button", name=button).click()
        expect(page.locator(".room")).to_be_visible()
        pages.append(page)
        return page

    pages: list[Page] = []
    yield enter
    for page in pages:
        leave_nothing(page)


def panel(page: Page, name: str) -> None:
    page.locator(f"[data-panel={name}]").click()


def microphone_on(page: Page) -> bool:
    return bool(page.evaluate("window.eofficeRoom.local.microphoneOn"))


def test_the_page_before_the_room_shows_oneself_and_ones_site(people: Doorman, sitting: Sitting) -> None:
    page = people.page_of(WARD)
    page.goto(sitting.path)
    expect(page.get_by_text("Phường Ba Đình")).to_be_visible()
    until(page, "document.querySelector('.pre-join video')?.videoWidth > 0")
    until(page, "document.querySelector('meter')?.value > 0")
    expect(page.get_by_label("Camera", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("error", "help_text"),
    [
        ("NotAllowedError", "Bấm vào biểu tượng ổ khóa"),
        ("NotFoundError", "Kiểm tra dây cắm"),
        ("NotReadableError", "Đóng phần mềm họp"),
    ],
)
def test_a_browser_that_refuses_is_explained_and_one_may_still_enter(
    people: Doorman, sitting: Sitting, error: str, help_text: str
) -> None:
    page = people.page_of(WARD)
    page.add_init_script(f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}'))")
    page.goto(sitting.path)
    expect(page.get_by_role("alert").filter(has_text=help_text).first).to_be_visible()
    page.get_by_role("button", name="Vào phòng họp").click()
    expect(page.locator(".room")).to_be_visible()
    page.evaluate("window.eofficeRoom.leave()")


def test_those_who_are_in_are_seen_in_the_tree(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    panel(chair, "sites")
    row = chair.locator(".board-site").filter(has_text="Phường Ba Đình")
    expect(row).to_contain_text("Camera bật")
    chair.get_by_label("Tìm điểm cầu").fill("ba dinh")
    expect(chair.locator(".board-site")).to_have_count(1)
    ward.evaluate("window.eofficeRoom.leave()")
    expect(row).to_contain_text("Chưa vào")


def test_the_floor_opens_the_microphone_only_after_a_yes(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    expect(tool(ward, "microphone")).to_have_attribute("aria-disabled", "true")
    tool(ward, "ask").click()
    expect(tool(ward, "ask")).to_contain_text("thứ 1")
    tool(chair, "next").click()
    expect(ward.get_by_role("alertdialog")).to_contain_text("Mời quý vị phát biểu")
    expect(tool(chair, "next")).to_contain_text("Đang mời: Phường Ba Đình")
    assert not microphone_on(ward)
    tool(ward, "accept").click()
    expect(tool(ward, "microphone")).to_contain_text("đang mở", timeout=5000)
    expect(chair.locator(".room-header")).to_contain_text("Phường Ba Đình")
    tool(chair, "take-back").click()
    expect(tool(ward, "microphone")).to_contain_text("đang tắt")
    assert not microphone_on(ward)


def test_not_now_keeps_the_microphone_closed_and_the_place(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    tool(ward, "ask").click()
    tool(chair, "next").click()
    tool(ward, "decline").click()
    expect(chair.locator(".toast").last).to_contain_text("chưa phát biểu lúc này")
    expect(tool(ward, "ask")).to_contain_text("Giữ chỗ thứ 1")
    assert not microphone_on(ward)
    tool(ward, "ask").click()
    expect(tool(ward, "ask")).to_contain_text("Đang chờ: thứ 1")
    chair.wait_for_timeout(UNDER_THE_FINGER_MS)
    tool(chair, "next").click()
    tool(ward, "accept").click()
    expect(tool(ward, "microphone")).to_contain_text("đang mở")
    tool(ward, "yield").click()
    expect(tool(ward, "microphone")).to_contain_text("đang tắt")


def test_a_reload_returns_to_the_same_place_with_the_same_microphone(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    tool(ward, "ask").click()
    tool(chair, "next").click()
    tool(ward, "accept").click()
    expect(tool(ward, "microphone")).to_contain_text("đang mở")
    ward.reload()
    expect(tool(ward, "microphone")).to_contain_text("đang mở", timeout=10_000)
    expect(tool(ward, "camera")).to_contain_text("đang bật")
    expect(ward.get_by_role("alertdialog")).to_have_count(0)
    tool(chair, "take-back").click()


def test_a_forgotten_session_enters_anew_by_itself(enter: Enter) -> None:
    ward = enter(WARD)
    session = ward.evaluate("window.eofficeRoom.connection.signalling.session")
    ward.evaluate("window.eofficeRoom.connection.tell({type: 'simulate', kind: 'forget-session'})")
    until(
        ward, f"window.eofficeRoom.line === 'open' && window.eofficeRoom.connection.signalling.session !== '{session}'"
    )
    expect(ward.locator(".room")).to_be_visible()


def test_a_copied_tab_takes_the_place_and_the_first_one_stays_out(enter: Enter, sitting: Sitting) -> None:
    ward = enter(WARD)
    with ward.context.expect_page() as opened:
        ward.evaluate("path => { window.open(path) }", sitting.path)  # copies the tab's memory, as "duplicate" does
    copy = opened.value
    expect(copy.locator(".room")).to_be_visible(timeout=10_000)
    expect(ward.get_by_role("heading", name="Phòng họp đang mở ở thẻ khác")).to_be_visible()
    copy.wait_for_timeout(1500)
    assert copy.evaluate("window.eofficeRoom.line") == "open"
    copy.evaluate("window.eofficeRoom.leave()")


def test_the_presenters_page_turns_for_everybody_who_follows(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    panel(chair, "agenda")
    chair.get_by_role("button", name="Chuyển đến mục này").first.click()
    viewer = ward.locator("eo-paper-viewer")
    expect(viewer.locator(".pv-page input")).to_have_value("1")
    expect(chair.locator("eo-paper-viewer .page").first).to_be_visible()
    chair.get_by_role("button", name="Trang sau").click()
    expect(viewer.locator(".pv-page input")).to_have_value("2")
    ward.get_by_role("button", name="Trang sau").click()
    expect(viewer.locator(".pv-page input")).to_have_value("3")
    chair.get_by_role("button", name="Trang sau").click()
    chair.get_by_role("button", name="Trang sau").click()
    expect(ward.get_by_text("trang 4/4")).to_be_visible()
    expect(viewer.locator(".pv-page input")).to_have_value("3")
    tool(ward, "follow").click()
    expect(viewer.locator(".pv-page input")).to_have_value("4")
    tool(chair, "put-away").click()
    expect(viewer).to_have_count(0)


def test_a_device_beside_the_sites_own_follows_without_camera(enter: Enter) -> None:
    room, officer = enter(WARD), enter("vt.badinh", button="Tôi theo dõi bên cạnh màn hình của điểm cầu")
    expect(tool(officer, "microphone")).to_have_count(0)
    assert officer.evaluate("window.eofficeRoom.local.camera === undefined && !window.eofficeRoom.sound")
    tool(officer, "take").click()
    expect(tool(officer, "camera")).to_contain_text("đang bật")
    expect(tool(room, "take")).to_be_visible()
    expect(tool(room, "camera")).to_have_count(0)


def test_keys_work_and_sleep_while_somebody_types(enter: Enter) -> None:
    chair = enter(CHAIR)
    chair.locator("body").press("m")
    expect(tool(chair, "microphone")).to_contain_text("đang mở")
    chair.keyboard.press("c")
    box = chair.get_by_label("Gửi tới mọi người")
    box.fill("")
    box.press_sequentially("mmv")
    expect(box).to_have_value("mmv")
    expect(tool(chair, "microphone")).to_contain_text("đang mở")
    chair.keyboard.press("F2")
    expect(tool(chair, "microphone")).to_be_focused()
    chair.keyboard.press("?")
    expect(chair.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    chair.keyboard.press("Escape")
    chair.keyboard.press("Control+d")
    expect(tool(chair, "microphone")).to_contain_text("đang tắt")


def test_what_others_do_is_said_aloud(enter: Enter) -> None:
    chair, ward, department = enter(CHAIR), enter(WARD), enter(DEPARTMENT)
    tool(ward, "ask").click()
    tool(chair, "next").click()
    expect(department.locator("[data-announcer]")).to_have_text(re.compile("Đang mời Phường Ba Đình"))
    tool(ward, "accept").click()
    expect(department.locator("[data-announcer]")).to_have_text(re.compile("Phường Ba Đình đang phát biểu"))
    tool(chair, "take-back").click()


def test_the_room_speaks_for_itself_and_the_notices_of_the_site_stay_outside(
    site: Site, enter: Enter, people: Doorman
) -> None:
    opening = new_sitting(site, opened=False)
    chair, ward = enter(CHAIR, into=opening), enter(WARD, into=opening)
    outside = people.page_of(WARD)
    outside.goto("/schedule/")
    tool(chair, "open").click()
    expect(outside.locator(".toast", has_text="Cuộc họp đã bắt đầu")).to_be_visible()
    expect(ward.locator(".toast", has_text="Cuộc họp đã khai mạc")).to_be_visible()
    assert ward.locator(".toast").count() == 1


@pytest.mark.parametrize("width", [1280, 640, 390])
def test_axe_finds_nothing(enter: Enter, width: int) -> None:
    chair = enter(CHAIR, viewport={"width": width, "height": 800})
    for name in ("sites", "queue", "agenda", "papers", "chat"):
        panel(chair, name)
        found = Axe().run(chair, options=RULES)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert chair.evaluate("document.documentElement.scrollWidth") <= width
        chair.get_by_role("button", name="Đóng khung này").click()


def test_the_end_is_told_to_everybody(site: Site, enter: Enter) -> None:
    ending = new_sitting(site, title="Cuộc họp ngắn")
    chair, ward = enter(CHAIR, into=ending), enter(WARD, into=ending)
    tool(chair, "end").click()
    chair.get_by_role("dialog").get_by_role("button", name="Kết thúc cuộc họp").click()
    for page in (chair, ward):
        expect(page.get_by_role("heading", name="Cuộc họp đã kết thúc")).to_be_visible()
        expect(page.get_by_role("link", name="Về trang cuộc họp")).to_have_attribute(
            "href", f"/meetings/{ending.meeting}/"
        )
    assert not ward.evaluate("window.eofficeRoom.local.cameraOn")
