"""Calendars that phones and Outlook subscribe to: read without signing in, by an address that can be revoked."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eoffice.calendar.models import Booking, Entry, Participation, Resource
from eoffice.feeds.models import FeedToken
from eoffice.feeds.views import PER_MINUTE
from meetings import scheduling, substitutes
from meetings.models import Attendee, Meeting
from tests.city import City
from tests.eoffice.feeds.parsers import Read, read
from tests.factories import AgendaItemFactory, AttendeeFactory, MeetingFactory, MeetingSiteFactory

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db
LONG = "Đẩy nhanh tiến độ giải phóng mặt bằng, ưu tiên các tuyến đường; kiểm điểm trách nhiệm, xử lý"


def _subscribe(client: Client, subject: str, label: str = "") -> str:
    """The address that the page shows after ``subject`` was chosen on it."""
    page = client.get(reverse("feeds")).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    for _twice in range(2):  # a double click makes one
        answer = client.post(reverse("feeds"), {"subject": subject, "label": label, "key": key[1]}, follow=True)
        assert answer.status_code == 200
    found = re.findall(r'value="(http://localhost:8000/lich/[^"]+\.ics)"', answer.content.decode())
    return str(found[0]).removeprefix("http://localhost:8000")


def _read(address: str) -> Read:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    return read(answer.content)


def _meeting(city: City, **fields: Any) -> Meeting:
    fields = {"state": Meeting.State.INVITED, "issued_at": timezone.now(), "organiser": city.office, **fields}
    meeting: Meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], **fields)
    scheduling.seat_leaders(meeting)
    return meeting


def _uid(thing: Meeting | Entry) -> str:
    return f"{thing.uid}@localhost"


def test_a_person_subscribes_reads_what_changes_and_revokes(city: City, client_as: AsRole) -> None:
    meeting = _meeting(city, title=LONG, place="Phòng 1, trụ sở")
    _meeting(city, title="Không mời phường")
    site = MeetingSiteFactory(meeting=meeting, unit=city.commune)
    AttendeeFactory(site=site, appointment=city["invited_head"])
    client = client_as("invited_head")
    address = _subscribe(client, "person", "Điện thoại")
    assert FeedToken.objects.count() == 1
    stranger = client_as("outsider")
    assert stranger.post(reverse("feed-revoke", args=[FeedToken.objects.get().pk])).status_code == 404
    found = _read(address)
    assert list(found.by_ical) == [_uid(meeting)]
    told = found.agree(_uid(meeting))
    assert (told["summary"], told["status"], told["class"]) == (LONG, "CONFIRMED", "PUBLIC")
    assert told["start"] == meeting.starts_at.replace(microsecond=0)
    event = found.by_vobject[_uid(meeting)]
    assert event.dtstart.value.utcoffset() == dt.timedelta(hours=7)
    assert event.conference.value == f"http://localhost:8000/meetings/{meeting.pk}/room/"
    assert "attendee" not in event.contents  # guests do not see each other's addresses

    # as it was: 304; moved: read anew, with a higher SEQUENCE
    first = Client().get(address)
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert Client().get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    later = meeting.starts_at + dt.timedelta(hours=1)
    scheduling.reschedule(city["secretary"], meeting, starts_at=later, ends_at=later + dt.timedelta(hours=1), version=1)
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert _read(address).agree(_uid(meeting))["sequence"] == 1

    # called off: it stays as CANCELLED for 30 days from then on, whenever it would have been
    with time_machine.travel(timezone.now() - dt.timedelta(days=25)):
        scheduling.cancel_meeting(city["secretary"], meeting, reason="Bão số 5")
    told = _read(address).agree(_uid(meeting))
    assert (told["status"], told["sequence"]) == ("CANCELLED", 2)
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        assert list(_read(address).by_ical) == [_uid(meeting)]
    with time_machine.travel(timezone.now() + dt.timedelta(days=6)):
        assert not _read(address).by_ical

    assert "đọc gần nhất" in client.get(reverse("feeds")).content.decode()
    client.post(reverse("feed-revoke", args=[FeedToken.objects.get().pk]))
    assert Client().get(address).status_code == 404


def test_a_leaders_calendar_says_what_its_reader_may_know(city: City, client_as: AsRole) -> None:
    """Whoever serves the leader sees when they are busy; with what, only where they may know it."""
    chair = city["chair"]
    known = _meeting(city, title="Giao ban", form=Meeting.Form.IN_PERSON, place="Phòng 2")
    closed = _meeting(city, title="Họp có mục kín")
    AgendaItemFactory(meeting=closed, confidential=True)
    head = city["department_head"]
    other: Meeting = MeetingFactory(
        chair=head,
        secretary=city["department_clerk"],
        title="Việc riêng của Sở",
        state="invited",
        issued_at=timezone.now(),
    )
    AttendeeFactory(site=MeetingSiteFactory(meeting=other, unit=city.committee), appointment=chair)
    draft = _meeting(city, title="Chưa mời", state=Meeting.State.DRAFT)
    entry = _entry(city, "Tiếp công dân", chair)
    planned = _entry(city, "Mới dự kiến", chair, state=Entry.State.PLANNED)
    restricted = _entry(city, "Gặp riêng", chair, visibility=Entry.Visibility.RESTRICTED)

    outsider = client_as("outsider")
    refused = outsider.post(reverse("feeds"), {"subject": f"leader-{chair.pk}", "key": "0" * 32})
    assert refused.status_code == 422
    address = _subscribe(client_as("secretary"), f"leader-{chair.pk}", "Outlook")
    found = _read(address)
    assert {_uid(one) for one in (draft, planned)}.isdisjoint(found.by_ical)
    said = {found.agree(_uid(one))["summary"]: found.agree(_uid(one))["class"] for one in (known, entry)}
    assert said == {"Giao ban": "PUBLIC", "Tiếp công dân": "PUBLIC"}
    for hidden, secrecy in ((closed, "CONFIDENTIAL"), (other, "PRIVATE"), (restricted, "CONFIDENTIAL")):
        told = found.agree(_uid(hidden))
        assert (told["summary"], told["class"]) == ("Bận", secrecy)
        assert {"location", "description", "organizer"}.isdisjoint(found.by_vobject[_uid(hidden)].contents)
    # who prepares a meeting sees who attends, and in which capacity
    (first, second) = found.by_vobject[_uid(known)].contents["attendee"]
    assert first.value == f"mailto:{chair.person.email}"
    assert first.params["ROLE"] == ["CHAIR"]
    assert second.params["ROLE"] == ["REQ-PARTICIPANT"]

    # the right is asked each time the calendar is read
    city["secretary"].valid_to = timezone.localdate() - dt.timedelta(days=1)
    city["secretary"].save()
    assert not _read(address).by_ical
    secretary = city.person("secretary")
    secretary.is_active = False
    secretary.save()
    assert Client().get(address).status_code == 404


def _entry(city: City, title: str, appointment: Any, **fields: Any) -> Entry:
    start = timezone.now() + dt.timedelta(days=2)
    times = {"starts_at": start, "ends_at": start + dt.timedelta(hours=1)}
    fields = {"state": Entry.State.APPROVED, "created_by": city["secretary"], **times, **fields}
    entry = Entry.objects.create(unit=city.office, title=title, **fields)
    Participation.objects.create(entry=entry, appointment=appointment, person=appointment.person, **times)
    return entry


def test_a_unit_and_free_time_are_read_by_addresses_of_their_own(city: City, client_as: AsRole) -> None:
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    two_hours = {"starts_at": start, "ends_at": start + dt.timedelta(hours=2)}
    meeting = _meeting(city, title="Họp với phường", **two_hours)
    site = MeetingSiteFactory(meeting=meeting, unit=city.commune)
    absent = AttendeeFactory(site=site, appointment=city["invited_head"])
    overlapping = {"starts_at": start + dt.timedelta(hours=1), "ends_at": start + dt.timedelta(hours=3)}
    _entry(city, "Đi cơ sở", city["invited_head"], **overlapping)
    Participation.objects.update(**overlapping)
    head = client_as("invited_head")
    assert list(_read(_subscribe(head, f"unit-{city.commune.pk}")).by_ical) == [_uid(meeting)]
    assert not _read(_subscribe(client_as("outsider_head"), f"unit-{city.other_commune.pk}")).by_ical

    busy = _subscribe(head, "free_busy")
    content = Client().get(busy).content
    assert b"VEVENT" not in content
    assert "Họp".encode() not in content
    told = vobject.readOne(content.decode()).vfreebusy
    assert told.freebusy.value == [(start, start + dt.timedelta(hours=3))]
    assert told.organizer.value == f"mailto:{city.person('invited_head').email}"
    # who sent somebody else is free, and the calendar says so
    substitutes.send(
        city["invited_head"], Attendee.objects.get(pk=absent.pk), city["invited_officer"], reason="Bận việc"
    )
    (hour,) = vobject.readOne(Client().get(busy).content.decode()).vfreebusy.freebusy.value
    assert hour == (overlapping["starts_at"], overlapping["ends_at"])
    own = _read(_subscribe(head, "person")).by_vobject[_uid(meeting)]
    assert own.summary.value == "Họp với phường (vắng, Nguyễn Công Chức dự thay)"
    assert own.transp.value == "TRANSPARENT"
    prepared = _read(_subscribe(client_as("secretary"), "person")).by_vobject[_uid(meeting)].contents["attendee"]
    stats = {one.params["CN"][0]: one.params for one in prepared}
    assert stats["Hoàng Ba Đình"]["PARTSTAT"] == ["DELEGATED"]
    assert stats["Hoàng Ba Đình"]["DELEGATED-TO"] == [f"mailto:{city.person('invited_officer').email}"]
    assert stats["Nguyễn Công Chức"]["DELEGATED-FROM"] == [f"mailto:{city.person('invited_head').email}"]


def test_a_room_s_calendar_says_who_has_it_when(city: City, client_as: AsRole) -> None:
    room = Resource.objects.create(name="Phòng họp số 2", unit=city.office)
    start = timezone.now().replace(microsecond=0) + dt.timedelta(days=1)
    facts = {"resource": room, "booked_by": city["department_head"], "unit": city.department}
    held = Booking.objects.create(
        **facts, purpose="Họp báo giá đất", starts_at=start, ends_at=start + dt.timedelta(hours=1)
    )
    asked = Booking.objects.create(
        **facts,
        purpose="Họp tổ",
        starts_at=start + dt.timedelta(hours=2),
        ends_at=start + dt.timedelta(hours=3),
        state="pending",
    )
    assert (
        client_as("outsider").post(reverse("feeds"), {"subject": f"resource-{room.pk}", "key": "0" * 32}).status_code
        == 422
    )
    found = _read(_subscribe(client_as("organiser_clerk"), f"resource-{room.pk}"))
    told = found.agree(f"{held.key}@localhost")
    assert (told["summary"], told["status"], told["class"]) == ("Họp báo giá đất (Sở Xây dựng)", "CONFIRMED", "PUBLIC")
    assert found.agree(f"{asked.key}@localhost")["status"] == "TENTATIVE"
    # who may book it, but is of another unit, sees that it is taken and by whom
    room.open_to = Resource.OpenTo.EVERYBODY
    room.save()
    client = client_as("outsider")
    assert f'value="resource-{room.pk}" selected' in client.get(f"/lich/?resource={room.pk}").content.decode()
    told = _read(_subscribe(client, f"resource-{room.pk}")).agree(f"{held.key}@localhost")
    assert (told["summary"], told["class"]) == ("Bận (Sở Xây dựng)", "PRIVATE")


def test_reading_costs_the_same_however_much_stands_in_it_and_is_limited(city: City, client_as: AsRole) -> None:
    address = _subscribe(client_as("secretary"), "person")
    counts = []
    for number in (1, 6):
        for _n in range(number):
            AgendaItemFactory(meeting=_meeting(city))
        Client().get(address)
        with CaptureQueriesContext(connection) as queries:
            assert len(_read(address).by_ical) >= number
        counts.append(len(queries))
    assert counts[0] == counts[1]
    answers = [Client().get(address).status_code for _n in range(PER_MINUTE)]
    assert answers[-1] == 429
    assert Client().get("/lich/khong-co.ics").status_code == 404
