"""A paper that is open in the reader: its words, chosen and marked."""

import time
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

CLOSE_PX = 6
CONVERTED_WITHIN_MS = 60_000
OPEN_WITHIN_MS = 30_000
SOON_S = 10


def hand_in_and_read(page: Page, path: Path, text: str) -> None:
    """Hand in the file, and open it in the reader at the page that says ``text``, its first."""
    page.goto("/papers/upload/")
    page.locator("eo-upload input[type=file]").set_input_files(path)
    page.locator(".is-accepted a").click()
    page.get_by_role("link", name="Đọc tài liệu").click(timeout=CONVERTED_WITHIN_MS)
    expect(words(page, text).first).to_be_attached(timeout=OPEN_WITHIN_MS)


def words(page: Page, text: str) -> Locator:
    """The line of the page that begins as ``text`` does."""
    return page.locator(".textLayer span:not(.markedContent)", has_text=text[:12])


def choose(page: Page, text: str) -> None:
    """Choose the lines of the page that say ``text``."""
    page.evaluate(
        """text => {
            const squeezed = (words) => words.replace(/\\s/g, '');
            const spans = [...document.querySelectorAll('.textLayer span')].filter((span) => !span.children.length);
            const first = spans.findIndex((span) => span.textContent.trim() && squeezed(text).startsWith(squeezed(span.textContent)));
            let last = first, said = '';
            for (let at = first; at < spans.length && said.length < squeezed(text).length; at++) { said += squeezed(spans[at].textContent); last = at; }
            const range = document.createRange();
            range.setStart(spans[first].firstChild, 0);
            range.setEnd(spans[last].firstChild, spans[last].textContent.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        text,
    )
    expect(page.get_by_role("toolbar", name="Đoạn chữ đã chọn")).to_be_visible()


def highlight(page: Page, text: str, colour: str = "màu vàng") -> None:
    choose(page, text)
    page.get_by_role("button", name=f"Tô {colour}").click()


def expect_mark_on(page: Page, colour: str, text: str) -> None:
    """The mark of that colour comes to lie on those words: pages are laid out anew now and then."""
    deadline = time.monotonic() + SOON_S
    mark = there = None
    while time.monotonic() < deadline:
        mark = page.locator(f".annotation-{colour}").first.bounding_box()
        there = words(page, text).first.bounding_box()
        if mark and there and all(abs(mark[side] - there[side]) < CLOSE_PX for side in ("x", "y")):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the mark is at {mark}, the words are at {there}")
