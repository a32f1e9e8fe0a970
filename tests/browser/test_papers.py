"""A paper from the desk of the clerk to the reader, in a real browser with the real LibreOffice."""

import io
import re
import time
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from tests import papers
from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import SECRETARY, WARD, new_sitting

CONVERTED_WITHIN_MS = 60_000


def three_pages() -> bytes:
    document = docx.Document()
    for number in (1, 2, 3):
        document.add_paragraph(f"Trang số {number}: quy hoạch phường Đống Đa")
        if number < 3:
            document.add_page_break()
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.fixture
def clerk(people: Doorman) -> Page:
    return people.page_of("vanthu")


def test_several_files_are_handed_in_and_one_is_read_to_the_end(clerk: Page, tmp_path: Path) -> None:
    name = f"to-trinh-{time.time_ns()}"
    good, bad = tmp_path / f"{name}.docx", tmp_path / "gia-mao.docx"
    good.write_bytes(three_pages())
    bad.write_bytes(b"MZ" + bytes(900))
    said: list[str] = []
    clerk.on("pageerror", lambda error: said.append(str(error)))
    clerk.goto("/papers/")
    clerk.locator("#upload > summary").click()
    clerk.locator("eo-upload input[type=file]").set_input_files([good, bad])
    expect(clerk.locator(".is-refused")).to_contain_text("nội dung là .exe")
    clerk.locator(".is-accepted a").click()
    clerk.get_by_role("link", name="Đọc tài liệu").click(timeout=CONVERTED_WITHIN_MS)
    viewer = clerk.locator("eo-paper-viewer")
    expect(viewer.locator(".pdfViewer .page canvas").first).to_be_visible(timeout=30_000)
    expect(viewer.locator(".pv-count")).to_have_text("/ 3")
    expect(viewer.locator(".textLayer").first).to_contain_text("quy hoạch phường Đống Đa")
    viewer.get_by_role("button", name="Trang sau").click()
    expect(viewer.get_by_label("Đến trang")).to_have_value("2")
    viewer.locator(".pv-scroll").focus()
    with clerk.expect_request(
        lambda request: request.url.endswith("/reading/") and '"page":3' in (request.post_data or "")
    ):
        clerk.keyboard.press("End")
    viewer.get_by_role("button", name="Tìm trong tài liệu").click()
    viewer.get_by_role("searchbox").fill("quy hoach")
    expect(viewer.locator(".pv-search output")).to_have_text(re.compile(r"\d/3 chỗ"))
    for words in ("dong da", "Đống đa", "đong Đa"):
        viewer.get_by_role("searchbox").fill("phuong")  # another count in between: each search is a new one
        viewer.get_by_role("searchbox").fill(words)
        expect(viewer.locator(".pv-search output")).to_have_text(re.compile(r"\d/3 chỗ"))
        expect(viewer.locator(".textLayer .highlight").first).to_have_text("Đống Đa")
    viewer.get_by_role("searchbox").fill("dang da")
    expect(viewer.locator(".pv-search output")).to_have_text("Không tìm thấy")
    clerk.reload()
    expect(viewer.get_by_label("Đến trang")).to_have_value("3")
    assert said == []


def test_a_follower_is_turned_silently_and_leaves_by_turning(clerk: Page, tmp_path: Path) -> None:
    path = tmp_path / f"bao-cao-{time.time_ns()}.pdf"
    path.write_bytes(papers.pdf(5))
    clerk.goto("/papers/upload/")
    clerk.locator("eo-upload input[type=file]").set_input_files(path)
    clerk.locator(".is-accepted a").click()
    clerk.get_by_role("link", name="Đọc tài liệu").click(timeout=CONVERTED_WITHIN_MS)
    viewer = clerk.locator("eo-paper-viewer")
    expect(viewer.locator(".pdfViewer .page canvas").first).to_be_visible(timeout=30_000)
    viewer.evaluate(
        """element => { window.said = []; element.follow = true;
        for (const name of ['page-turned', 'follow-changed'])
          element.addEventListener(name, (event) => window.said.push([name, event.detail])); element.page = 4; }"""
    )
    expect(viewer.get_by_label("Đến trang")).to_have_value("4")
    clerk.wait_for_timeout(500)
    assert clerk.evaluate("window.said") == []
    viewer.get_by_role("button", name="Trang trước").click()
    expect(viewer.get_by_label("Đến trang")).to_have_value("3")
    assert clerk.evaluate("window.said") == [["follow-changed", {"follow": False}], ["page-turned", {"page": 3}]]


def test_a_paper_that_is_only_looked_at_prints_a_sentence(people: Doorman, site: Site) -> None:
    meeting = new_sitting(site, opened=False).meeting
    shown = f"Paper.objects.filter(tablings__item__meeting={meeting})"
    number = site.python(
        "from documents.models import Paper\n"
        f"Paper.objects.filter(pk__in={shown}.values('pk')).update(circulation='view'); print({shown}.get().pk)"
    ).split()[-1]
    page = people.page_of(WARD)
    page.goto(f"/papers/{number}/read/")
    sheet, sentence = page.locator(".pdfViewer .page canvas").first, page.get_by_text("nên không in được")
    expect(sheet).to_be_visible(timeout=30_000)
    expect(sentence).to_be_hidden()
    expect(page.get_by_role("link", name="Tải bản PDF")).to_have_count(0)
    page.emulate_media(media="print")
    expect(sheet).to_be_hidden()
    expect(sentence).to_be_visible()


def test_the_page_of_a_meeting_shows_the_conversion_as_it_goes(people: Doorman, site: Site, tmp_path: Path) -> None:
    path = tmp_path / f"phu-luc-{time.time_ns()}.docx"
    path.write_bytes(three_pages())
    secretary = people.page_of(SECRETARY)
    secretary.goto(f"/meetings/{new_sitting(site, opened=False).meeting}/")
    second = secretary.locator("li[id^=item-]").nth(1)
    second.locator("input[type=file]").set_input_files(path)
    paper = second.locator("ul.papers li")
    expect(paper.locator("a").first).to_have_text(path.stem)
    paper.evaluate("line => { line.dataset.sameLoad = ''; }")
    expect(paper.locator(".conversion")).to_have_text("3 trang", timeout=CONVERTED_WITHIN_MS)
    expect(paper).to_have_attribute("data-same-load", "")
