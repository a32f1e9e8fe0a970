"""A session that ends in the middle of a long form costs nothing that was typed."""

from playwright.sync_api import expect

from eoffice.demo.people import PASSWORD
from tests.browser.people import Doorman


def test_a_form_sent_after_the_session_ended_comes_back_with_what_was_typed(people: Doorman) -> None:
    page = people.page_of("thuky")
    page.goto("/meetings/new/")
    page.locator("#id_title").fill("Họp đột xuất phòng, chống bão số 5")
    page.wait_for_timeout(700)  # drafts are written 0.4 s after the last key
    page.context.clear_cookies(name="sessionid")
    page.locator("main form[data-keep] button.btn-primary").first.click()
    expect(page.get_by_text("Phiên làm việc đã hết")).to_be_visible()
    page.locator("#id_login").fill("thuky")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url("**/meetings/new/")
    page.locator(".draft-offer button").first.click()
    expect(page.locator("#id_title")).to_have_value("Họp đột xuất phòng, chống bão số 5")
