"""The week of an agency once it is approved: published, shown to the agency, the public and the lobby, changed and published anew."""

import datetime as dt
import io

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from docx import Document

from eoffice.calendar.models import WeekLine, WeekSchedule, WeekSettings
from eoffice.calendar.weeks import days
from eoffice.notifications.models import Notification
from meetings.models import Attendee, Meeting
from tests.eoffice.calendar.test_week import TITLES, Weeks
from tests.factories import AttendeeFactory, MeetingFactory, MeetingSiteFactory

LAND, OFFICE, MARKET = TITLES.values()


class Published(Weeks):
    """Three registrations, one of them public and one only for those concerned; approved, and published by the clerk."""

    def __init__(self, city, client_as):
        super().__init__(city, client_as)
        self.register("department_head", visibility="public", public_text="Họp về dự án", car="29A-012.34")
        self.register("invited_clerk", day=1, place="UBND phường Ba Đình")
        self.register("outsider_head", day=2, visibility="restricted")
        self.accept_all()
        self.client_as("secretary").post(self.base + "submit/")
        versions = {f"version-{one.pk}": one.version for one in WeekLine.objects.all()}
        every = [str(one.pk) for one in WeekLine.objects.all()]
        self.client_as("office_head").post(self.base + "approve/", {"all": "1", "all-lines": every, **versions})
        Notification.objects.all().delete()

    def publish(self, role="organiser_clerk"):
        return self.client_as(role).post(self.base + "publish/")

    def line(self, title):
        return WeekLine.objects.get(entry__title=title)

    def told(self):
        return {(one.recipient.username, one.kind) for one in Notification.objects.filter(kind__startswith="week.")}

    def public(self, name=""):
        answer = Client().get(f"/lich/{name}{self.city.committee.pk}/", {"day": self.monday.isoformat()})
        return answer.content.decode() if answer.status_code == 200 else answer.status_code


@pytest.fixture
def week(city, client_as):
    return Published(city, client_as)


def test_the_agency_reads_all_the_public_what_is_meant_for_it(week, city):
    assert week.schedule.state == "approved"
    assert week.publish("secretary").status_code == 404
    assert LAND not in week.page("outsider") and "chưa đăng" in week.public()
    assert week.publish().status_code == 302
    week.publish()  # a second click
    assert week.schedule.editions.count() == 1
    officer = week.page("invited_officer")
    assert LAND in officer and OFFICE in officer and "Bận" in officer and MARKET not in officer
    assert MARKET in week.page("outsider_head") or MARKET in week.page("chair")
    public = week.public()
    assert "Họp về dự án" in public and not any(
        secret in public for secret in (LAND, OFFICE, MARKET, "29A-012.34", "Bận")
    )
    WeekSettings.objects.create(unit=city.committee, busy_in_public=True)
    assert week.public().count("Bận") == 1
    WeekSettings.objects.update(public=False)
    assert (week.public(), week.public("man-hinh/")) == (404, 404)
    book = openpyxl.load_workbook(io.BytesIO(week.client_as("chair").get(week.base + "editions/1/xlsx/").content))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row if cell]
    assert {LAND, "08:00–09:30", "Chủ tịch Trần Văn Chủ", "29A-012.34", "Sở Xây dựng"} <= set(cells)
    unit, day = city.committee.pk, week.monday.isoformat()
    word = week.client_as("chair").get(f"/papers/weeks/{unit}/{day}/1/word/")
    document = Document(io.BytesIO(word.content))
    assert document.sections[0].page_width > document.sections[0].page_height
    table = next(one for one in document.tables if one.rows[0].cells[0].text == "Ngày")
    assert [cell.text for cell in table.rows[1].cells][1:3] == ["08:00–09:30", LAND]
    assert week.told() == {
        (name, "week.published") for name in ("chair", "department.head", "invited.clerk", "outsider.head")
    }


def test_the_lobby_sees_today_and_tomorrow(week, city):
    week.publish()
    WeekSchedule.objects.update(monday=days.monday_of(timezone.localdate()))
    edition = week.schedule.editions.get()
    soon = timezone.now() + dt.timedelta(hours=20)
    for row in edition.rows:
        row["starts_at"], row["ends_at"] = soon.isoformat(), (soon + dt.timedelta(hours=1)).isoformat()
    edition.save()
    if timezone.localdate(soon) >= week.schedule.monday + dt.timedelta(days=7):
        WeekSchedule.objects.update(monday=days.monday_of(timezone.localdate(soon)))
    screen = week.public("man-hinh/")
    assert "Họp về dự án" in screen and LAND not in screen and 'http-equiv="refresh"' in screen


def test_changes_need_a_reason_are_marked_and_told_only_to_whom_they_concern(week, city):
    week.publish()
    Notification.objects.all().delete()
    land, slot = week.line(LAND), f"{week.day(3)}-pm"
    assert week.move_line("secretary", land, week.deputy, slot).status_code == 422
    assert week.move_line("secretary", land, week.deputy, slot, reason="Chủ tịch họp Chính phủ").status_code == 302
    office = week.line(OFFICE)
    act = f"/schedule/weeks/lines/{office.pk}/do/"
    desk = week.client_as("secretary")
    assert desk.post(act + "out/", {"version": office.version}).status_code == 409
    assert desk.post(act + "postpone/", {"version": office.version, "reason": "Chờ quy hoạch"}).status_code == 302
    assert week.schedule.state == "amended"
    assert "Chủ tịch họp Chính phủ" not in week.page("invited_officer")
    assert "Chủ tịch họp Chính phủ" in week.page("secretary", "compile/") and not week.told()

    assert week.publish().status_code == 302
    page = week.page("invited_officer")
    assert "Điều chỉnh</strong>: Chủ tịch họp Chính phủ" in page and "Hoãn</strong>: Chờ quy hoạch" in page
    assert week.told() == {(name, "week.amended") for name in ("chair", "pct", "department.head", "invited.clerk")}
    mine = Notification.objects.get(recipient=city.person("department_head"))
    assert "14:00–15:30" in mine.body and "trước là 08:00–09:30" in mine.body and OFFICE not in mine.body
    assert week.client_as("chair").get(week.base + "?edition=1").content.decode().count("Điều chỉnh") == 0
    compared = week.page("invited_officer", "editions/2/changes/")
    assert "<del>08:00–09:30" in compared and "<ins>14:00–15:30" in compared
    assert "Họp về dự án" in week.public()


def test_meetings_of_the_leaders_stand_in_the_week_and_a_meeting_put_off_is_published_anew(week, city):
    starts_at = days.at(week.monday + dt.timedelta(days=4), dt.time(8))
    meeting = MeetingFactory(
        title="Giao ban tháng", chair=city["chair"], secretary=city["secretary"], state=Meeting.State.INVITED,
        starts_at=starts_at, organiser=city.office,
    )  # fmt: skip
    site = MeetingSiteFactory(meeting=meeting, unit=city.office)
    AttendeeFactory(site=site, appointment=city["chair"], role=Attendee.Role.CHAIR)
    week.publish()
    assert "Giao ban tháng" in week.page("invited_officer") and "Giao ban tháng" not in week.public()
    Meeting.objects.update(state=Meeting.State.POSTPONED, state_reason="Bão số 9")
    assert "Bão số 9" in week.page("secretary", "compile/")
    assert week.publish().status_code == 302
    page = week.page("invited_officer")
    assert "Hoãn</strong>: Bão số 9" in page and week.schedule.editions.count() == 2
