"""Parts of a conclusion that give tasks: marked, changed, taken away. What belongs to one conclusion changes in its place."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, required
from meetings import marking_tasks, suggestions
from meetings.conclusion_forms import MarkForm, task_shown
from meetings.models import Conclusion, ConclusionTask
from meetings.views.conclusions import fetch_conclusion, onto, shown_line

QUOTE_LIMIT = 4000


@require_http_methods(["GET", "POST"])
@login_required
def mark(request: ActingRequest, pk: int) -> HttpResponse:
    """The form of a task for the words ``quote``, filled in with what they say; and the task."""
    conclusion = fetch_conclusion(request, pk)
    naming = f"mark-of-{conclusion.pk}_%s"
    if request.method == "GET":
        quote = request.GET.get("quote", "")[:QUOTE_LIMIT]
        reading = suggestions.of_sentence(quote) if quote.strip() else None
        values = {**(suggestions.form_values(reading) if reading else {}), "quote": quote}
        form = MarkForm(initial={"due": "fixed", **values, "version": conclusion.version}, auto_id=naming)
        return _form(request, conclusion, form, reading=reading)
    form = MarkForm(request.POST, auto_id=naming)
    return _saved(request, conclusion, form, None)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: ActingRequest, pk: int) -> HttpResponse:
    """Plan the task of marked words anew."""
    row, conclusion = _fetch(request, pk)
    naming = f"mark-{row.pk}_%s"
    if request.method == "GET":
        values = {**task_shown(row), "version": conclusion.version}
        return _form(request, conclusion, MarkForm(initial=values, auto_id=naming), row=row)
    return _saved(request, conclusion, MarkForm(request.POST, auto_id=naming), row)


@require_POST
@login_required
def unmark(request: ActingRequest, pk: int) -> HttpResponse:
    """Take the task away; the words stay."""
    row, conclusion = _fetch(request, pk)
    marking_tasks.unmark(required(request.acting), row)
    return shown_line(request, fetch_conclusion(request, conclusion.pk))


def _fetch(request: ActingRequest, pk: int) -> tuple[ConclusionTask, Conclusion]:
    row = get_object_or_404(ConclusionTask.objects.exclude(quote=""), pk=pk)
    conclusion = fetch_conclusion(request, row.conclusion_id)
    row.conclusion = conclusion
    return row, conclusion


def _saved(request: ActingRequest, conclusion: Conclusion, form: MarkForm, row: ConclusionTask | None) -> HttpResponse:
    if not form.is_valid():
        return _form(request, conclusion, form, row=row, status=422)
    by, data = required(request.acting), form.cleaned_data
    try:
        if row is None:
            marking_tasks.mark(by, conclusion, data["quote"], form.task(), version=data["version"])
        else:
            marking_tasks.change(by, row, form.task(), version=data["version"])
    except NotAllowed:
        raise
    except UserError as error:
        problem = onto(form, error)
        latest = fetch_conclusion(request, conclusion.pk)
        form.data = request.POST.copy()
        form.data["version"] = str(latest.version)  # sent again it counts for what is shown now
        return _form(request, latest, form, row=row, error=problem, status=422)
    return shown_line(request, fetch_conclusion(request, conclusion.pk))


def _form(
    request: ActingRequest, conclusion: Conclusion, form: MarkForm, *, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {
        "conclusion": conclusion,
        "meeting": conclusion.meeting,
        "form": form,
        "row": None,
        "error": None,
        **shown,
    }
    template = "meetings/_conclusion_mark.html" if request.htmx else "meetings/conclusion_mark.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)
