"""Paper saved: pages of each paper × the attendees who opened it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents import reading
from documents.models import PaperVersion
from meetings.models import AgendaItem, Meeting, TabledPaper
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    MeetingFactory,
    MeetingSiteFactory,
    PaperFactory,
    PaperVersionFactory,
)

AsRole = Callable[[str], Client]
PAGES = 12


@pytest.fixture
def held(city: City) -> Meeting:
    """It has ended; the head of the commune and an officer sat at its site."""
    starts_at = timezone.now() - dt.timedelta(hours=3)
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], starts_at=starts_at, state="ended")
    site = MeetingSiteFactory(meeting=meeting, unit=city.commune)
    for role in ("invited_head", "invited_officer"):
        AttendeeFactory(site=site, appointment=city[role])
    return meeting


@pytest.fixture
def item(held: Meeting) -> AgendaItem:
    return AgendaItemFactory(meeting=held)


def tabled(city: City, item: AgendaItem) -> PaperVersion:
    paper = PaperFactory(state="published", created_by=city["department_clerk"])
    TabledPaper.objects.create(item=item, paper=paper)
    return PaperVersionFactory(paper=paper, page_count=PAGES)


def figures(client: Client) -> tuple[int, int]:
    """Copies and pages that the year's page says."""
    saved = client.get("/meetings/paper-saved/").context["saved"]
    return saved.copies, saved.pages


def test_each_attendee_who_opens_a_paper_saves_a_copy(city: City, item: AgendaItem, client_as: AsRole) -> None:
    version = tabled(city, item)
    office = client_as("secretary")
    assert figures(office) == (0, 0)
    for role in ("invited_head", "invited_officer"):
        reading.turn_to(version, 1, user=city.person(role))
    assert figures(office) == (2, 2 * PAGES)
    saved = office.get("/meetings/paper-saved/").context["saved"]
    assert [(line.name, line.pages) for line in saved.meetings] == [(item.meeting.title, 2 * PAGES)]
    assert [(line.name, line.pages) for line in saved.agencies] == [(city.commune.name, 2 * PAGES)]
    page = office.get(f"/meetings/{item.meeting_id}/").content.decode()
    assert f"{2 * PAGES} trang" in page


def test_who_only_prepared_the_meeting_saves_nothing(city: City, item: AgendaItem, client_as: AsRole) -> None:
    reading.turn_to(tabled(city, item), 1, user=city.person("department_clerk"))
    assert figures(client_as("secretary")) == (0, 0)


def test_of_several_versions_only_the_latest_that_was_opened_counts(
    city: City, item: AgendaItem, client_as: AsRole
) -> None:
    first = tabled(city, item)
    second = PaperVersionFactory(paper=first.paper, number=2, page_count=30)
    reading.turn_to(first, 1, user=city.person("invited_head"))
    reading.turn_to(second, 1, user=city.person("invited_head"))
    reading.turn_to(first, 1, user=city.person("invited_officer"))
    assert figures(client_as("secretary")) == (2, 30 + PAGES)


def test_a_paper_on_two_tables_of_a_meeting_is_one_copy(city: City, item: AgendaItem, client_as: AsRole) -> None:
    version = tabled(city, item)
    TabledPaper.objects.create(item=AgendaItemFactory(meeting=item.meeting), paper=version.paper)
    reading.turn_to(version, 1, user=city.person("invited_head"))
    assert figures(client_as("secretary")) == (1, PAGES)


def test_a_meeting_one_may_not_know_of_is_not_counted(city: City, item: AgendaItem, client_as: AsRole) -> None:
    reading.turn_to(tabled(city, item), 1, user=city.person("invited_head"))
    assert figures(client_as("outsider")) == (0, 0)
    assert "chưa có ai đọc" in client_as("outsider").get("/meetings/paper-saved/").content.decode()


def test_last_year_is_asked_for_by_its_number(city: City, held: Meeting, item: AgendaItem, client_as: AsRole) -> None:
    reading.turn_to(tabled(city, item), 1, user=city.person("invited_head"))
    last = timezone.localdate().year - 1
    Meeting.objects.filter(pk=held.pk).update(starts_at=timezone.now().replace(year=last, day=1))
    office = client_as("secretary")
    assert figures(office) == (0, 0)
    assert office.get(f"/meetings/paper-saved/?year={last}").context["saved"].pages == PAGES
    assert office.get("/meetings/paper-saved/?year=nonsense").context["saved"].pages == 0


def test_as_many_queries_for_many_meetings(city: City, item: AgendaItem, client_as: AsRole) -> None:
    office = client_as("secretary")
    office.get("/meetings/paper-saved/")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get("/meetings/paper-saved/")
        return len(queries)

    reading.turn_to(tabled(city, item), 1, user=city.person("invited_head"))
    one = count()
    for _number in range(5):
        reading.turn_to(tabled(city, item), 1, user=city.person("invited_officer"))
    assert count() == one
