"""How a paper lies before a reader: by its headings, two pages at once, turned, dark; marks keep to their words."""

import io
import time
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, Response, expect

from tests import papers
from tests.browser.people import Doorman
from tests.browser.reading import expect_mark_on, hand_in_and_read, highlight, words

KEPT = "Giải ngân vốn đầu tư công đạt 72 phần trăm kế hoạch năm."
ADDED = "Đề nghị bổ sung 120 tỷ đồng cho các dự án cấp bách."


def report() -> bytes:
    document = docx.Document()
    for number, (heading, text) in enumerate(
        [("Kết quả", KEPT), ("Tồn tại", ADDED), ("Kiến nghị", "Hết."), ("Phụ lục", "Bảng số liệu.")]
    ):
        if number:
            document.add_page_break()
        document.add_heading(heading, level=1)
        document.add_paragraph(text)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.fixture
def reading(people: Doorman, tmp_path: Path) -> Page:
    """The clerk reads a report of four pages."""
    path = tmp_path / f"bao-cao-{time.time_ns()}.docx"
    path.write_bytes(report())
    page = people.page_of("vanthu", viewport={"width": 1280, "height": 800})
    hand_in_and_read(page, path, KEPT)
    return page


def shape(page: Page) -> float:
    """Width of the first page by its height."""
    box = page.locator(".pdfViewer .page").first.bounding_box()
    assert box
    return box["width"] / box["height"]


def test_a_heading_leads_to_its_page(reading: Page) -> None:
    reading.get_by_role("button", name="Danh sách trang").click()
    expect(reading.locator(".pv-thumbs canvas")).to_have_count(4)
    reading.get_by_role("button", name="Đề mục").click()
    reading.locator(".pv-headings").get_by_role("button", name="Kiến nghị").click()
    expect(reading.locator(".pv-page input")).to_have_value("3")
    expect(reading.locator(".pv-headings [aria-current]")).to_contain_text("Kiến nghị")


def test_two_pages_lie_beside_each_other_and_are_turned_together(reading: Page) -> None:
    reading.get_by_role("button", name="Hai trang cạnh nhau").click()
    expect(reading.locator(".pdfViewer .spread")).to_have_count(2)
    first, second = (reading.locator(".pdfViewer .page").nth(number).bounding_box() for number in (0, 1))
    assert first and second and first["y"] == second["y"] and first["x"] + first["width"] <= second["x"]
    assert second["x"] + second["width"] <= 1280
    reading.get_by_role("button", name="Trang sau").click()
    expect(reading.locator(".pv-page input")).to_have_value("3")
    reading.reload()
    expect(reading.locator(".pdfViewer .spread")).to_have_count(2, timeout=30_000)
    reading.get_by_role("button", name="Hai trang cạnh nhau").click()
    expect(reading.locator(".pdfViewer .spread")).to_have_count(0)


def test_marks_keep_to_their_words_on_pages_that_are_turned(reading: Page) -> None:
    highlight(reading, KEPT, "màu hồng")
    expect(reading.locator(".annotation-pink").first).to_be_visible()
    turn = reading.get_by_role("button", name="Xoay trang")
    turn.click()
    reading.wait_for_function(
        "() => { const page = document.querySelector('.pdfViewer .page'); return page.clientWidth > page.clientHeight; }"
    )
    expect(words(reading, KEPT).first).to_be_visible()
    assert shape(reading) > 1
    expect(reading.locator(".annotation-pink").first).to_be_visible()
    expect_mark_on(reading, "pink", KEPT)
    reading.locator(".pv-page input").fill("2")
    reading.locator(".pv-page input").press("Enter")
    expect(words(reading, ADDED).first).to_be_visible()
    highlight(reading, ADDED, "màu xanh lá")
    expect(reading.locator(".annotation-green").first).to_be_visible()
    expect_mark_on(reading, "green", ADDED)
    reading.reload()
    expect(words(reading, KEPT).first).to_be_visible(timeout=30_000)
    assert shape(reading) < 1, "another time it stands upright"
    reading.locator(".pv-page input").fill("2")
    reading.locator(".pv-page input").press("Enter")
    expect(reading.locator(".annotation-green").first).to_be_visible()
    expect_mark_on(reading, "green", ADDED)


def test_dark_paper_is_a_habit(reading: Page) -> None:
    paper = reading.locator(".pdfViewer .page").first
    dark = reading.get_by_role("button", name="Nền tối")
    expect(paper).to_have_css("filter", "none")
    dark.click()
    expect(dark).to_have_attribute("aria-pressed", "true")
    expect(paper).not_to_have_css("filter", "none")
    reading.reload()
    expect(words(reading, KEPT).first).to_be_attached(timeout=30_000)
    expect(paper).not_to_have_css("filter", "none")
    dark.click()
    expect(paper).to_have_css("filter", "none")


def test_only_what_is_looked_at_is_fetched(people: Doorman, tmp_path: Path) -> None:
    """A paper of 6 MB: its beginning, then the pages in sight; the whole of it only to who searches it."""
    path = tmp_path / f"anh-chup-{time.time_ns()}.pdf"
    path.write_bytes(papers.heavy(24, 256))
    page = people.page_of("vanthu", viewport={"width": 1280, "height": 800})
    parts: list[tuple[int, str]] = []
    page.on("response", lambda answer: parts.append(_part(answer)) if answer.url.endswith("/file/") else None)
    hand_in_and_read(page, path, "Trang so 1")
    assert {status for status, _range in parts} == {206}
    opened = _kilobytes(parts)
    assert 256 < opened < 900, "the page in sight, and where the others lie"
    page.locator(".pv-page input").fill("20")
    page.locator(".pv-page input").press("Enter")
    expect(words(page, "Trang so 20").first).to_be_attached()
    assert opened + 256 <= _kilobytes(parts) < opened + 1200, "and those beside it"
    page.get_by_role("button", name="Tìm trong tài liệu").click()
    page.get_by_role("searchbox").fill("so 12")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".pv-page input")).to_have_value("12")


def _part(answer: Response) -> tuple[int, str]:
    return answer.status, answer.headers.get("content-range", "")


def _kilobytes(parts: list[tuple[int, str]]) -> int:
    """All that was sent of a file, by the ranges ("bytes 0-65535/900000")."""
    spans = [said.removeprefix("bytes ").split("/")[0].split("-") for _status, said in parts]
    return sum(int(last) - int(first) + 1 for first, last in spans) // 1024
