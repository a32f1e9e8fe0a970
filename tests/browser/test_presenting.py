"""A paper shown to all: the part in sight, the pointer, ink; and what one may do without a word. In real browsers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import tool, until
from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, WARD, Sitting, new_sitting

Enter = Callable[..., Page]
WIDE = "document.querySelector('eo-paper-viewer .page').clientWidth / document.querySelector('.pv-scroll').clientWidth"


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site, free=True)


@pytest.fixture
def enter(people: Doorman, sitting: Sitting) -> Iterator[Enter]:
    """``enter("badinh")``: that person in the room."""

    def enter(who: str, **options: Any) -> Page:
        page = people.page_of(who, **options)
        page.goto(sitting.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        expect(page.locator(".room")).to_be_visible()
        pages.append(page)
        return page

    pages: list[Page] = []
    yield enter
    for page in pages:
        if page.locator(".room").count():
            page.evaluate("window.eofficeRoom?.leave()")


def first_page(page: Page) -> Locator:
    return page.locator("eo-paper-viewer .pdfViewer .page").first


def hand(page: Page, *places: tuple[float, float], pressed: bool) -> None:
    """The mouse along ``places``, in parts of the first page's width from its corner."""
    box = first_page(page).bounding_box()
    assert box is not None
    for number, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["width"], steps=4)
        if pressed and number == 0:
            page.mouse.down()
    if pressed:
        page.mouse.up()


def test_what_the_presenter_shows_points_at_and_draws_is_everybodys(enter: Enter) -> None:
    chair = enter(CHAIR, viewport={"width": 1280, "height": 1000})
    ward = enter(WARD, viewport={"width": 900, "height": 1000})
    chair.locator("[data-panel=agenda]").click()
    chair.get_by_role("button", name="Chuyển đến mục này").first.click()
    chair.locator("[data-panel=agenda]").click()
    for page in (chair, ward):
        expect(first_page(page).locator("canvas")).to_be_visible(timeout=30_000)

    before = ward.evaluate(WIDE)
    for _ in range(2):
        chair.get_by_role("button", name="Phóng to", exact=True).click()
    until(ward, f"{WIDE} > {before} * 1.3")
    ward.get_by_role("button", name="Thu nhỏ", exact=True).click()
    tool(ward, "follow").click()  # strayed, and back
    until(ward, f"{WIDE} > {before} * 1.3")
    expect(tool(ward, "follow")).to_have_count(0)
    chair.get_by_role("button", name="Vừa trang").click()
    chair.get_by_role("button", name="Vừa chiều rộng").click()
    until(ward, f"{WIDE} < {before} * 1.05")

    tool(chair, "pointer").click()
    hand(chair, (0.3, 0.1), (0.5, 0.15), pressed=False)
    expect(ward.locator(".presenter-pointer")).to_be_visible()
    expect(ward.locator(".presenter-pointer")).to_have_count(0, timeout=10_000)

    tool(chair, "pen-red").click()
    hand(chair, (0.2, 0.1), (0.4, 0.1), (0.4, 0.2), pressed=True)
    expect(ward.locator(".ink polyline")).to_have_count(1)
    until(ward, "document.querySelector('.ink polyline').points.length > 3")
    ward.reload()
    expect(ward.locator(".ink polyline")).to_have_count(1, timeout=30_000)
    chair.keyboard.press("Control+z")
    expect(ward.locator(".ink polyline")).to_have_count(0)
    tool(chair, "put-away").click()
    expect(ward.locator("eo-paper-viewer")).to_have_count(0)


def test_ones_own_marks_lie_on_the_paper_in_the_room_while_one_wants_and_comments_are_everybodys(
    enter: Enter, site: Site, sitting: Sitting
) -> None:
    chair = enter(CHAIR)
    ward = enter(WARD, viewport={"width": 1366, "height": 768})
    chair.locator("[data-panel=agenda]").click()
    chair.get_by_role("button", name="Chuyển đến mục này").first.click()
    for page in (chair, ward):
        expect(first_page(page).locator("canvas")).to_be_visible(timeout=30_000)
    expect(tool(chair, "marks")).to_have_count(0)  # the presenter's screen is everybody's
    tool(ward, "marks").click()
    side = ward.locator(".annotations-panel")
    side.get_by_role("button", name="Đánh dấu trang 1").click()
    side.get_by_role("button", name="Vẽ tay trên trang").click()
    hand(ward, (0.2, 0.1), (0.4, 0.1), (0.4, 0.2), pressed=True)
    ward.get_by_role("button", name="Xong").click()
    expect(side.locator(".annotation-row")).to_have_count(2)
    expect(side.get_by_role("status").first).to_have_text("Đã lưu")
    expect(ward.locator(".own-ink polyline")).to_have_count(1)
    expect(chair.locator(".ink, .annotation-bookmark")).to_have_count(0)
    side.get_by_role("button", name="Đóng ghi chú").click()
    expect(ward.locator(".own-ink, .annotation-bookmark")).to_have_count(0)
    tool(ward, "marks").click()
    expect(ward.locator(".own-ink polyline")).to_have_count(1)
    for row in (1, 0):
        side.locator(".annotation-row").nth(row).get_by_role("button", name="Xóa").click()
    expect(side.get_by_role("status").first).to_have_text("Đã lưu")

    tool(ward, "comments").click()
    expect(ward.get_by_text("Tài liệu này không nhận góp ý.")).to_be_visible()
    opened = f"Paper.objects.shared_for('meeting:{sitting.meeting}').update(comments=Paper.Comments.OPEN)"
    site.python(f"from documents.models import Paper; print({opened})")
    tool(ward, "comments").click()
    said = ward.locator(".comments-panel")
    said.get_by_role("button", name="Góp ý cho trang 1").click()
    said.get_by_label("Nội dung góp ý").fill("Đề nghị nêu rõ nguồn vốn.")
    said.get_by_role("button", name="Gửi cho mọi người").click()
    expect(said.locator(".comment-row")).to_contain_text("Đề nghị nêu rõ nguồn vốn.")
    expect(ward.locator(".comment-pin")).to_be_visible()
    ward.keyboard.press("Escape")
    expect(said).to_have_count(0)
    expect(ward.locator(".comment-pin")).to_have_count(0)
    chair.locator("[data-tool=put-away]").click()


def test_the_next_paper_is_here_before_it_is_called(enter: Enter) -> None:
    ward = enter(WARD)
    until(
        ward,
        """(({ state, papers }) => state.items.flatMap((item) => item.papers)
        .some(({ version }) => papers.prefetch.has(`/papers/versions/${version}/file/`)))(window.eofficeRoom)""",
        seconds=30,
    )


def test_talking_while_a_key_is_held_reactions_captions_and_the_sounds_treatment(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    microphone = "window.eofficeRoom.local.microphoneOn"
    ward.evaluate("document.activeElement.blur()")
    ward.keyboard.down(" ")
    until(ward, microphone)
    ward.keyboard.up(" ")
    until(ward, f"!{microphone}")
    ward.keyboard.down(" ")
    until(ward, microphone)
    ward.evaluate("window.dispatchEvent(new Event('blur'))")  # the key is let go of in another window
    until(ward, f"!{microphone}")
    ward.keyboard.up(" ")

    tool(ward, "react").click()
    ward.get_by_role("button", name="Vỗ tay").click()
    expect(chair.get_by_text("1 người vỗ tay")).to_be_visible()
    expect(chair.get_by_text("1 người vỗ tay")).to_be_hidden(timeout=15_000)

    tool(chair, "captions").click()
    chair.get_by_label("Phụ đề cho mọi người").fill("Đề nghị các sở báo cáo.")
    chair.keyboard.press("Enter")
    expect(ward.get_by_role("log", name="Phụ đề")).to_have_text("Đề nghị các sở báo cáo.")
    expect(chair.get_by_label("Phụ đề cho mọi người")).to_have_value("")

    tool(ward, "devices").click()
    settings = "window.eofficeRoom.local.microphone?.getSettings()"
    noise = ward.get_by_label("Giảm tiếng ồn")
    noise.uncheck()
    until(ward, f"{settings}?.noiseSuppression === false")
    noise.check()
    until(ward, f"{settings}?.noiseSuppression === true")
    ward.get_by_label("Hiện tên trên các nút chỉ có hình").check()
    assert ward.evaluate("document.documentElement.classList.contains('show-labels')")
