"""The page of the economy of meetings: a period, by who called them and by month; the list behind each figure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.http import number_of
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of
from eoffice.workflow import periods
from meetings.economy import freezing
from meetings.economy.figures import (
    BY_MEETING,
    BY_MONTH,
    BY_ORGANISER,
    COUNTED,
    HELD,
    Sums,
    reaches_communes,
    tally,
    total,
    within,
)
from meetings.models import Meeting, TypeBaseline

SCOPES = {"units": _("Do đơn vị tôi phụ trách tổ chức"), "mine": _("Tôi được biết")}
CITY = (Unit.Level.CITY,)
BELOW = (Unit.Level.DEPARTMENT, Unit.Level.DISTRICT)
TREND_MONTHS = 12
LIST_LIMIT = 500

_HELD, _WIDE = Q(state__in=HELD), Q(state__in=HELD, wide_scope=True)
LISTS: dict[str, tuple[object, Q]] = {
    "held": (_("Đã họp"), _HELD),
    "cancelled": (_("Đã hủy"), Q(state=Meeting.State.CANCELLED)),
    "postponed": (_("Đã hoãn"), Q(state=Meeting.State.POSTPONED)),
    "wide": (_("Họp diện rộng đến cấp xã"), _WIDE),
    "wide-online": (_("Họp diện rộng đến cấp xã, trực tuyến"), _WIDE & Q(form=Meeting.Form.ONLINE)),
    "wide-hybrid": (_("Họp diện rộng đến cấp xã, kết hợp trực tuyến"), _WIDE & Q(form=Meeting.Form.HYBRID)),
    "wide-in-person": (_("Họp diện rộng đến cấp xã, trực tiếp"), _WIDE & Q(form=Meeting.Form.IN_PERSON)),
}
LEVELS = {
    "": (_("mọi cấp"), Q()),
    "city": (_("thành phố tổ chức"), Q(organiser__level__in=CITY)),
    "below": (_("sở, ngành, cấp huyện tổ chức"), Q(organiser__level__in=BELOW)),
}


@dataclass(frozen=True)
class Filters:
    """What is counted: meetings that begin within ``period``."""

    scope: str
    period: periods.Period
    unit: int | None = None

    def query(self, **more: object) -> str:
        """As the address says it."""
        words: dict[str, object] = {"scope": self.scope, "period": self.period.code, "unit": self.unit, **more}
        return urlencode({name: value for name, value in words.items() if value})


@dataclass(frozen=True)
class Row:
    """What one unit called."""

    unit: Unit
    sums: Sums
    query: str


@dataclass(frozen=True)
class Month:
    """One month of the trend. ``frozen``: as it was reported, once it was."""

    period: periods.Period
    sums: Sums
    query: str
    frozen: freezing.Frozen | None

    @property
    def corrected(self) -> bool:
        """Today's figures differ from those that were reported."""
        return self.frozen is not None and self.frozen.sums != self.sums


@dataclass(frozen=True)
class Report:
    """Everything on the page."""

    filters: Filters
    units_known: bool
    """The person has authority over units, so both scopes are offered."""
    unit: Unit | None
    total: Sums
    city: Sums
    below: Sums
    rows: list[Row]
    months: list[Month]
    baselines: list[TypeBaseline]


@dataclass(frozen=True)
class Line:
    """One meeting behind a figure. ``meeting`` is None where its subject is not for the viewer."""

    organiser: str
    day: dt.date
    meeting: Meeting | None
    form: str
    state: str
    sums: Sums


def filters_of(user: User, asked: Mapping[str, str], today: dt.date) -> Filters:
    """As the address asks; this month, and what the person's units called, otherwise."""
    has_units = bool(standing_of(user).authority)
    scope = asked.get("scope", "")
    if scope not in SCOPES or (scope == "units" and not has_units):
        scope = "units" if has_units else "mine"
    period = periods.read(asked.get("period", "")) or periods.month_of(today)
    return Filters(scope, period, number_of(asked.get("unit", "")))


def report_of(user: User, filters: Filters) -> Report:
    """The figures of ``filters``; a fixed number of queries."""
    meetings = in_scope(user, filters)
    by_organiser = tally(within(meetings, filters.period), BY_ORGANISER)
    units = Unit.objects.in_bulk(list(by_organiser))
    rows = [Row(units[pk], sums, filters.query(unit=pk)) for pk, sums in by_organiser.items()]
    return Report(
        filters=filters,
        units_known=bool(standing_of(user).authority),
        unit=Unit.objects.filter(pk=filters.unit).first() if filters.unit else None,
        total=total(by_organiser.values()),
        city=total(row.sums for row in rows if row.unit.level in CITY),
        below=total(row.sums for row in rows if row.unit.level in BELOW),
        rows=sorted(rows, key=lambda row: row.unit.path),
        months=_trend(user, filters, meetings),
        baselines=list(TypeBaseline.objects.select_related("type").order_by("type__order", "type__name")),
    )


def in_scope(user: User, filters: Filters) -> "QuerySet[Meeting]":
    """Meetings that are counted for ``user``, of all times: issued ones that were held or called off."""
    meetings = Meeting.objects.filter(COUNTED)
    if filters.unit:
        meetings = meetings.filter(organiser=filters.unit)
    if filters.scope == "units":
        return meetings.filter(organiser__in=_units(user).values("pk"))
    return meetings.filter(pk__in=Meeting.objects.visible_to(user).order_by().values("pk"))


def _units(user: User) -> "QuerySet[Unit]":
    return Unit.objects.under_authority_of(user).order_by()


def _trend(user: User, filters: Filters, meetings: "QuerySet[Meeting]") -> list[Month]:
    months = periods.last_months(filters.period.last, TREND_MONTHS)
    span = replace(filters.period, first=months[0].first, end=months[-1].end)
    found = tally(within(meetings, span), BY_MONTH)
    by_month = {timezone.localtime(at).date(): sums for at, sums in found.items()}
    frozen: dict[dt.date, freezing.Frozen] = {}
    if filters.scope == "units":
        asked = [filters.unit] if filters.unit else None
        frozen = freezing.reported(_units(user), [month.first for month in months], only=asked)
    return [
        Month(
            period=month,
            sums=by_month.get(month.first, Sums()),
            query=filters.query(period=month.code),
            frozen=frozen.get(month.first),
        )
        for month in months
    ]


def lines_of(user: User, filters: Filters, which: str, level: str) -> list[Line]:
    """The meetings that a figure counts, latest first; their sums are the figure's, meeting by meeting.

    A head answers for how many meetings the units below call, not for what they are about: of those that
    ``Meeting.objects.visible_to`` leaves out, organiser and day alone are said.
    """
    found = _listed(user, filters, which, level).select_related("organiser").order_by("-starts_at", "-pk")
    meetings = list(found[:LIST_LIMIT])
    keys = [meeting.pk for meeting in meetings]
    sums = tally(Meeting.objects.filter(pk__in=keys), BY_MEETING)
    known = set(Meeting.objects.visible_to(user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    return [
        Line(
            organiser=meeting.organiser.name,
            day=timezone.localdate(meeting.starts_at),
            meeting=meeting if meeting.pk in known else None,
            form=str(meeting.get_form_display()),
            state=str(meeting.get_state_display()),
            sums=sums.get(meeting.pk, Sums()),
        )
        for meeting in meetings
    ]


def count_of(user: User, filters: Filters, which: str, level: str) -> int:
    """How many a list has in all."""
    return _listed(user, filters, which, level).count()


def _listed(user: User, filters: Filters, which: str, level: str) -> "QuerySet[Meeting]":
    counted = within(in_scope(user, filters), filters.period).annotate(wide_scope=reaches_communes())
    return counted.filter(LISTS[which][1], LEVELS[level][1])
