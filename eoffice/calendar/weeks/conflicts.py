"""Leaders wanted in two places: while somebody registers, and over a whole week before it goes for approval."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from django.utils.translation import gettext as _

from eoffice.calendar import occupancy
from eoffice.calendar.conflicts import covering
from eoffice.calendar.models import AcceptedConflict, Resource, ScheduleRequest, WeekLine, WeekSchedule
from eoffice.calendar.occupancy import Times
from eoffice.calendar.sources import Engagement, engagements
from eoffice.calendar.weeks import days
from eoffice.organisation.models import Appointment
from eoffice.worktime.models import CalendarDay
from eoffice.worktime.open_days import OpenDays


@dataclass(frozen=True)
class Clash:
    """One sentence about a time that is wanted; ``taken`` when the leader is engaged elsewhere, else only to be known."""

    text: str
    taken: bool


def of_wish(
    schedule: WeekSchedule,
    leader: Appointment,
    start: dt.datetime,
    end: dt.datetime,
    *,
    resources: Iterable[Resource] = (),
    but: int | None = None,
) -> list[Clash]:
    """What stands against giving ``leader``'s time to somebody: what they have already, what others asked for (all but the
    request ``but``), that the day is off, that a room or a car is taken. Nothing says what it is they have: that is not for every unit to know.
    """
    clashes = [
        Clash(
            _("%(leader)s đã có lịch %(time)s.")
            % {"leader": leader.person.full_name, "time": _time(one.starts_at, one.ends_at)},
            taken=True,
        )
        for one in engagements([leader.person_id], start, end)
    ]
    waiting = ScheduleRequest.objects.filter(
        schedule=schedule, leader__person=leader.person_id, state=ScheduleRequest.State.SUBMITTED
    )
    for other in waiting.filter(starts_at__lt=end, ends_at__gt=start).exclude(pk=but or 0).select_related("unit"):
        named = {"unit": other.unit.short_name, "time": _time(other.starts_at, other.ends_at)}
        clashes.append(Clash(_("%(unit)s cũng đăng ký %(time)s; văn phòng sẽ sắp xếp.") % named, taken=False))
    for resource in resources:
        for obstacle in occupancy.obstacles(resource, Times(start, end)):
            clashes.append(Clash(f"{resource.called}: {obstacle.sentence}", taken=True))
    return clashes + _day_off(days.slot_of(start).day)


def _day_off(day: dt.date) -> list[Clash]:
    special = CalendarDay.objects.filter(day=day).first()
    if special is not None and special.kind != CalendarDay.Kind.MAKEUP_WORK:
        named = {"day": f"{day:%d/%m/%Y}", "name": special.name}
        return [Clash(_("Ngày %(day)s nghỉ: %(name)s.") % named, taken=False)]
    if not OpenDays({special.day: special.kind} if special else {}).is_open(day):
        return [Clash(_("Ngày %(day)s là ngày nghỉ cuối tuần.") % {"day": f"{day:%d/%m/%Y}"}, taken=False)]
    return []


@dataclass(frozen=True)
class Conflict:
    """One leader, two engagements at the same time, of which at least one is a line of the week."""

    line: WeekLine
    person: int
    who: str
    other: Engagement
    other_line: WeekLine | None
    overlap: tuple[dt.datetime, dt.datetime]
    accepted: AcceptedConflict | None = None
    """By whom it was accepted, and why."""
    code = "overlap"

    @property
    def key(self) -> str:
        """Names it among those of its line."""
        row = ("entry", self.other_line.entry_id) if self.other_line else _row(self.other)
        return _key(self.person, row)

    @property
    def mirrored(self) -> str:
        """What it is called among those of the other line."""
        return _key(self.person, ("entry", self.line.entry_id))

    @property
    def name(self) -> str:
        """Names it among those of its week."""
        return f"{self.line.pk}:{self.key}"

    @property
    def time(self) -> str:
        """When the other one is."""
        return _time(self.other.starts_at, self.other.ends_at)


def of_week(schedule: WeekSchedule, lines: Sequence[WeekLine]) -> list[Conflict]:
    """Every conflict of the week once. ``lines`` are all of it, read by ``reading.lines_of``. As many queries as there are
    sources, and one.
    """
    own = {row: line for line in lines for row in line.rows}
    names = {
        part.person_id: part.appointment.person.full_name for line in lines for part in line.entry.participations.all()
    }
    by_person: dict[int, list[Engagement]] = {}
    for one in engagements(list(names), *days.bounds(schedule.monday)):
        by_person.setdefault(one.person_id, []).append(one)
    found = []
    for person, taken in by_person.items():
        for pair in _overlapping(taken):
            first, second = pair if _row(pair[0]) in own else (pair[1], pair[0])
            line, other = own.get(_row(first)), own.get(_row(second))
            if line is not None and line != other:
                both = (max(first.starts_at, second.starts_at), min(first.ends_at, second.ends_at))
                found.append(Conflict(line, person, names[person], second, other, both))
    return _marked(found, lines)


def _marked(found: list[Conflict], lines: Sequence[WeekLine]) -> list[Conflict]:
    """With what was accepted of them, by either of two lines."""
    rows = AcceptedConflict.objects.filter(source="entry", row__in=[line.entry_id for line in lines])
    accepted = {(one.row, one.key): one for one in rows.select_related("by__person")}
    marked = []
    for one in found:
        known = accepted.get((one.line.entry_id, one.key))
        if known is None and one.other_line is not None:
            known = accepted.get((one.other_line.entry_id, one.mirrored))
        marked.append(replace(one, accepted=covering(known, one.overlap)))
    return marked


def _key(person: int, row: tuple[str, int]) -> str:
    return f"{Conflict.code}:{row[0]}:{row[1]}:person:{person}"


def unresolved(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Those that nobody accepted."""
    return [one for one in conflicts if one.accepted is None]


def _overlapping(taken: list[Engagement]) -> Iterable[tuple[Engagement, Engagement]]:
    for first, second in combinations(taken, 2):
        if _row(first) != _row(second) and first.starts_at < second.ends_at and second.starts_at < first.ends_at:
            yield first, second


def _row(engagement: Engagement) -> tuple[str, int]:
    return engagement.source, engagement.pk


def _time(start: dt.datetime, end: dt.datetime) -> str:
    first, last = days.local(start), days.local(end)
    return f"{first:%H:%M}–{last:%H:%M}, {first:%d/%m}"
