"""What the system reads out of conclusions as they are written, or out of a whole text: suggestions, saved by the secretary."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, required
from meetings import conclusions, permissions, suggestions
from meetings.conclusion_forms import ConclusionForm
from meetings.models import AgendaItem, Meeting
from meetings.task_reading import Passage
from meetings.views.conclusions import fetch_for_drafting

NAMING = re.compile(r"[a-z0-9-]+_%s")
"""Of the fields of a form on the desk."""
RECUR = ("recur_every", "recur_day", "recur_month", "recur_shift", "recur_until")
ASKED = ("is_task", "lead_unit", "lead_group", "coordinators", "due", "due_on", "due_days", *RECUR)


@require_POST
@login_required
def suggest(request: ActingRequest, pk: int) -> HttpResponse:
    """The fields of one conclusion with what its text says, where nothing was filled in yet."""
    meeting = _for_writing(request, pk)
    naming = request.POST.get("auto_id", "")
    typed = _typed(request.POST)
    reading = suggestions.of_sentence(str(typed.get("text", "")))
    values = suggestions.form_values(reading)
    if typed.get("due_on") or typed.get("due_days") or typed.get("recur_day"):
        values = {name: value for name, value in values.items() if not name.startswith(("due", "recur"))}
    kept = {name: value for name, value in typed.items() if value or name not in values}
    form = ConclusionForm(
        items=meeting.items.known_to(request.user),
        initial={**values, **kept},
        auto_id=naming if NAMING.fullmatch(naming) else "new_%s",
    )
    return render(request, "meetings/_conclusion_fields.html", {"meeting": meeting, "form": form, "reading": reading})


def _typed(data: QueryDict) -> dict[str, Any]:
    typed: dict[str, Any] = {name: data.get(name, "") for name in ("version", "key", "item", "text", "title", *ASKED)}
    typed["coordinators"] = data.getlist("coordinators")
    typed["is_task"] = bool(typed["is_task"])
    if not (typed["due_on"] or typed["due_days"] or typed["recur_day"]):
        for name in ("due", *RECUR):
            del typed[name]
    return typed


@require_http_methods(["GET", "POST"])
@login_required
def read(request: ActingRequest, pk: int) -> HttpResponse:
    """Paste a text, look at what was read in it, save what is right."""
    meeting = _for_writing(request, pk)
    if request.method == "POST" and "rows" in request.POST:
        return _save(request, meeting)
    context: dict[str, Any] = {"meeting": meeting, "text": request.POST.get("text", "")}
    if request.method == "POST":
        try:
            found = suggestions.of_text(context["text"])
            items = list(meeting.items.known_to(request.user))
            context["rows"] = [_row(items, number, passage) for number, passage in enumerate(found)]
        except UserError as error:
            context["error"] = error
    return render(request, "meetings/conclusions_read.html", context, status=422 if "error" in context else 200)


def _row(items: list[AgendaItem], number: int, passage: Passage) -> dict[str, Any]:
    initial = {"due": "fixed", "text": passage.text, **suggestions.form_values(passage.reading)}
    initial["is_task"] = passage.is_task
    prefix = f"row{number}"
    form = ConclusionForm(items=items, new=True, initial=initial, prefix=prefix)
    return {"form": form, "passage": passage, "prefix": prefix, "wanted": passage.is_task}


def _save(request: ActingRequest, meeting: Meeting) -> HttpResponse:
    """All that are ticked, or none: what is wrong is shown where it was typed."""
    rows: list[dict[str, Any]] = []
    items = list(meeting.items.known_to(request.user))
    for prefix in request.POST.getlist("rows")[: suggestions.PASSAGES_LIMIT]:
        form = ConclusionForm(request.POST, items=items, new=True, prefix=prefix)
        rows.append({"form": form, "prefix": prefix, "wanted": f"{prefix}-wanted" in request.POST})
    wanted = [row["form"] for row in rows if row["wanted"]]
    wrong = [form for form in wanted if not form.is_valid()]
    problem = None if wanted else UserError("nothing-chosen", _("Chưa chọn đoạn nào để lưu."))
    if wanted and not wrong:
        try:
            sentences = [(form.sentence(), form.cleaned_data["key"]) for form in wanted]
            saved = suggestions.write(required(request.acting), meeting, sentences)
        except NotAllowed:
            raise
        except UserError as error:
            problem = error
        else:
            said = ngettext("Đã lưu %(n)d kết luận.", "Đã lưu %(n)d kết luận.", len(saved)) % {"n": len(saved)}
            messages.success(request, said)
            return redirect("meeting-conclusions", meeting.pk)
    context = {"meeting": meeting, "rows": rows, "error": problem, "text": request.POST.get("text", "")}
    return render(request, "meetings/conclusions_read.html", context, status=422)


def _for_writing(request: ActingRequest, pk: int) -> Meeting:
    meeting = fetch_for_drafting(request, pk)
    if not permissions.may_write_conclusions(request.user, meeting, conclusions.notice_of(meeting)):
        raise NotAllowed("may-not-write", _("Bạn không sửa được kết luận của cuộc họp này lúc này."))
    return meeting
