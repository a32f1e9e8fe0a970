"""A line of the week becomes a meeting, and both go together."""

import datetime as dt

import pytest
from django.utils import timezone

from eoffice.calendar.models import ScheduleRequest, WeekLine
from eoffice.notifications.models import Notification
from meetings.models import Meeting, MeetingType
from tests.eoffice.calendar.test_week_published import LAND, OFFICE, Published


class Desk(Published):
    """An approved week at whose desk lines become meetings."""

    def __init__(self, city, client_as):
        super().__init__(city, client_as)
        MeetingType.objects.get_or_create(code="chuyen-de", defaults={"name": "Họp chuyên đề"})

    def meet(self, title, role="secretary"):
        return self.client_as(role).post(f"/schedule/weeks/lines/{self.line(title).pk}/meeting/")

    def change(self, title, /, **other):
        line = self.line(title)
        entry = line.entry
        start, end = timezone.localtime(entry.starts_at), timezone.localtime(entry.ends_at)
        data = {
            "version": line.version, "chair": self.city["chair"].pk, "day": start.date().isoformat(),
            "starts": start.strftime("%H:%M"), "ends": end.strftime("%H:%M"), "title": entry.title, "place": entry.place,
            "attendees": line.attendees, "kind": entry.kind, "visibility": entry.visibility, **other,
        }  # fmt: skip
        return self.client_as("secretary").post(f"/schedule/weeks/lines/{line.pk}/", data)

    def do(self, title, act, **data):
        line = self.line(title)
        return self.client_as("secretary").post(
            f"/schedule/weeks/lines/{line.pk}/do/{act}/", {"version": line.version, **data}
        )

    def issue(self, meeting):
        return self.client_as("secretary").post(f"/meetings/{meeting.pk}/issue/")

    def move_meeting(self, meeting, **delta):
        meeting.refresh_from_db()
        boss = self.client_as("secretary")
        form = boss.get(f"/meetings/{meeting.pk}/edit/").context["form"].initial
        start = timezone.localtime(meeting.starts_at) + dt.timedelta(**delta)
        data = {key: value for key, value in form.items() if value is not None}
        hours = {"day": start.date(), "start": start.strftime("%H:%M"), "end": f"{start.hour + 1}:30"}
        return boss.post(f"/meetings/{meeting.pk}/edit/", data | hours)


@pytest.fixture
def desk(city, client_as):
    return Desk(city, client_as)


def begins(row):
    row.refresh_from_db()
    return timezone.localtime(getattr(row, "entry", row).starts_at)


def test_one_press_drafts_a_meeting_with_those_concerned_and_two_presses_no_second_one(desk, city):
    assert desk.change(LAND, attendees="Phường Đống Đa; Lãnh đạo UBND phường Ba Đình; Công ty Z").status_code == 302
    refused = desk.meet(LAND)
    assert (refused.status_code, "phải được duyệt" in refused.content.decode()) == (422, True)
    WeekLine.objects.update(review="approved")
    assert desk.meet(LAND, "department_head").status_code == 404

    answer = desk.client_as("secretary").post(f"/schedule/weeks/lines/{desk.line(LAND).pk}/meeting/", follow=True)
    assert desk.meet(LAND).status_code == 302
    meeting = Meeting.objects.get()
    assert answer.redirect_chain[0][0] == f"/meetings/{meeting.pk}/"
    page = answer.content.decode()
    assert "Chưa nhận ra trong danh bạ: Công ty Z" in page and "Lập từ một dòng lịch tuần" in page
    line = desk.line(LAND)
    assert (meeting.title, meeting.starts_at, meeting.place) == (LAND, line.entry.starts_at, line.entry.place)
    assert (meeting.state, meeting.chair, meeting.secretary) == ("draft", city["chair"], city["secretary"])
    invited = {one.unit for one in meeting.invitation_lines.all()}
    assert invited == {city.department, city.commune, city.other_commune}

    desk.register("organiser_clerk", title="Ý kiến Văn phòng")
    other = ScheduleRequest.objects.get(title="Ý kiến Văn phòng")
    assert desk.act("secretary", other, "merge", line=line.pk).status_code == 302
    assert city.office in {one.unit for one in meeting.invitation_lines.all()}

    grid = desk.page("secretary", "compile/")
    assert "Đã lập cuộc họp" in grid and "0 trùng lịch chưa giải quyết" in grid
    assert grid.count(LAND) == 2, "one card, and its name for its button"
    assert (
        f"/meetings/{meeting.pk}/"
        in desk.client_as("secretary").get(f"/schedule/weeks/lines/{line.pk}/").content.decode()
    )
    mine = desk.client_as("chair").get("/schedule/", {"view": "week", "day": desk.day(0)}).content.decode()
    assert mine.count(f">{LAND}<") == 1, "the chair sees one thing, not two"


def test_the_meeting_moves_with_its_line_and_the_line_with_its_meeting(desk, city):
    desk.publish()
    desk.meet(LAND)
    meeting = Meeting.objects.get()
    desk.issue(meeting)
    Notification.objects.all().delete()

    assert desk.change(LAND, day=desk.day(3), reason="Lãnh đạo đi công tác").status_code == 302
    assert begins(meeting) == begins(desk.line(LAND)) and begins(meeting).date().isoformat() == desk.day(3)
    assert Notification.objects.filter(recipient=city.person("department_head"), kind__startswith="meeting.").exists()
    slot = f"{desk.day(4)}-am"
    assert desk.move_line("secretary", desk.line(LAND), city["chair"], slot, reason="Đổi buổi").status_code == 302
    assert begins(meeting).date().isoformat() == desk.day(4)
    assert "Đổi buổi" in desk.page("secretary", "compile/")

    assert desk.move_meeting(meeting, hours=1).status_code == 302
    assert begins(desk.line(LAND)) == begins(meeting)
    assert begins(meeting).strftime("%H:%M") == "09:00"
    assert "Theo thay đổi của cuộc họp" in desk.page("secretary", "compile/")
    desk.publish()
    table = desk.page("outsider")
    assert (table.count(LAND), "09:00–10:30" in table, "Điều chỉnh" in table) == (1, True, True)

    assert desk.move_meeting(meeting, days=7).status_code == 302
    assert (desk.line(LAND).entry.state, Meeting.objects.get().state) == ("postponed", "invited")
    assert desk.move_meeting(meeting, days=-7).status_code == 302
    assert desk.line(LAND).entry.state == "approved"


def test_called_off_at_either_end_is_called_off_at_both(desk, city):
    desk.meet(OFFICE)
    draft = Meeting.objects.get()
    assert desk.do(OFFICE, "out").status_code == 422
    assert desk.do(OFFICE, "out", reason="Chưa đủ hồ sơ").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.state_reason, desk.request("invited_clerk").state) == (
        "cancelled",
        "Chưa đủ hồ sơ",
        "submitted",
    )

    desk.meet(LAND)
    meeting = Meeting.objects.exclude(pk=draft.pk).get()
    boss = desk.client_as("secretary")
    boss.post(f"/meetings/{meeting.pk}/cancel/", {"reason": "Hoãn sang quý sau"})
    assert not WeekLine.objects.filter(entry__title=LAND).exists(), "the week is not out: the registration waits again"
    assert desk.request("department_head").state == "submitted"


def test_who_may_not_change_the_meeting_is_told_beside_what_was_typed(desk, city):
    desk.meet(LAND)
    meeting = Meeting.objects.get()
    Meeting.objects.update(state="in_session")
    answer = desk.change(LAND, title="Tên khác")
    assert (answer.status_code, "Đang họp" in answer.content.decode(), "Tên khác" in answer.content.decode()) == (
        422,
        True,
        True,
    )
    assert desk.line(LAND).entry.title == meeting.title
