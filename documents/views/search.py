"""Searching papers by what they say."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.forms import SearchForm
from documents.search import finding
from eoffice.organisation.acting import ActingRequest


@require_safe
@login_required
def paper_search(request: ActingRequest) -> HttpResponse:
    """Papers in whose title or on whose pages ``q`` stands; nonsense in the filters is ignored."""
    form = SearchForm(request.GET)
    typed = form.words()
    found = finding.find(request.user, typed, form.filters(), request.GET.get("page")) if typed else None
    return render(request, "documents/search.html", {"form": form, "typed": typed, "found": found})
