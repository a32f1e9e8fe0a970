"""A consultation room in real browsers: two sites see each other there, the meeting sees neither, and both come back."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import tool, until
from tests.browser.pictures import Enter, connected, more_frames
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, WARD, Sitting, new_sitting


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site, title="Họp có phòng hội ý")


def test_two_sites_consult_apart_from_the_meeting_and_return(enter: Enter, sitting: Sitting) -> None:
    chair, ward, department = enter(CHAIR), enter(WARD), enter(DEPARTMENT)
    more_frames(ward, "floor")
    more_frames(chair, "wall0")

    department.locator("[data-panel=consultations]").click()
    expect(department.get_by_text("Chưa có phòng hội ý nào.")).to_be_visible()
    tool(department, "consultation-new").click()
    department.get_by_label("Tên phòng").fill("Thống nhất số liệu")
    department.get_by_role("group", name="Điểm cầu").get_by_label("Ba Đình").check()
    tool(department, "consultation-open").click()
    tool(department, "panel-enter").click()
    expect(department.locator("[data-banner=consultation]")).to_contain_text("Đang hội ý: Thống nhất số liệu")

    expect(ward.locator("[data-banner=invitation]")).to_contain_text("mời vào phòng hội ý")
    tool(ward, "consultation-enter").click()
    expect(ward.locator("[data-banner=consultation]")).to_contain_text("Phòng họp không nghe thấy")
    for page, other in ((ward, DEPARTMENT), (department, WARD)):
        connected(page)
        until(page, shows(sitting.sites[other]), seconds=20)
        until(page, f"!({shows(sitting.sites[CHAIR])})", seconds=10)
    until(chair, f"!({shows(sitting.sites[WARD])}) && !({shows(sitting.sites[DEPARTMENT])})", seconds=10)
    expect(tool(department, "microphone")).to_be_enabled()

    tool(department, "consultation-recall").click()
    expect(ward.locator("[data-banner=consultation]")).to_contain_text("gọi về phòng họp")
    for page in (ward, department):
        tool(page, "consultation-leave").click()
        expect(page.locator("[data-banner=consultation]")).to_have_count(0)
        connected(page)
        until(page, shows(sitting.sites[CHAIR]), seconds=20)
    until(chair, f"{shows(sitting.sites[WARD])} && {shows(sitting.sites[DEPARTMENT])}", seconds=20)


def shows(site: int) -> str:
    """Whether a video that runs shows that site."""
    return f"""(() => [...document.querySelectorAll("eo-picture")].some(picture =>
        picture.site === {site} && !picture.querySelector('.name-card') && picture.querySelector('video')?.videoWidth > 0))()"""
