"""A meeting that asks an agency for a paper."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from meetings import invitations, scheduling
from meetings.models import AgendaItem, Meeting, PaperRequest
from tests.city import City
from tests.factories import AgendaItemFactory, MeetingFactory
from tests.meetings.asked_papers.acts import ask

AsRole = Callable[[str], Client]


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Issued to a commune; it sits in three days."""
    starts_at = timezone.now() + dt.timedelta(days=3)
    made = MeetingFactory(chair=city["chair"], secretary=city["secretary"], starts_at=starts_at)
    scheduling.seat_leaders(made)
    invitations.add_line(city["secretary"], made, city.commune)
    return invitations.issue(city["secretary"], made)


@pytest.fixture
def item(meeting: Meeting, city: City) -> AgendaItem:
    return AgendaItemFactory(meeting=meeting, presenter=city.department, title="Tiến độ đường Vành đai")


@pytest.fixture
def office(client_as: AsRole) -> Client:
    """The meeting's secretary."""
    return client_as("secretary")


@pytest.fixture
def agency(client_as: AsRole) -> Client:
    """The clerk of the department that is asked."""
    return client_as("department_clerk")


@pytest.fixture
def asked(office: Client, item: AgendaItem, city: City) -> PaperRequest:
    assert ask(office, item, city.department).status_code == 302
    return PaperRequest.objects.get()
