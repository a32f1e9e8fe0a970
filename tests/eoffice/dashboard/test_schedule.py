"""The week page: Monday to Sunday, meetings and deadlines in their day."""

import datetime as dt

import pytest

from eoffice.dashboard.week import monday_of
from eoffice.organisation.models import Unit
from tests.eoffice.dashboard.test_today import invite
from tests.factories import TaskFactory

MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-11-23", MONDAY),
        ("2026-11-29", MONDAY),
        ("2026-11-30", dt.date(2026, 11, 30)),
        ("", MONDAY),
        ("30/02/2026", MONDAY),
        ("0001-01-01", MONDAY),
        ("9999-12-31", MONDAY),
    ],
)
def test_any_day_leads_to_its_week_and_nonsense_to_this_one(text, monday):
    assert monday_of(text, today=dt.date(2026, 11, 25)) == monday


def at(day, hour):
    return dt.datetime(2026, 11, day, hour - 7, tzinfo=dt.UTC)


def test_meetings_and_deadlines_stand_in_their_week_only(city, client_as):
    meeting = invite(city, starts_at=at(25, 8), ends_at=at(25, 10), title="Họp giao ban thứ Tư")
    task = TaskFactory(
        title="Rà soát trụ sở",
        lead_unit=city["invited_head"].unit,
        assigner=city["chair"],
        due_on=dt.date(2026, 11, 27),
    )
    client = client_as("invited_head")
    this_week = client.get("/schedule/?day=2026-11-23").content.decode()
    assert meeting.title in this_week
    assert task.title in this_week
    assert "Lịch tuần 48" in this_week
    next_week = client.get("/schedule/?day=2026-11-30").content.decode()
    assert meeting.title not in next_week
    assert task.title not in next_week


def test_a_meeting_over_midnight_stands_on_both_days(city, client_as):
    invite(city, starts_at=at(24, 22), ends_at=at(25, 10), title="Trực bão")
    shown = client_as("invited_head").get("/schedule/?day=2026-11-23").content.decode()
    assert shown.count("Trực bão") == 2


def test_a_task_of_another_commune_is_not_there(city, client_as):
    TaskFactory(
        title="Việc riêng",
        lead_unit=Unit.objects.get(name="UBND phường Đống Đa"),
        assigner=city["chair"],
        due_on=MONDAY,
    )
    assert "Việc riêng" not in client_as("invited_head").get("/schedule/?day=2026-11-23").content.decode()


def test_the_number_of_queries_does_not_grow(city, client_as, django_assert_max_num_queries):
    client = client_as("invited_head")
    for day in (23, 24, 25, 26, 27):
        invite(city, starts_at=at(day, 8), ends_at=at(day, 9))
        TaskFactory(lead_unit=city["invited_head"].unit, assigner=city["chair"], due_on=dt.date(2026, 11, day))
    with django_assert_max_num_queries(18):
        client.get("/schedule/?day=2026-11-23")
