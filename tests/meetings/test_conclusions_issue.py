"""Conclusions: confirmed by the chair, signed and issued, and only then tasks of the agencies."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Appointment, Position
from eoffice.workflow.models import Task
from meetings import conclusions, notices
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import ConclusionNotice, Meeting
from tests.city import City
from tests.factories import (
    AppointmentFactory,
    InvitationLineFactory,
    MeetingFactory,
)
from tests.meetings.concluding import confirm, confirm_calendars, ended_meeting, form, issue, seen


@pytest.fixture
def calendar(city: City) -> None:
    confirm_calendars(city)


@pytest.fixture
def meeting(city: City) -> Meeting:
    return ended_meeting(city)


def test_issuing_twice_is_one_notice_and_one_set_of_tasks(city: City, meeting: Meeting) -> None:
    task = PlannedTask(lead_unit=city.commune)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    first = issue(city, meeting)
    second = notices.issue(city["office_head"], meeting, seen="cũ")
    notices.confirm(city["chair"], meeting, seen="cũ")
    assert (first.number, first.pk) == (second.number, second.pk)
    assert Task.objects.count() == 1


def test_numbers_run_on_per_office_and_year(city: City) -> None:
    numbers = []
    for _each in range(3):
        meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], state=Meeting.State.ENDED)
        InvitationLineFactory(meeting=meeting, unit=city.commune)
        conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
        numbers.append(issue(city, meeting).number)
    assert numbers == ["01/TB-UBND", "02/TB-UBND", "03/TB-UBND"]


def test_everybody_invited_is_told_of_the_notice(city: City, meeting: Meeting) -> None:
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    issue(city, meeting)
    told = Notification.objects.filter(kind="meeting.concluded").values_list("recipient__username", flat=True)
    assert "invited.head" in told


@pytest.mark.usefixtures("calendar")
def test_the_notice_is_vietnamese_for_readers_of_english_too(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    task = PlannedTask(lead_unit=city.commune, due_days=5)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    issue(city, meeting)
    reader = client_as("invited_head")
    reader.cookies["django_language"] = "en"
    page = reader.get(f"/meetings/{meeting.pk}/notice/").content.decode()
    sheet = page[page.index("<article") : page.index("</article>")]
    assert "Print" in page
    assert "5 ngày làm việc" in sheet
    assert not any(word in sheet for word in ("working day", "day,", "Your unit"))


def test_a_meeting_that_sits_cannot_be_concluded_yet(city: City, meeting: Meeting) -> None:
    meeting.state = Meeting.State.IN_SESSION
    meeting.save()
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    with pytest.raises(Conflict, match="meeting-not-ended"):
        issue(city, meeting)
    meeting.refresh_from_db()
    assert meeting.notices.get().state == ConclusionNotice.State.SUBMITTED


def test_without_a_confirmed_calendar_nothing_is_issued_and_it_is_said(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    task = PlannedTask(lead_unit=city.commune, due_days=5)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    confirm(city, meeting)
    answer = client_as("office_head").post(f"/meetings/{meeting.pk}/conclusions/issue/", {"seen": seen(meeting)})
    assert answer.status_code == 400
    assert "chưa được xác nhận" in answer.content.decode()
    assert not Task.objects.exists()
    assert ConclusionNotice.objects.get().number == ""


def test_the_chair_confirms_only_what_they_have_read(city: City, meeting: Meeting) -> None:
    conclusions.write(city["secretary"], meeting, Sentence(text="Bản một."))
    notices.submit(city["secretary"], meeting)
    read = seen(meeting)
    conclusions.write(city["chair"], meeting, Sentence(text="Thêm sau khi đọc."))
    with pytest.raises(Conflict, match="conclusions-changed"):
        notices.confirm(city["chair"], meeting, seen=read)


def test_where_the_chair_heads_the_issuing_office_one_act_does_both(city: City, meeting: Meeting) -> None:
    secretary = AppointmentFactory(unit=city.committee)
    meeting.secretary = secretary
    meeting.save()
    conclusions.write(secretary, meeting, Sentence(text="Thống nhất."))
    notices.submit(secretary, meeting)
    issued = notices.confirm(city["chair"], meeting, seen=seen(meeting))
    assert (issued.state, issued.issuer, issued.signed_by) == ("issued", city.committee, city["chair"])


def test_nobody_but_who_leads_the_issuing_office_signs(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    confirm(city, meeting)
    for role in ("chair", "secretary", "organiser_clerk", "department_head"):
        with pytest.raises(NotAllowed):
            notices.issue(city[role], meeting, seen=seen(meeting))
    told = Notification.objects.filter(kind="conclusions.confirmed").values_list("recipient__username", flat=True)
    assert list(told) == ["office.head"]
    assert f"/meetings/{meeting.pk}/conclusions/" not in client_as("organiser_clerk").get("/").content.decode()


def test_a_deputy_signs_for_the_head(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    deputy = AppointmentFactory(
        unit=city.office, position=Position.objects.get(code="pho-chanh-van-phong"), person__full_name="Vũ Thị Phó"
    )
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    confirm(city, meeting)
    notices.issue(deputy, meeting, seen=seen(meeting))
    page = client_as("invited_head").get(f"/meetings/{meeting.pk}/notice/").content.decode()
    assert re.search(r"KT. Chánh Văn phòng<br>Phó Chánh Văn phòng.*Xác nhận điện tử.*Vũ Thị Phó", page, re.DOTALL)


def test_what_is_confirmed_is_changed_only_after_it_was_sent_back(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    made = conclusions.write(city["secretary"], meeting, Sentence(text="Bản một."))
    confirm(city, meeting)
    with pytest.raises(NotAllowed):
        conclusions.edit(city["chair"], made, Sentence(text="Bản hai."), version=1)
    url = f"/meetings/{meeting.pk}/conclusions/"
    assert client_as("office_head").post(f"{url}send-back/", {"remark": "Ghi rõ thời hạn."}).status_code == 302
    page = client_as("secretary").get(url).content.decode()
    assert f"{city.person('office_head')} yêu cầu sửa" in page
    assert "Ghi rõ thời hạn." in page
    told = Notification.objects.filter(kind="conclusions.sent_back").values_list("recipient__username", flat=True)
    assert set(told) == {"secretary", "chair"}
    assert conclusions.edit(city["secretary"], made, Sentence(text="Bản hai."), version=1).version == 2


def test_who_signs_without_preparing_the_meeting_reads_the_draft_and_then_the_notice(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    meeting.created_by = city["chair"]
    meeting.save()
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    head, url = client_as("office_head"), f"/meetings/{meeting.pk}/conclusions/"
    assert head.get(url).status_code == 404
    confirm(city, meeting)
    assert head.get(url).status_code == 200
    answer = head.post(f"{url}issue/", {"seen": seen(meeting)})
    assert answer["Location"] == f"/meetings/{meeting.pk}/notice/"
    assert head.get(answer["Location"]).status_code == 200


def test_what_the_notice_lacks_is_named_before_it_is_confirmed(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    meeting.invitation_lines.all().delete()
    Appointment.objects.filter(unit=city.office, position__duty="head").delete()
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    notices.submit(city["secretary"], meeting)
    url = f"/meetings/{meeting.pk}/conclusions/"
    lacking = "chức vụ người ký, họ tên người ký, nơi nhận"
    assert lacking in client_as("chair").get(url).content.decode()
    answer = client_as("chair").post(f"{url}confirm/", {"seen": seen(meeting)})
    assert answer.status_code == 400
    assert f"Thông báo còn thiếu: {lacking}." in answer.content.decode()
    assert ConclusionNotice.objects.get().state == "submitted"


def test_the_chair_sends_the_draft_back_with_a_remark(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    conclusion = conclusions.write(city["secretary"], meeting, Sentence(text="Bản một."))
    notices.submit(city["secretary"], meeting)
    with pytest.raises(NotAllowed):
        conclusions.edit(city["secretary"], conclusion, Sentence(text="Sửa vụng."), version=1)
    empty = client_as("chair").post(f"/meetings/{meeting.pk}/conclusions/send-back/", {"remark": " "})
    assert empty.status_code == 400
    client_as("chair").post(f"/meetings/{meeting.pk}/conclusions/send-back/", {"remark": "Ghi rõ đơn vị chủ trì."})
    assert (
        "Ghi rõ đơn vị chủ trì." in client_as("secretary").get(f"/meetings/{meeting.pk}/conclusions/").content.decode()
    )
    assert conclusions.edit(city["secretary"], conclusion, Sentence(text="Bản hai."), version=1).version == 2


def test_a_date_that_has_passed_before_issue_stops_the_issue(city: City, meeting: Meeting) -> None:
    task = PlannedTask(lead_unit=city.commune, due_on=timezone.localdate())
    made = conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    made.planned_tasks.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(UserError, match="bad-assignment"):
        issue(city, meeting)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.ENDED


def test_a_lead_that_was_not_invited_reads_the_notice_of_its_task(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    task = PlannedTask(lead_unit=city.other_commune)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao phường Đống Đa.", task=task))
    issue(city, meeting)
    assert client_as("outsider_head").get(f"/meetings/{meeting.pk}/notice/").status_code == 200
    assert client_as("outsider").get(f"/meetings/{meeting.pk}/notice/").status_code == 404


def test_nothing_changes_after_issue(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    made = conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    issue(city, meeting)
    with pytest.raises(Conflict, match="notice-issued"):
        conclusions.edit(city["chair"], made, Sentence(text="Sửa lén."), version=1)
    answer = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", form())
    assert answer.status_code == 422
    assert "đã ban hành" in answer.content.decode()
