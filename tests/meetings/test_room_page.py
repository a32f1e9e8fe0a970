"""The room's page."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from meetings.models import Meeting
from tests.city import City
from tests.meetings.room import build_sitting

pytestmark = pytest.mark.django_db


def config_of(client: Client, meeting: Meeting) -> dict[str, Any]:
    page = client.get(f"/meetings/{meeting.pk}/room/").content.decode()
    found = re.search(r'<script id="room-config" type="application/json">(.*?)</script>', page)
    assert found
    config: dict[str, Any] = json.loads(found[1])
    return config


def test_who_has_a_site_gets_the_room(client_as: Callable[[str], Client], city: City) -> None:
    sitting = build_sitting(city)
    config = config_of(client_as("invited_head"), sitting.meeting)
    assert config["socket"] == sitting.path
    (site,) = config["sites"]
    assert (site["id"], site["name"]) == (sitting.commune.pk, "Phường Ba Đình")
    assert (site["role"], site["uplink"]) == ("invited", True)


def test_the_addresses_of_papers_are_those_of_the_site(client_as: Callable[[str], Client], city: City) -> None:
    urls = config_of(client_as("invited_head"), build_sitting(city).meeting)["urls"]
    assert urls["paper_file"].format(version=7) == reverse("paper-file", args=[7])
    assert urls["paper_image"].format(version=7, page=3) == reverse("paper-page-image", args=[7, 3])
    assert urls["paper_reading"].format(version=7) == reverse("paper-reading", args=[7])


def test_who_may_not_know_of_the_meeting_finds_nothing(client_as: Callable[[str], Client], city: City) -> None:
    sitting = build_sitting(city)
    assert client_as("outsider").get(f"/meetings/{sitting.meeting.pk}/room/").status_code == 404


def test_before_and_after_the_meeting_one_is_led_to_its_page(client_as: Callable[[str], Client], city: City) -> None:
    for state in (Meeting.State.DRAFT, Meeting.State.ENDED, Meeting.State.CANCELLED):
        sitting = build_sitting(city, state=state)
        answer = client_as("chair").get(f"/meetings/{sitting.meeting.pk}/room/")
        assert (answer.status_code, answer.url) == (302, f"/meetings/{sitting.meeting.pk}/")  # type: ignore[attr-defined]
