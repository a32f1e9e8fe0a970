"""A secret vote with three people in real browsers, from the question to the printed record."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, SECRETARY, WARD, Sitting, new_sitting
from tests.browser.test_accessibility import RULES

QUESTION = "Thông qua kế hoạch sắp xếp trụ sở dôi dư năm 2027?"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
PICTURES = os.environ.get("EOFFICE_PICTURES", "")
"""A folder to look at what the test sees; nothing is kept without it."""


@pytest.fixture(scope="module")
def sitting(site: Site) -> Sitting:
    return new_sitting(site, title="Phiên họp UBND thành phố thường kỳ", members=[DEPARTMENT, WARD])


def shot(page: Page, name: str) -> None:
    """Keep a picture when somebody wants to look."""
    if PICTURES:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def clean(page: Page) -> None:
    """Nothing that axe finds."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def enter(people: Doorman, who: str, sitting: Sitting, **options: object) -> Page:
    page = people.page_of(who, **options)
    page.goto(sitting.path)
    page.get_by_role("button", name="Vào phòng họp").click()
    expect(page.locator(".room")).to_be_visible(timeout=20_000)
    return page


def open_panel(page: Page, name: str = "votes") -> None:
    button = page.locator(f"[data-panel={name}]")
    if button.get_attribute("aria-expanded") != "true":
        button.click()


def tool(page: Page, name: str) -> Locator:
    """A button of the panel."""
    return page.locator(f"[data-tool='{name}']")


def send(page: Page, choice: str) -> None:
    """Vote, and say once more that it is meant."""
    page.locator(f"[data-choice={choice}]").click()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Phiếu của quý vị đã được ghi nhận.")).to_be_visible()


def test_a_secret_vote_of_three(people: Doorman, sitting: Sitting) -> None:
    secretary = enter(people, SECRETARY, sitting, **DESK)
    chair = enter(people, CHAIR, sitting, **DESK)
    ward = enter(people, WARD, sitting, **PHONE)
    department = enter(people, DEPARTMENT, sitting, **DESK)

    # the secretary writes the question in the room; nobody else sees it yet
    open_panel(secretary)
    tool(secretary, "poll.new").click()
    secretary.get_by_label("Câu hỏi biểu quyết").fill(QUESTION)
    secretary.get_by_label("Bỏ phiếu kín").check()
    shot(secretary, "secretary-form")
    secretary.get_by_role("button", name="Lưu câu hỏi").click()
    expect(secretary.get_by_text(QUESTION)).to_be_visible()
    open_panel(department)
    expect(department.get_by_text(QUESTION)).to_have_count(0)

    # ready check: the question comes up by itself; who is ready is checked in
    open_panel(chair)
    tool(chair, "poll.ready").click()
    for page in (chair, ward, department):
        expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    shot(ward, "ward-ready")
    for page in (ward, department):
        tool(page, "ready").click()
        expect(page.get_by_text("Quý vị đã sẵn sàng.")).to_be_visible()
    expect(chair.get_by_text("2 trong 3 thành viên đã sẵn sàng, 2 có mặt.")).to_be_visible()
    expect(chair.get_by_text("Đủ điều kiện: 2 thành viên có mặt, cần ít nhất 2.")).to_be_visible()
    chair.get_by_text("Ai chưa sẵn sàng").click()
    expect(chair.locator(".vote-missing li")).to_have_count(1)
    shot(chair, "chair-ready")
    tool(chair, "ready").click()

    # the vote: by keyboard on the desk, by touch on the phone
    tool(chair, "poll.open").click()
    expect(ward.locator("[data-choice=agree]")).to_be_visible()
    for choice in ward.locator(".vote-choice").all():
        box = choice.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    shot(ward, "ward-open")
    shot(department, "department-open")
    clean(ward)
    clean(department)
    send(ward, "agree")
    department.locator("[data-choice=disagree]").focus()
    department.keyboard.press("Enter")
    department.get_by_role("button", name="Gửi phiếu").press("Enter")
    expect(department.get_by_text("Phiếu của quý vị đã được ghi nhận.")).to_be_visible()
    shot(ward, "ward-cast")
    expect(chair.get_by_text("2 trong 3 thành viên đã biểu quyết, 3 có mặt.")).to_be_visible()
    send(chair, "agree")
    for page in (ward, department, secretary):
        expect(page.get_by_text("Đồng ý;")).to_have_count(0)
        expect(page.locator(".vote-bars")).to_have_count(0)

    # a reload neither loses the ballot nor offers a second one
    ward.reload()
    expect(ward.locator(".room")).to_be_visible(timeout=20_000)
    open_panel(ward)
    expect(ward.get_by_text("Phiếu của quý vị đã được ghi nhận.")).to_be_visible()
    expect(ward.locator("[data-choice]")).to_have_count(0)

    # closed: only who leads sees the count; published: everybody does
    tool(chair, "poll.close").click()
    chair.locator("dialog").get_by_role("button", name="Kết thúc biểu quyết").click()
    expect(chair.locator(".vote-bars")).to_be_visible()
    expect(ward.get_by_text("Chờ chủ tọa công bố kết quả.")).to_be_visible()
    expect(ward.locator(".vote-bars")).to_have_count(0)
    shot(chair, "chair-closed")
    tool(chair, "poll.publish").click()
    for page in (ward, department, secretary):
        expect(page.locator(".vote-outcome")).to_contain_text("Được thông qua")
        expect(page.get_by_text("2 đồng ý; cần ít nhất 2 trên 3 (tổng số thành viên).")).to_be_visible()
    shot(ward, "ward-published")
    shot(department, "department-published")
    clean(department)
    clean(chair)
    open_panel(chair, "attendance")
    expect(chair.locator(".attendance-person").first).to_be_visible()
    shot(chair, "chair-attendance")
    clean(chair)


def test_the_pages_keep_the_result(people: Doorman, sitting: Sitting) -> None:
    for name, options in (("desk", DESK), ("phone", PHONE)):
        page = people.page_of(DEPARTMENT, **options)
        page.goto(f"/meetings/{sitting.meeting}/")
        expect(page.locator("section", has=page.locator("#votes"))).to_contain_text("Được thông qua")
        shot(page, f"meeting-{name}")
        page.get_by_role("link", name=QUESTION).click()
        expect(page.locator(".vote-outcome")).to_contain_text("Được thông qua")
        expect(page.get_by_text("Từng đại biểu")).to_have_count(0)
        shot(page, f"poll-{name}")
        clean(page)
        page.get_by_role("link", name="Biên bản kiểm phiếu").click()
        expect(page.get_by_role("heading", name=re.compile("Biên bản kiểm phiếu"))).to_be_visible()
        shot(page, f"sheet-{name}")
        clean(page)


def test_the_attendance_page(people: Doorman, sitting: Sitting) -> None:
    page = people.page_of(SECRETARY, **DESK)
    page.goto(f"/meetings/{sitting.meeting}/attendance/")
    expect(page.get_by_text("Điểm danh đang mở.")).to_be_visible()
    row = page.locator(".attendance-person", has_text="Thư ký").first
    shot(page, "attendance-desk")
    clean(page)
    row.get_by_role("button", name=re.compile("^Có mặt")).click()
    expect(
        page.locator(".attendance-person", has_text="Thư ký điểm danh")
        .or_(page.locator(".attendance-person", has_text="Tự điểm danh"))
        .first
    ).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("link", name="Mã QR lên màn hình").click()
    expect(page.locator(".check-in-code svg")).to_be_visible()
    shot(page, "code-desk")
    clean(page)
    phone = people.page_of(WARD, **PHONE)
    phone.goto(f"/meetings/{sitting.meeting}/attendance/")
    shot(phone, "attendance-phone")
    clean(phone)
    phone.goto(f"/meetings/{sitting.meeting}/check-in/")
    expect(phone.get_by_text("Quý vị đã điểm danh lúc")).to_be_visible()
    shot(phone, "check-in-phone")


def test_a_question_is_prepared_on_a_page(people: Doorman, sitting: Sitting) -> None:
    page = people.page_of(SECRETARY, **DESK)
    page.goto(f"/meetings/{sitting.meeting}/polls/new/")
    page.get_by_role("button", name="Lưu câu hỏi").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    page.get_by_label("Câu hỏi biểu quyết").fill("Đồng ý bổ sung kinh phí?")
    shot(page, "question-desk")
    clean(page)
    page.get_by_role("button", name="Lưu câu hỏi").dblclick()
    expect(page.get_by_role("link", name="Đồng ý bổ sung kinh phí?")).to_have_count(1)
