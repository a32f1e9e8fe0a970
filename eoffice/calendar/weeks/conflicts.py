"""Leaders wanted in two places: while somebody registers, and over a whole week before it goes for approval."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext as _

from eoffice.calendar.models import AcceptedOverlap, ScheduleRequest, WeekLine, WeekSchedule
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
    schedule: WeekSchedule, leader: Appointment, start: dt.datetime, end: dt.datetime, *, but: int | None = None
) -> list[Clash]:
    """What stands against giving ``leader``'s time to somebody: what they have already, what others asked for (all but the
    request ``but``), that the day is off. Nothing says what it is they have: that is not for every unit to know.
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
    name: str
    other: Engagement
    other_line: WeekLine | None
    accepted: AcceptedOverlap | None
    """By whom it was accepted, and why."""

    @property
    def key(self) -> str:
        """Names it among those of its week."""
        return f"{self.line.pk}-{self.person}-{self.other.source}-{self.other.pk}"

    @property
    def time(self) -> str:
        """When the other one is."""
        return _time(self.other.starts_at, self.other.ends_at)


def of_week(schedule: WeekSchedule, lines: Sequence[WeekLine]) -> list[Conflict]:
    """Every conflict of the week once. ``lines`` are all of it, read by ``reading.lines_of``. As many queries as there are
    sources, and one.
    """
    own = {line.entry_id: line for line in lines}
    names = {
        part.person_id: part.appointment.person.full_name for line in lines for part in line.entry.participations.all()
    }
    accepted = {
        (one.line_id, one.person_id, one.source, one.other): one
        for one in AcceptedOverlap.objects.filter(line__schedule=schedule).select_related("by__person")
    }
    by_person: dict[int, list[Engagement]] = {}
    for one in engagements(list(names), *days.bounds(schedule.monday)):
        by_person.setdefault(one.person_id, []).append(one)
    found = []
    for person, taken in by_person.items():
        for pair in _overlapping(taken):
            first, second = pair if _line_of(pair[0], own) else (pair[1], pair[0])
            line, other = _line_of(first, own), _line_of(second, own)
            if line is None:
                continue
            known = accepted.get((line.pk, person, second.source, second.pk))
            if known is None and other is not None:
                known = accepted.get((other.pk, person, first.source, first.pk))
            found.append(Conflict(line, person, names[person], second, other, known))
    return found


def unresolved(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Those that nobody accepted."""
    return [one for one in conflicts if one.accepted is None]


def _overlapping(taken: list[Engagement]) -> Iterable[tuple[Engagement, Engagement]]:
    for first, second in combinations(taken, 2):
        same = (first.source, first.pk) == (second.source, second.pk)
        if not same and first.starts_at < second.ends_at and second.starts_at < first.ends_at:
            yield first, second


def _line_of(engagement: Engagement, own: dict[int, WeekLine]) -> WeekLine | None:
    return own.get(engagement.pk) if engagement.source == "entry" else None


def _time(start: dt.datetime, end: dt.datetime) -> str:
    first, last = days.local(start), days.local(end)
    return f"{first:%H:%M}–{last:%H:%M}, {first:%d/%m}"
