"""How much paper the meetings of a year saved."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eoffice.organisation.acting import ActingRequest
from meetings import paper_saved


@require_safe
@login_required
def year(request: ActingRequest) -> HttpResponse:
    """By meeting and by agency, with the formula."""
    return render(request, "meetings/paper_saved.html", {"saved": paper_saved.of_year(request.user, request.GET)})
