"""The frame of every page in a real browser: menus, theme, drafts, double clicks, questions, notices."""

import re

import pytest
from playwright.sync_api import Page, expect

from eoffice.demo.people import PASSWORD
from tests.browser.looking import TWICE
from tests.browser.people import Doorman
from tests.browser.site import Site


@pytest.fixture
def page_of(people: Doorman):
    return people.page_of


def test_the_console_stays_silent_under_the_strict_policy(page_of) -> None:
    page = page_of("badinh")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/", "/schedule/", "/notifications/", "/design/"):
        page.goto(path)
        page.wait_for_timeout(200)
    assert said == []


def test_the_theme_is_kept(page_of) -> None:
    page: Page = page_of("badinh")
    page.goto("/")
    page.locator("summary").click()
    page.get_by_label("Nền").select_option("dark")
    page.goto("/schedule/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_escape_closes_the_menu_and_gives_the_focus_back(page_of) -> None:
    page: Page = page_of("badinh")
    page.goto("/")
    summary = page.locator("summary")
    summary.click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_skip_link_leads_to_the_content(page_of) -> None:
    page: Page = page_of("badinh")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_double_click_sends_once(page_of) -> None:
    page: Page = page_of("badinh")
    page.goto("/design/")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Gửi giấy mời").evaluate(TWICE)
    page.wait_for_timeout(1500)
    assert len(posts) == 1


def test_harm_asks_first_and_no_means_no(page_of) -> None:
    page: Page = page_of("badinh")
    page.goto("/design/")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Hủy cuộc họp").click()
    dialog = page.get_by_role("dialog", name="Hủy cuộc họp này?")
    expect(dialog.get_by_role("button", name="Không, quay lại")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert posts == []
    page.get_by_role("button", name="Hủy cuộc họp").click()
    dialog.get_by_role("button", name="Hủy cuộc họp").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_timeout(1500)
    assert len(posts) == 1


def test_the_picker_is_used_by_keyboard_alone(page_of) -> None:
    page: Page = page_of("badinh")
    page.goto("/design/")
    box = page.get_by_role("combobox", name="Thành phần")
    box.fill("le hoang")
    expect(page.get_by_role("option", name=re.compile("Lê Hoàng Đức"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bỏ Lê Hoàng Đức")).to_be_visible()
    assert page.locator("eo-picker input[type=hidden]").input_value() == "3"
    page.keyboard.press("Backspace")
    expect(page.locator("eo-picker input[type=hidden]")).to_have_count(0)


def test_what_was_typed_comes_back_after_leaving_the_page(page_of) -> None:
    page: Page = page_of("vanthu")
    page.goto("/design/")
    page.get_by_label("Tên cuộc họp").fill("Họp về thoát nước nội đô")
    box = page.get_by_role("combobox", name="Thành phần")
    box.fill("bình")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Bỏ Trần Thị Bình")).to_be_visible()
    page.goto("/schedule/")
    page.goto("/design/")
    page.get_by_role("button", name="Lấy lại nội dung").click()
    expect(page.get_by_label("Tên cuộc họp")).to_have_value("Họp về thoát nước nội đô")
    expect(page.get_by_role("button", name="Bỏ Trần Thị Bình")).to_be_visible()


def test_a_session_that_ends_in_the_middle_of_a_long_form_loses_nothing(page_of) -> None:
    page: Page = page_of("vanphong")
    page.goto("/meetings/new/")
    page.get_by_label("Tên cuộc họp").fill("Họp về thoát nước nội đô")
    page.get_by_label("Ngày họp").fill("5/3")
    page.get_by_label(re.compile("^Yêu cầu chuẩn bị")).fill("Mang theo bản đồ ngập úng")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Lưu dự thảo").click()
    page.wait_for_url("**/account/login/**")
    page.locator("#id_login").fill("vanphong")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").first.click()
    page.wait_for_url("**/meetings/new/")
    page.get_by_role("button", name="Lấy lại nội dung").click()
    expect(page.get_by_label("Tên cuộc họp")).to_have_value("Họp về thoát nước nội đô")
    expect(page.get_by_label("Ngày họp")).to_have_value(re.compile(r"05/03/20\d\d"))
    expect(page.get_by_label(re.compile("^Yêu cầu chuẩn bị"))).to_have_value("Mang theo bản đồ ngập úng")
    page.get_by_label("Ngày họp").fill("01/12/2027")
    page.get_by_label("Địa điểm").fill("Phòng họp số 1")
    page.get_by_role("combobox", name="Chủ trì").fill("nguyen")
    page.keyboard.press("Enter")
    expect(page.locator("eo-picker[name=chair] .picked li")).to_have_count(1)
    page.get_by_role("button", name="Lưu dự thảo").click()
    page.wait_for_url(re.compile(r"/meetings/\d+/"))
    page.goto("/meetings/new/")
    expect(page.get_by_role("button", name="Lấy lại nội dung")).to_be_hidden()


def test_a_notice_rings_on_an_open_page_and_the_sections_follow(page_of, site: Site) -> None:
    page: Page = page_of("pct3")
    site.python(CLEAR_NOTICES)
    page.goto("/")
    expect(page.locator("[data-bell]")).to_be_visible()
    site.python(NOTIFY_FROM_ANOTHER_PROCESS)
    page.reload()
    expect(page.get_by_role("link", name=re.compile("Thông báo, 1 chưa đọc"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Giấy mời họp gấp")).click()
    page.wait_for_url("**/schedule/")
    page.goto("/")
    expect(page.get_by_role("link", name="Thông báo", exact=True)).to_be_visible()


NOTIFY_FROM_ANOTHER_PROCESS = """
from eoffice.accounts.models import User
from eoffice.notifications import notify
notify.send([User.objects.get(username="pct3")], kind="test", title="Giấy mời họp gấp", url="/schedule/")
"""


def test_at_390_pixels_nothing_is_wider_than_the_screen(page_of) -> None:
    page: Page = page_of("badinh", viewport={"width": 390, "height": 844})
    for path in ("/", "/schedule/", "/notifications/", "/design/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_lost_network_is_said_and_its_return_too(page_of) -> None:
    page: Page = page_of("badinh")
    page.goto("/")
    page.context.set_offline(True)
    expect(page.get_by_text("Máy này đang mất mạng.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Đã có mạng trở lại.")).to_be_visible()
    expect(page.get_by_text("Máy này đang mất mạng.")).to_be_hidden()


CLEAR_NOTICES = """
from eoffice.notifications.models import Notification
Notification.objects.filter(recipient__username="pct3").delete()
"""
