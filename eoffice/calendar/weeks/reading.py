"""A week as the desk, and who approves it, read it: a grid of leaders and half-days, and what became of each registration."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.calendar.models import Participation, ScheduleRequest, WeekLine, WeekSchedule
from eoffice.calendar.sources import Engagement, engagements
from eoffice.calendar.weeks import conflicts, days, resources
from eoffice.calendar.weeks.conflicts import Conflict
from eoffice.calendar.weeks.leaders import leaders_of
from eoffice.calendar.weeks.resources import Unmet
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of

_State = ScheduleRequest.State


def lines_of(schedule: WeekSchedule) -> list[WeekLine]:
    """Every line of the week by time, with its entry, people and registrations, rooms and cars. Nine queries."""
    found = WeekLine.objects.filter(schedule=schedule).select_related("entry", "prepared_by", "reviewed_by__person")
    lines = list(
        found.prefetch_related(
            "entry__participations__appointment__person",
            "entry__participations__appointment__position",
            "requests__unit",
            "requests__leader__person",
            "resources__resource",
            "resources__booking",
        ).order_by("entry__starts_at", "pk")
    )
    for line in lines:
        line.schedule = schedule
    return lines


def parts_of(line: WeekLine) -> list[Participation]:
    """Who has a part in it, the chair first, then in protocol order. Of a line that ``lines_of`` has read: no query."""
    parts = line.entry.participations.all()
    return sorted(
        parts, key=lambda part: (part.role != Participation.Role.CHAIR, part.appointment.position.rank, part.pk)
    )


def chair_of(line: WeekLine) -> Appointment | None:
    """Who presides; no query, as ``parts_of``."""
    return next((part.appointment for part in parts_of(line) if part.role == Participation.Role.CHAIR), None)


@dataclass(frozen=True)
class Card:
    """What stands in one cell: a line, a registration that waits, or something else that takes the leader's time."""

    starts_at: dt.datetime
    line: WeekLine | None = None
    attending: bool = False
    request: ScheduleRequest | None = None
    other: Engagement | None = None
    conflicts: list[Conflict] = field(default_factory=list)
    lacks: bool = False
    """A room or a car that it wants is not booked."""


@dataclass(frozen=True)
class Cell:
    """One leader in one half-day."""

    leader: Appointment
    slot: days.Slot
    cards: list[Card]


@dataclass(frozen=True)
class HalfDay:
    """A row of the grid."""

    slot: days.Slot
    cells: list[Cell]


@dataclass(frozen=True)
class Grid:
    """Leaders across, half-days down."""

    leaders: list[Appointment]
    rows: list[HalfDay]
    lines: list[WeekLine]
    waiting: list[ScheduleRequest]
    conflicts: list[Conflict]
    unmet: list[Unmet]
    """Rooms and cars that lines want and have not got."""

    @property
    def left(self) -> int:
        """How many conflicts keep the week from approval."""
        return len(self.unresolved) + len(self.unmet)

    @property
    def unresolved(self) -> list[Conflict]:
        """Conflicts that nobody accepted."""
        return conflicts.unresolved(self.conflicts)

    @property
    def accepted(self) -> list[Conflict]:
        """Conflicts that stand by somebody's name and reason."""
        return [one for one in self.conflicts if one.accepted is not None]

    @property
    def slots(self) -> list[days.Slot]:
        """The half-days, to choose from."""
        return [row.slot for row in self.rows]


def grid_of(schedule: WeekSchedule) -> Grid:
    """The week as it is being compiled. A fixed number of queries, however many lines and leaders."""
    lines = lines_of(schedule)
    waiting = list(
        schedule.requests.filter(state=_State.SUBMITTED)
        .select_related("unit", "leader__person")
        .order_by("starts_at", "pk")
    )
    leaders = list(leaders_of(schedule.unit))
    found, lacking = conflicts.of_week(schedule, lines), resources.unmet(lines)
    cells: dict[tuple[int, str], list[Card]] = {}

    def put(person: int, card: Card) -> None:
        slot = days.slot_of(card.starts_at)
        cells.setdefault((person, slot.code), []).append(card)

    for line in lines:
        for person, card in _cards(line, found, lacking):
            put(person, card)
    for request in waiting:
        put(request.leader.person_id, Card(request.starts_at, request=request))
    lines_own = {row for line in lines for row in line.rows}
    people = [leader.person_id for leader in leaders]
    for one in engagements(people, *days.bounds(schedule.monday)):
        if (one.source, one.pk) not in lines_own:
            put(one.person_id, Card(one.starts_at, other=one))
    rows = [
        HalfDay(
            slot,
            [Cell(leader, slot, _by_time(cells.get((leader.person_id, slot.code), []))) for leader in leaders],
        )
        for slot in days.slots_of(schedule.monday)
    ]
    return Grid(leaders, rows, lines, waiting, found, lacking)


def _cards(line: WeekLine, found: list[Conflict], lacking: list[Unmet]) -> Iterable[tuple[int, Card]]:
    """Its card for each leader, with what stands in the way of that one; what it lacks is the chair's."""
    clashes = [one for one in found if line in (one.line, one.other_line)]
    without = any(one.line == line for one in lacking)
    for part in parts_of(line):
        attending = part.role != Participation.Role.CHAIR
        own = [one for one in clashes if one.person == part.person_id]
        lacks = without and not attending
        yield part.person_id, Card(line.entry.starts_at, line, attending=attending, conflicts=own, lacks=lacks)


def _by_time(cards: list[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: card.starts_at)


@dataclass(frozen=True)
class Difference:
    """Where a line says something else than what was asked for."""

    label: str
    asked: str
    now: str


@dataclass(frozen=True)
class Compared:
    """A line beside one of the registrations that stand in it."""

    request: ScheduleRequest
    differences: list[Difference]


def compared(line: WeekLine) -> list[Compared]:
    """What each unit asked for, where the line is another. No query, as ``parts_of``."""
    return [Compared(request, list(differences(request, line))) for request in line.requests.all()]


def differences(request: ScheduleRequest, line: WeekLine) -> Iterable[Difference]:
    """Time, leader, content and place, where they differ."""
    entry, chair = line.entry, chair_of(line)
    pairs = [
        (_("Thời gian"), _span(request.starts_at, request.ends_at), _span(entry.starts_at, entry.ends_at)),
        (_("Chủ trì"), request.leader.person.full_name, chair.person.full_name if chair else ""),
        (_("Nội dung"), request.title, entry.title),
        (_("Địa điểm"), request.place, entry.place),
    ]
    return [Difference(label, asked or "–", now or "–") for label, asked, now in pairs if asked != now]


def _span(start: dt.datetime, end: dt.datetime) -> str:
    first, last = days.local(start), days.local(end)
    return f"{first:%H:%M}–{last:%H:%M}, {first:%d/%m}"


def registrations_of(user: User, schedule: WeekSchedule) -> list[ScheduleRequest]:
    """What the units of ``user`` asked for in this week, drafts too."""
    found = ScheduleRequest.objects.filter(schedule=schedule, unit__in=standing_of(user).represents)
    return list(found.select_related("unit", "leader__person", "line__entry").order_by("starts_at", "pk"))
