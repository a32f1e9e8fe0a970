"""The secretary's desk and the task that comes of it, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Doorman
from tests.browser.site import Site
from tests.browser.sitting import new_sitting

MEETING = """
import datetime as dt
from django.utils import timezone
from eoffice.organisation.models import Appointment, Unit
from meetings.models import AgendaItem, InvitationLine, Meeting, MeetingSite, MeetingType
held = lambda name: Appointment.objects.filter(person__username=name, kind="primary").get()
city, ward = Unit.objects.get(code="HN", valid_to=None), Unit.objects.get(code="00004", valid_to=None)
now = timezone.now()
meeting = Meeting.objects.create(
    title="Họp rà soát trụ sở", type=MeetingType.objects.first(), chair=held("chutich"), secretary=held("thuky"),
    organiser=city, created_by=held("thuky"), state="ended",
    starts_at=now - dt.timedelta(hours=3), ends_at=now - dt.timedelta(hours=1),
)
MeetingSite.objects.create(meeting=meeting, kind="main", unit=city, name=city.short_name)
MeetingSite.objects.create(meeting=meeting, kind="branch", unit=ward, name=ward.short_name)
InvitationLine.objects.create(meeting=meeting, kind="unit", unit=ward, order=1)
AgendaItem.objects.create(meeting=meeting, order=1, title="Trụ sở dôi dư")
print(meeting.pk)
"""


@pytest.fixture(scope="module")
def meeting(site: Site) -> str:
    return site.python(MEETING).split()[-1]


def choose(page: Page, label: str, words: str, name: str) -> None:
    page.get_by_role("combobox", name=label).fill(words)
    page.get_by_role("option", name=name).first.click()


def test_from_the_desk_to_the_accepted_task(people: Doorman, meeting: str) -> None:
    secretary = people.page_of("thuky")
    secretary.goto(f"/meetings/{meeting}/conclusions/")
    secretary.get_by_label("Nội dung kết luận").fill("Giao phường Ba Đình rà soát trụ sở dôi dư.")
    secretary.get_by_label("Giao thành nhiệm vụ").check()
    choose(secretary, "Cơ quan chủ trì", "ba dinh", "UBND phường Ba Đình")
    secretary.get_by_label("Số ngày làm việc kể từ").check()
    secretary.get_by_label("Số ngày làm việc", exact=True).fill("5")
    secretary.get_by_role("button", name="Lưu kết luận").dblclick()
    written = secretary.locator(".conclusion-text")
    expect(written).to_have_count(1)
    expect(secretary.locator(".conclusion-form [aria-invalid=true]")).to_have_count(0)

    # what is typed below stays while a line above is changed, and nothing that was saved is offered again
    expect(secretary.locator(".draft-offer")).to_have_count(0)
    secretary.get_by_label("Nội dung kết luận").fill("Đang gõ dở.")
    secretary.get_by_role("link", name=re.compile("^Sửa")).click()
    secretary.locator("li.conclusion textarea").fill(
        "Giao UBND phường Ba Đình rà soát trụ sở dôi dư, đề xuất phương án."
    )
    secretary.get_by_role("button", name="Lưu", exact=True).click()
    expect(written).to_contain_text("đề xuất phương án")
    expect(secretary.get_by_label("Nội dung kết luận")).to_have_value("Đang gõ dở.")
    secretary.get_by_role("button", name="Trình chủ trì duyệt").click()
    expect(secretary.locator(".chip", has_text="Chờ chủ trì duyệt")).to_be_visible()

    chair = people.page_of("chutich")
    chair.goto(f"/meetings/{meeting}/conclusions/")
    chair.get_by_role("button", name="Duyệt kết luận").click()
    chair.get_by_role("button", name="Duyệt", exact=True).click()
    expect(chair.locator(".chip", has_text="Chờ ký ban hành")).to_be_visible()

    office = people.page_of("vanphong")
    office.goto("/")
    office.locator(f"#conclusions-{meeting}").click()
    office.get_by_role("button", name="Ký và ban hành").click()
    office.get_by_role("dialog").get_by_role("button", name="Ký và ban hành").click()
    expect(office.locator(".chip", has_text="Đã ban hành")).to_be_visible()

    ward = people.page_of("badinh")
    ward.goto(f"/meetings/{meeting}/notice/")
    ward.get_by_role("link", name="Giao phường Ba Đình rà soát").click()
    ward.get_by_role("button", name="Tiếp nhận").click()
    ward.locator("summary", has_text="Báo cáo hoàn thành").click()
    ward.get_by_label("Kết quả thực hiện").fill("Đã rà soát xong.")
    ward.get_by_label("Số, ký hiệu văn bản kết quả").fill("15/BC-UBND")
    ward.get_by_role("button", name="Gửi duyệt hoàn thành").click()
    expect(ward.locator(".chip", has_text="Chờ duyệt hoàn thành").first).to_be_visible()

    chair.goto("/tasks/?scope=assigned&state=submitted")
    chair.get_by_role("link", name="Giao phường Ba Đình rà soát").click()
    chair.get_by_role("button", name="Chấp nhận kết quả").click()
    expect(chair.locator(".chip", has_text="Hoàn thành").first).to_be_visible()


@pytest.mark.parametrize("where", ["page", "room"])
def test_two_submits_in_one_instant_write_one_line(people: Doorman, site: Site, where: str) -> None:
    secretary = people.page_of("thuky")
    if where == "room":
        secretary.goto(new_sitting(site, title="Họp ghi kết luận").path)
        secretary.get_by_role("button", name="Vào phòng họp").click()
        secretary.locator("[data-panel=conclusions]").click()
    else:
        secretary.goto(f"/meetings/{site.python(MEETING).split()[-1]}/conclusions/")
    secretary.get_by_label("Nội dung kết luận").fill("Giao rà soát.")
    posts: list[str] = []
    secretary.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    secretary.get_by_role("button", name="Lưu kết luận").evaluate(
        "button => { button.form.requestSubmit(); button.form.requestSubmit(); button.click(); }"
    )
    expect(secretary.locator(".conclusion-text")).to_have_count(1)
    expect(secretary.get_by_label("Nội dung kết luận")).to_have_value("")
    assert len(posts) == 1


def test_an_answer_that_comes_twice_shows_its_line_once(people: Doorman, site: Site) -> None:
    secretary = people.page_of("thuky")
    secretary.goto(f"/meetings/{site.python(MEETING).split()[-1]}/conclusions/")
    secretary.get_by_label("Nội dung kết luận").fill("Giao rà soát.")
    form = secretary.locator("#conclusion-add form")
    key = form.locator("[name=key]").input_value()
    secretary.get_by_role("button", name="Lưu kết luận").click()
    expect(secretary.locator(".conclusion-text")).to_have_count(1)
    # as after a lost answer: the same form is sent again
    secretary.get_by_label("Nội dung kết luận").fill("Giao rà soát.")
    form.locator("[name=key]").evaluate("(field, key) => { field.value = key; }", key)
    secretary.get_by_role("button", name="Lưu kết luận").click()
    expect(secretary.get_by_label("Nội dung kết luận")).to_have_value("")
    expect(secretary.locator(".conclusion-text")).to_have_count(1)
