"""The floor in real browsers: called, accepted, counted down, warned, extended, taken back; the queue by keyboard."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.looking import leave_nothing, tool, until
from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, WARD, Sitting, new_sitting
from tests.browser.test_accessibility import RULES

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
HEARD = (
    "window.heard = []; new MutationObserver(() => heard.push(document.querySelector('[data-announcer]').textContent))"
)


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site)


@pytest.fixture
def rooms(people: Doorman, sitting: Sitting) -> Iterator[dict[str, Page]]:
    """The chair, the ward on a phone's screen, and the department, all in the room."""
    pages = {}
    for who, options in ((CHAIR, {}), (WARD, {"viewport": PHONE}), (DEPARTMENT, {})):
        page = people.page_of(who, **options)
        page.goto(sitting.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        expect(page.locator(".room")).to_be_visible(timeout=20_000)
        pages[who] = page
    yield pages
    for page in pages.values():
        leave_nothing(page)


def ask(page: Page, **wish: Any) -> None:
    page.evaluate("wish => window.eofficeRoom.ask({type: 'floor.request', ...wish})", wish)


def listen(page: Page) -> None:
    """Keep what the live region says."""
    page.evaluate(
        f"() => {{ {HEARD}.observe(document.querySelector('[data-announcer]'), "
        "{childList: true, characterData: true, subtree: true}); }"
    )


def seconds_shown(page: Page) -> int:
    words = page.locator(".room-header eo-speech-clock").inner_text()
    found = re.search(r"(\d+):(\d\d)", words)
    assert found, words
    return int(found[1]) * 60 + int(found[2])


def test_from_the_call_to_the_chair_again(rooms: dict[str, Page]) -> None:
    chair, ward, department = rooms.values()
    ask(ward, minutes=1, topic="Nạo vét cống trước mùa mưa")
    expect(tool(chair, "next")).to_contain_text("Mời phát biểu: Phường Ba Đình")
    tool(chair, "next").click()
    expect(ward.get_by_role("alertdialog")).to_contain_text("Nạo vét cống trước mùa mưa")
    until(ward, "Number(document.querySelector('eo-asked [data-left]').textContent) < 20")
    assert Axe().run(ward, options=RULES).violations_count == 0
    expect(tool(chair, "recall")).to_contain_text("giây")
    for page in (chair, ward):
        listen(page)
    tool(ward, "accept").click()
    expect(tool(ward, "microphone")).to_contain_text("đang mở")
    shown = [seconds_shown(page) for page in (chair, ward, department)]
    assert max(shown) - min(shown) <= 1
    assert 50 <= shown[0] <= 60
    for page in (chair, ward):
        until(page, "heard.some(text => text.includes('còn 30 giây'))", seconds=40)
    expect(ward.locator(".room-header eo-speech-clock")).to_have_attribute("data-mood", "last")
    tool(chair, "extend").click()
    until(ward, "document.querySelector('.room-header eo-speech-clock').dataset.mood === 'calm'")
    assert seconds_shown(ward) > 60
    ward.reload()
    expect(ward.locator(".room")).to_be_visible(timeout=20_000)
    assert abs(seconds_shown(ward) - seconds_shown(chair)) <= 1
    tool(chair, "take-back").click()
    expect(tool(ward, "microphone")).to_contain_text("đang tắt")
    expect(chair.locator(".room-header eo-speech-clock")).to_be_hidden()


def test_the_queue_is_seen_and_put_in_order_by_keyboard(rooms: dict[str, Page]) -> None:
    chair, ward, department = rooms.values()
    ask(department, topic="Kế hoạch đầu tư công")
    until(chair, "window.eofficeRoom.state.queue.length === 1")
    ask(ward, minutes=3)
    expect(tool(ward, "ask")).to_contain_text("thứ 2, khoảng 5 phút")
    chair.locator("[data-panel=queue]").click()
    rows = chair.locator("eo-queue-panel ol.queue > li")
    expect(rows).to_have_count(2)
    chair.get_by_role("button", name="Đưa Phường Ba Đình lên trước").focus()
    chair.keyboard.press("Enter")
    expect(rows.first).to_contain_text("Phường Ba Đình")
    expect(chair.get_by_role("button", name="Đưa Phường Ba Đình lên trước")).to_be_focused()
    expect(tool(ward, "ask")).to_contain_text("thứ 1")
    assert Axe().run(chair, options=RULES).violations_count == 0
    grip = rows.nth(1).locator(".queue-grip").bounding_box()
    top = rows.first.bounding_box()
    assert grip and top
    chair.mouse.move(grip["x"] + 8, grip["y"] + 8)
    chair.mouse.down()
    chair.mouse.move(top["x"] + 20, top["y"] + 5, steps=5)
    chair.mouse.up()
    expect(rows.first).to_contain_text("Sở Xây dựng")
    for who in (ward, department):
        who.evaluate("window.eofficeRoom.ask({type: 'floor.withdraw'})")
    expect(rows).to_have_count(0)


def test_no_answer_is_told_to_the_chair_and_the_place_is_kept(rooms: dict[str, Page]) -> None:
    chair, ward, _department = rooms.values()
    ask(ward)
    tool(chair, "next").click()
    expect(ward.get_by_role("alertdialog")).to_be_visible()
    ward.keyboard.press("Escape")
    expect(ward.get_by_role("alertdialog")).to_be_visible()
    ward.keyboard.press("Enter")
    ward.wait_for_timeout(300)
    assert not ward.evaluate("window.eofficeRoom.local.microphoneOn"), "a stray key opens nothing"
    expect(chair.locator(".toast", has_text="không trả lời lời mời")).to_be_visible(timeout=25_000)
    expect(ward.get_by_role("alertdialog")).to_have_count(0)
    expect(tool(ward, "ask")).to_contain_text("Giữ chỗ thứ 1")
    ward.evaluate("window.eofficeRoom.ask({type: 'floor.withdraw'})")
