"""Many people book one room at the same moment."""

import datetime as dt

import pytest
from django.utils import timezone

from eoffice.calendar import booking
from eoffice.calendar.booking import Wish
from eoffice.calendar.models import Booking
from eoffice.errors import Conflict
from tests.city import build_city
from tests.factories import ResourceFactory
from tests.meetings.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def fifty_book_one_room() -> None:
    """And exactly one has it; the others are told who."""
    city = build_city()
    room = ResourceFactory(unit=city.office)
    start = timezone.now() + dt.timedelta(days=1)

    def book(number: int) -> None:
        times = {"starts_at": start + dt.timedelta(minutes=number), "ends_at": start + dt.timedelta(hours=2)}
        booking.book(city["secretary"], Wish(resource=room, unit=city.office, purpose=f"Họp {number}", **times))

    raised = at_once(*(lambda number=number: book(number) for number in range(50)))
    assert Booking.objects.filter(state="accepted").count() == Booking.objects.count() == 1
    assert len(raised) == 49
    assert {type(error) for error in raised} == {Conflict}
    assert {error.code for error in raised if isinstance(error, Conflict)} == {"resource-taken"}
    assert all("Lê Thị Thư" in str(error.message) for error in raised if isinstance(error, Conflict))


def test_of_fifty_who_book_one_room_one_has_it() -> None:
    fifty_book_one_room()
