"""Recurring meetings have a room of the catalogue and a standard agenda; what stands in the way of one time is said by its date."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from eoffice.calendar import booking
from eoffice.calendar.booking import Wish
from eoffice.calendar.models import Resource
from eoffice.notifications.models import Notification
from eoffice.worktime import seeding
from meetings.models import Meeting, MeetingSeries
from meetings.tasks import make_series_ahead
from tests.city import City
from tests.factories import ResourceFactory
from tests.meetings.test_recurring_meetings import HANOI, change, filled_in, held, seen

As = Callable[[str], Client]


def at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, 12, day, hour, tzinfo=HANOI)


@pytest.fixture(autouse=True)
def _now(city: City) -> Iterator[None]:
    """Wednesday, 2 December 2026, nine o'clock."""
    with time_machine.travel(at(2, 9), tick=False):
        seeding.seed_year(2026, confirmed_by=city.admin)
        seeding.seed_year(2027)
        yield


@pytest.fixture
def room(city: City) -> Resource:
    """Somebody has it on the second Monday."""
    made: Resource = ResourceFactory(name="Phòng A", place="tầng 2", unit=city.office)
    taken = Wish(resource=made, starts_at=at(14, 9), ends_at=at(14, 11), unit=city.office, purpose="Tiếp đoàn")
    booking.book(city["organiser_clerk"], taken)
    return made


def test_each_time_has_the_room_and_the_agenda_and_the_one_whose_room_is_taken_is_made_without(
    city: City, client_as: As, room: Resource
) -> None:
    secretary = client_as("secretary")
    # The secretary leads something else on the third Monday: that is named, too.
    other = {"day": "21/12/2026", "start": "09:00", "end": "10:00", "title": "Họp khác"}
    assert secretary.post("/meetings/new/", filled_in(city, **other)).status_code == 302
    typed = filled_in(city, room=room.pk, place="")
    shown = secretary.post("/meetings/series/new/", typed)
    page = shown.content.decode()
    assert (shown.status_code, MeetingSeries.objects.count()) == (200, 0)
    assert page.count("Kỳ này chưa có phòng: Phòng A không trống") == 1 and page.count("Trùng lịch") >= 1
    assert 'value="Giao ban tuần"' in page or "Giao ban tuần</textarea>" in page
    for _click in range(2):
        begun = secretary.post("/meetings/series/new/", typed | {"seen": seen(page)})
        assert begun.status_code == 302, begun.content.decode()
    series = MeetingSeries.objects.get()
    rooms = {day: one.room for day, one in held(series).items()}
    assert rooms == {"07/12": room, "14/12": None, "21/12": room, "28/12": room}
    assert held(series)["14/12"].place == "Chưa có phòng"
    told = Notification.objects.filter(kind="series.no_room")
    assert [row.recipient.username for row in told] == ["secretary"]
    assert "14/12/2026" in told.get().body and "Phòng A không trống" in told.get().body
    path = f"/meetings/series/{series.pk}/"
    assert secretary.get(path).content.decode().count("Chưa có phòng (Phòng A đã có người đặt)") == 1

    # The standard agenda: in what is made from now on, and then the meeting's own.
    add = f"{path}items/"
    first = {"title": "Tình hình trong tuần", "minutes": "20", "presenter": city.department.pk, "key": str(series.key)}
    assert [secretary.post(add, first).status_code for _click in range(2)] == [302, 302]
    assert secretary.post(add, {"title": "Việc tuần tới", "minutes": "30"}).status_code == 302
    wrong = secretary.post(add, {"title": "Dài quá", "minutes": "0"})
    assert wrong.status_code == 422 and "Dài quá" in wrong.content.decode()
    last = series.items.get(title="Việc tuần tới")
    edited = {f"item-{last.pk}-title": "Việc tuần sau", f"item-{last.pk}-minutes": "25", f"item-{last.pk}-place": "1"}
    assert secretary.post(f"/meetings/series-items/{last.pk}/edit/", edited).status_code == 302
    assert client_as("outsider").post(add, first).status_code == 404
    seeding.confirm_year(2027, by=city.admin)
    make_series_ahead()
    january = held(series)["04/01"]
    assert january.room == room and not held(series)["07/12"].items.exists()
    items = [(item.title, item.minutes, item.presenter) for item in january.items.order_by("order")]
    assert items == [("Việc tuần sau", 25, None), ("Tình hình trong tuần", 20, city.department)]
    assert secretary.post(f"/meetings/series-items/{last.pk}/remove/").status_code == 302
    assert january.items.count() == 2 and list(series.items.values_list("order", flat=True)) == [1]

    # Two hours later the room is free on the 14th as well; the secretary is elsewhere on none of these days.
    later: dict[str, Any] = {
        "room": room.pk,
        "place": "",
        "start": "13:00",
        "end": "14:30",
        "repeat_from": "01/12/2026",
    }
    shown = change(secretary, series, city, **later)
    assert "Kỳ này chưa có phòng" not in shown and shown.count("Chuyển sang") == 8
    assert all(one.room == room for one in held(series).values())
    # And back: named again, done for the others.
    shown = change(secretary, series, city, **later | {"start": "08:00", "end": "09:30"})
    assert shown.count("Kỳ này chưa có phòng") == 1 and shown.count("Trùng lịch") >= 1
    assert [day for day, one in held(series).items() if one.room is None] == ["14/12"]
    assert Notification.objects.filter(kind="series.no_room").count() == 2
    assert Meeting.objects.filter(occurrence__series=series, state="draft").count() == 8
