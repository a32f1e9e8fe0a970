"""Fifty clerks take a number of one register at the same moment, and twenty register what came in, on PostgreSQL."""

import pytest
from django.db import connection
from django.utils import timezone

from documents import registers
from documents.circulation import registering
from documents.circulation.registering import Facts
from documents.models import IncomingDocument, NumberAllocation
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


def test_arrival_numbers_follow_one_another_whoever_registers() -> None:
    city, today = build_city(), timezone.localdate()

    def arrive(number: int) -> None:
        facts = Facts(sender="Bộ Xây dựng", code=f"{number}/BXD", issued_on=today, subject="Rà soát trụ sở")
        registering.register(city["organiser_clerk"], city.committee, facts, arrived_on=today)

    assert at_once(*[lambda number=number: arrive(number) for number in range(20)]) == []
    numbers = IncomingDocument.objects.order_by("allocation__n").values_list("allocation__n", flat=True)
    assert list(numbers) == list(range(1, 21))
