"""Whose time: the week of a unit's leaders and of units' sites, and when people are free together."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from eoffice.dashboard import site_load
from eoffice.dashboard.finding import FindForm, LeadersForm, search
from eoffice.dashboard.leader_week import timeline, usual_unit
from eoffice.dashboard.week import monday_of
from eoffice.organisation.acting import ActingRequest, required
from eoffice.organisation.models import Unit

SITES_SHOWN = 150


@login_required
def leaders(request: ActingRequest) -> HttpResponse:
    """The week of the leaders of ``?unit=3``, or of those whom the person works for."""
    chosen = request.GET.get("unit", "")
    if chosen:
        unit = get_object_or_404(Unit, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0)
    else:
        unit = usual_unit(required(request.acting))
    monday = monday_of(request.GET.get("day", ""), timezone.localdate())
    context = {"timeline": timeline(unit, monday, request.user), "form": LeadersForm(initial={"unit": unit.pk})}
    return render(request, "dashboard/leader_week.html", context)


@login_required
def sites(request: ActingRequest) -> HttpResponse:
    """The week of units' sites, narrowed by ``site_load.LoadForm``."""
    monday = monday_of(request.GET.get("day", ""), timezone.localdate())
    form = site_load.LoadForm(request.GET)
    chosen = form.chosen()
    load = site_load.load(request.user, monday, chosen)
    page = Paginator(load.units, SITES_SHOWN).get_page(request.GET.get("page"))
    context = {
        "load": load,
        "form": form,
        "narrowed": any(chosen.values()),
        "page": page,
        "rows": load.rows(page),
        **_weeks(monday),
    }
    return render(request, "dashboard/site_load.html", context)


@login_required
def site(request: ActingRequest, pk: int) -> HttpResponse:
    """The meetings of one week that the site of a unit is in."""
    unit = get_object_or_404(Unit, pk=pk)
    monday = monday_of(request.GET.get("day", ""), timezone.localdate())
    days = site_load.week_of(request.user, unit, monday)
    context = {"unit": unit, "days": days, "empty": not any(uses for _day, uses in days), **_weeks(monday)}
    return render(request, "dashboard/site_week.html", context)


def _weeks(monday: dt.date) -> dict[str, dt.date]:
    return {
        "first": monday,
        "last": monday + dt.timedelta(days=6),
        "previous": monday - dt.timedelta(days=7),
        "next": monday + dt.timedelta(days=7),
    }


@login_required
def find_time(request: ActingRequest) -> HttpResponse:
    """The form; with ``?minutes=…`` what it finds as well."""
    asked = "minutes" in request.GET
    form = FindForm(request.GET) if asked else FindForm(initial=FindForm.starting())
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        data = form.cleaned_data
        people = [("people", one.pk) for one in data["people"]]
        invited = urlencode([*people, *(("units", one.pk) for one in data["units"])])
        context |= {"found": search(data), "invited": invited}
    return render(request, "dashboard/find_time.html", context, status=422 if asked and form.errors else 200)
