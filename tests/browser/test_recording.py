"""A meeting is recorded in front of everybody and watched again: real browsers, node, recorder and jobs."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import leave_nothing, tool, until
from tests.browser.people import Doorman
from tests.browser.pictures import SMALL_CAMERA, connected, give_floor, more_frames
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, WARD, new_sitting

READY_WITHIN_S = 60


def enter(page: Page, path: str) -> None:
    page.add_init_script(SMALL_CAMERA)
    page.goto(path)
    page.get_by_role("button", name="Vào phòng họp").click()
    connected(page)


def plays(page: Page) -> None:
    """The picture goes on by itself."""
    until(page, "document.querySelector('#recording-floor').readyState >= 3")
    page.evaluate("window.before = document.querySelector('#recording-floor').currentTime")
    until(page, "document.querySelector('#recording-floor').currentTime > window.before + 0.5")


def test_a_meeting_is_recorded_and_watched_again(site: Site, people: Doorman) -> None:
    sitting = new_sitting(site, title="Họp được ghi hình")
    chair, ward = people.page_of(CHAIR), people.page_of(WARD)
    enter(chair, sitting.path)
    enter(ward, sitting.path)
    more_frames(ward, "floor")

    tool(chair, "record").click()
    chair.get_by_role("button", name="Ghi hình").last.click()
    expect(ward.locator("[data-recording]")).to_contain_text("hình")
    expect(ward.get_by_role("alertdialog")).to_contain_text("đang được ghi hình")
    tool(ward, "recording-noted").click()
    expect(ward.get_by_role("alertdialog")).to_have_count(0)
    expect(chair.get_by_role("alertdialog")).to_have_count(0)
    expect(chair.locator("[data-recording=on]")).to_have_text("Đang ghi hình", timeout=15_000)

    late = people.page_of(DEPARTMENT)
    late.goto(sitting.path)
    expect(late.locator("[data-recording-notice]")).to_contain_text("đã được báo và đồng ý")
    late.get_by_role("button", name="Vào phòng họp").click()
    expect(late.locator("[data-recording]")).to_be_visible()
    expect(late.get_by_role("alertdialog")).to_have_count(0)

    tool(chair, "share").click()
    more_frames(ward, "content")
    chair.wait_for_timeout(1500)
    tool(chair, "share").click()
    give_floor(chair, ward)
    chair.wait_for_timeout(4000)
    tool(chair, "record").click()
    chair.get_by_role("button", name="Dừng ghi hình").last.click()
    expect(ward.locator("[data-recording]")).to_have_count(0)

    reader = people.page_of(WARD)
    reader.goto(f"/meetings/{sitting.meeting}/")
    for _ in range(READY_WITHIN_S):
        if reader.get_by_role("link", name="Xem lại").count():
            break
        reader.wait_for_timeout(1000)
        reader.reload()
    reader.get_by_role("link", name="Xem lại").click()
    expect(reader.get_by_role("link", name=re.compile("^Tải về"))).to_have_count(0)
    until(reader, "document.querySelector('#recording-floor').duration > 5", seconds=15)

    chapter = reader.get_by_role("button", name=re.compile("Phát biểu: "))
    chapter.click()
    start = float(chapter.get_attribute("data-start") or 0)
    until(reader, f"document.querySelector('#recording-floor').currentTime >= {start}")
    plays(reader)
    expect(chapter).to_have_attribute("aria-current", "true")
    size = reader.evaluate(
        "[document.querySelector('#recording-floor').videoWidth, !!document.querySelector('#recording-floor').error]"
    )
    assert size[0] > 0
    assert not size[1]

    screen = reader.locator("#recording-content")
    expect(screen).to_be_hidden()
    shown_at = float((screen.get_attribute("data-shared") or "").split("-")[0])
    reader.evaluate(f"document.querySelector('#recording-floor').currentTime = {shown_at} + 0.5")
    expect(screen).to_be_visible()
    until(reader, "document.querySelector('#recording-content').videoWidth > 640")
    chapter.click()
    reader.get_by_role("button", name="Lùi 10 giây").press("Enter")
    until(reader, f"document.querySelector('#recording-floor').currentTime < {start}")
    plays(reader)
    owner = people.page_of(CHAIR)
    owner.goto(reader.url)
    expect(owner.get_by_role("link", name=re.compile("^Tải về"))).to_be_visible()
    for page in (chair, ward, late):
        leave_nothing(page)
