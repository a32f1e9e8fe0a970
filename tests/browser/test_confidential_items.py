"""A confidential item, made on the form and lived through in the room by real browsers."""

from playwright.sync_api import Page, expect

from tests.browser.looking import tool
from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import SECRETARY, WARD, new_sitting

TITLE = "Bổ nhiệm giám đốc sở"


def join(page: Page) -> None:
    page.get_by_role("button", name="Vào phòng họp").click()
    expect(page.locator(".room")).to_be_visible()


def open_item(page: Page, title: str) -> None:
    if not page.locator(".agenda").is_visible():
        page.locator("[data-panel=agenda]").click()
    page.locator(".agenda li", has_text=title).get_by_role("button", name="Chuyển đến mục này").click()


def make_confidential(page: Page, meeting: int) -> None:
    """Of the meeting's second item, on its form."""
    page.goto(f"/meetings/{meeting}/")
    page.get_by_role("link", name="Sửa: Nội dung 2").click()
    expect(page.get_by_label("Đơn vị được dự mục kín")).to_be_hidden()
    page.get_by_label("Mục kín: chỉ những người được chọn").check()
    expect(page.get_by_text("Không dùng cho bí mật nhà nước")).to_be_visible()
    page.get_by_label("Nội dung", exact=True).fill(TITLE)
    page.get_by_label("Đơn vị được dự mục kín").fill("Sở Xây dựng")
    page.get_by_role("option", name="Sở Xây dựng").first.click()
    page.get_by_role("button", name="Lưu nội dung").click()
    expect(page.get_by_role("heading", name=f"2. {TITLE}")).to_be_visible()


def test_who_was_not_chosen_waits_while_it_is_discussed_and_comes_back_without_a_click(
    site: Site, people: Doorman
) -> None:
    sitting = new_sitting(site, free=True)
    secretary, ward = people.page_of(SECRETARY), people.page_of(WARD)
    make_confidential(secretary, sitting.meeting)
    ward.goto(f"/meetings/{sitting.meeting}/")
    expect(ward.get_by_role("heading", name="2. Mục kín")).to_be_visible()
    expect(ward.get_by_text(TITLE)).to_have_count(0)
    for page in (secretary, ward):
        page.goto(sitting.path)
        join(page)
    ward.locator("[data-panel=agenda]").click()
    expect(ward.get_by_text("Mục kín, không dành cho quý vị")).to_be_visible()

    open_item(secretary, TITLE)
    expect(secretary.locator("[data-banner=confidential]")).to_contain_text("không ghi hình")
    expect(ward.get_by_role("heading", name="Đang bàn mục kín")).to_be_visible()
    expect(ward.get_by_text("Quý vị sẽ được mời trở lại khi xong.")).to_be_visible()
    expect(ward.locator(".room")).to_have_count(0)

    open_item(secretary, "Nội dung 1")
    expect(ward.locator(".room")).to_be_visible()
    expect(tool(ward, "microphone")).to_contain_text("đang tắt")
    expect(ward.get_by_text(TITLE)).to_have_count(0)
