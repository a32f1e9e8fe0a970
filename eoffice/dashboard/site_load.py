"""Which units' sites (điểm cầu) are in which meetings over a week, by half days, and which of them are wanted twice at once."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.dashboard.agenda import start_of
from eoffice.dashboard.half_days import Column, touch, week_from
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Unit, UnitGroup
from meetings.engagements import LONGEST
from meetings.models import Meeting, MeetingSite

TAKING = (Meeting.State.INVITED, Meeting.State.IN_SESSION, Meeting.State.ENDED, Meeting.State.CONCLUDED)


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
class Meant:
    """A meeting of the week, and how many of the sites that are shown are in it."""

    use: Use
    sites: int
    clashing: int


@dataclass(frozen=True)
class Load:
    """The week."""

    days: list[Column]
    units: list[tuple[int, str]]
    """Those that are in a meeting, in the order of the tree."""
    halves: dict[int, list[Half]]
    totals: list[Half]
    meetings: list[Meant]

    def rows(self, units: Iterable[tuple[int, str]]) -> list[tuple[int, str, list[Half]]]:
        """Those of ``units``."""
        return [(pk, name, self.halves[pk]) for pk, name in units]


Times = dict[int, tuple[dt.datetime, dt.datetime]]
"""From when to when each meeting (id) is."""


@dataclass(frozen=True)
class One:
    """What a site's meetings make of its week."""

    halves: list[Half]
    clashing: frozenset[int]
    """Those of its meetings (ids) that overlap another one."""


def load(viewer: User, monday: dt.date, chosen: dict[str, Any]) -> Load:
    """The week from ``monday`` of the sites ``chosen`` (``LoadForm``), without days off on which nothing is. A fixed number of
    queries, however many units.
    """
    sites = _sites(monday)
    if chosen.get("group"):
        sites = sites.filter(unit__in=units_of(chosen["group"], monday).order_by().values("pk"))
    if chosen.get("level"):
        sites = sites.filter(unit__level=chosen["level"])
    of_units: dict[int, list[int]] = defaultdict(list)
    for unit, meeting in sites.order_by("meeting").values_list("unit", "meeting"):
        of_units[unit].append(meeting)
    times = _times({meeting for meetings in of_units.values() for meeting in meetings})
    days = [day for day in week_from(monday) if not day.is_off or _is_taken(day, times)]
    made: dict[tuple[int, ...], One] = {}
    ones: dict[int, One] = {}
    for unit, meetings in of_units.items():
        key = tuple(meetings)  # most units are in the same meetings of the whole city
        if key not in made:
            made[key] = _one(days, meetings, times)
        if made[key].clashing or not chosen.get("clashing"):
            ones[unit] = made[key]
    named = Unit.objects.filter(pk__in=sites.values("unit")).order_by("path").values_list("pk", "name")
    return Load(
        days=days,
        units=[(pk, name) for pk, name in named if pk in ones],
        halves={unit: one.halves for unit, one in ones.items()},
        totals=_totals(days, list(ones.values())),
        meetings=_meetings(viewer, {unit: of_units[unit] for unit in ones}, ones),
    )


def week_of(viewer: User, unit: Unit, monday: dt.date) -> list[tuple[Column, list[Use]]]:
    """The days from ``monday``, each with the meetings that the site of ``unit`` is in. Six queries."""
    sites = _sites(monday).filter(unit=unit).values_list("meeting", "kind", "room")
    kinds = {pk: (str(MeetingSite.Kind(kind).label), room) for pk, kind, room in sites}
    uses = _uses(viewer, kinds, _clashing(list(kinds), _times(set(kinds))))
    found = []
    for day in week_from(monday):
        whole = (day.morning[0], day.afternoon[1])
        found.append((day, [use for use in uses if touch(whole, use.starts_at, use.ends_at)]))
    return found


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


def _times(meetings: set[int]) -> Times:
    rows = Meeting.objects.filter(pk__in=meetings).order_by().values_list("pk", "starts_at", "ends_at")
    return {pk: (start, end) for pk, start, end in rows}


def _is_taken(day: Column, times: Times) -> bool:
    return any(touch(half, *span) for span in times.values() for half in (day.morning, day.afternoon))


def _one(days: list[Column], meetings: list[int], times: Times) -> One:
    clashing = _clashing(meetings, times)
    halves = []
    for day in days:
        for is_morning, span in ((True, day.morning), (False, day.afternoon)):
            here = [one for one in meetings if touch(span, *times[one])]
            twice = not clashing.isdisjoint(here) and bool(_clashing(here, times))
            halves.append(Half(day.date, is_morning, day.is_off, len(here), int(twice)))
    return One(halves, clashing)


def _clashing(meetings: list[int], times: Times) -> frozenset[int]:
    """Of ``meetings`` of one site, those that overlap another one."""
    found: set[int] = set()
    latest: int | None = None
    for one in sorted(meetings, key=lambda each: times[each]):
        if latest is not None and times[one][0] < times[latest][1]:
            found |= {latest, one}
        if latest is None or times[one][1] > times[latest][1]:
            latest = one
    return frozenset(found)


def _totals(days: list[Column], ones: list[One]) -> list[Half]:
    """How many sites are taken in each half day, and how many of them twice."""
    totals = []
    for number in range(2 * len(days)):
        day = days[number // 2]
        cells = [one.halves[number] for one in ones]
        twice = sum(cell.clashes for cell in cells)
        totals.append(Half(day.date, number % 2 == 0, day.is_off, sum(cell.count > 0 for cell in cells), twice))
    return totals


def _meetings(viewer: User, of_units: dict[int, list[int]], ones: dict[int, One]) -> list[Meant]:
    """The meetings that the sites are in, with how many of them."""
    sites = Counter(meeting for meetings in of_units.values() for meeting in meetings)
    twice = Counter(meeting for one in ones.values() for meeting in one.clashing)
    uses = _uses(viewer, dict.fromkeys(sites, ("", "")), frozenset(twice))
    return [Meant(use, sites[use.meeting], twice[use.meeting]) for use in uses]


def _uses(viewer: User, meetings: dict[int, tuple[str, str]], clashing: frozenset[int]) -> list[Use]:
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
