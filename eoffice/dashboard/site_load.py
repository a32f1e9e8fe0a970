"""Which units' sites (điểm cầu) are in which meetings over a week, by half days, and which of them are wanted twice at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.calendar.open_hours import is_working
from eoffice.dashboard.agenda import start_of
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Unit, UnitGroup
from eoffice.worktime.deadlines import calendar_from
from eoffice.worktime.lunar import LunarDate, lunar_date
from eoffice.worktime.models import CalendarDay
from meetings.engagements import LONGEST
from meetings.models import Meeting, MeetingSite

NOON = dt.time(12)
TAKING = (Meeting.State.INVITED, Meeting.State.IN_SESSION, Meeting.State.ENDED, Meeting.State.CONCLUDED)
TIMES = ("meeting__starts_at", "meeting__ends_at")


class LoadForm(forms.Form):
    """Whose sites are shown."""

    group = forms.ModelChoiceField(
        UnitGroup.objects.all(), label=_("Nhóm đơn vị"), required=False, empty_label=_("Tất cả")
    )
    level = forms.ChoiceField(label=_("Cấp"), choices=[("", _("Tất cả")), *Unit.Level.choices], required=False)
    clashing = forms.BooleanField(label=_("Chỉ điểm cầu trùng giờ"), required=False)

    def chosen(self) -> dict[str, Any]:
        """The filters that make sense; what does not is left out."""
        self.is_valid()
        return self.cleaned_data


@dataclass(frozen=True)
class Use:
    """The site of one unit in one meeting. ``title`` and ``url`` are "" where the viewer may not know the meeting."""

    meeting: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    url: str
    organiser: str
    kind: str = ""
    room: str = ""
    clashes: bool = False
    """The same site is in another meeting at that time."""


@dataclass(frozen=True)
class Half:
    """A morning or afternoon: of one unit in how many meetings its site is, and whether some of them overlap; of all units how many
    sites are taken, and how many of them twice.
    """

    day: dt.date
    is_morning: bool
    is_off: bool
    count: int
    clashes: int


@dataclass(frozen=True)
class Day:
    """A day of the week."""

    date: dt.date
    lunar: LunarDate
    is_today: bool
    is_off: bool
    special: CalendarDay | None
    uses: list[Use] = field(default_factory=list)
    """Of the page of one unit."""


@dataclass(frozen=True)
class Meant:
    """A meeting of the week, and how many of the sites that are shown are in it."""

    use: Use
    sites: int
    clashing: int


@dataclass(frozen=True)
class Load:
    """The week."""

    days: list[Day]
    units: list[tuple[int, str]]
    """Those that are in a meeting, in the order of the tree."""
    halves: dict[int, list[Half]]
    totals: list[Half]
    meetings: list[Meant]

    def rows(self, units: Iterable[tuple[int, str]]) -> list[tuple[int, str, list[Half]]]:
        """Those of ``units``."""
        return [(pk, name, self.halves[pk]) for pk, name in units]


Taken = tuple[int, int, dt.datetime, dt.datetime]
"""Unit, meeting, from, until."""


def load(viewer: User, monday: dt.date, chosen: dict[str, Any]) -> Load:
    """The week from ``monday`` of the sites ``chosen`` (``LoadForm``), without days off on which nothing is. A fixed number of
    queries, however many units.
    """
    days = _days(monday)
    sites = _sites(monday)
    if chosen.get("group"):
        sites = sites.filter(unit__in=units_of(chosen["group"], monday).order_by().values("pk"))
    if chosen.get("level"):
        sites = sites.filter(unit__level=chosen["level"])
    taken = list(sites.values_list("unit", "meeting", *TIMES))
    of_units: dict[int, list[Taken]] = defaultdict(list)
    for one in taken:
        of_units[one[0]].append(one)
    clashing = {one for rows in of_units.values() for one in _clashing(rows)}
    if chosen.get("clashing"):
        wanted = {unit for unit, *_rest in clashing}
        of_units = {unit: rows for unit, rows in of_units.items() if unit in wanted}
    days = [day for day in days if not day.is_off or _touches(day.date, taken)]
    named = Unit.objects.filter(pk__in=sites.values("unit")).order_by("path").values_list("pk", "name")
    halves = {unit: _halves(days, rows, clashing) for unit, rows in of_units.items()}
    return Load(
        days=days,
        units=[(pk, name) for pk, name in named if pk in halves],
        halves=halves,
        totals=_totals(days, halves),
        meetings=_meetings(viewer, [one for rows in of_units.values() for one in rows], clashing),
    )


def week_of(viewer: User, unit: Unit, monday: dt.date) -> list[Day]:
    """The days from ``monday``, each with the meetings that the site of ``unit`` is in. Five queries."""
    days, kinds, times = _days(monday), {}, []
    sites = _sites(monday).filter(unit=unit)
    for meeting, start, end, kind, room in sites.values_list("meeting", *TIMES, "kind", "room"):
        times.append((unit.pk, meeting, start, end))
        kinds[meeting] = (str(MeetingSite.Kind(kind).label), room)
    clashing = {meeting for _unit, meeting, *_times in _clashing(times)}
    for use in _uses(viewer, kinds, clashing):
        for day in days:
            if use.starts_at < start_of(day.date + dt.timedelta(days=1)) and use.ends_at > start_of(day.date):
                day.uses.append(use)
    return days


def _touches(date: dt.date, taken: list[Taken]) -> bool:
    start, end = start_of(date), start_of(date + dt.timedelta(days=1))
    return any(one[2] < end and one[3] > start for one in taken)


def _days(monday: dt.date) -> list[Day]:
    today, calendar = timezone.localdate(), calendar_from(monday, 6)
    dates = [monday + dt.timedelta(days=offset) for offset in range(7)]
    return [
        Day(date, lunar_date(date), date == today, not is_working(date, calendar), calendar.days.get(date))
        for date in dates
    ]


def _sites(monday: dt.date) -> "QuerySet[MeetingSite]":
    """Units' sites in issued meetings that touch the week; meetings in person have none."""
    start, end = start_of(monday), start_of(monday + dt.timedelta(days=7))
    touching = MeetingSite.objects.filter(
        person__isnull=True,
        meeting__starts_at__lt=end,
        meeting__starts_at__gt=start - LONGEST,
        meeting__ends_at__gt=start,
        meeting__state__in=TAKING,
    )
    return touching.exclude(meeting__form=Meeting.Form.IN_PERSON).order_by()


def _clashing(rows: list[Taken]) -> set[Taken]:
    """Of what one site is taken for, what overlaps something else."""
    found: set[Taken] = set()
    ordered = sorted(rows, key=lambda one: (one[2], one[3], one[1]))
    latest = ordered[0] if ordered else None
    for one in ordered[1:]:
        if latest and one[2] < latest[3]:
            found |= {latest, one}
        if latest is None or one[3] > latest[3]:
            latest = one
    return found


def _halves(days: list[Day], rows: list[Taken], clashing: set[Taken]) -> list[Half]:
    found = []
    for day in days:
        for is_morning, start, end in _spans(day.date):
            here = [one for one in rows if one[2] < end and one[3] > start]
            twice = not clashing.isdisjoint(here) and bool(_clashing(here))
            found.append(Half(day.date, is_morning, day.is_off, len(here), int(twice)))
    return found


def _spans(date: dt.date) -> list[tuple[bool, dt.datetime, dt.datetime]]:
    noon = timezone.make_aware(dt.datetime.combine(date, NOON))
    return [(True, start_of(date), noon), (False, noon, start_of(date + dt.timedelta(days=1)))]


def _totals(days: list[Day], halves: dict[int, list[Half]]) -> list[Half]:
    """How many sites are taken in each half day, and how many of them twice."""
    totals = []
    for number in range(2 * len(days)):
        day = days[number // 2]
        cells = [each[number] for each in halves.values()]
        twice = sum(cell.clashes for cell in cells)
        totals.append(Half(day.date, number % 2 == 0, day.is_off, sum(cell.count > 0 for cell in cells), twice))
    return totals


def _meetings(viewer: User, taken: list[Taken], clashing: set[Taken]) -> list[Meant]:
    """The meetings that sites are ``taken`` for, with how many of them."""
    sites: dict[int, int] = defaultdict(int)
    twice: dict[int, int] = defaultdict(int)
    for one in taken:
        sites[one[1]] += 1
        twice[one[1]] += one in clashing
    uses = _uses(viewer, dict.fromkeys(sites, ("", "")), {meeting for meeting in twice if twice[meeting]})
    return [Meant(use, sites[use.meeting], twice[use.meeting]) for use in uses]


def _uses(viewer: User, meetings: dict[int, tuple[str, str]], clashing: set[int]) -> list[Use]:
    """Of meetings (id → kind of site, room), by time, as far as ``viewer`` may know them. Two queries."""
    rows = Meeting.objects.filter(pk__in=meetings).select_related("organiser").order_by("starts_at", "pk")
    known = set(Meeting.objects.visible_to(viewer).filter(pk__in=meetings).order_by().values_list("pk", flat=True))
    return [
        Use(
            meeting=one.pk,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            title=one.title if one.pk in known else "",
            url=reverse("meeting-detail", args=[one.pk]) if one.pk in known else "",
            organiser=one.organiser.short_name,
            kind=meetings[one.pk][0],
            room=meetings[one.pk][1],
            clashes=one.pk in clashing,
        )
        for one in rows
    ]
