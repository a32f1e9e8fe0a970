"""Replies to an invitation: coming, coming for a part, staying away with a reason, and the chair's word on it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eoffice.notifications.models import Notification
from meetings import minutes, replies, replying, roll_call, scheduling
from meetings.models import AbsenceRequest, Attendee, CheckIn, Meeting, Reply, Role
from tests.city import City
from tests.factories import AppointmentFactory, AttendeeFactory
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.standing_in import listed_head, page, post, undo

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(city: City) -> Sitting:
    """A meeting in three days."""
    start = timezone.now() + dt.timedelta(days=3)
    return build_sitting(
        city,
        state=Meeting.State.INVITED,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=3),
        issued_at=timezone.now() - dt.timedelta(hours=1),
    )


@pytest.fixture
def head(city: City, coming: Sitting) -> Attendee:
    """The head of the commune, a member with a vote."""
    return listed_head(city, coming)


@pytest.fixture
def officer(city: City, coming: Sitting) -> Attendee:
    """An officer of the department, a guest."""
    made: Attendee = AttendeeFactory(site=coming.department, appointment=city["department_officer"], role=Role.INVITED)
    return made


def accept(client: Client, attendee: Attendee, **data: Any) -> Any:
    return client.post(reverse("reply-accept", args=[attendee.pk]), data)


def decline(client: Client, attendee: Attendee, reason: str = "Đi công tác Đà Nẵng") -> Any:
    return client.post(reverse("reply", args=[attendee.pk]), {"answer": "decline", "reason": reason})


def part(client: Client, attendee: Attendee, start: dt.datetime, end: dt.datetime) -> Any:
    data = {"answer": "part"}
    for name, at in (("attends_from", start), ("attends_to", end)):
        local = timezone.localtime(at)
        data |= {f"{name}_0": f"{local:%d/%m/%Y}", f"{name}_1": f"{local:%H:%M}"}
    return client.post(reverse("reply", args=[attendee.pk]), data)


def decide(client: Client, decision: str, word: str = "") -> Any:
    asked = AbsenceRequest.objects.latest("pk")
    return client.post(reverse("absence-decide", args=[asked.pk]), {"decision": decision, "word": word})


def board(client: Client, sitting: Sitting, show: str = "all") -> str:
    return client.get(reverse("meeting-replies", args=[sitting.meeting.pk]), {"show": show}).content.decode()


def said(attendee: Attendee) -> str:
    return Attendee.objects.get(pk=attendee.pk).partstat


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_a_guest_comes_with_one_press_on_the_today_page_and_nobody_is_disturbed(
    coming: Sitting, officer: Attendee, client_as: AsRole
) -> None:
    client = client_as("department_officer")
    today = reverse("today")
    assert "Giấy mời chờ bạn trả lời" in client.get(today).content.decode()
    assert said(officer) == "NEEDS-ACTION"
    answers = [accept(client, officer, next=today) for _double_click in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, today)] * 2
    assert said(officer) == "ACCEPTED"
    assert "Giấy mời chờ bạn trả lời" not in client.get(today).content.decode()
    assert "Trả lời của quý vị" in page(client, coming)
    assert Notification.objects.count() == 0
    shown = page(client_as("secretary"), coming)
    assert shown.count("nhận lời dự họp") == 1  # one entry of the history for two clicks


def test_a_guest_stays_away_with_a_reason_and_the_secretary_is_told_once(
    coming: Sitting, officer: Attendee, city: City, client_as: AsRole
) -> None:
    client = client_as("department_officer")
    without = decline(client, officer, "  ")
    assert without.status_code == 422
    assert "Ghi lý do vắng" in without.content.decode()
    assert said(officer) == "NEEDS-ACTION"
    assert [decline(client, officer).status_code for _double_click in range(2)] == [302, 302]
    assert said(officer) == "DECLINED"
    other = AttendeeFactory(site=coming.department, appointment=city["department_clerk"], role=Role.INVITED)
    decline(client_as("department_clerk"), other)
    assert Notification.objects.filter(kind="meeting.declined").count() == 1  # unread still: not one for each
    assert told("meeting.declined") == {"secretary"}
    assert AbsenceRequest.objects.count() == 0
    listed = page(client_as("invited_head"), coming)
    assert "vắng có lý do" in listed
    assert "Đà Nẵng" not in listed  # why is not for everybody
    assert "Đà Nẵng" in board(client_as("secretary"), coming, "declined")
    assert accept(client, officer).status_code == 302
    assert said(officer) == "ACCEPTED"


def test_a_member_asks_the_chair_who_agrees_on_the_today_page(
    coming: Sitting, head: Attendee, client_as: AsRole
) -> None:
    member, chair, today = client_as("invited_head"), client_as("chair"), reverse("today")
    for _double_click in range(2):
        decline(member, head)
    assert told("meeting.absence_asked") == {"chair", "secretary"}
    assert AbsenceRequest.objects.count() == 1
    assert "Xin vắng, chờ ý kiến" in page(member, coming)
    assert "Đề nghị vắng mặt chờ ý kiến" in chair.get(today).content.decode()
    assert "Hoàng Ba Đình" in board(client_as("secretary"), coming, "waiting")
    assert [decide(chair, "grant").status_code for _double_click in range(2)] == [302, 302]
    assert Notification.objects.filter(kind="meeting.absence_granted").count() == 1
    assert decide(client_as("secretary"), "refuse", "Phải có mặt").status_code == 409
    assert "Đề nghị vắng mặt chờ ý kiến" not in chair.get(today).content.decode()
    assert "Trần Văn Chủ đã đồng ý" in page(member, coming)
    assert [one.person for one in replies.excused(coming.meeting)] == [head.person]


def test_refused_the_member_is_asked_again_and_reads_why(coming: Sitting, head: Attendee, client_as: AsRole) -> None:
    member, chair = client_as("invited_head"), client_as("chair")
    decline(member, head)
    assert decide(chair, "refuse").status_code == 422  # not without a word
    assert decide(chair, "refuse", "Phường báo cáo mục 2").status_code == 302
    assert said(head) == "NEEDS-ACTION"
    shown = page(member, coming)
    assert "Chủ trì chưa đồng ý để quý vị vắng mặt" in shown
    assert "Phường báo cáo mục 2" in shown
    assert told("meeting.absence_refused") == {"invited.head"}
    decline(member, head, "Ốm, có giấy của bệnh viện")
    assert AbsenceRequest.objects.filter(state="waiting").count() == 1
    accept(member, head)  # comes after all: nobody is asked any more
    assert decide(chair, "grant").status_code == 409


def test_who_comes_for_a_part_says_from_and_to(coming: Sitting, officer: Attendee, client_as: AsRole) -> None:
    client, start = client_as("department_officer"), coming.meeting.starts_at
    hour = dt.timedelta(hours=1)
    assert part(client, officer, start + 2 * hour, start + hour).status_code == 422
    assert part(client, officer, start + hour, start + 5 * hour).status_code == 302
    kept = Attendee.objects.get(pk=officer.pk)
    assert kept.partstat == "ACCEPTED"
    assert kept.attends_from == (start + hour).replace(second=0, microsecond=0)
    assert kept.attends_to is None  # after the end: to the end
    assert f"Dự từ {timezone.localtime(start + hour):%H:%M}" in board(client_as("secretary"), coming, "part")
    accept(client, officer)
    assert Attendee.objects.get(pk=officer.pk).part == ""


def test_the_unit_and_the_secretary_reply_for_somebody_others_do_not(
    coming: Sitting, head: Attendee, officer: Attendee, client_as: AsRole
) -> None:
    assert accept(client_as("invited_clerk"), head).status_code == 302
    assert "Vũ Văn Phường trả lời thay" in page(client_as("invited_head"), coming)
    assert decline(client_as("secretary"), head, "Báo qua điện thoại: ốm").status_code == 302
    assert accept(client_as("invited_clerk"), officer).status_code == 403
    assert client_as("invited_head").get(reverse("meeting-replies", args=[coming.meeting.pk])).status_code == 403
    chair = Attendee.objects.get(meeting=coming.meeting, role=Role.CHAIR)
    assert decline(client_as("chair"), chair).status_code == 409


def test_a_substitute_is_a_reply_and_taking_them_back_asks_again(
    city: City, coming: Sitting, head: Attendee, client_as: AsRole
) -> None:
    member = client_as("invited_head")
    decline(member, head)
    post(member, head, city["invited_officer"])
    assert said(head) == "DELEGATED"
    assert AbsenceRequest.objects.get().state == AbsenceRequest.State.WITHDRAWN
    accept(member, head)  # whoever sent somebody takes them back first
    assert said(head) == "DELEGATED"
    assert "Nguyễn Công Chức" in board(client_as("secretary"), coming, "substituted")
    substitute = Attendee.objects.get(meeting=coming.meeting, person=city.person("invited_officer"))
    assert said(substitute) == "NEEDS-ACTION"
    undo(member)
    assert said(head) == "NEEDS-ACTION"


def test_another_time_asks_everybody_again_another_title_nobody(
    city: City, coming: Sitting, head: Attendee, officer: Attendee
) -> None:
    replying.accept(city["department_officer"], officer)
    replying.decline(city["invited_head"], head, reason="Đi học")
    meeting = Meeting.objects.get(pk=coming.meeting.pk)
    plan = scheduling.replace(scheduling.plan_of(meeting), title="Giao ban tháng 12")
    meeting = scheduling.edit_meeting(city["secretary"], meeting, plan, version=meeting.version)
    assert (said(officer), said(head)) == ("ACCEPTED", "DECLINED")
    day = dt.timedelta(days=1)
    scheduling.reschedule(
        city["secretary"],
        meeting,
        starts_at=meeting.starts_at + day,
        ends_at=meeting.ends_at + day,
        version=meeting.version,
    )
    assert (said(officer), said(head)) == ("NEEDS-ACTION", "NEEDS-ACTION")
    assert AbsenceRequest.objects.get().state == AbsenceRequest.State.WITHDRAWN


def test_who_is_excused_is_so_in_the_attendance_list_until_they_are_there(
    city: City, sitting: Sitting, client_as: AsRole
) -> None:
    guest = AttendeeFactory(site=sitting.department, appointment=city["department_officer"], role=Role.INVITED)
    replying.decline(city["department_officer"], guest, reason="Đi học")
    chair = client_as("chair")
    address = reverse("meeting-attendance", args=[sitting.meeting.pk])
    assert "vắng có lý do" in chair.get(address).content.decode()
    assert "Vắng có lý do: Đồng chí Bùi Chuyên Viên" in _minutes(sitting)
    roll_call.check_in(sitting.meeting, by=city.person("secretary"), attendee_id=guest.pk)
    assert "vắng có lý do" not in chair.get(address).content.decode()
    assert decline(client_as("department_officer"), guest).status_code == 409
    assert CheckIn.objects.filter(attendee=guest).count() == 1


def _minutes(sitting: Sitting) -> str:
    blocks = minutes.minutes(Meeting.objects.get(pk=sitting.meeting.pk)).body
    return "\n".join(str(getattr(block, "text", "")) for block in blocks)


def test_the_board_costs_the_same_for_few_and_for_many(
    city: City, coming: Sitting, client_as: AsRole, django_assert_num_queries: Any
) -> None:
    client, address = client_as("secretary"), reverse("meeting-replies", args=[coming.meeting.pk])

    def add(count: int) -> None:
        for _one in range(count):
            AttendeeFactory(
                site=coming.commune,
                appointment=AppointmentFactory(unit=city.commune),
                role=Role.MEMBER,
                reply=Reply.DECLINED,
                reply_reason="Đi học",
            )

    add(1)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    add(20)
    with django_assert_num_queries(len(few)):
        assert client.get(address).content.decode().count("Đi học") == 21
