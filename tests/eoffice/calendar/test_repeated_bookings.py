"""Bookings that come back: all or none, asked for again, released when nobody says so."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from eoffice.calendar.models import Booking, BookingSeries, Resource
from eoffice.calendar.tasks import sweep_bookings
from eoffice.notifications.models import Notification
from tests.city import City
from tests.eoffice.calendar.test_rooms import at, book, typed
from tests.factories import ResourceFactory

As = Callable[[str], Client]
JANUARY = dt.date(2027, 1, 4)


@pytest.fixture(autouse=True)
def _in_december() -> Any:
    with time_machine.travel(at(9, day=dt.date(2026, 12, 2)), tick=False):
        yield


def weekly(city: City, **fields: Any) -> dict[str, Any]:
    """Mondays from 7 December on, four of them."""
    rule = {"repeat_every": "week", "repeat_weekdays": ["0"], "repeat_on_day_off": "keep", "repeat_count": "4"}
    return typed(city, **rule) | fields


def test_a_series_is_booked_whole_confirmed_or_released(city: City, client_as: As) -> None:
    secretary, clerk = client_as("secretary"), client_as("organiser_clerk")
    room: Resource = ResourceFactory(unit=city.office, reconfirm_days=7)
    repeat = reverse("resource-repeat", args=[room.pk])
    assert book(clerk, room, typed(city, "09:00", "11:00", day="14/12/2026")).status_code == 302
    refused = secretary.post(repeat, weekly(city))
    assert refused.status_code == 409
    assert "09:00–11:00 ngày 14/12/2026: Phạm Văn Thư" in refused.content.decode()
    assert Booking.objects.count() == 1, "all or none"
    form = weekly(city, skip="on")
    for _twice in range(2):
        assert secretary.post(repeat, form).status_code == 302
    series = BookingSeries.objects.get()
    starts = list(series.bookings.values_list("starts_at", flat=True))
    assert starts == [at(8, day=dt.date(2026, 12, day)) for day in (7, 21, 28)]
    assert secretary.post(repeat, weekly(city, repeat_count="1")).status_code == 422
    assert secretary.post(repeat, {**weekly(city), "repeat_count": ""}).status_code == 422, (
        "more than are booked at once"
    )

    first, second, _third = series.bookings.all()
    assert first.reconfirmed_at, "booked within the week: wanted"
    with time_machine.travel(at(8, day=dt.date(2026, 12, 14)), tick=False):
        assert [sweep_bookings(), sweep_bookings()] == [0, 0]
        asked = Notification.objects.get(recipient=city.person("secretary"), kind="booking.reconfirm")
        assert asked.url == reverse("booking-detail", args=[second.pk])
        assert "Vẫn sử dụng" in secretary.get(asked.url).content.decode()
        confirm = reverse("booking-confirm", args=[second.pk])
        assert client_as("department_head").post(confirm).status_code == 404
        for _twice in range(2):
            assert secretary.post(confirm).status_code == 302
    with time_machine.travel(at(8, day=dt.date(2026, 12, 21)), tick=False):
        sweep_bookings()
    with time_machine.travel(at(8, day=dt.date(2026, 12, 27)), tick=False):
        assert [sweep_bookings(), sweep_bookings()] == [1, 0]
    assert list(series.bookings.values_list("state", flat=True)) == ["accepted", "accepted", "released"]
    assert Notification.objects.filter(recipient=city.person("secretary"), kind="booking.released").count() == 1


def test_from_one_on_they_are_called_off_together(city: City, client_as: As) -> None:
    secretary = client_as("secretary")
    room: Resource = ResourceFactory(unit=city.office)
    secretary.post(reverse("resource-repeat", args=[room.pk]), weekly(city))
    second = BookingSeries.objects.get().bookings.all()[1]
    page = secretary.get(reverse("booking-detail", args=[second.pk])).content.decode()
    assert "Hủy lượt này và 2 lượt sau?" in page
    assert "thứ Hai hằng tuần" in page
    cancel = reverse("booking-cancel-following", args=[second.pk])
    assert client_as("department_head").post(cancel).status_code == 404
    assert secretary.post(cancel, {"reason": "Đổi lịch"}).status_code == 302
    assert list(Booking.objects.values_list("state", flat=True)) == ["accepted", *["cancelled"] * 3]
