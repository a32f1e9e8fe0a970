"""Today, the week, and the page of the design system."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from eoffice.dashboard.specimens import SpecimenForm


@login_required
def today(request: HttpRequest) -> HttpResponse:
    """What the person has to do, first page after sign-in."""
    return render(request, "dashboard/today.html")


def design(request: HttpRequest) -> HttpResponse:
    """Every component of the design system on one page; for developers only."""
    if not (settings.DEBUG or settings.DESIGN_PAGE):
        raise Http404
    form = SpecimenForm(request.POST or None)
    return render(request, "dashboard/design.html", {"form": form}, status=422 if form.errors else 200)
