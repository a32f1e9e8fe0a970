"""Agencies check their paragraphs of a draft: the secretary's desk with the answers side by side, and the agency's page."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.forms import DateInput, ErrorsFromOperation
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, required
from eoffice.worktime import deadlines
from meetings import conclusions, confidential, opinions
from meetings.models import Meeting, Opinion
from meetings.views.conclusions import fetch_for_drafting
from meetings.views.fetching import RELATED


class AskForm(ErrorsFromOperation, forms.Form):
    """By when agencies are to answer; whom about what is ticked beside the paragraphs."""

    due_on = forms.DateField(
        label=gettext_lazy("Trả lời trước khi hết ngày"), widget=DateInput, input_formats=["%d/%m/%Y"]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask agencies; see what they answered beside the paragraph as it stands."""
    meeting = fetch_for_drafting(request, pk)
    form = AskForm(request.POST) if request.method == "POST" else AskForm(initial={"due_on": _next_working_day()})
    ticked = set(request.POST.getlist("ask"))
    if request.method == "POST" and form.is_valid():
        pairs = [
            (one, unit)
            for one, units in _askable(request, meeting)
            for unit in units
            if f"{one.pk}:{unit.pk}" in ticked
        ]
        try:
            asked = opinions.ask(required(request.acting), meeting, pairs, due_on=form.cleaned_data["due_on"])
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            said = ngettext("Đã gửi %(n)d đề nghị cho ý kiến.", "Đã gửi %(n)d đề nghị cho ý kiến.", asked) % {
                "n": asked
            }
            messages.success(request, said)
            return redirect("conclusions-opinions", meeting.pk)
    return _desk(request, meeting, form=form, ticked=ticked, status=422 if form.is_bound else 200)


@require_POST
@login_required
def decide(request: ActingRequest, pk: int) -> HttpResponse:
    """Take or decline what an agency proposes."""
    opinion = get_object_or_404(Opinion.objects.select_related("conclusion__item"), pk=pk)
    meeting = opinion.conclusion.meeting = fetch_for_drafting(request, opinion.conclusion.meeting_id)
    remark = request.POST.get("remark", "")
    try:
        opinions.decide(
            required(request.acting),
            opinion,
            take=request.POST.get("decision") == Opinion.Decision.TAKEN,
            remark=remark,
            version=number_of(request.POST.get("version", "")) or 0,
        )
    except NotAllowed:
        raise
    except UserError as error:
        form = AskForm(initial={"due_on": _next_working_day()})
        problem = {"opinion": opinion.pk, "error": error, "remark": remark}
        return _desk(request, meeting, form=form, problem=problem, status=409 if isinstance(error, Conflict) else 422)
    messages.success(request, _("Đã xử lý ý kiến."))
    response = redirect("conclusions-opinions", meeting.pk)
    response["Location"] += f"#opinion-{opinion.pk}"
    return response


@require_safe
@login_required
def agency(request: ActingRequest, pk: int) -> HttpResponse:
    """The paragraphs about which the agencies of the reader were asked, and nothing else of the draft."""
    return _agency(request, _asked_about(request, pk))


@require_POST
@login_required
def answer(request: ActingRequest, pk: int) -> HttpResponse:
    """The agency agrees, or proposes other words."""
    opinion = get_object_or_404(Opinion.objects.select_related("conclusion__item"), pk=pk)
    meeting = _asked_about(request, opinion.conclusion.meeting_id)
    if confidential.is_hidden(request.user, opinion.conclusion.item):
        raise Http404
    typed = {"wording": request.POST.get("wording", ""), "reason": request.POST.get("reason", "")}
    try:
        agrees = request.POST.get("answer") == Opinion.Answer.AGREES
        opinions.answer(required(request.acting), opinion, agrees=agrees, **typed)
    except NotAllowed:
        raise
    except UserError as error:
        problem = {"opinion": opinion.pk, "error": error, **typed}
        return _agency(request, meeting, problem=problem, status=409 if isinstance(error, Conflict) else 422)
    messages.success(request, _("Đã gửi ý kiến."))
    response = redirect("opinions-answer", meeting.pk)
    response["Location"] += f"#opinion-{opinion.pk}"
    return response


def _desk(
    request: ActingRequest,
    meeting: Meeting,
    *,
    form: AskForm,
    ticked: set[str] | None = None,
    problem: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    hidden = confidential.hidden_items(request.user, meeting.pk)
    asked = [one for one in opinions.of_meeting(meeting) if one.conclusion.item_id not in hidden]
    by_paragraph: dict[int, list[Opinion]] = {}
    for one in asked:
        by_paragraph.setdefault(one.conclusion_id, []).append(one)
    known = {(one.conclusion_id, one.unit_id, one.asked_version) for one in asked}
    may_ask = opinions.may_ask(request.user, meeting)
    offers = [
        {
            "conclusion": one,
            "units": [
                {"unit": unit, "value": f"{one.pk}:{unit.pk}", "asked": (one.pk, unit.pk, one.version) in known}
                for unit in units
            ],
        }
        for one, units in (_askable(request, meeting) if may_ask else [])
    ]
    offers = [offer for offer in offers if not all(choice["asked"] for choice in offer["units"])]
    context = {
        "meeting": meeting,
        "paragraphs": [{"conclusion": rows[0].conclusion, "opinions": rows} for rows in by_paragraph.values()],
        "silent": sum(not one.answer for one in asked),
        "offers": offers,
        "ticked": ticked or set(),
        "form": form,
        "problem": problem or {},
        "may_ask": may_ask,
        "today": timezone.localdate(),
    }
    return render(request, "meetings/opinions.html", context, status=status)


def _agency(
    request: ActingRequest, meeting: Meeting, *, problem: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "asked": opinions.own_of(request.user, meeting),
        "is_open": opinions.is_open(meeting),
        "problem": problem or {},
        "today": timezone.localdate(),
    }
    return render(request, "meetings/opinions_agency.html", context, status=status)


def _asked_about(request: ActingRequest, pk: int) -> Meeting:
    meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
    if not opinions.own_of(request.user, meeting):
        raise Http404
    return meeting


def _askable(request: ActingRequest, meeting: Meeting) -> list[Any]:
    return opinions.askable(confidential.without_hidden(conclusions.of_meeting(meeting), request.user))


def _next_working_day() -> dt.date:
    """The usual time to answer; the day after, where the calendar of the year is not confirmed."""
    today = timezone.localdate()
    try:
        return deadlines.working_days_after(today, 1).due_on
    except UserError:
        return today + dt.timedelta(days=1)
