"""An invited unit has a number of seats from a position on; who has not replied or named is reminded."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eoffice.notifications.models import Notification
from eoffice.organisation.models import Position
from meetings import invitations, replies, replying, scheduling
from meetings.models import Attendee, InvitationLine, Meeting, MeetingSite, Nomination
from meetings.tasks import chase_replies
from tests.city import City
from tests.factories import AppointmentFactory, AttendeeFactory, MeetingFactory

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(city: City, client_as: AsRole) -> Meeting:
    """The commune is asked for two people, deputies at least, in four days."""
    start = timezone.now() + dt.timedelta(days=4)
    meeting: Meeting = MeetingFactory(
        chair=city["chair"],
        secretary=city["secretary"],
        organiser=city.office,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
    )
    scheduling.seat_leaders(meeting)
    answer = client_as("secretary").post(
        reverse("invitation-line-create", args=[meeting.pk]),
        {"units": [city.commune.pk], "role": "member", "seats": 2, "lowest": _deputy().pk},
    )
    assert answer.status_code == 302
    return invitations.issue(city["secretary"], meeting)


def _deputy() -> Position:
    return Position.objects.get(code="pho-chu-tich-phuong-xa")


@pytest.fixture
def site(city: City, issued: Meeting) -> MeetingSite:
    return issued.sites.get(unit=city.commune)


def name(client: Client, site: MeetingSite, *people: Any, reason: str = "") -> str:
    data = {"people": [one.pk for one in people], "reason": reason}
    answer = client.post(reverse("nomination-create", args=[site.pk]), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def board(client: Client, meeting: Meeting) -> str:
    return client.get(reverse("meeting-replies", args=[meeting.pk]), {"show": "units"}).content.decode()


def test_the_unit_fills_its_seats_and_the_secretary_sees_what_is_empty(
    city: City, issued: Meeting, site: MeetingSite, client_as: AsRole
) -> None:
    clerk, secretary, today = client_as("invited_clerk"), client_as("secretary"), reverse("today")
    assert "Cần phân công người dự họp" in clerk.get(today).content.decode()
    assert "0/2" in board(secretary, issued)
    assert "Đã phân công 1/2 người" in name(clerk, site, city["invited_head"])

    below = name(clerk, site, city["invited_officer"])
    assert "Nguyễn Công Chức là Chuyên viên; giấy mời cần từ Phó Chủ tịch" in below
    assert f'value="{city["invited_officer"].pk}" checked' in below  # what was ticked stays
    assert Nomination.objects.filter(site=site).count() == 1
    assert "Đã phân công 2/2 người" in name(clerk, site, city["invited_officer"], reason="Trực tiếp xử lý hồ sơ")
    assert "Trực tiếp xử lý hồ sơ" in board(secretary, issued)

    third = AppointmentFactory(unit=city.commune, position=_deputy())
    assert "đã phân công đủ" in name(clerk, site, third, reason="Cần thêm")
    assert "Cần phân công người dự họp" not in clerk.get(today).content.decode()
    assert "Không có ai" in board(secretary, issued)

    replying.decline(city["invited_officer"], Attendee.objects.get(person=city.person("invited_officer")), reason="Ốm")
    assert "1/2" in board(secretary, issued)  # the seat is empty again, and who named them is told
    assert Notification.objects.filter(kind="meeting.nominee_declined").get().recipient == city.person("invited_clerk")
    assert "Đã phân công 2/2 người" in name(clerk, site, third)

    line = InvitationLine.objects.get(meeting=issued)
    wrong = secretary.post(reverse("invitation-line-seats", args=[line.pk]), {"seats": "0"}, follow=True)
    assert "là một số từ 1 đến 99" in wrong.content.decode()
    secretary.post(reverse("invitation-line-seats", args=[line.pk]), {"seats": "3", "lowest": ""})
    assert "2/3" in board(secretary, issued)
    assert MeetingSite.objects.get(pk=site.pk).lowest is None


def test_the_other_meetings_of_candidates_stand_beside_their_names(
    city: City, issued: Meeting, site: MeetingSite, client_as: AsRole
) -> None:
    secret = MeetingFactory(
        title="Họp riêng của sở",
        state=Meeting.State.INVITED,
        chair=city["department_head"],
        secretary=city["department_clerk"],
        organiser=city.department,
        starts_at=issued.starts_at + dt.timedelta(minutes=30),
        ends_at=issued.ends_at,
    )
    AttendeeFactory(meeting=secret, site__meeting=secret, site__unit=city.department, appointment=city["invited_head"])
    detail = reverse("meeting-detail", args=[issued.pk])
    seen_by_clerk = client_as("invited_clerk").get(detail).content.decode()
    assert "Bận họp" in seen_by_clerk
    assert "Họp riêng của sở" not in seen_by_clerk  # of that meeting the clerk does not know
    assert "Họp riêng của sở" in client_as("invited_head").get(detail).content.decode()


def test_who_has_not_replied_is_reminded_at_half_and_at_nine_tenths_of_the_time_once(
    city: City, issued: Meeting, site: MeetingSite, client_as: AsRole
) -> None:
    invitations.add_line(city["secretary"], issued, city["department_head"])
    member = Attendee.objects.get(meeting=issued, person=city.person("department_head"))

    def at(percent: int) -> set[str]:
        """Who is told by two sweeps when so much of the time has passed."""
        Notification.objects.all().delete()
        window = replies.due(issued) - issued.issued_at
        passed = window * percent / 100
        Meeting.objects.filter(pk=issued.pk).update(
            issued_at=timezone.now() - passed,
            reply_by=timezone.now() - passed + window,
        )
        issued.refresh_from_db()
        for _twice in range(2):
            chase_replies()
        told = Notification.objects.filter(kind="meeting.reply_reminder")
        assert told.count() == told.values("recipient").distinct().count()
        return set(told.values_list("recipient__username", flat=True))

    assert at(49) == set()
    assert at(51) == {"department.head", "invited.head", "invited.clerk"}
    words = Notification.objects.get(recipient=city.person("invited_clerk"))
    assert "đơn vị chưa phân công đủ người dự" in words.body
    replying.accept(city["department_head"], member)
    for who in ("invited_head", "invited_clerk"):
        invitations.nominate(city["invited_clerk"], site, city[who], reason="Văn thư ghi biên bản")
    replying.accept(city["invited_head"], Attendee.objects.get(meeting=issued, person=city.person("invited_head")))
    assert at(91) == {"invited.clerk"}
    assert "quý vị chưa trả lời" in Notification.objects.get().body
    assert at(101) == set()


def test_the_secretary_reminds_by_hand_once_a_day(issued: Meeting, client_as: AsRole) -> None:
    Notification.objects.all().delete()
    for said in ("Đã nhắc 2 người.", "Hôm nay đã nhắc rồi"):
        answer = client_as("secretary").post(reverse("replies-nudge", args=[issued.pk]), {"confirmed": 1}, follow=True)
        assert said in answer.content.decode()
    told = Notification.objects.filter(kind="meeting.reply_reminder").values_list("recipient__username", flat=True)
    assert set(told) == {"invited.head", "invited.clerk"}


def test_several_invitations_are_one_notice(city: City, issued: Meeting) -> None:
    later = issued.starts_at + dt.timedelta(days=1)
    other = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], starts_at=later, ends_at=later + dt.timedelta(hours=1)
    )
    scheduling.seat_leaders(other)
    for meeting in (issued, other):
        invitations.add_line(city["secretary"], meeting, city["department_head"])
    invitations.issue(city["secretary"], other)
    now = timezone.now()
    Meeting.objects.update(issued_at=now - dt.timedelta(days=6))
    Notification.objects.all().delete()
    chase_replies()
    told = Notification.objects.get(recipient=city.person("department_head"))
    assert told.title == "Nhắc trả lời 2 giấy mời"
    assert told.body.count("quý vị chưa trả lời") == 2
