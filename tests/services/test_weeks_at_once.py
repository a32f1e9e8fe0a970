"""One week and many hands at the same moment, on PostgreSQL: its row is the lock of all that is done to its lines."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from eoffice.calendar.models import Entry, ScheduleRequest, WeekEdition, WeekLine, WeekSchedule
from eoffice.calendar.weeks import approving, becoming, compiling, days, publishing, registering
from eoffice.errors import Conflict, NotAllowed
from meetings import scheduling
from meetings.models import Meeting
from tests.city import City, build_city
from tests.factories import MeetingTypeFactory
from tests.meetings.together import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


class Week:
    """A week with a registration that waits and a line that was submitted for approval."""

    def __init__(self) -> None:
        assert connection.vendor == "postgresql"
        self.city: City = build_city()
        self.monday = days.monday_of(timezone.localdate()) + dt.timedelta(days=14)
        self.schedule = days.schedule_of(self.city.committee, self.monday)
        self.starts_at = days.slots_of(self.monday)[0].begins_at
        plan = compiling.Plan(self.city["chair"], self.starts_at, self.starts_at + dt.timedelta(hours=1), "Giao ban")
        self.line = compiling.add_line(self.city["secretary"], self.schedule, plan)

    def slot(self, number: int) -> days.Slot:
        return days.slots_of(self.monday)[number]

    def register(self) -> ScheduleRequest:
        at = self.slot(4).begins_at
        wish = registering.Wish(self.city["chair"], at, at + dt.timedelta(hours=1), "Mặt bằng")
        by, unit = self.city["department_head"], self.city.department
        return registering.register(by, unit, self.schedule, wish, key=uuid.uuid4(), send=True)

    def approve(self) -> None:
        approving.approve(self.city["office_head"], self.schedule, {self.line.pk: self.line.version})

    def move(self, slot: int) -> None:
        line = WeekLine.objects.select_related("schedule").get(pk=self.line.pk)
        by, version = self.city["secretary"], self.line.version
        compiling.move_line(by, line, self.city["chair"], self.slot(slot), version=version)


def test_a_line_is_approved_as_it_was_read_or_moved_and_not_approved_and_one_of_two_moves_counts() -> None:
    week = Week()
    approving.submit(week.city["secretary"], week.schedule)
    raised = at_once(week.approve, lambda: week.move(2), lambda: week.move(6))
    line = WeekLine.objects.select_related("entry", "schedule").get()
    moved = line.entry.starts_at != week.starts_at
    assert moved, "a move is not refused because the line was approved before"
    assert {type(one) for one in raised} <= {Conflict}
    assert (line.review, line.entry.state, line.version) == ("pending", Entry.State.PLANNED, week.line.version + 1)
    assert line.schedule.state == WeekSchedule.State.COMPILED, "what was approved as a whole waits again"


def test_what_a_unit_takes_back_is_a_draft_or_in_the_week_and_never_both() -> None:
    week = Week()
    asked = week.register()

    def accept() -> None:
        compiling.accept(week.city["secretary"], asked, version=asked.version)

    def withdraw() -> None:
        registering.withdraw(week.city["department_head"], asked, version=asked.version)

    raised = at_once(accept, withdraw, accept)
    asked.refresh_from_db()
    placed = WeekLine.objects.filter(entry__title="Mặt bằng").count()
    assert (asked.state, placed) in {("accepted", 1), ("draft", 0)}
    assert len(raised) == 2 and {type(one) for one in raised} == {Conflict}


def test_two_publish_at_once_and_there_is_one_edition() -> None:
    week = Week()
    approving.submit(week.city["secretary"], week.schedule)
    week.approve()
    clerk = week.city["organiser_clerk"]
    assert at_once(*[lambda: publishing.publish(clerk, week.schedule)] * 4) == []
    assert list(WeekEdition.objects.values_list("number", flat=True)) == [1]


def test_a_line_becomes_one_meeting_and_moved_from_both_ends_at_once_both_say_the_same() -> None:
    week = Week()
    MeetingTypeFactory()
    WeekLine.objects.update(review=WeekLine.Review.APPROVED)
    secretary = week.city["secretary"]
    assert at_once(*[lambda: becoming.become(secretary, week.line)] * 4) == []
    meeting = Meeting.objects.get()
    later = {"starts_at": week.slot(8).begins_at, "ends_at": week.slot(8).begins_at + dt.timedelta(hours=1)}

    def reschedule() -> None:
        scheduling.reschedule(secretary, Meeting.objects.get(), version=meeting.version, **later)

    raised = at_once(reschedule, lambda: week.move(2))
    assert len(raised) == 1 and isinstance(raised[0], Conflict) and not isinstance(raised[0], NotAllowed)
    meeting.refresh_from_db()
    assert Entry.objects.get().starts_at == meeting.starts_at != week.starts_at
