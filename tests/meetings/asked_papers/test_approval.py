"""Papers that were asked for: sent, returned, approved, shown when their time has come, taken back."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Paper
from documents.tasks import sweep_expired
from eoffice.notifications.models import Notification
from meetings import conduct, invitations, scheduling
from meetings.models import AgendaItem, Meeting, PaperRequest, TabledPaper
from meetings.tasks import sweep_paper_requests
from tests import papers
from tests.city import City
from tests.factories import AgendaItemFactory, MeetingFactory
from tests.meetings.asked_papers.acts import JSON, act, approve, ask, hand_in, send, state_of, told, typed_moment

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]


# --- sending, returning, approving ----------------------------------------------------------------------


def test_from_the_request_to_the_table(
    asked: PaperRequest, office: Client, agency: Client, client_as: AsRole, item: AgendaItem
) -> None:
    commune = client_as("invited_head")
    version = hand_in(agency, asked)
    detail = reverse("paper-detail", args=[asked.paper_id])
    assert office.get(detail).status_code == 404, "nobody but the agency sees what it has not submitted"
    act(agency, "submit", asked, version=version.number)
    assert told("paper_request.submitted") == ["secretary"]
    assert office.get(detail).status_code == 200
    assert client_as("organiser_clerk").get(reverse("paper-original", args=[version.pk])).status_code == 200
    assert commune.get(detail).status_code == 404
    assert "Báo cáo tiến độ" in office.get("/").content.decode()
    assert approve(office, asked).status_code == 302
    assert state_of(asked) == "published"
    assert TabledPaper.objects.get().item == item
    assert commune.get(detail).status_code == 200
    assert "invited.head" in told("paper.published")
    assert client_as("outsider").get(detail).status_code == 404


def test_a_returned_paper_says_why_and_comes_back_as_a_new_version(
    asked: PaperRequest, office: Client, agency: Client
) -> None:
    send(agency, asked)
    assert act(office, "return", asked, reason=" ").status_code == 422
    assert act(office, "return", asked, reason="Thiếu phụ lục 2").status_code == 302
    assert told("paper_request.returned") == ["department.clerk", "department.head"]
    page = reverse("paper-request", args=[asked.pk])
    assert "Thiếu phụ lục 2" in agency.get(page).content.decode()
    send(agency, asked, pages=2)
    stale = approve(office, asked, version=1)
    assert stale.status_code == 422
    assert "có bản mới hơn (bản 2)" in stale.content.decode()
    assert approve(office, asked, version=2).status_code == 302
    assert Paper.objects.get().published_version.number == 2


def test_a_newer_version_waits_while_readers_keep_the_approved_one(
    asked: PaperRequest, office: Client, agency: Client, client_as: AsRole
) -> None:
    send(agency, asked)
    approve(office, asked)
    second = send(agency, asked, pages=2)
    assert client_as("invited_head").get(reverse("paper-original", args=[second.pk])).status_code == 404
    assert Paper.objects.get().published_version.number == 1
    approve(office, asked, version=2)
    assert Paper.objects.get().published_version.number == 2


def test_the_agency_does_not_publish_by_itself(asked: PaperRequest, agency: Client) -> None:
    version = hand_in(agency, asked)
    answer = agency.post(reverse("paper-publish", args=[asked.paper_id]), {"version": version.number})
    assert answer.status_code == 409
    assert 'data-code="others-publish"' in answer.content.decode()
    assert state_of(asked) == "draft"


def test_what_was_asked_for_does_not_reach_the_table_past_the_office(
    asked: PaperRequest, agency: Client, client_as: AsRole, item: AgendaItem
) -> None:
    head = client_as("department_head")
    Meeting.objects.update(state="invited")
    invitations.add_line(item.meeting.secretary, item.meeting, item.presenter)
    upload = {"file": papers.upload(papers.pdf(), "a.pdf")}
    answer = head.post(reverse("agenda-paper-upload", args=[item.pk]), upload, headers=JSON)
    assert answer.status_code == 403
    assert not TabledPaper.objects.exists()


@pytest.mark.parametrize("role", ["outsider", "outsider_head", "invited_head", "department_officer", "admin"])
def test_others_do_not_know_of_the_request(role: str, asked: PaperRequest, client_as: AsRole) -> None:
    client = client_as(role)
    assert client.get(reverse("paper-request", args=[asked.pk])).status_code == 404
    assert "Báo cáo tiến độ" not in client.get(reverse("paper-requests"), {"show": "all"}).content.decode()
    for name in ("upload", "submit", "return", "approve", "deadline", "cancel", "nudge"):
        assert act(client, name, asked).status_code == 404


def test_the_office_does_not_send_and_the_agency_does_not_approve(
    asked: PaperRequest, office: Client, agency: Client
) -> None:
    upload = {"file": papers.upload(papers.pdf(), "a.pdf")}
    assert office.post(reverse("paper-request-upload", args=[asked.pk]), upload, headers=JSON).status_code == 403
    send(agency, asked)
    assert approve(agency, asked).status_code == 403
    assert act(agency, "return", asked, reason="x").status_code == 403


def test_a_late_paper_is_flagged_on_the_agenda_and_said_to_its_readers(
    asked: PaperRequest, office: Client, agency: Client, client_as: AsRole
) -> None:
    PaperRequest.objects.update(due_at=timezone.now() - dt.timedelta(minutes=5))
    send(agency, asked)
    approve(office, asked)
    page = client_as("invited_head").get(reverse("meeting-detail", args=[asked.item.meeting_id])).content.decode()
    assert "Gửi muộn" in page
    assert Notification.objects.filter(kind="paper.published", title__startswith="Tài liệu gửi muộn").exists()


# --- shown when its time has come -----------------------------------------------------------------------


def test_an_embargo_ends_by_itself(asked: PaperRequest, office: Client, agency: Client, client_as: AsRole) -> None:
    send(agency, asked)
    at = timezone.now() + dt.timedelta(hours=2)
    assert approve(office, asked, release="at", **typed_moment("release_at", at)).status_code == 302
    commune, detail = client_as("invited_head"), reverse("paper-detail", args=[asked.paper_id])
    sweep_paper_requests()
    assert commune.get(detail).status_code == 404
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        for _time in range(2):
            sweep_paper_requests()
    assert state_of(asked) == "published"
    assert told("paper.published").count("invited.head") == 1


def test_an_embargo_needs_a_time_to_come(asked: PaperRequest, office: Client, agency: Client) -> None:
    send(agency, asked)
    for typed in ({}, typed_moment("release_at", timezone.now() - dt.timedelta(hours=1)), {"release_at_0": "x"}):
        answer = approve(office, asked, release="at", **typed)
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
    assert state_of(asked) == "submitted"


def test_a_paper_may_wait_for_its_item(asked: PaperRequest, office: Client, agency: Client, city: City) -> None:
    send(agency, asked)
    approve(office, asked, release="item")
    meeting = asked.item.meeting
    conduct.open_meeting(city["secretary"], meeting)
    assert state_of(asked) == "approved"
    conduct.open_item(city["secretary"], meeting, asked.item_id)
    assert state_of(asked) == "published"
    meeting.live.refresh_from_db()
    assert meeting.live.version.paper_id == asked.paper_id, "it lies before everybody at once"


def test_before_the_invitations_nothing_is_shown(city: City, office: Client, agency: Client) -> None:
    draft = MeetingFactory(chair=city["chair"], secretary=city["secretary"])
    scheduling.seat_leaders(draft)
    item = AgendaItemFactory(meeting=draft)
    ask(office, item, city.department, due=timezone.now() + dt.timedelta(hours=3))
    asked = PaperRequest.objects.get()
    send(agency, asked)
    approve(office, asked)
    assert state_of(asked) == "approved"
    invitations.add_line(city["secretary"], draft, city.commune)
    invitations.issue(city["secretary"], draft)
    assert state_of(asked) == "published"


# --- taken back -----------------------------------------------------------------------------------------


def test_a_paper_may_leave_with_the_meeting(
    asked: PaperRequest, office: Client, agency: Client, client_as: AsRole, city: City
) -> None:
    send(agency, asked)
    approve(office, asked, expiry="meeting")
    meeting = asked.item.meeting
    conduct.open_meeting(city["secretary"], meeting)
    conduct.end_meeting(city["secretary"], meeting)
    assert state_of(asked) == "withdrawn"
    assert client_as("invited_head").get(reverse("paper-detail", args=[asked.paper_id])).status_code == 404


def test_a_paper_may_leave_at_a_time(asked: PaperRequest, office: Client, agency: Client) -> None:
    send(agency, asked)
    at = timezone.now() + dt.timedelta(hours=2)
    approve(office, asked, expiry="at", **typed_moment("expires_at", at))
    sweep_expired()
    assert state_of(asked) == "published"
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        sweep_expired()
    assert state_of(asked) == "withdrawn"


def test_after_the_meeting_its_papers_are_taken_back_but_for_those_another_needs(
    asked: PaperRequest, office: Client, agency: Client, client_as: AsRole, city: City
) -> None:
    send(agency, asked)
    approve(office, asked)
    address = reverse("meeting-papers-take-back", args=[asked.item.meeting_id])
    assert office.post(address, {"when": "now"}).status_code == 403, "the meeting is not over"
    Meeting.objects.update(state="ended")
    assert client_as("invited_head").post(address, {"when": "now"}).status_code == 403
    assert office.post(address, {"when": "at"}).status_code == 422
    other = TabledPaper.objects.create(item=AgendaItemFactory(meeting__state="invited"), paper=asked.paper)
    office.post(address, {"when": "now"})
    assert state_of(asked) == "published"
    other.delete()
    at = timezone.now() + dt.timedelta(days=1)
    office.post(address, {"when": "at", **typed_moment("at", at)})
    assert Paper.objects.get().expires_at is not None
    for _time in range(2):
        assert office.post(address, {"when": "now"}).status_code == 302
    assert state_of(asked) == "withdrawn"
