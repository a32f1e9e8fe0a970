"""Paper saved (giấy tiết kiệm): pages × attendees who opened the paper, each of whom needed no printed copy.

The formula stands beside every figure. A person counts once for each paper of a meeting, with the pages of the latest
version they opened; who was not an attendee does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum
from django.utils import timezone

from documents.models import Reading
from eoffice.accounts.models import User
from eoffice.http import number_of
from meetings.models import Meeting, TabledPaper

COUNTED = (Meeting.State.IN_SESSION, Meeting.State.ENDED, Meeting.State.CONCLUDED)
"""Meetings that came to pass."""
_MEETING = "version__paper__tablings__item__meeting"
_AGENCY = "person__attendances__site__unit"


@dataclass(frozen=True)
class Line:
    """What one meeting, or one agency, saved: ``copies`` that were not printed, with ``pages`` in all."""

    name: str
    copies: int
    pages: int
    meeting: int | None = None


@dataclass(frozen=True)
class Saved:
    """A year as one person may know it; those who saved most come first."""

    year: int
    years: list[int]
    copies: int
    pages: int
    meetings: list[Line]
    agencies: list[Line]


def of_meeting(meeting: Meeting) -> Line:
    """What ``meeting`` saved so far. One query."""
    sums = _sums(readings(Meeting.objects.filter(pk=meeting.pk)))
    return Line(meeting.title, sums["copies"], sums["pages"] or 0, meeting.pk)


def of_year(user: User, filters: Mapping[str, str]) -> Saved:
    """The ``year`` asked for, else this one; of meetings that ``user`` may know of. Four queries."""
    held = Meeting.objects.visible_to(user).filter(state__in=COUNTED)
    this = timezone.localdate().year
    years = sorted({this, *(day.year for day in held.dates("starts_at", "year"))}, reverse=True)
    asked = number_of(filters.get("year", ""))
    year = asked if asked in years else this
    read = readings(held.filter(starts_at__year=year))
    sums = _sums(read)
    return Saved(
        year=year,
        years=years,
        copies=sums["copies"],
        pages=sums["pages"] or 0,
        meetings=[Line(name, copies, pages, pk) for pk, name, copies, pages in _by(read, _MEETING, "title")],
        agencies=[Line(name, copies, pages) for _pk, name, copies, pages in _by(read, _AGENCY, "name")],
    )


def _by(readings: "QuerySet[Reading]", place: str, name: str) -> "list[tuple[int, str, int, int]]":
    """Number and name of each ``place``, its copies and pages; the most pages first."""
    groups = readings.order_by().values_list(place, f"{place}__{name}")
    rows: list[tuple[int, str, int, int]] = list(groups.annotate(Count("pk"), pages=Sum("version__page_count")))
    return sorted(rows, key=lambda row: (-row[3], row[1]))


def readings(meetings: "QuerySet[Meeting]") -> "QuerySet[Reading]":
    """A row for each attendee and paper that stands for a copy."""
    newer = Reading.objects.filter(
        person=OuterRef("person"),
        version__paper=OuterRef("version__paper"),
        version__number__gt=OuterRef("version__number"),
    )
    tabled_before = TabledPaper.objects.filter(
        paper=OuterRef("version__paper"),
        item__meeting=OuterRef(_MEETING),
        pk__lt=OuterRef("version__paper__tablings"),
    )
    # In one call, so that all speak of the same tabling and the same attendance.
    return Reading.objects.filter(
        ~Exists(newer),
        ~Exists(tabled_before),
        **{f"{_MEETING}__in": meetings.order_by().values("pk")},
        person__attendances__meeting=F(_MEETING),
    )


def _sums(readings: "QuerySet[Reading]") -> dict[str, int]:
    return readings.aggregate(copies=Count("pk"), pages=Sum("version__page_count"))
