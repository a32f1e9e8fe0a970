"""Free time: when people can come together, ranked.

Time is counted in steps of half an hour from midnight to midnight. What a person has in a day is one integer, a bit for each
step that is taken: fifty people over two weeks are some hundred operations on integers.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from eoffice.calendar import open_hours, sources
from eoffice.calendar.open_hours import Hours, is_working
from eoffice.calendar.sources import Engagement
from eoffice.worktime.deadlines import Calendar, calendar_from

STEP = dt.timedelta(minutes=30)
STEPS = 48
"""Of a day."""
MOST_DAYS = 62


@dataclass(frozen=True)
class Slot:
    """A time within working hours at which everybody needed is free; ``busy``: who else is not."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    busy: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Diary:
    """What people have on the days from ``first``; answers without a query."""

    first: dt.date
    days: int
    people: tuple[int, ...]
    calendar: Calendar
    hours: Hours
    taken: dict[tuple[int, dt.date], int] = field(default_factory=dict)
    """Person, day → the steps taken by anything, as bits."""
    planned: dict[tuple[int, dt.date], int] = field(default_factory=dict)
    """Those taken by nothing firm."""
    barred: dict[dt.date, int] = field(default_factory=dict)
    """Those at which nobody can meet: the room is taken."""

    @property
    def dates(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=offset) for offset in range(self.days)]

    def is_busy(self, person: int, day: dt.date, mask: int) -> bool:
        """Anything of ``mask`` is taken."""
        return bool(self.taken.get((person, day), 0) & mask)

    def open_mask(self, day: dt.date, people: Collection[int]) -> int:
        """The steps of ``day`` that lie in the working hours of all of ``people`` (of the site without any); none on a day off."""
        if not is_working(day, self.calendar):
            return 0
        mask = _ALL & ~self.barred.get(day, 0)
        for person in people or [0]:
            own = 0
            for begins, ends in self.hours.of(person):
                own |= mask_between(begins, ends, inside=True)
            mask &= own
        return mask


_ALL = (1 << STEPS) - 1


def mask_between(begins: dt.time, ends: dt.time, *, inside: bool = False) -> int:
    """The steps that ``begins``–``ends`` touches; ``inside``: those that lie wholly within. Midnight as an end is that of the night."""
    start = begins.hour * 60 + begins.minute
    end = ends.hour * 60 + ends.minute or 24 * 60
    first = -(-start // 30) if inside else start // 30
    after = end // 30 if inside else -(-end // 30)
    return ((1 << after) - 1) & ~((1 << first) - 1) if after > first else 0


def step_time(day: dt.date, step: int) -> dt.datetime:
    """The moment at which a step begins; ``STEPS`` is the midnight after."""
    midnight = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    return midnight + step * STEP


def read(people: Collection[int], first: dt.date, days: int, *, itself: Collection[tuple[str, int]] = ()) -> Diary:
    """The diary of ``people`` for ``days`` days from ``first``. A query a source, and four."""
    days = max(1, min(days, MOST_DAYS))
    start, end = step_time(first, 0), step_time(first + dt.timedelta(days=days), 0)
    diary = Diary(
        first=first,
        days=days,
        people=tuple(people),
        calendar=calendar_from(first, days),
        hours=open_hours.hours_of(people),
    )
    for one in sources.engagements(people, start, end):
        if (one.source, one.pk) not in itself:
            _enter(diary, one, start, end)
    return diary


def bar(diary: Diary, times: Iterable[tuple[dt.datetime, dt.datetime]]) -> None:
    """Nobody can meet at ``times`` (from–to) either."""
    for begins, ends in times:
        for day, mask in _masks(begins, ends):
            diary.barred[day] = diary.barred.get(day, 0) | mask


def _enter(diary: Diary, one: Engagement, start: dt.datetime, end: dt.datetime) -> None:
    for day, mask in _masks(max(one.starts_at, start), min(one.ends_at, end)):
        key = (one.person_id, day)
        taken, planned = diary.taken.get(key, 0), diary.planned.get(key, 0)
        diary.planned[key] = planned & ~mask if one.firm else planned | (mask & ~taken)
        diary.taken[key] = taken | mask


def _masks(begins: dt.datetime, ends: dt.datetime) -> Iterator[tuple[dt.date, int]]:
    """The days that ``begins``–``ends`` touches, with the steps of each."""
    begins, ends = timezone.localtime(begins), timezone.localtime(ends)
    day = begins.date()
    while day <= ends.date():
        from_time = begins.time() if day == begins.date() else dt.time()
        to_time = ends.time() if day == ends.date() else dt.time()
        if not (day == ends.date() and ends.time() == dt.time() and day != begins.date()):
            yield day, mask_between(from_time, to_time)
        day += dt.timedelta(days=1)


def free(
    diary: Diary, needed: Collection[int], duration: dt.timedelta, *, since: dt.datetime, limit: int = 5
) -> list[Slot]:
    """Times of ``duration`` from ``since`` on, in working hours, at which all of ``needed`` are free.

    First those at which most others are free as well, among these the soonest; of times that overlap the best alone. ``limit`` at most.
    """
    ranked = sorted(_candidates(diary, needed, duration, since), key=lambda slot: (len(slot.busy), slot.starts_at))
    chosen: list[Slot] = []
    for slot in ranked:
        if len(chosen) == limit:
            break
        if all(slot.ends_at <= other.starts_at or slot.starts_at >= other.ends_at for other in chosen):
            chosen.append(slot)
    return chosen


def _candidates(diary: Diary, needed: Collection[int], duration: dt.timedelta, since: dt.datetime) -> Iterator[Slot]:
    length = max(1, -(-duration // STEP))
    shape = (1 << length) - 1
    others = [person for person in diary.people if person not in needed]
    for day in diary.dates:
        possible = diary.open_mask(day, needed)
        for person in needed:
            possible &= ~diary.taken.get((person, day), 0)
        if not possible:
            continue
        for step in range(STEPS - length + 1):
            mask = shape << step
            if possible & mask == mask and (begins := step_time(day, step)) >= since:
                busy = tuple(person for person in others if diary.is_busy(person, day, mask))
                yield Slot(begins, begins + duration, busy)
