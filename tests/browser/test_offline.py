"""Reading without network, in a real browser: what is kept opens, what is written arrives, what is withdrawn goes."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import WARD, Sitting, new_sitting
from tests.browser.test_accessibility import LOOKS, RULES

MEETING = "Họp giao ban khi mất mạng"
PAPER = "Tờ trình về kế hoạch đầu tư công"
KEPT_WITHIN_MS = 60_000
OPENED_WITHIN_MS = 30_000
TEXTS = """
import json
from documents.models import Annotation
print(json.dumps(list(Annotation.objects.filter(version__paper__tablings__item__meeting={meeting}).order_by("pk").values_list("text", flat=True))))
"""
ELSEWHERE = """
from documents.models import Annotation
Annotation.objects.filter(version__paper__tablings__item__meeting={meeting}).update(text="Sửa ở máy cơ quan")
"""
NEWER = """
from django.core.files.uploadedfile import SimpleUploadedFile
from documents import conversion, intake, publishing
from documents.models import Paper
from tests.browser.sitting import pdf
paper = Paper.objects.get(tablings__item__meeting={meeting})
version = intake.add_version(paper, SimpleUploadedFile("b.pdf", pdf(pages=5), "application/pdf"), by=paper.created_by)
conversion.convert(version.pk)
publishing.publish(paper, by=paper.created_by)
"""
WITHDRAW = """
from documents import publishing
from documents.models import Paper
from eoffice.organisation.models import Appointment
paper = Paper.objects.get(tablings__item__meeting={meeting})
publishing.withdraw(paper, by=paper.created_by)
"""
PAPER_ROW = """
from documents.models import Paper
print(Paper.objects.get(tablings__item__meeting={meeting}).pk)
"""
ROWS = """() => new Promise((resolve) => {
    const opening = indexedDB.open('eoffice-offline');
    opening.onsuccess = () => {
        const stores = ['packs', 'copies', 'keys'];
        const reading = opening.result.transaction(stores);
        const counted = stores.map((store) => reading.objectStore(store).count());
        reading.oncomplete = () => { opening.result.close(); resolve(counted.map((each) => each.result)); };
    };
})"""


@pytest.fixture
def sitting(site: Site) -> Sitting:
    """A meeting of its own for each test, with one paper of four pages."""
    return new_sitting(site, opened=False, title=MEETING)


def ask(site: Site, code: str, sitting: Sitting) -> str:
    return site.python(code.format(meeting=sitting.meeting))


def texts(site: Site, sitting: Sitting) -> list[str]:
    found: list[str] = json.loads(ask(site, TEXTS, sitting).strip().splitlines()[-1])
    return found


def kept(page: Page, sitting: Sitting) -> Page:
    """The ward's page of the meeting, after they saved it on this machine."""
    page.goto(f"/meetings/{sitting.meeting}/")
    page.get_by_role("button", name="Lưu để đọc khi mất mạng").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Lưu 1 tài liệu, khoảng")
    dialog.get_by_role("button", name="Lưu trên máy này").click()
    expect(page.locator("eo-offline-save")).to_contain_text("Đã lưu trên máy này lúc", timeout=KEPT_WITHIN_MS)
    return page


def cut_off(page: Page) -> None:
    """Without network, and with nothing of the page left in memory."""
    page.context.set_offline(True)
    page.goto("/offline/")


def open_paper(page: Page) -> Locator:
    page.get_by_role("link", name=MEETING, exact=True).click()
    page.get_by_role("link", name=PAPER).click()
    viewer = page.locator("eo-paper-viewer")
    expect(viewer.locator(".textLayer").first).to_contain_text("Trang 1", timeout=OPENED_WITHIN_MS)
    expect(viewer.locator(".pdfViewer .page canvas").first).to_be_visible(timeout=OPENED_WITHIN_MS)
    return viewer


def side(page: Page) -> Locator:
    panel = page.locator(".annotations-panel")
    if not panel.is_visible():
        page.get_by_role("button", name="Ghi chú của tôi").click()
    return panel


def write_note(page: Page, text: str) -> None:
    side(page).get_by_role("button", name="Ghi chú vào một chỗ").click()
    page.get_by_role("button", name="Đặt ở đầu trang 1").click()
    page.get_by_label("Nội dung ghi chú").fill(text)


def soundless(page: Page) -> list[str]:
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_paper_is_read_and_noted_without_network_and_the_note_arrives(
    people: Doorman, site: Site, sitting: Sitting
) -> None:
    page = kept(people.page_of(WARD), sitting)
    said = soundless(page)
    cut_off(page)
    expect(page.get_by_text("Không có mạng: đọc và ghi chú trên bản đã lưu")).to_be_visible()
    viewer = open_paper(page)
    viewer.get_by_role("button", name="Trang sau").click()
    expect(viewer.locator(".textLayer").nth(1)).to_contain_text("Trang 2")
    viewer.get_by_role("button", name="Trang trước").click()
    write_note(page, "Viết trên tàu")
    expect(side(page).get_by_role("status").first).to_contain_text("Chưa gửi được", timeout=15_000)
    assert texts(site, sitting) == []
    page.reload()
    expect(page.locator("eo-paper-viewer .textLayer").first).to_contain_text("Trang 1", timeout=OPENED_WITHIN_MS)
    expect(side(page).locator(".annotation-text")).to_have_text("Viết trên tàu")
    page.context.set_offline(False)
    expect(side(page).get_by_role("status").first).to_have_text("Đã lưu", timeout=45_000)
    assert texts(site, sitting) == ["Viết trên tàu"]
    cut_off(page)
    open_paper(page)
    expect(side(page).locator(".annotation-text")).to_have_text("Viết trên tàu")
    assert said == []


def test_a_note_that_was_changed_in_two_places_is_there_twice(people: Doorman, site: Site, sitting: Sitting) -> None:
    page = kept(people.page_of(WARD), sitting)
    page.goto("/offline/")
    open_paper(page)
    write_note(page, "Hỏi")
    expect(side(page).get_by_role("status").first).to_have_text("Đã lưu", timeout=15_000)
    page.context.set_offline(True)
    page.get_by_label("Nội dung ghi chú").fill("Sửa trên tàu")
    expect(side(page).get_by_role("status").first).to_contain_text("Chưa gửi được", timeout=15_000)
    ask(site, ELSEWHERE, sitting)
    page.context.set_offline(False)
    expect(side(page).get_by_role("status").first).to_contain_text("giữ cả hai bản", timeout=45_000)
    assert sorted(texts(site, sitting)) == ["Sửa trên tàu", "Sửa ở máy cơ quan"]


def test_a_note_is_sent_from_whatever_page_is_opened_first(people: Doorman, site: Site, sitting: Sitting) -> None:
    page = kept(people.page_of(WARD), sitting)
    cut_off(page)
    open_paper(page)
    write_note(page, "Viết trên tàu")
    expect(side(page).get_by_role("status").first).to_contain_text("Chưa gửi được", timeout=15_000)
    page.get_by_role("link", name="Về chương trình đã lưu").click()
    expect(page.get_by_text("1 ghi chú chưa gửi")).to_be_visible()
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto("/tasks/")
    for _second in range(20):
        if texts(site, sitting):
            break
        page.wait_for_timeout(500)
    assert texts(site, sitting) == ["Viết trên tàu"]


def test_a_withdrawn_paper_is_gone_from_the_machine_once_there_is_network(
    people: Doorman, site: Site, sitting: Sitting
) -> None:
    page = kept(people.page_of(WARD), sitting)
    cut_off(page)
    open_paper(page)
    ask(site, WITHDRAW, sitting)
    page.context.set_offline(False)
    expect(page.get_by_text("không còn xem được và đã được xóa khỏi máy này")).to_be_visible(timeout=20_000)
    expect(page.locator("eo-paper-viewer")).to_have_count(0)
    assert page.evaluate(ROWS) == [1, 0, 1], "the agenda stays, the paper and its key do not"
    cut_off(page)
    page.get_by_role("link", name=MEETING, exact=True).click()
    expect(page.get_by_role("heading", name="Chương trình họp")).to_be_visible()
    expect(page.get_by_role("link", name=PAPER)).to_have_count(0)


def test_signing_out_locks_it_and_signing_in_opens_it_again(people: Doorman, sitting: Sitting) -> None:
    from tests.browser.people import sign_in

    page = people.page_of("")
    sign_in(page, WARD)
    kept(page, sitting)
    page.locator(".topbar details.menu > summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_text("Tài liệu đã lưu trên máy này được khóa lại.")).to_be_visible()
    assert page.evaluate(ROWS) == [1, 1, 0]
    cut_off(page)
    expect(page.get_by_text("Có 1 gói đã lưu đang khóa.")).to_be_visible()
    page.context.set_offline(False)
    sign_in(page, WARD)
    for _second in range(40):
        if page.evaluate(ROWS) == [1, 1, 2]:
            break
        page.wait_for_timeout(500)
    cut_off(page)
    open_paper(page)


def test_one_paper_is_kept_from_its_reader(people: Doorman, site: Site, sitting: Sitting) -> None:
    page = people.page_of(WARD, viewport={"width": 390, "height": 844})
    page.goto(f"/papers/{ask(site, PAPER_ROW, sitting).strip().splitlines()[-1]}/read/")
    page.get_by_role("button", name="Lưu để đọc khi mất mạng").click()
    page.get_by_role("dialog").get_by_role("button", name="Lưu trên máy này").click()
    expect(page.get_by_role("link", name="Mở bản đã lưu")).to_be_visible(timeout=KEPT_WITHIN_MS)
    looked_at(page)
    page.get_by_role("link", name="Mở bản đã lưu").click()
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("link", name=PAPER).click()
    expect(page.locator("eo-paper-viewer .textLayer").first).to_contain_text("Trang 1", timeout=OPENED_WITHIN_MS)


def test_what_is_saved_can_be_taken_off_the_machine(people: Doorman, sitting: Sitting) -> None:
    page = kept(people.page_of(WARD), sitting)
    page.get_by_role("button", name="Xóa khỏi máy này").click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa khỏi máy này").click()
    expect(page.get_by_role("button", name="Lưu để đọc khi mất mạng")).to_be_visible()
    assert page.evaluate(ROWS) == [0, 0, 0]


def test_pages_of_the_site_never_come_from_this_machine(people: Doorman, site: Site, sitting: Sitting) -> None:
    page = kept(people.page_of(WARD), sitting)
    page.goto("/offline/")
    page.goto(f"/meetings/{sitting.meeting}/")
    expect(page.get_by_role("heading", name=MEETING)).to_be_visible()
    site.python(
        f"from meetings.models import Meeting; Meeting.objects.filter(pk={sitting.meeting}).update(title='Tên khác')"
    )
    page.goto(f"/meetings/{sitting.meeting}/")
    expect(page.get_by_role("heading", name="Tên khác")).to_be_visible()
    assert page.evaluate("caches.keys().then((names) => Promise.all(names.map(async (name) => (await caches.open(name)).keys())))"
        ".then((all) => all.flat().map(({ url }) => new URL(url).pathname).filter((path) => !/static/.test(path)))") == ["/offline/"]  # fmt: skip


def test_any_page_that_is_asked_for_without_network_leads_to_what_is_kept(people: Doorman, sitting: Sitting) -> None:
    page = kept(people.page_of(WARD), sitting)
    page.reload()
    page.context.set_offline(True)
    page.goto("/tasks/")
    page.wait_for_url("**/offline/")
    expect(page.get_by_role("link", name=MEETING, exact=True)).to_be_visible()
    open_paper(page)
    page.context.set_offline(False)
    page.goto("/")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert page.url.rstrip("/").endswith(page.evaluate("location.host"))


def test_what_is_kept_renews_itself_within_minutes(people: Doorman, site: Site, sitting: Sitting) -> None:
    page = kept(people.page_of(WARD), sitting)
    ask(site, NEWER, sitting)
    page.clock.install()
    page.reload()
    card = page.locator("eo-offline-save")
    expect(card).to_contain_text("Máy này tự cập nhật trong ít phút")
    page.clock.fast_forward("10:01")
    expect(card).not_to_contain_text("Có tài liệu mới hơn", timeout=KEPT_WITHIN_MS)
    expect(card).to_contain_text("Đã lưu trên máy này lúc")
    page.goto("/offline/")
    page.get_by_role("link", name=MEETING, exact=True).click()
    page.get_by_role("link", name=PAPER).click()
    expect(page.get_by_text("Bản 2, đọc được đến")).to_be_visible(timeout=OPENED_WITHIN_MS)


def test_axe_finds_nothing_and_a_phone_does_not_scroll_sideways(people: Doorman, sitting: Sitting) -> None:
    page = kept(people.page_of(WARD, viewport={"width": 1280, "height": 900}), sitting)
    looked_at(page)
    page.goto("/offline/")
    expect(page.get_by_role("link", name=MEETING, exact=True)).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name=MEETING, exact=True).click()
    expect(page.get_by_role("link", name=PAPER)).to_be_visible()
    looked_at(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/offline/")
    open_paper(page)
    looked_at(page)


def looked_at(page: Page) -> None:
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{width} px, {scheme}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
