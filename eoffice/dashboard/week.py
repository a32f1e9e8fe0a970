"""The schedule of one person, by days: meetings, entries, deadlines, with the lunar date and what the day is called."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.calendar.models import Entry, Participation
from eoffice.calendar.own_time import OWN
from eoffice.dashboard.agenda import MeetingEntry, deadlines, meeting_entries, start_of
from eoffice.workflow.models import Task
from eoffice.worktime.lunar import LunarDate, lunar_date
from eoffice.worktime.models import CalendarDay

MODES = ("day", "week", "month")
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 1, 1)


@dataclass(frozen=True)
class Day:
    """One day of a schedule."""

    date: dt.date
    is_today: bool
    lunar: LunarDate
    special: CalendarDay | None = None
    """What it is called when it differs from other days: a holiday, a make-up day."""
    meetings: list[MeetingEntry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.meetings or self.entries or self.tasks)

    @property
    def is_off(self) -> bool:
        """By name, or a Saturday or Sunday that is not worked."""
        if self.special is not None:
            return self.special.kind != CalendarDay.Kind.MAKEUP_WORK
        return self.date.weekday() >= 5


@dataclass(frozen=True)
class Week:
    """The days of one page: one, seven, or the weeks that hold a month; and where to go from here."""

    days: list[Day]
    mode: str = "week"
    shown: dt.date | None = None
    """The day asked for; of a month any of its days."""

    @property
    def first(self) -> dt.date:
        return self.days[0].date

    @property
    def last(self) -> dt.date:
        return self.days[-1].date

    @property
    def anchor(self) -> dt.date:
        """A day by which the page is found again in another mode."""
        return self.shown or self.first

    @property
    def previous(self) -> dt.date:
        if self.mode == "month":
            return (self.anchor.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        return self.first - dt.timedelta(days=len(self.days))

    @property
    def next(self) -> dt.date:
        if self.mode == "month":
            return (self.anchor.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        return self.first + dt.timedelta(days=len(self.days))

    @property
    def number(self) -> int:
        """ISO 8601 number of the week, as offices count."""
        return self.first.isocalendar().week

    @property
    def weeks(self) -> list[list[Day]]:
        """Of a month: its days by weeks."""
        return [self.days[start : start + 7] for start in range(0, len(self.days), 7)]

    @property
    def is_empty(self) -> bool:
        return all(day.is_empty for day in self.days)


def day_of(text: str, today: dt.date) -> dt.date:
    """The day ``text`` (ISO); today when it is none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST_DAY <= day <= LAST_DAY else today


def monday_of(text: str, today: dt.date) -> dt.date:
    """The Monday of the week that holds the day ``text`` (ISO); of this week when ``text`` is no day."""
    day = day_of(text, today)
    return day - dt.timedelta(days=day.weekday())


def week_of(user: User, monday: dt.date, now: dt.datetime) -> Week:
    """The week from ``monday`` as ``user`` may see it."""
    return Week(days_of(user, monday, 7, now), "week", monday)


def schedule_of(user: User, mode: str, day: dt.date, now: dt.datetime) -> Week:
    """The day, week or month that ``day`` is in."""
    if mode == "day":
        return Week(days_of(user, day, 1, now), mode, day)
    if mode == "month":
        first = day.replace(day=1)
        monday = first - dt.timedelta(days=first.weekday())
        after = (first + dt.timedelta(days=32)).replace(day=1)
        return Week(days_of(user, monday, 7 * -(-(after - monday).days // 7), now), mode, day)
    return week_of(user, day - dt.timedelta(days=day.weekday()), now)


def days_of(user: User, first: dt.date, count: int, now: dt.datetime) -> list[Day]:
    """``count`` days from ``first``. What lasts over midnight stands on each of its days. A fixed number of queries."""
    after = first + dt.timedelta(days=count)
    today = timezone.localdate(now)
    special = {one.day: one for one in CalendarDay.objects.filter(day__gte=first, day__lt=after)}
    days = {}
    for offset in range(count):
        date = first + dt.timedelta(days=offset)
        days[date] = Day(date, date == today, lunar_date(date), special.get(date))
    for meeting in meeting_entries(user, now, first, after):
        for date in _touched(meeting.meeting.starts_at, meeting.meeting.ends_at, first, after):
            days[date].meetings.append(meeting)
    shown = {f"meeting:{one.meeting.pk}" for day in days.values() for one in day.meetings}
    for entry in entries_of(user, first, after, but=shown):
        for date in _touched(entry.starts_at, entry.ends_at, first, after):
            days[date].entries.append(entry)
    due = defaultdict(list)
    for task in deadlines(user, first, after):
        due[task.due_on].append(task)
    for date, day in days.items():
        day.tasks.extend(due[date])
    return list(days.values())


def entries_of(user: User, first: dt.date, after: dt.date, *, but: Collection[str] = ()) -> list[Entry]:
    """Entries in which ``user`` has a part, from ``first`` to the day before ``after``; own time that was taken back is gone, and
    lines of a week that became one of the meetings ``but`` ("meeting:7").
    """
    mine = Participation.objects.filter(person=user, starts_at__lt=start_of(after), ends_at__gt=start_of(first))
    found = Entry.objects.filter(pk__in=mine.order_by().values("entry")).exclude(kind__in=OWN, state="cancelled")
    found = found.exclude(week_line__became__in=but)
    chairs = Participation.objects.filter(role=Participation.Role.CHAIR).select_related("person")
    return list(
        found.prefetch_related(Prefetch("participations", chairs, to_attr="chairs")).order_by("starts_at", "pk")
    )


def _touched(starts_at: dt.datetime, ends_at: dt.datetime, first: dt.date, after: dt.date) -> list[dt.date]:
    """The days from ``first`` to before ``after`` that a time touches."""
    start = max(timezone.localdate(starts_at), first)
    end = min(timezone.localdate(ends_at - dt.timedelta(microseconds=1)), after - dt.timedelta(days=1))
    return [start + dt.timedelta(days=offset) for offset in range((end - start).days + 1)]
