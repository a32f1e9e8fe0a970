"""The week page: seven days with their meetings and deadlines."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.dashboard.agenda import MeetingEntry, deadlines, meeting_entries
from eoffice.workflow.models import Task


@dataclass(frozen=True)
class Day:
    """One day of the week page."""

    date: dt.date
    is_today: bool
    meetings: list[MeetingEntry]
    tasks: list[Task]


@dataclass(frozen=True)
class Week:
    """Monday to Sunday, and where to go from here."""

    days: list[Day]

    @property
    def first(self) -> dt.date:
        return self.days[0].date

    @property
    def last(self) -> dt.date:
        return self.days[-1].date

    @property
    def previous(self) -> dt.date:
        return self.first - dt.timedelta(days=7)

    @property
    def next(self) -> dt.date:
        return self.first + dt.timedelta(days=7)

    @property
    def number(self) -> int:
        """ISO 8601 number of the week, as offices count."""
        return self.first.isocalendar().week

    @property
    def is_empty(self) -> bool:
        return not any(day.meetings or day.tasks for day in self.days)


def monday_of(text: str, today: dt.date) -> dt.date:
    """The Monday of the week that holds the day ``text`` (ISO); of this week when ``text`` is no day."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = today
    if not dt.date(1900, 1, 1) <= day <= dt.date(2200, 1, 1):
        day = today
    return day - dt.timedelta(days=day.weekday())


def week_of(user: User, monday: dt.date, now: dt.datetime) -> Week:
    """The week from ``monday`` as ``user`` may see it. A meeting over midnight stands on each of its days."""
    after = monday + dt.timedelta(days=7)
    entries = meeting_entries(user, now, monday, after)
    tasks = deadlines(user, monday, after)
    today = timezone.localdate(now)
    days = []
    for offset in range(7):
        date = monday + dt.timedelta(days=offset)
        days.append(
            Day(
                date=date,
                is_today=date == today,
                meetings=[entry for entry in entries if _touches(entry, date)],
                tasks=[task for task in tasks if task.due_on == date],
            )
        )
    return Week(days)


def _touches(entry: MeetingEntry, date: dt.date) -> bool:
    start = timezone.localdate(entry.meeting.starts_at)
    end = timezone.localdate(entry.meeting.ends_at - dt.timedelta(microseconds=1))
    return start <= date <= end
