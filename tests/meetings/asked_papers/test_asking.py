"""Papers that a meeting asks of agencies: asked, given another deadline, chased."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eoffice.worktime import seeding
from meetings import paper_requests, scheduling
from meetings.models import AgendaItem, MeetingType, PaperRequest
from meetings.tasks import sweep_paper_requests
from tests import papers
from tests.city import City
from tests.factories import MeetingFactory
from tests.meetings.asked_papers.acts import JSON, act, ask, send, told

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]


# --- asking ---------------------------------------------------------------------------------------------


def test_those_who_answer_for_the_agency_are_told_and_find_it_on_their_first_page(
    asked: PaperRequest, client_as: AsRole
) -> None:
    assert told("paper_request.made") == ["department.clerk", "department.head"]
    assert "Báo cáo tiến độ" in client_as("department_clerk").get("/").content.decode()
    assert "Báo cáo tiến độ" not in client_as("department_officer").get("/").content.decode()


def test_pressing_twice_asks_once(office: Client, asked: PaperRequest, item: AgendaItem, city: City) -> None:
    assert ask(office, item, city.department).status_code == 302
    assert PaperRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "errorlist"),
        ({"units": []}, "errorlist"),
        ({"units": ["99999999999999999999"]}, "errorlist"),
        ({"due_0": "31/02/2027"}, "errorlist"),
        ({"due": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "Hạn gửi phải sau lúc này"),
        ({"due": dt.datetime(2090, 1, 1, tzinfo=dt.UTC)}, "Hạn gửi phải trước khi cuộc họp kết thúc"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    office: Client, item: AgendaItem, city: City, fields: dict[str, Any], sentence: str
) -> None:
    answer = ask(office, item, city.department, **{"note": "Không quá 5 trang", **fields})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Không quá 5 trang" in answer.content.decode()
    assert not PaperRequest.objects.exists()


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ({}, "2026-12-03 15:00"),
        ({"paper_days": 3, "paper_days_working": True, "paper_time": dt.time(11)}, "2026-12-01 11:00"),
        ({"paper_days": 0, "paper_time": dt.time(7)}, "2026-12-04 07:00"),
    ],
)
def test_the_deadline_follows_from_the_type_of_meeting(rule: dict[str, Any], due: str, city: City) -> None:
    seeding.seed_year(2026, confirmed_by=city.admin)
    type, _ = MeetingType.objects.update_or_create(code="giao-ban", defaults=rule)
    starts_at = dt.datetime(2026, 12, 4, 1, tzinfo=dt.UTC)  # a Friday, 8 o'clock in Hà Nội
    meeting = MeetingFactory(starts_at=starts_at, type=type)
    usual = paper_requests.usual_deadline(meeting)
    assert usual is not None
    assert f"{timezone.localtime(usual):%Y-%m-%d %H:%M}" == due


def test_without_a_confirmed_calendar_no_working_day_is_guessed(db: None) -> None:
    meeting = MeetingFactory()
    meeting.type.paper_days_working = True
    assert paper_requests.usual_deadline(meeting) is None


def test_a_deadline_by_the_rule_moves_with_the_meeting(office: Client, item: AgendaItem, city: City) -> None:
    meeting = item.meeting
    usual = paper_requests.usual_deadline(meeting)
    assert usual is not None
    ask(office, item, city.department, due=usual)
    scheduling.reschedule(
        city["secretary"],
        meeting,
        starts_at=meeting.starts_at + dt.timedelta(days=1),
        ends_at=meeting.ends_at + dt.timedelta(days=1),
        version=meeting.version,
    )
    assert PaperRequest.objects.get().due_at == usual + dt.timedelta(days=1)
    assert told("paper_request.moved") == ["department.clerk", "department.head"]


def test_an_agency_that_is_asked_no_more_is_told(office: Client, asked: PaperRequest, agency: Client) -> None:
    for _time in range(2):
        assert act(office, "cancel", asked).status_code == 302
    assert told("paper_request.cancelled") == ["department.clerk", "department.head"]
    page = agency.get(reverse("paper-request", args=[asked.pk])).content.decode()
    assert "Đã thôi đề nghị" in page
    assert "Gửi duyệt" not in page
    upload = {"file": papers.upload(papers.pdf(), "a.pdf")}
    assert agency.post(reverse("paper-request-upload", args=[asked.pk]), upload, headers=JSON).status_code == 409


# --- chasing --------------------------------------------------------------------------------------------


def test_an_agency_is_reminded_once_a_day_at_most(asked: PaperRequest, office: Client) -> None:
    assert act(office, "nudge", asked).status_code == 302
    again = act(office, "nudge", asked)
    assert again.status_code == 409
    assert 'data-code="nudged-today"' in again.content.decode()
    assert told("paper_request.nudged") == ["department.clerk", "department.head"]
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert act(office, "nudge", asked).status_code == 302


def test_all_that_is_missing_is_chased_at_once(
    office: Client, item: AgendaItem, city: City, agency: Client, client_as: AsRole
) -> None:
    ask(office, item, city.department, city.commune, city.other_commune)
    send(agency, PaperRequest.objects.get(unit=city.department))
    address = reverse("paper-requests-nudge", args=[item.meeting_id])
    assert client_as("invited_head").post(address).status_code == 403
    office.post(address)
    office.post(address)
    assert told("paper_request.nudged") == ["invited.clerk", "invited.head", "outsider.head"]


def test_a_passed_deadline_is_told_once_to_the_agency_and_the_secretary(asked: PaperRequest) -> None:
    with time_machine.travel(asked.due_at + dt.timedelta(minutes=1), tick=False):
        for _time in range(2):
            sweep_paper_requests()
    assert told("paper_request.overdue") == ["department.clerk", "department.head", "secretary"]


def test_the_list_of_what_is_missing_asks_as_many_questions_for_many_as_for_few(
    office: Client, item: AgendaItem, city: City
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            page = office.get(reverse("paper-requests"), {"meeting": item.meeting_id})
        assert page.status_code == 200
        return len(caught)

    def add(count: int) -> None:
        for n in range(count):
            key = f"0b2f9a35-6f8e-4e8a-9d7e-3f2c63a4b{n:03d}"
            ask(office, item, city.department, city.commune, key=key, title=f"Báo cáo {n}")

    add(1)
    queries()
    few = queries()
    add(12)
    assert queries() == few
    assert few <= 16
