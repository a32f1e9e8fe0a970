"""The door of the room and the screen of a site, lived through by real browsers."""

from playwright.sync_api import Page, expect

from tests.browser.looking import tool
from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, WARD, new_sitting

LEAST_PX = 44


def join(page: Page) -> None:
    page.get_by_role("button", name="Vào phòng họp").click()


def test_the_chair_lets_somebody_in_puts_them_out_and_lets_them_in_again(site: Site, people: Doorman) -> None:
    sitting = new_sitting(site)
    chair, ward = people.page_of(CHAIR), people.page_of(WARD)
    chair.goto(sitting.path)
    join(chair)
    chair.locator("[data-panel=door]").click()
    tool(chair, "lock").click()
    expect(tool(chair, "lock")).to_contain_text("đang khóa")

    ward.goto(sitting.path)
    join(ward)
    expect(ward.get_by_role("heading", name="Phòng họp đang khóa")).to_be_visible()
    expect(chair.locator("[data-panel=door] .rail-count")).to_contain_text("1")
    tool(chair, "admit").click()
    expect(ward.locator(".room")).to_be_visible()
    expect(chair.get_by_text("Không có ai đang chờ.")).to_be_visible()

    chair.locator("[data-panel=sites]").click()
    chair.locator(".board-row", has_text="Phường Ba Đình").click()
    tool(chair, "people").click()
    tool(chair, "remove").click()
    chair.get_by_label("Lý do").fill("Nội dung họp kín.")
    chair.get_by_role("button", name="Mời ra").last.click()
    expect(ward.get_by_role("heading", name="Nội dung họp kín.")).to_be_visible()
    chair.get_by_role("button", name="Xong").click()

    ward.get_by_role("button", name="Vào lại phòng họp").click()
    join(ward)
    expect(ward.get_by_role("heading", name="Nội dung họp kín.")).to_be_visible()
    chair.locator("[data-panel=door]").click()
    tool(chair, "readmit").click()
    expect(tool(chair, "readmit")).to_have_count(0)
    ward.get_by_role("button", name="Vào lại phòng họp").click()
    join(ward)
    expect(ward.locator(".room")).to_be_visible()


def test_the_screen_of_a_site_joins_by_itself_with_its_microphone_closed_and_nothing_small(
    site: Site, people: Doorman
) -> None:
    sitting = new_sitting(site, free=True)
    screen = people.page_of(WARD, viewport={"width": 1920, "height": 1080})
    screen.goto(f"{sitting.path}?mode=site")
    expect(screen.locator(".room")).to_be_visible()
    expect(screen.locator("eo-site-screen")).to_contain_text("Phường Ba Đình")
    expect(tool(screen, "camera")).to_contain_text("đang bật")
    expect(tool(screen, "microphone")).to_contain_text("đang tắt")
    small = screen.evaluate(
        """least => [...document.querySelectorAll('.room button')].filter(button => button.checkVisibility())
            .filter(button => button.getBoundingClientRect().height < least).map(button => button.textContent.trim())""",
        LEAST_PX,
    )
    assert small == []
    assert screen.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24
    screen.reload()
    expect(screen.locator("html.site-mode eo-site-screen")).to_be_visible()


def test_a_second_window_takes_the_place_of_the_first(site: Site, people: Doorman) -> None:
    sitting = new_sitting(site)
    first, second = people.page_of(WARD), people.page_of(WARD)
    for page in (first, second):
        page.goto(sitting.path)
        join(page)
        expect(page.locator(".room")).to_be_visible()
    expect(first.get_by_role("heading", name="Quý vị đã vào phòng họp ở máy khác")).to_be_visible()
    expect(tool(second, "microphone")).to_be_visible()
