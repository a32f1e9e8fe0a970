"""The week for everybody, without signing in: a page, and the screen in the lobby."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice.accounts.models import User
from eoffice.calendar.models import WeekEdition, WeekSettings
from eoffice.calendar.permissions import week_rights
from eoffice.calendar.views.finding import monday_from
from eoffice.calendar.weeks import days, rows
from eoffice.calendar.weeks.rows import Row
from eoffice.organisation.models import Unit

TODAY_SHOWN, TOMORROW_SHOWN = 6, 5
"""So many rows are large enough to be read from five metres."""


@require_safe
@login_not_required
def public_week(request: HttpRequest, unit: int) -> HttpResponse:
    """What the agency makes public of the week that holds ``?day=``; of this week without it."""
    agency, settings = _agency(unit)
    today = timezone.localdate()
    monday = monday_from(request.GET.get("day") or today.isoformat())
    edition = _last(agency, monday)
    shown = rows.for_public(rows.kept(edition), busy=settings.busy_in_public) if edition else []
    context = {
        "unit": agency,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "number": monday.isocalendar().week,
        "previous": monday - dt.timedelta(days=7),
        "next": monday + dt.timedelta(days=7),
        "edition": edition,
        "days": rows.by_day(shown, monday),
        "shown": shown,
    }
    return render(request, "calendar/public_week.html", context)


@require_safe
@login_not_required
def week_screen(request: HttpRequest, unit: int) -> HttpResponse:
    """Today and tomorrow in large letters; it loads itself anew every minute. Who is signed in on it and belongs to the agency
    sees what the agency sees, everybody else what is public.
    """
    agency, settings = _agency(unit)
    now = timezone.now()
    today = timezone.localdate(now)
    shown = []
    for monday in sorted({days.monday_of(today), days.monday_of(today + dt.timedelta(days=1))}):
        if edition := _last(agency, monday):
            shown += _shown(request, agency, settings, rows.kept(edition))
    coming = [row for row in shown if row.day == today and row.ends_at > now]
    tomorrow = [row for row in shown if row.day == today + dt.timedelta(days=1)]
    context = {
        "unit": agency,
        "now": now,
        "today": today,
        "tomorrow": today + dt.timedelta(days=1),
        "coming": coming[:TODAY_SHOWN],
        "coming_more": max(0, len(coming) - TODAY_SHOWN),
        "next": tomorrow[:TOMORROW_SHOWN],
        "next_more": max(0, len(tomorrow) - TOMORROW_SHOWN),
    }
    return render(request, "calendar/week_screen.html", context)


def _shown(request: HttpRequest, agency: Unit, settings: WeekSettings, found: list[Row]) -> list[Row]:
    if isinstance(request.user, User) and week_rights(request.user, agency).reads:
        return rows.for_reader(found, request.user.pk, compiles=False)
    return rows.for_public(found, busy=settings.busy_in_public)


def _agency(pk: int) -> tuple[Unit, WeekSettings]:
    agency = get_object_or_404(Unit, pk=pk, agency__isnull=False)
    settings = days.settings_of(agency)
    if not settings.public:
        raise Http404
    return agency, settings


def _last(agency: Unit, monday: dt.date) -> WeekEdition | None:
    return WeekEdition.objects.filter(schedule__unit=agency, schedule__monday=monday).first()
