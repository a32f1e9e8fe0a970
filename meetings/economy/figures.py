"""Sums over meetings that add up: by who called them, by month, or meeting by meeting, always by the same queries.

The formulas are those of docs/domain/meeting-economy.md and stand beside the figures on the page. A sum that cannot be computed
is left out and said to be: no estimate, and no saving without a declared baseline.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least, TruncMonth

from eoffice.organisation.models import Unit
from eoffice.workflow.periods import Period, midnight
from meetings.models import Attendee, CheckIn, Connection, Meeting, MeetingSite
from meetings.paper_saved import readings

K = TypeVar("K")
Rows = Iterable[Mapping[str, Any]]
"""A row per group: its ``key``, and its sums by name."""

HELD = (Meeting.State.ENDED, Meeting.State.CONCLUDED)
COUNTED = Q(state__in=HELD) | Q(state__in=[Meeting.State.CANCELLED, Meeting.State.POSTPONED], issued_at__isnull=False)
"""Held, or called off after people had been invited."""
ONLINE = (Meeting.Form.ONLINE, Meeting.Form.HYBRID)


@dataclass(frozen=True)
class Sums:
    """What meetings amount to. Times are in minutes, distances in km."""

    held: int = 0
    cancelled: int = 0
    postponed: int = 0
    wide: int = 0
    """Held, and down to the communes."""
    wide_online: int = 0
    wide_hybrid: int = 0
    timed: int = 0
    """Held, with the moments of opening and end."""
    planned: int = 0
    actual: int = 0
    compared: int = 0
    """Timed, of a type with a baseline."""
    baseline: int = 0
    compared_actual: int = 0
    invited: int = 0
    present: int = 0
    person_minutes: int = 0
    sites: int = 0
    sites_missing: int = 0
    copies: int = 0
    pages: int = 0
    travelled_sites: int = 0
    """Sites whose people stayed where they are, and how far that is is known."""
    km: int = 0
    unknown_sites: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Sums)})

    @property
    def wide_share(self) -> float | None:
        """Percent of the wide meetings that were held online or partly so (S1, S2)."""
        return _share(self.wide_online + self.wide_hybrid, self.wide)

    @property
    def saved_of_plan(self) -> float | None:
        """Percent of the planned time that was not needed; below zero when meetings took longer."""
        return _share(self.planned - self.actual, self.planned)

    @property
    def saved_of_baseline(self) -> float | None:
        """Percent less than meetings of these types used to take."""
        return _share(self.baseline - self.compared_actual, self.baseline)

    @property
    def present_share(self) -> float | None:
        """Percent of the invited who checked in."""
        return _share(self.present, self.invited)

    @property
    def person_hours(self) -> int:
        return round(self.person_minutes / 60)


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


@dataclass(frozen=True)
class Key(Generic[K]):
    """By what the sums are grouped: ``of`` gives the expression, from where a row leads to its meeting."""

    of: Callable[[str], "F | Combinable"]


BY_ORGANISER: Key[int] = Key(lambda prefix: F(f"{prefix}organiser"))
BY_MEETING: Key[int] = Key(lambda prefix: F(f"{prefix}pk"))
BY_MONTH: Key[dt.datetime] = Key(lambda prefix: TruncMonth(f"{prefix}starts_at"))


def reaches_communes() -> Exists:
    """Of meetings: a unit of the lowest level was invited, as the invitation was expanded when it was issued."""
    return Exists(MeetingSite.objects.filter(meeting=OuterRef("pk"), unit__level=Unit.Level.COMMUNE).order_by())


def within(meetings: "QuerySet[Meeting]", period: Period) -> "QuerySet[Meeting]":
    """Those of ``meetings`` whose day in the invitation lies in ``period``."""
    return meetings.filter(starts_at__gte=midnight(period.first), starts_at__lt=midnight(period.end))


def tally(meetings: "QuerySet[Meeting]", key: Key[K]) -> "dict[K, Sums]":
    """Sums of those of ``meetings`` that were held or called off, by ``key``. Five queries."""
    counted = meetings.filter(COUNTED).order_by()
    held = counted.filter(state__in=HELD)
    found: dict[K, dict[str, int]] = {}
    for rows in (
        _by_meeting(counted, key),
        _by_attendee(held, key),
        _by_stay(held, key),
        _by_site(held, key),
        _by_copy(held, key),
    ):
        for row in rows:
            numbers = {name: _number(value) for name, value in row.items() if name != "key"}
            found.setdefault(row["key"], {}).update(numbers)
    return {name: Sums(**numbers) for name, numbers in found.items()}


def total(sums: Iterable[Sums]) -> Sums:
    """All of them together."""
    return sum(sums, Sums())


def _number(value: object) -> int:
    """Minutes of a duration, the number itself, 0 of nothing."""
    if isinstance(value, dt.timedelta):
        return round(value.total_seconds() / 60)
    return value if isinstance(value, int) else 0


def _length(start: F, end: F) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(end - start, output_field=DurationField())


def _by_meeting(meetings: "QuerySet[Meeting]", key: Key[Any]) -> Rows:
    held = Q(state__in=HELD)
    wide = held & Q(wide_scope=True)
    timed = held & Q(opened_at__isnull=False, ended_at__isnull=False)
    compared = timed & Q(type__baseline__isnull=False)
    actual = _length(F("opened_at"), F("ended_at"))
    return (
        meetings.annotate(wide_scope=reaches_communes(), key=key.of(""))
        .values("key")
        .annotate(
            held=Count("pk", filter=held),
            cancelled=Count("pk", filter=Q(state=Meeting.State.CANCELLED)),
            postponed=Count("pk", filter=Q(state=Meeting.State.POSTPONED)),
            wide=Count("pk", filter=wide),
            wide_online=Count("pk", filter=wide & Q(form=Meeting.Form.ONLINE)),
            wide_hybrid=Count("pk", filter=wide & Q(form=Meeting.Form.HYBRID)),
            timed=Count("pk", filter=timed),
            planned=Sum(_length(F("starts_at"), F("ends_at")), filter=timed),
            actual=Sum(actual, filter=timed),
            compared=Count("pk", filter=compared),
            baseline=Sum("type__baseline__minutes", filter=compared),
            compared_actual=Sum(actual, filter=compared),
        )
    )


def _by_attendee(held: "QuerySet[Meeting]", key: Key[Any]) -> Rows:
    stayed = Exists(CheckIn.objects.filter(attendee=OuterRef("pk")).order_by())
    attendees = Attendee.objects.filter(meeting__in=held.values("pk"), substitute__isnull=True).order_by()
    grouped = attendees.annotate(came=stayed, key=key.of("meeting__")).values("key")
    return grouped.annotate(invited=Count("pk"), present=Count("pk", filter=Q(came=True)))


def _by_stay(held: "QuerySet[Meeting]", key: Key[Any]) -> Rows:
    """Time of people: each stay, as far as it lies between opening and end."""
    meeting = "attendee__meeting__"
    start = Greatest("at", f"{meeting}opened_at")
    end = Least(Coalesce("left_at", f"{meeting}ended_at"), f"{meeting}ended_at")
    stays = CheckIn.objects.filter(attendee__meeting__in=held.values("pk")).order_by()
    timed = stays.filter(attendee__meeting__opened_at__isnull=False, attendee__meeting__ended_at__isnull=False)
    sat = timed.annotate(start=start, end=end, key=key.of(meeting)).filter(end__gt=F("start"))
    return sat.values("key").annotate(person_minutes=Sum(_length(F("start"), F("end"))))


def _by_site(held: "QuerySet[Meeting]", key: Key[Any]) -> Rows:
    """Branch sites of meetings held online: who was missing, and how far the others did not travel, there and back."""
    entered = Exists(Connection.objects.filter(site=OuterRef("pk")).order_by())
    checked_in = Exists(CheckIn.objects.filter(attendee__site=OuterRef("pk")).order_by())
    online = held.filter(form__in=ONLINE).values("pk")
    sites = MeetingSite.objects.filter(meeting__in=online, kind=MeetingSite.Kind.BRANCH).order_by()
    grouped = sites.annotate(entered=entered, checked_in=checked_in, key=key.of("meeting__")).values("key")
    absent = Q(entered=False, checked_in=False) & (Q(headcount__isnull=True) | Q(headcount=0))
    known = Q(entered=True, unit__distance__isnull=False)
    return grouped.annotate(
        sites=Count("pk"),
        sites_missing=Count("pk", filter=absent),
        travelled_sites=Count("pk", filter=known),
        km=Sum(2 * F("unit__distance__km"), filter=known),
        unknown_sites=Count("pk", filter=Q(entered=True, unit__distance__isnull=True)),
    )


def _by_copy(held: "QuerySet[Meeting]", key: Key[Any]) -> Rows:
    copies = readings(held).order_by().annotate(key=key.of("version__paper__tablings__item__meeting__"))
    return copies.values("key").annotate(copies=Count("pk"), pages=Sum("version__page_count"))
