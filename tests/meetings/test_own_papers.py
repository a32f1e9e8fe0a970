"""Papers that nobody asked for: when readers are shown them, and when they are taken back, is said beforehand."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Paper, PaperVersion
from documents.tasks import sweep_expired
from meetings import conduct, invitations, scheduling
from meetings.models import AgendaItem, Meeting, TabledPaper
from meetings.tasks import sweep_paper_requests
from tests import papers
from tests.city import City
from tests.factories import AgendaItemFactory, MeetingFactory
from tests.meetings.asked_papers.acts import JSON, told, typed_moment

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]


@pytest.fixture
def meeting(city: City) -> Meeting:
    """A draft that invites a commune."""
    starts_at = timezone.now() + dt.timedelta(days=3)
    made = MeetingFactory(chair=city["chair"], secretary=city["secretary"], starts_at=starts_at)
    scheduling.seat_leaders(made)
    invitations.add_line(city["secretary"], made, city.commune)
    return made


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    return AgendaItemFactory(meeting=meeting)


@pytest.fixture
def office(client_as: AsRole) -> Client:
    """The meeting's secretary."""
    return client_as("secretary")


@pytest.fixture
def reader(client_as: AsRole) -> Client:
    """The head of the commune that is invited."""
    return client_as("invited_head")


def issue(meeting: Meeting, city: City) -> None:
    invitations.issue(city["secretary"], meeting)


def lay(office: Client, item: AgendaItem, **fields: str) -> TabledPaper:
    """The office hands in a file at the item."""
    typed = {"file": papers.upload(papers.pdf(), "to-trinh.pdf"), **fields}
    assert office.post(reverse("agenda-paper-upload", args=[item.pk]), typed, headers=JSON).status_code == 201
    PaperVersion.objects.update(conversion="ready", page_count=1)
    return TabledPaper.objects.get()


def plan(client: Client, tabled: TabledPaper, **fields: Any) -> Any:
    typed = {"release": "now", "expiry": "", **fields}
    return client.post(reverse("agenda-paper-times", args=[tabled.pk]), typed)


def opens(client: Client) -> bool:
    """The paper exists for them."""
    answer = client.get(reverse("paper-detail", args=[Paper.objects.get().pk]))
    assert answer.status_code in (200, 404)
    return answer.status_code == 200


def test_without_a_word_it_is_shown_with_the_invitations(
    office: Client, reader: Client, item: AgendaItem, city: City
) -> None:
    lay(office, item)
    assert not opens(reader)
    issue(item.meeting, city)
    assert opens(reader)


def test_an_embargo_is_longer_than_the_invitations(
    office: Client, reader: Client, item: AgendaItem, city: City
) -> None:
    tabled, at = lay(office, item), timezone.now() + dt.timedelta(hours=2)
    assert plan(office, tabled, release="at", **typed_moment("release_at", at)).status_code == 302
    issue(item.meeting, city)
    sweep_paper_requests()
    assert not opens(reader)
    assert "phát hành lúc" in office.get(reverse("meeting-detail", args=[item.meeting_id])).content.decode()
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        for _time in range(2):
            sweep_paper_requests()
    assert opens(reader)
    assert told("paper.published").count("invited.head") == 1


def test_an_embargo_that_ends_before_the_invitations_waits_for_them(
    office: Client, reader: Client, item: AgendaItem, city: City
) -> None:
    tabled, at = lay(office, item), timezone.now() + dt.timedelta(hours=2)
    plan(office, tabled, release="at", **typed_moment("release_at", at))
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        sweep_paper_requests()
        assert Paper.objects.get().state == "draft"
        issue(item.meeting, city)
        sweep_paper_requests()
    assert opens(reader)


def test_what_is_shown_at_its_time_is_the_latest_version(office: Client, item: AgendaItem, city: City) -> None:
    tabled, at = lay(office, item), timezone.now() + dt.timedelta(hours=2)
    plan(office, tabled, release="at", **typed_moment("release_at", at))
    issue(item.meeting, city)
    newer = {"file": papers.upload(papers.pdf(2), "to-trinh-2.pdf")}
    office.post(reverse("paper-add-version", args=[tabled.paper_id]), newer, headers=JSON)
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        sweep_paper_requests()
    assert Paper.objects.get().published_version.number == 2


def test_a_paper_may_wait_for_its_item_from_the_upload_on(
    office: Client, reader: Client, item: AgendaItem, city: City
) -> None:
    issue(item.meeting, city)
    lay(office, item, release="item")
    conduct.open_meeting(city["secretary"], item.meeting)
    assert not opens(reader)
    conduct.open_item(city["secretary"], item.meeting, item.pk)
    assert opens(reader)


def test_a_paper_may_be_held_back_until_somebody_decides(
    office: Client, reader: Client, item: AgendaItem, city: City
) -> None:
    tabled = lay(office, item, release="hold")
    issue(item.meeting, city)
    sweep_paper_requests()
    assert not opens(reader)
    assert plan(office, tabled, release="now").status_code == 302
    assert opens(reader)


def test_a_paper_leaves_with_the_meeting(office: Client, reader: Client, item: AgendaItem, city: City) -> None:
    tabled = lay(office, item)
    issue(item.meeting, city)
    assert plan(office, tabled, expiry="meeting").status_code == 302
    conduct.open_meeting(city["secretary"], item.meeting)
    assert opens(reader)
    conduct.end_meeting(city["secretary"], item.meeting)
    assert not opens(reader)
    assert Paper.objects.get().state == "withdrawn"


def test_a_paper_leaves_at_a_time(office: Client, reader: Client, item: AgendaItem, city: City) -> None:
    tabled, at = lay(office, item), timezone.now() + dt.timedelta(hours=2)
    issue(item.meeting, city)
    plan(office, tabled, expiry="at", **typed_moment("expires_at", at))
    sweep_expired()
    assert opens(reader)
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        sweep_expired()
    assert not opens(reader)
    again = plan(office, tabled, expiry="")
    assert again.status_code == 422
    assert "Đã thu hồi" in again.content.decode()


def test_times_that_make_no_sense_are_refused_beside_the_field(office: Client, item: AgendaItem) -> None:
    tabled, past = lay(office, item), timezone.now() - dt.timedelta(hours=1)
    wrongs = (
        {"release": "at"},
        {"release": "at", **typed_moment("release_at", past)},
        {"expiry": "at", **typed_moment("expires_at", past)},
        {"release": "soon"},
    )
    for wrong in wrongs:
        answer = plan(office, tabled, **wrong)
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
    assert Paper.objects.get().release == "now"


def test_its_own_people_say_it_on_the_papers_page_also_without_a_meeting(office: Client) -> None:
    upload = {"file": papers.upload(papers.pdf(), "a.pdf"), "title": "Đề án"}
    office.post(reverse("paper-upload"), upload)
    paper, at = Paper.objects.get(), timezone.now() + dt.timedelta(hours=2)
    times = reverse("paper-times", args=[paper.pk])
    assert office.post(times, {"release": "at", "expiry": "", **typed_moment("release_at", at)}).status_code == 302
    assert "Hẹn phát hành" in office.get(reverse("paper-detail", args=[paper.pk])).content.decode()
    with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
        sweep_paper_requests()
        paper.refresh_from_db()
        assert paper.state == "published"
        assert 'name="release"' not in office.get(times).content.decode()
        until = timezone.now() + dt.timedelta(hours=1)
        assert office.post(times, {"expiry": "at", **typed_moment("expires_at", until)}).status_code == 302
    with time_machine.travel(until + dt.timedelta(minutes=1), tick=False):
        sweep_expired()
    paper.refresh_from_db()
    assert paper.state == "withdrawn"


def test_readers_do_not_say_it(reader: Client, office: Client, item: AgendaItem, city: City) -> None:
    tabled = lay(office, item)
    issue(item.meeting, city)
    assert plan(reader, tabled, release="hold").status_code == 403
    assert reader.post(reverse("paper-times", args=[tabled.paper_id]), {"release": "hold"}).status_code == 403
