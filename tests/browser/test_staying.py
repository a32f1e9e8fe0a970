"""A cut network: what still works is said, what was written waits in sight and arrives once, a reload changes nothing."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import tool, until
from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, WARD, Sitting, new_sitting


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site, title="Họp khi mất mạng")


@pytest.fixture
def pages(people: Doorman, sitting: Sitting) -> Iterator[tuple[Page, Page]]:
    """Chair and ward, in the room, with the chat open."""
    pages = people.page_of(CHAIR), people.page_of(WARD)
    for page in pages:
        page.goto(sitting.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        expect(page.locator(".room")).to_be_visible()
        page.locator("[data-panel=chat]").click()
    yield pages
    for page in pages:
        page.evaluate("window.eofficeRoom?.leave()")


def test_what_is_written_without_a_network_waits_and_arrives_once(pages: tuple[Page, Page]) -> None:
    chair, ward = pages
    tool(ward, "ask").click()
    expect(tool(ward, "ask")).to_contain_text("thứ 1")
    ward.context.set_offline(True)
    banner = ward.locator("[data-step=away]")
    expect(banner).to_contain_text("Vẫn đọc tài liệu đã mở")
    box = ward.get_by_label("Gửi tới mọi người")
    box.fill("Phường đã nhận được tài liệu")
    box.press("Enter")
    expect(ward.locator(".is-unsent")).to_contain_text("Sẽ gửi khi có mạng lại")
    expect(banner).to_contain_text("1 tin nhắn đang chờ")
    box.fill("Đang viết dở")
    ward.context.set_offline(False)
    until(ward, "window.eofficeRoom.line === 'open'")
    expect(chair.locator(".chat-text")).to_have_text(["Phường đã nhận được tài liệu"])
    expect(ward.locator(".is-unsent")).to_have_count(0)
    expect(banner).to_have_count(0)
    ward.reload()
    expect(ward.get_by_label("Gửi tới mọi người")).to_have_value("Đang viết dở")
    expect(tool(ward, "ask")).to_contain_text(re.compile("thứ 1"))
    expect(ward.locator(".chat-text")).to_have_text(["Phường đã nhận được tài liệu"])
