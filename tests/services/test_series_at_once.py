"""Two sweeps make the meetings of a series at the same moment, on PostgreSQL."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from eoffice.worktime.recurrence import Cycle, OnDayOff, Rule
from meetings import repeating
from meetings.models import Meeting, SeriesOccurrence
from tests.city import build_city
from tests.factories import MeetingTypeFactory
from tests.meetings.together import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_no_meeting_is_made_twice_and_a_double_click_begins_one_series() -> None:
    assert connection.vendor == "postgresql"
    city, key = build_city(), uuid.uuid4()
    outline = repeating.Outline(
        rule=Rule(every=Cycle.DAY, starts_on=timezone.localdate() + dt.timedelta(days=1), on_day_off=OnDayOff.KEEP),
        start_time=dt.time(8), minutes=30, title="Giao ban đầu giờ", type=MeetingTypeFactory(), form="online",
        organiser=city.committee, chair=city["chair"], secretary=city["secretary"],
    )  # fmt: skip

    def begin() -> None:
        repeating.begin(city["secretary"], outline, key=key)

    assert at_once(*[begin] * 4) == []
    SeriesOccurrence.objects.all().delete()
    Meeting.objects.all().update(previous=None)
    Meeting.objects.all().delete()
    assert at_once(*[repeating.sweep] * 4) == []
    assert Meeting.objects.count() == SeriesOccurrence.objects.count() == repeating.MOST_AHEAD
