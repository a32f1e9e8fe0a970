"""Today, the week, and the page of the design system."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from documents.circulation.drafts import DIRECTIVE
from eoffice.accounts.names import folded
from eoffice.dashboard.agenda import today_of
from eoffice.dashboard.leaders import desks_of
from eoffice.dashboard.specimens import CITIZENS, SpecimenForm
from eoffice.dashboard.week import MODES, day_of, schedule_of
from eoffice.organisation.acting import ActingRequest


@login_required
def today(request: ActingRequest) -> HttpResponse:
    """What the person has to do, first page after sign-in; only its sections when htmx asks."""
    template = "dashboard/_today.html" if request.headers.get("HX-Request") else "dashboard/today.html"
    return render(request, template, {"today": today_of(request.user, timezone.now())})


@login_required
def schedule(request: ActingRequest) -> HttpResponse:
    """The week (``?view=day``, ``month``: the day, the month) that holds the day ``?day=2026-11-23``; today's without it."""
    now = timezone.now()
    day = day_of(request.GET.get("day", ""), timezone.localdate(now))
    mode = request.GET.get("view", "week")
    week = schedule_of(request.user, mode if mode in MODES else "week", day, now)
    return render(request, "dashboard/schedule.html", {"week": week})


@login_required
def leaders_desk(request: ActingRequest) -> HttpResponse:
    """What lies before the leaders whom the person helps."""
    context = {"desks": desks_of(request.user), "directive": DIRECTIVE}
    return render(request, "dashboard/leaders.html", context)


@login_not_required
@login_not_required
def design(request: HttpRequest) -> HttpResponse:
    """Every component of the design system on one page; for developers only."""
    _only_for_developers()
    form = SpecimenForm(request.POST if request.method == "POST" else None)
    return render(request, "dashboard/design.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@login_not_required
def design_people(request: HttpRequest) -> JsonResponse:
    """What the picker on /design/ finds."""
    _only_for_developers()
    wanted = folded(request.GET.get("q", ""))
    found = [one._asdict() for one in CITIZENS if wanted in folded(f"{one.text} {one.detail}")]
    return JsonResponse({"results": found})


def _only_for_developers() -> None:
    if not (settings.DEBUG or settings.DESIGN_PAGE):
        raise Http404
