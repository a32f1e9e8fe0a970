"""One room and fifty people on PostgreSQL; and what the database itself refuses."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from eoffice.calendar.models import Booking
from tests.city import build_city
from tests.eoffice.calendar.test_rooms_at_once import fifty_book_one_room
from tests.factories import ResourceFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_of_fifty_who_book_one_room_one_has_it() -> None:
    assert connection.vendor == "postgresql"
    fifty_book_one_room()


def test_the_database_refuses_two_bookings_of_one_time_and_nothing_else() -> None:
    city = build_city()
    room, other = ResourceFactory(unit=city.office), ResourceFactory(unit=city.office)
    start, hour = timezone.now(), dt.timedelta(hours=1)

    def put(**fields: object) -> Booking:
        whose = {"booked_by": city["secretary"], "unit": city.office, "purpose": "Họp"}
        return Booking.objects.create(
            **{"resource": room, "starts_at": start, "ends_at": start + hour, **whose, **fields}
        )

    asked = put(state="pending")
    put(starts_at=start + hour, ends_at=start + 2 * hour)
    put(resource=other)
    put(state="cancelled")
    with pytest.raises(IntegrityError), transaction.atomic():
        put(starts_at=start + hour / 2)
    asked.state = "refused"
    asked.save()
    put(starts_at=start + hour / 2)
