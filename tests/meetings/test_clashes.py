"""What stands in the way of a meeting is shown while it is planned, asked again as it is saved, and accepted by name."""

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

from eoffice.audit.models import Entry as LogEntry
from eoffice.calendar.models import AcceptedConflict, Booking, Entry, Journey, Participation, Zone
from eoffice.organisation.models import Appointment
from eoffice.worktime import seeding
from meetings import invitations, scheduling
from meetings.models import Meeting
from tests.city import City
from tests.factories import AppointmentFactory, MeetingFactory, MeetingTypeFactory, ResourceFactory

AsRole = Callable[[str], Client]
DAY = dt.date(2026, 12, 9)
"""A Wednesday."""


@pytest.fixture(autouse=True)
def _before(city: City) -> Any:
    with time_machine.travel(dt.datetime(2026, 12, 2, 1, tzinfo=dt.UTC), tick=False):
        seeding.seed_year(2026, confirmed_by=city.admin)
        yield


def _at(hour: int, minute: int = 0, day: dt.date = DAY) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def _takes(who: Appointment, start: dt.datetime, end: dt.datetime, **entry: Any) -> Entry:
    made = Entry.objects.create(
        unit=who.unit,
        created_by=who,
        starts_at=start,
        ends_at=end,
        **{"state": "approved", "title": "Đi cơ sở", **entry},
    )
    Participation.objects.create(entry=made, appointment=who, person=who.person, starts_at=start, ends_at=end)
    return made


@pytest.fixture
def typed(city: City) -> dict[str, Any]:
    return {
        "title": "Họp về tiến độ giải ngân", "type": MeetingTypeFactory().pk, "form": "hybrid", "day": f"{DAY:%d/%m/%Y}",
        "start": "08:00", "end": "10:00", "place": "Phòng họp số 1, 12 Lê Lai", "organiser": city.committee.pk,
        "chair": city["chair"].pk, "secretary": city["secretary"].pk,
    }  # fmt: skip


def _keys(page: Any) -> list[str]:
    return [one.key for one in [*page.context["conflicts"], *page.context["more_conflicts"]]]


def test_a_meeting_at_a_taken_time_is_saved_only_with_name_and_reason(
    city: City, client_as: AsRole, typed: dict[str, Any]
) -> None:
    _takes(city["chair"], _at(7), _at(9), kind="blocked", title="Khám sức khỏe")
    secretary = client_as("secretary")

    strip = secretary.get(reverse("meeting-conflicts"), typed)
    assert "Trần Văn Chủ" in strip.text
    assert "Bận" in strip.text
    assert "Khám sức khỏe" not in strip.text, "what it is about is the chair's own"
    free = next(iter(strip.context["slots"]))
    assert (free.starts_at, free.ends_at) == (_at(9), _at(11)), "the soonest time at which both are free"
    room = ResourceFactory(unit=city.committee)
    taken = {"starts_at": _at(9), "ends_at": _at(10), "booked_by": city["invited_head"], "unit": city.committee}
    Booking.objects.create(resource=room, purpose="Tập huấn", **taken)
    with_room = secretary.get(reverse("meeting-conflicts"), {**typed, "room": room.pk}).context["slots"]
    assert (with_room[0].starts_at, with_room[0].ends_at) == (_at(10), _at(12)), "the room is taken until then"

    refused = secretary.post(reverse("meeting-create"), typed)
    assert refused.status_code == 422
    assert "Vẫn giữ thời gian này" in refused.text
    ticked = {**typed, "accept_conflicts": "on", "conflict_seen": _keys(refused)}
    assert secretary.post(reverse("meeting-create"), ticked).status_code == 422, "without a reason"
    assert not Meeting.objects.exists()

    reasoned = {**ticked, "conflict_reason": "Chủ tịch đồng ý đến muộn"}
    other = MeetingFactory(chair=city["chair"], secretary=city["organiser_clerk"], starts_at=_at(9), ends_at=_at(11))
    scheduling.seat_leaders(other)
    late = secretary.post(reverse("meeting-create"), reasoned)
    assert late.status_code == 422, "what was not shown cannot have been accepted"
    saved = secretary.post(reverse("meeting-create"), {**reasoned, "conflict_seen": _keys(late)})
    assert saved.status_code == 302

    meeting = Meeting.objects.exclude(pk=other.pk).get()
    accepted = list(AcceptedConflict.objects.filter(source="meeting", row=meeting.pk).order_by("code", "pk"))
    assert [(one.code, one.who, one.by) for one in accepted] == [
        ("person-busy", "Trần Văn Chủ", city["secretary"]),
        ("person-planned", "Trần Văn Chủ", city["secretary"]),
    ]
    assert LogEntry.objects.get(action="conflict.accepted").detail["reason"] == "Chủ tịch đồng ý đến muộn"
    form = secretary.get(reverse("meeting-edit", args=[meeting.pk]))
    assert "Chủ tịch đồng ý đến muộn" in form.text
    version = {"version": meeting.version}
    again = secretary.post(reverse("meeting-edit", args=[meeting.pk]), {**typed, **version, "title": "Tên khác"})
    assert again.status_code == 302, "another title takes nobody's time"
    moved = {**typed, "version": meeting.version + 1, "start": "07:30"}
    assert secretary.post(reverse("meeting-edit", args=[meeting.pk]), moved).status_code == 422, (
        "more of it overlaps now"
    )


def test_absence_holidays_late_hours_and_the_way_between_places_are_told(
    city: City, client_as: AsRole, typed: dict[str, Any]
) -> None:
    centre = Zone.objects.create(name="Trung tâm", words="Lê Lai\nĐinh Tiên Hoàng")
    suburb = Zone.objects.create(name="Ba Vì", words="ba vi")
    Journey.objects.create(first=suburb, second=centre, minutes=90)
    _takes(city["chair"], _at(6), _at(7), place="UBND xã Ba Vì")
    _takes(city["secretary"], _at(0), _at(23, 59), kind="leave", title="Nghỉ phép năm")

    def told(**change: Any) -> list[tuple[str, str, str]]:
        page = client_as("secretary").get(reverse("meeting-conflicts"), {**typed, **change})
        return [(one.code, one.severity, one.who) for one in page.context["conflicts"]]

    assert told() == [("person-away", "serious", "Lê Thị Thư"), ("travel", "notice", "Trần Văn Chủ")]
    assert told(start="08:30", place="Đinh Tiên Hoàng")[1:] == [], "an hour and a half is enough"
    assert ("outside-hours", "notice", "Trần Văn Chủ") in told(end="18:00")
    assert told(day="24/11/2026")[0][0] == "holiday"
    assert told(day="13/12/2026") == [("holiday", "notice", "13/12/2026")], "a Sunday"
    assert told(day="22/08/2026") == [], "a Saturday that is worked"
    assert told(day="06/01/2027") == [("calendar-unconfirmed", "notice", "06/01/2027")]
    assert told(day="31/02/2026") == told(chair="", secretary="x") == told(start="10:00", end="08:00") == []


def test_a_wide_meeting_costs_as_many_queries_as_a_small_one(
    city: City, client_as: AsRole, typed: dict[str, Any]
) -> None:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], starts_at=_at(8), ends_at=_at(10))
    scheduling.seat_leaders(meeting)
    invitations.add_lines(city["secretary"], meeting, [city["invited_head"]])
    _takes(city["invited_head"], _at(9), _at(10))
    address, asked = reverse("meeting-conflicts"), {**typed, "meeting": meeting.pk}

    def counted() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            page = client_as("secretary").get(address, asked)
        return len(queries), len(_keys(page))

    few, found = counted()
    assert found == 1
    guests = AppointmentFactory.create_batch(20)
    invitations.add_lines(city["secretary"], meeting, guests)
    for guest in guests:
        _takes(guest, _at(9), _at(10))
    assert counted() == (few, 21)
    assert client_as("outsider").get(address, asked).status_code == 404
