"""The rows of the printed table: made of the lines and of meetings, frozen in an edition, redacted for who reads them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from eoffice.calendar.models import Entry, Participation, ScheduleChange, WeekEdition, WeekLine, WeekSchedule
from eoffice.calendar.weeks import days
from eoffice.calendar.weeks.appearances import Appearance, appearances
from eoffice.calendar.weeks.leaders import leaders_of
from eoffice.calendar.weeks.reading import lines_of, parts_of
from eoffice.organisation.models import Appointment

_Kind, _Visibility = ScheduleChange.Kind, Entry.Visibility
WORKING_DAYS = 5


@dataclass(frozen=True)
class Row:
    """One row. ``key`` names what it is of: "entry:12", "meeting:7"."""

    key: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    place: str
    chair: str
    """Position and name."""
    attending: list[str]
    people: list[int]
    attendees: str = ""
    prepared_by: str = ""
    car: str = ""
    note: str = ""
    visibility: str = _Visibility.AGENCY
    public_text: str = ""
    gone: bool = False
    """Put off or called off: it stays, struck through."""
    mark: str = ""
    """What it is beside the first edition: one of ``ScheduleChange.Kind``, or ""."""
    reason: str = ""

    @property
    def day(self) -> dt.date:
        return days.local(self.starts_at).date()

    @property
    def time(self) -> str:
        """ "08:00–09:30"."""
        return f"{days.local(self.starts_at):%H:%M}–{days.local(self.ends_at):%H:%M}"

    @property
    def leaders(self) -> list[str]:
        """The chair first."""
        return [self.chair, *self.attending]

    @property
    def mark_label(self) -> str:
        """ "Bổ sung", "Điều chỉnh", "Hoãn"."""
        return str(_Kind(self.mark).label) if self.mark else ""

    @property
    def remarks(self) -> str:
        """The column "Ghi chú": the mark with its reason, and the note."""
        marked = ": ".join(part for part in (self.mark_label, self.reason) if part) if self.mark else ""
        return ". ".join(part.rstrip(".") for part in (marked, self.note) if part)

    def as_data(self) -> dict[str, Any]:
        """As an edition keeps it."""
        return {**asdict(self), "starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}

    def same_as(self, other: "Row") -> bool:
        """Those who go by it do the same by the other one."""
        return self._said() == other._said()

    def _said(self) -> tuple[object, ...]:
        return (self.starts_at, self.ends_at, self.title, self.place, sorted(self.people), self.gone)


def kept(edition: WeekEdition) -> list[Row]:
    """The rows of an edition."""
    return [
        Row(
            **{
                **data,
                "starts_at": dt.datetime.fromisoformat(data["starts_at"]),
                "ends_at": dt.datetime.fromisoformat(data["ends_at"]),
            }
        )
        for data in edition.rows
    ]


def current(schedule: WeekSchedule) -> list[Row]:
    """The rows as they would be published now, marked beside the first edition. A fixed number of queries."""
    editions = list(schedule.editions.order_by("number"))
    lines = lines_of(schedule)
    reasons = _reasons(schedule)
    leaders = {one.person_id: one for one in leaders_of(schedule.unit)}
    found = [_of_line(line, reasons.get(line.pk, "")) for line in lines]
    became = {line.became for line in lines}
    shown = [one for one in appearances(list(leaders), *days.bounds(schedule.monday)) if one.key not in became]
    found += [_of_appearance(one, leaders) for one in shown if editions or not one.gone]
    if editions:
        found = _marked(found, kept(editions[0]), kept(editions[-1]))
    return sorted(found, key=lambda row: (row.starts_at, row.ends_at, row.key))


def _marked(rows: list[Row], first: list[Row], last: list[Row]) -> list[Row]:
    """With their marks; what was published and is nowhere any more stays as put off."""
    was = {row.key: row for row in first}
    published = {row.key for row in last}
    found = [_mark(row, was.get(row.key)) for row in rows if not row.gone or row.key in published]
    here = {row.key for row in found}
    lost = [row for row in last if row.key not in here]
    return found + [replace(row, gone=True, mark=_Kind.POSTPONED, reason=row.reason) for row in lost]


def _mark(row: Row, was: Row | None) -> Row:
    if row.gone and not (was and was.gone):
        return replace(row, mark=_Kind.POSTPONED)
    if was is None:
        return replace(row, mark=_Kind.ADDED)
    return row if row.same_as(was) else replace(row, mark=_Kind.CHANGED)


def _reasons(schedule: WeekSchedule) -> dict[int, str]:
    """Of each line why it was changed last."""
    changes = ScheduleChange.objects.filter(line__schedule=schedule).order_by("pk")
    return dict(changes.values_list("line", "reason"))


def _of_line(line: WeekLine, reason: str) -> Row:
    entry, parts = line.entry, parts_of(line)
    chairs = [_named(part.appointment) for part in parts if part.role == Participation.Role.CHAIR]
    private = entry.kind == Entry.Kind.BLOCKED
    return Row(
        key=f"entry:{entry.pk}",
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        title=entry.title,
        place=entry.place,
        chair=chairs[0] if chairs else "",
        attending=[_named(part.appointment) for part in parts if part.role != Participation.Role.CHAIR],
        people=[part.person_id for part in parts],
        attendees=line.attendees,
        prepared_by=line.prepared_by.short_name if line.prepared_by else "",
        car=line.car,
        note=line.note,
        visibility=_Visibility.RESTRICTED if private else entry.visibility,
        public_text=entry.public_text,
        gone=entry.state in (Entry.State.POSTPONED, Entry.State.CANCELLED),
        reason=reason,
    )


def _of_appearance(one: Appearance, leaders: dict[int, Appointment]) -> Row:
    return Row(
        key=one.key,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=one.title,
        place=one.place,
        chair=one.chair_name,
        attending=[_named(leaders[person]) for person in one.attending if person != one.chair],
        people=sorted({one.chair, *one.attending}),
        attendees=one.attendees,
        prepared_by=one.prepared_by,
        gone=one.gone,
        reason=one.reason,
    )


def _named(appointment: Appointment) -> str:
    return f"{appointment.position_title} {appointment.person.full_name}"


def for_reader(rows: Iterable[Row], person: int, *, compiles: bool) -> list[Row]:
    """As somebody of the agency reads them: of what is only for those concerned others see that the leader is busy."""
    return [
        row if compiles or row.visibility != _Visibility.RESTRICTED or person in row.people else _busy(row)
        for row in rows
    ]


def for_public(rows: Iterable[Row], *, busy: bool) -> list[Row]:
    """As everybody reads them: public ones with their public text, time, place and leaders; of those of the agency that the
    leaders are ``busy``, or nothing; of what is restricted nothing.
    """
    found = []
    for row in rows:
        if row.visibility == _Visibility.PUBLIC:
            text = row.public_text or row.title
            found.append(replace(row, title=text, people=[], attendees="", prepared_by="", car="", note="", reason=""))
        elif busy and row.visibility == _Visibility.AGENCY and not row.gone:
            found.append(replace(_busy(row), mark="", reason=""))
    return found


def _busy(row: Row) -> Row:
    return replace(row, title=_("Bận"), place="", people=[], attendees="", prepared_by="", car="", note="", reason="")


@dataclass(frozen=True)
class Day:
    """A day of the table."""

    day: dt.date
    rows: list[Row]


def by_day(rows: Sequence[Row], monday: dt.date) -> list[Day]:
    """Monday to Friday always, Saturday and Sunday where there is something."""
    dates = [monday + dt.timedelta(days=n) for n in range(7)]
    found = [Day(day, [row for row in rows if row.day == day]) for day in dates]
    return [one for n, one in enumerate(found) if n < WORKING_DAYS or one.rows]


@dataclass(frozen=True)
class Changed:
    """A row that another set of rows has differently: ``before`` is None for a new one, ``after`` for one that is gone."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def kind(self) -> str:
        """One of ``ScheduleChange.Kind``."""
        if self.before is None:
            return _Kind.ADDED
        return _Kind.POSTPONED if self.after is None or (self.after.gone and not self.before.gone) else _Kind.CHANGED

    @property
    def label(self) -> str:
        """In words."""
        return str(_Kind(self.kind).label)


def changes(before: Iterable[Row], after: Iterable[Row]) -> list[Changed]:
    """What ``after`` has differently, by time."""
    old, new = {row.key: row for row in before}, {row.key: row for row in after}
    found = [Changed(old.get(key), row) for key, row in new.items() if key not in old or not row.same_as(old[key])]
    found += [Changed(row, None) for key, row in old.items() if key not in new]
    return sorted(found, key=lambda one: (one.row.starts_at, one.row.key))
