"""One task from the city over a department and a division to an officer and back, with a commune that helps.

At every step each of the five opens their Today page: exactly those are asked whose hand is needed.
"""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Doorman
from tests.browser.site import Site

pytestmark = pytest.mark.browser
TASK = "Rà soát hệ thống thoát nước khu vực trung tâm"
PART = "Khảo sát hiện trạng các tuyến cống"
CITY, DEPARTMENT, DIVISION, OFFICER, COMMUNE = "chutich", "soxaydung", "truong.hatang", "cv.hatang", "badinh"
DAYS = 30
ASKED_OF_US = """() => [...document.querySelectorAll('#duties .rows-side a')].map(a => a.textContent.trim())"""


def build() -> None:
    """A division of the department with a head and an officer; the city's task for the department. Runs inside Django."""
    from django.utils import timezone

    from eoffice.demo.people import PASSWORD
    from eoffice.organisation.models import Appointment, Position, Unit
    from eoffice.workflow import assigning
    from eoffice.worktime.deadlines import on_day
    from tests.factories import AppointmentFactory, UnitFactory, UserFactory

    chair, department, commune = (
        Appointment.objects.select_related("unit__legal_body", "person").get(person__username=name, kind="primary")
        for name in (CITY, DEPARTMENT, COMMUNE)
    )
    division = UnitFactory(
        parent=department.unit,
        name="Phòng Hạ tầng kỹ thuật",
        kind=Unit.Kind.DIVISION,
        legal_body=department.unit.legal_body,
    )
    for username, name, code in ((DIVISION, "Trịnh Văn Hạ", "truong-phong"), (OFFICER, "Phan Thị Tầng", "chuyen-vien")):
        person = UserFactory(username=username, full_name=name, password=PASSWORD)
        AppointmentFactory(person=person, unit=division, position=Position.objects.get(code=code))
    task = assigning.Assignment(
        title=TASK,
        lead_unit=department.unit,
        coordinators=[commune.unit],
        deadline=on_day(timezone.localdate() + dt.timedelta(days=DAYS)),
    )
    assigning.assign(chair, [task], unit=chair.unit)


class Five:
    """A window for each of the five."""

    def __init__(self, people: Doorman) -> None:
        self.pages = {who: people.page_of(who) for who in (CITY, DEPARTMENT, DIVISION, OFFICER, COMMUNE)}

    def need(self, **asked: str) -> None:
        """On their Today pages exactly these are asked, for what and in this order; nobody else is asked anything about the two."""
        seen = {}
        for who, page in self.pages.items():
            page.goto("/")
            lines = [line for line in page.evaluate(ASKED_OF_US) if TASK in line or PART in line]
            if lines:
                seen[who] = " + ".join(line.replace(TASK, "việc").replace(PART, "phần") for line in lines)
        assert seen == {_NAMES[role]: what for role, what in asked.items()}

    def opens(self, who: str, title: str) -> Page:
        """From the Today page to the task, by what is asked of them."""
        page = self.pages[who]
        page.goto("/")
        page.locator("#duties").get_by_role("link", name=title, exact=True).first.click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        return page


_NAMES = {"city": CITY, "department": DEPARTMENT, "division": DIVISION, "officer": OFFICER, "commune": COMMUNE}


@pytest.fixture
def five(people: Doorman, site: Site) -> Five:
    site.python("from tests.browser.test_task_route import build; build()")
    return Five(people)


def test_from_the_city_to_an_officer_and_back(five: Five) -> None:
    five.need(department="Tiếp nhận: việc")
    press(five.opens(DEPARTMENT, TASK), "Tiếp nhận", "Đã tiếp nhận")
    five.need(department="Giao người thực hiện: việc", commune="Gửi phần phối hợp: việc")
    give_a_part(five.opens(DEPARTMENT, TASK))
    five.need(department="Giao người thực hiện: việc", division="Tiếp nhận: phần", commune="Gửi phần phối hợp: việc")
    press(five.opens(DIVISION, PART), "Tiếp nhận", "Đã tiếp nhận")
    give_to_the_officer(five.opens(DIVISION, PART))
    the_commune_helps(five)
    five.need(department="Giao người thực hiện: việc", officer="Thực hiện: phần")
    more_time(five)
    the_part_is_done(five)
    the_whole_is_done(five)
    five.need()


def give_a_part(page: Page) -> None:
    """The department gives a part of it to its division; the day is suggested."""
    form = unfolded(page, "Giao nhiệm vụ con")
    form.get_by_label("Nội dung nhiệm vụ con").fill(PART)
    form.get_by_label("Giao cho").select_option(label="Phòng Hạ tầng kỹ thuật")
    form.get_by_role("button", name="Giao nhiệm vụ con").click()
    expect(page.locator("[aria-labelledby=subtasks-heading]")).to_contain_text(PART)


def give_to_the_officer(page: Page) -> None:
    page.get_by_label("Người thực hiện", exact=True).select_option(index=2)
    page.get_by_role("button", name="Giao thực hiện").click()
    expect(page.locator("aside .facts")).to_contain_text("Phan Thị Tầng")


def the_commune_helps(five: Five) -> None:
    """Its part is in time, and the department reads it."""
    page = five.opens(COMMUNE, TASK)
    page.get_by_label("Nội dung phần phối hợp").fill("Phường có 14 điểm úng ngập.")
    press(page, "Gửi phần phối hợp", "Gửi đúng hạn")
    page = five.opens(DEPARTMENT, TASK)
    expect(page.locator("[aria-labelledby=parts-heading]")).to_contain_text("Gửi đúng hạn")
    expect(page.locator(".timeline")).to_contain_text("14 điểm úng ngập")


def more_time(five: Five) -> None:
    """The officer asks the department for a day more, and gets it."""
    page = five.opens(OFFICER, PART)
    unfolded(page, "Hỏi, đề nghị với cơ quan giao")
    form = unfolded(page, "Đề nghị gia hạn")
    wanted = dt.datetime.now(dt.UTC).astimezone().date() + dt.timedelta(days=DAYS)
    form.get_by_label("Đề nghị gia hạn đến").fill(f"{wanted:%d/%m/%Y}")
    form.get_by_label("Lý do").fill("Mưa lớn, chưa vào được cống ngầm.")
    form.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.locator(".timeline")).to_contain_text("Chờ trả lời")
    five.need(department="Trả lời đề nghị: phần + Giao người thực hiện: việc", officer="Thực hiện: phần")
    page = five.opens(DEPARTMENT, PART)
    page.get_by_label("Đồng ý", exact=True).check()
    press(page, "Gửi trả lời", "Đồng ý")
    five.need(department="Giao người thực hiện: việc", officer="Thực hiện: phần")
    page = five.opens(OFFICER, PART)
    expect(page.locator("aside .facts")).to_contain_text("Đã gia hạn")


def the_part_is_done(five: Five) -> None:
    """Handed in, sent back by the head of the division, handed in again, passed on, accepted by the department."""
    page = five.opens(OFFICER, PART)
    page.get_by_label("Đã làm được gì").fill("Đã khảo sát 8 trên 12 tuyến.")
    page.get_by_label("Tiến độ (%)").fill("70")
    press(page, "Gửi báo cáo tiến độ", "Đang thực hiện")
    hand_in(five.opens(OFFICER, PART), "Đã khảo sát đủ 12 tuyến.", "Chờ duyệt trong đơn vị")
    five.need(department="Giao người thực hiện: việc", division="Duyệt trong đơn vị: phần")

    page = five.opens(DIVISION, PART)
    expect(page.locator(".act-next")).to_contain_text("Đã khảo sát đủ 12 tuyến.")
    form = unfolded(page, "Trả lại người thực hiện")
    form.get_by_label("Lý do").fill("Thiếu bản đồ.")
    form.get_by_role("button", name="Trả lại").click()
    five.need(department="Giao người thực hiện: việc", officer="Thực hiện: phần")

    page = five.opens(OFFICER, PART)
    expect(page.locator(".timeline")).to_contain_text("Thiếu bản đồ.")
    hand_in(page, "Đã bổ sung bản đồ.", "Chờ duyệt trong đơn vị")
    press(five.opens(DIVISION, PART), "Duyệt và gửi cơ quan giao", "Chờ duyệt hoàn thành")
    five.need(department="Giao người thực hiện: việc + Duyệt kết quả: phần")
    page = five.opens(DEPARTMENT, PART)
    expect(page.locator(".act-next")).to_contain_text("Đã bổ sung bản đồ.")
    press(page, "Chấp nhận kết quả", "Hoàn thành")


def the_whole_is_done(five: Five) -> None:
    """The department hands in the task itself, so the city has it at once."""
    page = five.opens(DEPARTMENT, TASK)
    expect(page.locator("[aria-labelledby=subtasks-heading]")).to_contain_text("Hoàn thành đúng hạn (đã gia hạn)")
    hand_in(page, "Đã rà soát; đề xuất cải tạo 3 tuyến.", "Chờ duyệt hoàn thành")
    five.need(city="Duyệt kết quả: việc")
    press(five.opens(CITY, TASK), "Chấp nhận kết quả", "Hoàn thành")


def hand_in(page: Page, result: str, state: str) -> None:
    form = unfolded(page, "Báo cáo hoàn thành")
    form.get_by_label("Kết quả thực hiện").fill(result)
    form.get_by_label("Số, ký hiệu văn bản kết quả").fill("15/BC-PHT")
    form.get_by_role("button", name="Gửi duyệt hoàn thành").click()
    expect(page.locator(".task-state .chip", has_text=state)).to_be_visible()


def unfolded(page: Page, heading: str):
    """The act under that heading, opened where it is folded."""
    folded = page.locator("details.act-more", has=page.locator(f"> summary:text-is('{heading}')"))
    if folded.count():
        folded.locator("> summary").click()
        return folded
    return page.locator(".act-next")


def press(page: Page, button: str, chip: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".chip", has_text=chip).first).to_be_visible()
