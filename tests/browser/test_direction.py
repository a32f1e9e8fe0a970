"""Picture direction in real browsers: a site goes on air, a wall is set, the second screen follows."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import tool, until
from tests.browser.people import Doorman
from tests.browser.pictures import COUNT_OFFERS, Enter, connected, more_frames
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, SECRETARY, WARD, Sitting, new_sitting


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site, title="Họp có đạo diễn hình")


def test_a_site_is_previewed_goes_on_air_and_a_viewer_sees_it_without_any_offer(
    enter: Enter, people: Doorman, sitting: Sitting
) -> None:
    ward, department, secretary = enter(WARD), enter(DEPARTMENT), enter(SECRETARY)
    department.evaluate(COUNT_OFFERS)

    secretary.locator("[data-panel=direction]").click()
    secretary.locator(f"[data-preview='{sitting.sites[WARD]}']").click()
    until(secretary, "document.querySelector('.direction-preview video')?.currentTime > 0", seconds=15)
    assert department.evaluate("window.eofficeRoom.state.programme") is None, "a preview is nobody else's business"

    tool(secretary, "on-air").click()
    until(department, f"window.eofficeRoom.state.slots.floor === {sitting.sites[WARD]}")
    more_frames(department, "floor")
    expect(department.locator(".stage-floor .picture-role")).to_have_text("Đang lên hình")
    assert department.evaluate("window.offers") == 0
    expect(ward.locator("[data-banner=on-air]")).to_contain_text("Micro vẫn tắt")
    assert department.evaluate("window.eofficeRoom.state.floor") is None

    department.reload()
    connected(department)
    more_frames(department, "floor")
    assert department.evaluate("window.eofficeRoom.state.programme") == sitting.sites[WARD]
    tool(secretary, "off-air").click()


def test_a_wall_for_everybody_hides_a_pin_until_it_ends_and_the_hall_screen_takes_no_seat(
    enter: Enter, people: Doorman, sitting: Sitting
) -> None:
    chair, department = enter(CHAIR), enter(DEPARTMENT)
    enter(WARD)
    pin = department.locator(f".tile[data-site='{sitting.sites[WARD]}'] [data-tool=pin]")
    pin.focus()
    department.keyboard.press("Enter")
    until(department, "document.querySelector('.stage-floor video')?.currentTime > 0")
    expect(tool(department, "unpin")).to_be_visible()

    chair.locator("[data-panel=direction]").click()
    chair.get_by_role("radio", name="Tường hình").check()
    chair.locator("[data-tool=patrol]").select_option("5")
    expect(department.locator("[data-banner=pin-waits]")).to_be_visible()
    until(department, "window.eofficeRoom.state.wall?.sites.length >= 2")
    place = department.evaluate(f"window.eofficeRoom.state.wall.sites.indexOf({sitting.sites[WARD]})")
    assert place >= 0
    until(department, f"window.eofficeRoom.state.slots['wall{place}'] === {sitting.sites[WARD]}")

    television = people.page_of(WARD, viewport={"width": 1920, "height": 1080})
    television.goto(f"/meetings/{sitting.meeting}/display/")
    expect(television.locator(".display-head h1")).to_have_text("Họp có đạo diễn hình")
    chair.get_by_role("radio", name="Mỗi người tự chọn").check()
    expect(tool(department, "unpin")).to_be_visible()
    assert department.evaluate("window.eofficeRoom.state.roster.present.length") == 3
