"""Three years of entries and bookings, written as rows: two and three quarters back, a quarter ahead, on working days.

One entry in two has a second person; every room is booked for as many half-days as the entries allow.
"""

import datetime as dt
import random
import uuid
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from benchmarks.bulk import BulkCity
from benchmarks.results import Result, progress
from benchmarks.rows import advance, settle, write
from eoffice.calendar.models import Booking, Entry, Participation, Resource
from eoffice.organisation.models import Appointment
from meetings import invitations, scheduling
from meetings.models import Meeting, MeetingType

BATCH = 10_000
DAYS_BACK, DAYS_AHEAD = 1000, 90
PLACES = tuple(f"Phòng họp số {number % 6 + 1}, {number // 6 + 1} Đinh Tiên Hoàng" for number in range(300))
KINDS = ("work",) * 12 + ("field_trip",) * 4 + ("reception",) * 2 + ("leave", "blocked")


def add_entries(city: BulkCity, count: int) -> None:
    """``count`` further entries with half as many again parts in them."""
    progress(f"Writing {count} entries")
    chance = random.Random(count)
    staff = [one for people in city.staff.values() for one in people]
    last = Entry.objects.aggregate(last=models.Max("pk"))["last"] or 0
    with transaction.atomic():
        for start in range(0, count, BATCH):
            entries, parts = [], []
            for number in range(start, min(count, start + BATCH)):
                people = chance.sample(staff, 1 + (number & 1))
                entry = _entry(chance, last + 1 + number, people[0])
                entries.append(entry)
                parts += [_part(entry, one) for one in people]
            write(Entry, entries)
            write(Participation, parts)
        advance(Entry)
    settle("calendar_entry", "calendar_participation", "calendar_booking", "meetings_meeting", "meetings_attendee")


def _entry(chance: random.Random, key: int, by: Appointment) -> dict[str, Any]:
    day = timezone.localdate() + dt.timedelta(days=chance.randint(-DAYS_BACK, DAYS_AHEAD))
    day -= dt.timedelta(days=max(0, day.weekday() - 4))
    start = timezone.make_aware(dt.datetime.combine(day, dt.time(chance.choice((8, 9, 10, 13, 14, 15)))))
    return {
        "id": key, "uid": uuid.UUID(int=key), "unit_id": by.unit_id,
        "kind": chance.choice(KINDS), "state": "approved", "title": f"Làm việc về nội dung số {key}",
        "place": chance.choice(PLACES), "starts_at": start,
        "ends_at": start + dt.timedelta(minutes=chance.choice((60, 90, 120))),
        "created_by_id": by.pk, "created_at": start, "changed_at": start,
    }  # fmt: skip


def _part(entry: dict[str, Any], one: Appointment) -> dict[str, Any]:
    return {
        "entry_id": entry["id"], "appointment_id": one.pk, "person_id": one.person_id,
        "starts_at": entry["starts_at"], "ends_at": entry["ends_at"],
    }  # fmt: skip


def add_rooms(city: BulkCity) -> None:
    """The places of entries, as rooms of the city's own agency."""
    rooms = [Resource(name=f"Phòng {number + 1:03}", place=place, unit=city.agencies[0], seats=20 + number % 40, open_to="everybody",
                      search_text=f"phong {number + 1:03}") for number, place in enumerate(PLACES)]  # fmt: skip
    Resource.objects.bulk_create(rooms)


def add_bookings(city: BulkCity, count: int) -> None:
    """``count`` further bookings, of two hours each, spread over rooms and half-days from the last day back."""
    progress(f"Writing {count} bookings")
    rooms = list(Resource.objects.order_by("pk").values_list("pk", flat=True))
    clerk, last = city.clerk(city.agencies[0]), timezone.localdate() + dt.timedelta(days=DAYS_AHEAD)
    days = [day for back in range(DAYS_BACK + DAYS_AHEAD) if (day := last - dt.timedelta(days=back)).weekday() < 5]
    already = Booking.objects.count()
    rows = []
    for number in range(already, min(already + count, len(rooms) * len(days) * 2)):
        half, room = divmod(number, len(rooms))
        start = timezone.make_aware(dt.datetime.combine(days[half // 2], dt.time(8 if half % 2 else 14)))
        rows.append({
            "key": uuid.UUID(int=number + 1),
            "resource_id": rooms[room], "starts_at": start, "ends_at": start + dt.timedelta(hours=2), "state": "accepted",
            "booked_by_id": clerk.pk, "unit_id": clerk.unit_id, "purpose": f"Họp số {number}", "created_at": start,
        })  # fmt: skip
    write(Booking, rows)
    advance(Booking)


def plenary(city: BulkCity) -> Meeting:
    """A draft with all agencies but the organiser's invited, in a fortnight; one head is busy then, another far away just before."""
    unit = city.agencies[0]
    start = timezone.localtime() + dt.timedelta(days=14)
    start = start.replace(hour=8, minute=0, second=0, microsecond=0) - dt.timedelta(days=max(0, start.weekday() - 4))
    plan = scheduling.Plan(
        title="Hội nghị giao ban toàn thành phố", type=MeetingType.objects.all()[0], form=Meeting.Form.HYBRID,
        starts_at=start, ends_at=start + dt.timedelta(hours=3), place=PLACES[0], organiser=unit,
        chair=city.head(unit), secretary=city.clerk(unit),
    )  # fmt: skip
    meeting = scheduling.create_meeting(city.clerk(unit), plan)
    invitations.add_lines(city.clerk(unit), meeting, city.agencies[1:])
    today = start - dt.timedelta(days=(start.date() - timezone.localdate()).days)
    _busy(city.head(city.agencies[1]), start + dt.timedelta(hours=1), PLACES[0])
    _busy(city.head(city.agencies[2]), start - dt.timedelta(minutes=5), "UBND xã Ba Vì")
    _busy(city.head(unit), today, PLACES[0])
    _busy(city.head(unit), today - dt.timedelta(days=365), PLACES[0])
    return meeting


def _busy(who: Appointment, ends_at: dt.datetime, place: str) -> None:
    """What every question finds, however few entries there are."""
    times = {"starts_at": ends_at - dt.timedelta(hours=2), "ends_at": ends_at}
    entry = Entry.objects.create(
        unit=who.unit, created_by=who, state="approved", title="Đi cơ sở", place=place, **times
    )
    Participation.objects.create(entry=entry, appointment=who, person=who.person, **times)


def written() -> Result:
    """How much there is to look through."""
    count = Entry.objects.count() + Participation.objects.count() + Booking.objects.count()
    return Result("entries, parts in them and bookings", count, "rows")
