"""The room's page."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from meetings.models import Meeting
from tests.city import City
from tests.meetings.room import build_sitting

pytestmark = pytest.mark.django_db


def test_who_has_a_site_gets_the_room(client_as: Callable[[str], Client], city: City) -> None:
    sitting = build_sitting(city)
    page = client_as("invited_head").get(f"/meetings/{sitting.meeting.pk}/room/").content.decode()
    found = re.search(r'<script id="room-config" type="application/json">(.*?)</script>', page)
    assert found
    config = json.loads(found[1])
    assert config["socket"] == sitting.path
    assert config["sites"] == [{"id": sitting.commune.pk, "name": "Phường Ba Đình"}]


def test_who_may_not_know_of_the_meeting_finds_nothing(client_as: Callable[[str], Client], city: City) -> None:
    sitting = build_sitting(city)
    assert client_as("outsider").get(f"/meetings/{sitting.meeting.pk}/room/").status_code == 404


def test_before_and_after_the_meeting_one_is_led_to_its_page(client_as: Callable[[str], Client], city: City) -> None:
    for state in (Meeting.State.DRAFT, Meeting.State.ENDED, Meeting.State.CANCELLED):
        sitting = build_sitting(city, state=state)
        answer = client_as("chair").get(f"/meetings/{sitting.meeting.pk}/room/")
        assert (answer.status_code, answer.url) == (302, f"/meetings/{sitting.meeting.pk}/")  # type: ignore[attr-defined]
