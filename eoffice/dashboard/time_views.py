"""Whose time: the week of a unit's leaders, and when people are free together."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from eoffice.dashboard.finding import FindForm, LeadersForm, search
from eoffice.dashboard.leader_week import timeline, usual_unit
from eoffice.dashboard.week import monday_of
from eoffice.organisation.acting import ActingRequest, required
from eoffice.organisation.models import Unit


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
