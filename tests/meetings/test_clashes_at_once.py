"""Two people plan meetings of one chair for the same hour, at the same moment."""

import datetime as dt

import pytest
from django.utils import timezone

from eoffice.calendar.accepting import Answer
from eoffice.errors import UserError
from meetings import scheduling
from meetings.models import Meeting
from tests.city import build_city
from tests.factories import MeetingTypeFactory
from tests.meetings.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_those_who_take_one_hour_of_a_chair_all_but_the_first_are_asked() -> None:
    city, kind = build_city(), MeetingTypeFactory()
    start = timezone.now().replace(microsecond=0) + dt.timedelta(days=1)

    def plan(number: int) -> None:
        scheduling.create_meeting(
            city["secretary"],
            scheduling.Plan(
                title=f"Họp {number}", type=kind, form=Meeting.Form.HYBRID, organiser=city.committee,
                starts_at=start + dt.timedelta(minutes=number), ends_at=start + dt.timedelta(hours=2),
                chair=city["chair"], secretary=city["secretary"],
            ),
            answer=Answer(),
        )  # fmt: skip

    raised = at_once(*(lambda number=number: plan(number) for number in range(4)))
    assert Meeting.objects.count() == 1
    assert [error.code for error in raised if isinstance(error, UserError)] == ["conflicts-open"] * 3
