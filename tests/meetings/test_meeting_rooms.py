"""A meeting's room is booked, moved and given back with it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eoffice.calendar.models import Booking, Resource
from eoffice.calendar.tasks import sweep_bookings
from meetings import invitations, scheduling
from meetings.models import Meeting
from tests.city import City
from tests.factories import MeetingTypeFactory, ResourceFactory

As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _wednesday() -> Any:
    with time_machine.travel(dt.datetime(2026, 12, 2, 2, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def rooms(city: City) -> list[Resource]:
    names = ("Phòng A", "Phòng B")
    return [ResourceFactory(name=name, place="tầng 2", unit=city.office, check_in_minutes=15) for name in names]


def typed(city: City, room: Resource | None, start: str = "08:00", end: str = "10:00", **fields: Any) -> dict[str, Any]:
    return {
        "title": "Họp giao ban",
        "type": MeetingTypeFactory().pk,
        "form": "in_person",
        "day": "07/12/2026",
        "start": start,
        "end": end,
        "room": room.pk if room else "",
        "organiser": city.office.pk,
        "chair": city["chair"].pk,
        "secretary": city["secretary"].pk,
        **fields,
    }


def test_the_room_follows_the_meeting(city: City, client_as: As, rooms: list[Resource]) -> None:
    secretary, (a, b) = client_as("secretary"), rooms
    found = secretary.get(reverse("pick-rooms"), {"q": "phong b"}).json()["results"]
    assert [one["text"] for one in found] == ["Phòng B"]
    assert secretary.post(reverse("meeting-create"), typed(city, a)).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.place, meeting.booking.state) == ("Phòng A, tầng 2", "accepted")

    others = {"chair": city["office_head"].pk, "secretary": city["organiser_clerk"].pk, "title": "Họp chuyên đề"}
    refused = secretary.post(reverse("meeting-create"), typed(city, a, "09:00", "11:00", **others))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "08:00–10:00 ngày 07/12/2026: Lê Thị Thư" in page and "Phòng B (20 chỗ)" in page
    assert "Họp chuyên đề" in page, "nothing typed is lost"
    assert (Meeting.objects.count(), Booking.objects.count()) == (1, 1), "no meeting without its room"

    edit = reverse("meeting-edit", args=[meeting.pk])
    assert 'data-text="Phòng A"' in secretary.get(edit).content.decode()
    booked = reverse("booking-detail", args=[meeting.booking.pk])
    assert reverse("meeting-detail", args=[meeting.pk]) in secretary.get(booked).content.decode()
    assert secretary.post(f"{booked}cancel/", {"reason": "x"}).status_code == 403, "it goes with the meeting"
    moved = typed(city, b, "14:00", "16:00", version=meeting.version)
    assert secretary.post(edit, moved).status_code == 302
    meeting.refresh_from_db()
    held = Booking.objects.get()
    assert (held.resource, held.starts_at, meeting.place) == (b, meeting.starts_at, "Phòng B, tầng 2")

    invitations.add_line(city["secretary"], meeting, city.commune)
    invitations.issue(city["secretary"], meeting)
    meeting.refresh_from_db()
    scheduling.postpone_meeting(city["secretary"], meeting, reason="Trùng lịch")
    assert Booking.objects.get().state == "cancelled"
    again = typed(city, a, "14:00", "16:00", version=Meeting.objects.get().version, day="08/12/2026")
    assert secretary.post(edit, again).status_code == 302
    invitations.issue(city["secretary"], Meeting.objects.get())
    scheduling.cancel_meeting(city["secretary"], Meeting.objects.get(), reason="Không cần họp")
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_meeting_that_sits_keeps_its_room_and_gives_back_the_rest(
    city: City, client_as: As, rooms: list[Resource]
) -> None:
    client_as("secretary").post(reverse("meeting-create"), typed(city, rooms[0]))
    meeting = Meeting.objects.get()
    invitations.add_line(city["secretary"], meeting, city.commune)
    invitations.issue(city["secretary"], meeting)
    start = meeting.starts_at
    with time_machine.travel(start + dt.timedelta(minutes=5), tick=False):
        scheduling.open_meeting(city["chair"], meeting)
    with time_machine.travel(start + dt.timedelta(minutes=40), tick=False):
        assert sweep_bookings() == 0
        scheduling.end_meeting(city["chair"], Meeting.objects.get())
        assert Booking.objects.get().ends_at == timezone.now()
