"""Fifty clerks take a number of one register at the same moment, on PostgreSQL."""

import pytest
from django.db import connection

from documents import registers
from documents.models import NumberAllocation
from tests.city import build_city
from tests.meetings.together import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
CLERKS = 50


def test_no_number_is_given_twice_and_none_is_left_out() -> None:
    assert connection.vendor == "postgresql"
    city = build_city()

    def take() -> None:
        registers.reserve(city["organiser_clerk"], city.office, "TB", reason="Thông báo")

    assert at_once(*[take] * CLERKS) == []
    numbers = NumberAllocation.objects.order_by("n").values_list("n", flat=True)
    assert list(numbers) == list(range(1, CLERKS + 1))
