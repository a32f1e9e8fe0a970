"""A reader's own marks, in a real browser: made, kept, found again in a newer version, seen by nobody else."""

import io
import re
import time
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Doorman
from tests.browser.reading import CLOSE_PX, choose, expect_mark_on, hand_in_and_read, highlight, words
from tests.browser.site import Site

KEPT = "Giải ngân vốn đầu tư công đạt 72 phần trăm kế hoạch năm."
DROPPED = "Đoạn này sẽ không còn trong bản sau của báo cáo."
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def report(*pages: list[str]) -> bytes:
    document = docx.Document()
    for number, paragraphs in enumerate(pages):
        if number:
            document.add_page_break()
        for text in paragraphs:
            document.add_paragraph(text)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


FIRST = report(["Báo cáo tháng 11", DROPPED, KEPT], ["Kiến nghị"])
SECOND = report(["Báo cáo tháng 11, bản sửa"], ["Phần mới thêm vào"], [KEPT, "Kiến nghị"])


@pytest.fixture
def reading(people: Doorman, tmp_path: Path) -> Page:
    """The clerk reads a paper of theirs, of two pages."""
    path = tmp_path / f"bao-cao-{time.time_ns()}.docx"
    path.write_bytes(FIRST)
    page = people.page_of("vanthu")
    hand_in_and_read(page, path, KEPT)
    return page


def panel(page: Page) -> Locator:
    return page.locator(".annotations-panel")


def open_panel(page: Page) -> Locator:
    if not panel(page).is_visible():
        page.get_by_role("button", name="Ghi chú của tôi").click()
    return panel(page)


def test_words_are_highlighted_and_noted_and_still_there_after_a_reload(reading: Page) -> None:
    said: list[str] = []
    reading.on("pageerror", lambda error: said.append(str(error)))
    expect(open_panel(reading)).to_contain_text("Bạn chưa ghi chú gì vào tài liệu này.")
    choose(reading, KEPT)
    reading.get_by_role("toolbar", name="Đoạn chữ đã chọn").get_by_role("button", name="Ghi chú").click()
    reading.get_by_label("Nội dung ghi chú").fill("Hỏi Sở Tài chính.")
    expect(panel(reading).get_by_role("status").first).to_have_text("Đã lưu")
    highlight(reading, DROPPED, "màu hồng")
    reading.reload()
    expect(reading.locator(".annotation-pink").first).to_be_visible(timeout=30_000)
    expect(reading.get_by_role("button", name="Ghi chú: Hỏi Sở Tài chính.")).to_be_visible()
    rows = open_panel(reading).locator(".annotation-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(DROPPED)
    expect(rows.last).to_contain_text(KEPT)
    expect_mark_on(reading, "pink", DROPPED)
    assert said == []


def test_what_is_deleted_can_be_brought_back_with_the_keyboard_alone(reading: Page) -> None:
    highlight(reading, KEPT)
    open_panel(reading).get_by_role("button", name="Xóa").press("Enter")
    expect(reading.locator(".annotation-row")).to_have_count(0)
    expect(reading.get_by_role("button", name="Hoàn tác")).to_be_focused()
    reading.keyboard.press("Enter")
    expect(reading.locator(".annotation-row")).to_have_count(1)
    expect(panel(reading).get_by_role("status").first).to_have_text("Đã lưu")
    reading.keyboard.press("Escape")
    expect(panel(reading)).to_have_count(0)
    expect(reading.get_by_role("button", name="Ghi chú của tôi")).to_be_focused()


def test_a_place_is_noted_and_a_page_bookmarked(reading: Page) -> None:
    side = open_panel(reading)
    side.get_by_role("button", name="Đánh dấu trang 1").click()
    expect(reading.locator(".annotation-bookmark")).to_have_count(1)
    side.get_by_role("button", name="Ghi chú vào một chỗ").click()
    reading.locator(".pdfViewer .page").first.click(position={"x": 200, "y": 260})
    reading.get_by_label("Nội dung ghi chú").fill("Chỗ này thiếu số liệu.")
    side.get_by_role("button", name="Xong").click()
    expect(reading.get_by_role("button", name="Ghi chú: Chỗ này thiếu số liệu.")).to_be_visible()
    expect(side.locator(".annotation-where").first).to_have_text("Trang 1 · Đánh dấu trang")
    side.get_by_role("button", name="Bỏ đánh dấu trang 1").click()
    expect(reading.locator(".annotation-bookmark")).to_have_count(0)


def drawn_line(page: Page, top: float) -> None:
    """Draw a line by mouse across the first page, ``top`` px below its upper edge."""
    box = page.locator(".pdfViewer .page").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 150, box["y"] + top)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + top + 30, steps=6)
    page.mouse.move(box["x"] + 420, box["y"] + top, steps=6)
    page.mouse.up()


def test_what_is_drawn_by_hand_is_taken_back_rubbed_out_and_there_after_a_reload(reading: Page) -> None:
    side = open_panel(reading)
    side.get_by_role("button", name="Vẽ tay trên trang").click()
    for top in (150, 220, 290):
        drawn_line(reading, top)
    strokes = reading.locator(".own-ink polyline")
    expect(strokes).to_have_count(3)
    reading.keyboard.press("Control+z")
    expect(strokes).to_have_count(2)
    side.get_by_role("button", name="Tẩy").click()
    box = reading.locator(".pdfViewer .page").first.bounding_box()
    assert box
    reading.mouse.click(box["x"] + 225, box["y"] + 235)
    expect(strokes).to_have_count(1)
    side.get_by_role("button", name="Xong").click()
    expect(side.get_by_role("status").first).to_have_text("Đã lưu")
    expect(side.locator(".annotation-where")).to_have_text("Trang 1 · Nét vẽ tay")
    reading.reload()
    expect(strokes).to_have_count(1, timeout=30_000)


def test_what_is_typed_without_network_survives_a_reload_and_is_sent(reading: Page) -> None:
    highlight(reading, KEPT)
    side = open_panel(reading)
    expect(side.get_by_role("status").first).to_have_text("Đã lưu")
    reading.route("**/annotations/*/", lambda route: route.abort())
    side.get_by_role("button", name="Viết ghi chú").click()
    reading.get_by_label("Nội dung ghi chú").fill("Viết khi mất mạng")
    expect(side.get_by_role("status").first).to_contain_text("Chưa gửi được")
    reading.reload()
    expect(open_panel(reading).locator(".annotation-text")).to_have_text("Viết khi mất mạng")
    reading.unroute("**/annotations/*/")
    expect(side.get_by_role("status").first).to_have_text("Đã lưu", timeout=20_000)
    reading.evaluate("localStorage.clear()")
    reading.reload()
    expect(open_panel(reading).locator(".annotation-text")).to_have_text("Viết khi mất mạng")


def publish(page: Page, number: int) -> int:
    """Publish the latest version, which is ``number``, of the paper that is open; the paper's own number."""
    paper = int(re.findall(r"/papers/(\d+)/", page.url)[0])
    page.goto(f"/papers/{paper}/")
    page.get_by_role("button", name=f"Phát hành bản {number}").click()
    expect(page.locator("#publishing-heading + p")).to_contain_text(f"đang đọc bản {number}")
    return paper


def hand_in(site: Site, page: Page, content: bytes) -> None:
    """The next version of the paper that is open."""
    path = site.data / f"ban-{time.time_ns()}.docx"
    path.write_bytes(content)
    page.goto(re.sub(r"read/.*", "", page.url))
    page.locator("eo-upload input[type=file]").set_input_files(path)
    expect(page.get_by_role("button", name="Phát hành bản 2")).to_be_visible()
    site.wait_for_conversions()


def test_in_a_newer_version_marks_stand_where_their_words_are_or_are_listed(reading: Page, site: Site) -> None:
    highlight(reading, KEPT)
    highlight(reading, DROPPED, "màu hồng")
    open_panel(reading).get_by_role("button", name="Vẽ tay trên trang").click()
    line = words(reading, KEPT).first.bounding_box()
    sheet = reading.locator(".pdfViewer .page").first.bounding_box()
    assert line and sheet
    drawn_line(reading, line["y"] - sheet["y"] + line["height"] / 2)
    panel(reading).get_by_role("button", name="Xong").click()
    expect(panel(reading).get_by_role("status").first).to_have_text("Đã lưu")
    hand_in(site, reading, SECOND)
    reading.goto(f"/papers/{publish(reading, 2)}/read/")
    side = open_panel(reading)
    expect(side.locator(".annotation-go").first).to_contain_text("Trang 3", timeout=30_000)
    side.locator(".annotation-go").first.click()
    expect(reading.locator(".page[data-page-number='3'] .annotation-yellow").first).to_be_visible(timeout=15_000)
    drawn = reading.locator(".page[data-page-number='3'] .own-ink polyline").bounding_box()
    there = words(reading, KEPT).first.bounding_box()
    assert drawn and there and abs(drawn["y"] - there["y"] - there["height"] / 2) < CLOSE_PX, "it went with its words"
    expect(side).to_contain_text("Không còn ở bản này")
    side.get_by_role("link", name="Mở ở bản 1").click()
    expect(reading.locator(".annotation-pink").first).to_be_visible(timeout=30_000)
    expect(reading.locator(".annotation-yellow").first).to_be_visible()


def test_another_reader_of_the_same_paper_sees_none_of_it(reading: Page, people: Doorman) -> None:
    highlight(reading, KEPT)
    expect(open_panel(reading).get_by_role("status").first).to_have_text("Đã lưu")
    other = people.page_of("chutich")
    answer = other.goto(f"/papers/{publish(reading, 1)}/read/")
    assert answer and answer.status == 200, "the unit is below theirs"
    expect(words(other, KEPT).first).to_be_attached(timeout=30_000)
    expect(open_panel(other)).to_contain_text("Bạn chưa ghi chú gì vào tài liệu này.")
    assert other.locator(".annotations, .annotation-pins").count() == 0


def test_a_comment_is_everybodys_at_once_and_answered_by_the_papers_people(reading: Page, people: Doorman) -> None:
    address = f"/papers/{publish(reading, 1)}/read/"
    reading.get_by_role("button", name="Cho phép góp ý").click()
    expect(reading.locator("#comments-heading + p")).to_contain_text("Đang nhận góp ý")
    other = people.page_of("chutich")
    for page in (reading, other):
        page.goto(address)
        expect(words(page, KEPT).first).to_be_attached(timeout=30_000)
        expect(page.get_by_role("button", name="Góp ý", exact=False).first).to_be_visible()
    choose(other, KEPT)
    other.get_by_role("toolbar", name="Đoạn chữ đã chọn").get_by_role("button", name="Góp ý").click()
    expect(other.locator(".comments-panel")).to_contain_text("Mọi người đọc được tài liệu này")
    other.get_by_label("Nội dung góp ý").fill("Đề nghị nêu rõ nguồn số liệu.")
    other.get_by_role("button", name="Gửi cho mọi người").click()
    expect(other.locator(".comment-row")).to_contain_text("Đề nghị nêu rõ nguồn số liệu.")
    reading.locator(".comment-pin").click(timeout=15_000)
    row = reading.locator(".comment-row")
    expect(row).to_contain_text("Đề nghị nêu rõ nguồn số liệu.")
    row.get_by_role("button", name="Trả lời").click()
    reading.get_by_label("Câu trả lời").fill("Đã bổ sung ở trang 2.")
    reading.get_by_role("button", name="Gửi cho mọi người").click()
    expect(row.locator(".comment-replies")).to_contain_text("Đã bổ sung ở trang 2.")
    row.get_by_role("button", name="Tiếp thu").click()
    expect(other.locator(".comment-row")).to_contain_text("Đã tiếp thu", timeout=15_000)
    expect(other.locator(".comment-replies")).to_contain_text("Đã bổ sung ở trang 2.")
    expect(other.locator(".comment-row").get_by_role("button", name="Xóa")).to_have_count(0)


def test_on_a_phone_the_panel_lies_over_the_paper_and_leads_back_to_it(reading: Page, people: Doorman) -> None:
    highlight(reading, KEPT)
    expect(open_panel(reading).get_by_role("status").first).to_have_text("Đã lưu")
    phone = people.page_of("vanthu", **PHONE)
    phone.goto(reading.url)
    expect(words(phone, KEPT).first).to_be_attached(timeout=30_000)
    choose(phone, DROPPED)
    phone.get_by_role("button", name="Tô màu xanh lá").tap()
    rows = open_panel(phone).locator(".annotation-row")
    expect(rows).to_have_count(2)
    rows.last.locator(".annotation-go").tap()
    expect(panel(phone)).to_have_count(0)
    expect(phone.locator(".annotation-yellow").first).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
