"""Making and changing a meeting, sending its invitations, calling it off."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from documents.decree30 import required
from eoffice.calendar.forms import strip
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Unit
from meetings import clashes, invitations, letters, permissions, scheduling, series_page
from meetings.forms import InviteForm, PlanForm, ReasonForm
from meetings.models import Meeting
from meetings.views.fetching import back, back_with, visible_meeting

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_required
def meeting_create(request: ActingRequest) -> HttpResponse:
    """One page for a new meeting; it ends at the meeting's own page, where agenda and invitations follow.

    ``?start=2026-12-09T08:00&end=…&people=7&units=3`` comes from a search for free time: those it names are invited as well.
    """
    by = acting.required(request.acting)
    organisers = permissions.organisers_for(by)
    invited = InviteForm({name: request.GET.getlist(name) for name in ("people", "units")})
    invited.is_valid()
    chosen = [*invited.cleaned_data.get("units", []), *invited.cleaned_data.get("people", [])]
    if request.method != "POST":
        form = PlanForm(initial={**PlanForm.starting(by), **_proposed(request)}, organisers=organisers)
        return render(request, "meetings/form.html", {"form": form, "chosen": chosen})
    form = PlanForm(request.POST, organisers=organisers)
    if form.is_valid():
        try:
            plan = form.plan()
            _check_not_past(plan, form)
            key = form.cleaned_data["key"] or uuid.uuid4()
            meeting = scheduling.create_meeting(by, plan, key=key, answer=form.answer())
            if chosen:
                invitations.add_lines(by, meeting, chosen)
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã tạo cuộc họp. Thêm nội dung và thành phần mời, rồi gửi giấy mời."))
            return redirect("meeting-detail", meeting.pk)
    return render(request, "meetings/form.html", {**_conflicts(request, form), "chosen": chosen}, status=422)


def _proposed(request: ActingRequest) -> dict[str, Any]:
    """Day and times that the address names; nothing where it names none."""
    try:
        start, end = (dt.datetime.fromisoformat(request.GET.get(name, "")) for name in ("start", "end"))
    except ValueError:
        return {}
    later = end.date() if end.date() != start.date() else None
    return {"day": start.date(), "start": start.time(), "end": end.time(), "end_day": later}


@login_required
def meeting_conflicts(request: ActingRequest) -> HttpResponse:
    """The strip of conflicts of what is typed so far, ``?meeting=7`` of a meeting that is there."""
    meeting = None
    if pk := request.GET.get("meeting", ""):
        meeting = visible_meeting(request, int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        if not permissions.may_edit(request.user, meeting):
            raise scheduling.refusal(meeting, "edit")
    form = PlanForm(request.GET, organisers=[])
    return render(request, "calendar/_conflicts.html", _conflicts(request, form, meeting))


def _conflicts(request: ActingRequest, form: PlanForm, meeting: Meeting | None = None) -> dict[str, Any]:
    """Context of the strip for what ``form`` says; ``meeting`` is changed in memory."""
    sketch = form.sketch(meeting)
    found = clashes.of(sketch, request.user) if sketch else []
    room = form.cleaned_data.get("room")
    return strip(form, found, clashes.suggestions(sketch, room) if sketch and found else ()) | {"with_room": bool(room)}


@form_page
@login_required
def meeting_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change a meeting; when somebody else was faster both texts are shown and nothing is written."""
    meeting = visible_meeting(request, pk)
    by = acting.required(request.acting)
    if not permissions.may_edit(request.user, meeting):
        raise scheduling.refusal(meeting, "edit")
    organisers = organisers_with(by, meeting.organiser)
    shown = {"meeting": meeting, "occurrence": series_page.of_meeting(meeting)}
    if request.method != "POST":
        form = PlanForm(initial=PlanForm.showing(meeting), organisers=organisers)
        return render(request, "meetings/form.html", {**strip(form, clashes.of(meeting, request.user)), **shown})
    form = PlanForm(request.POST, organisers=organisers)
    if not form.is_valid():
        return _again(request, form, meeting, shown)
    try:
        version = form.cleaned_data["version"] or 0
        scheduling.edit_meeting(by, meeting, form.plan(), version=version, answer=form.answer())
    except Conflict as error:
        return _both_texts(request, meeting, form, error)
    except NotAllowed:
        raise
    except UserError as error:
        form.blame(error)
        return _again(request, form, meeting, shown)
    messages.success(request, _("Đã lưu cuộc họp."))
    return back(pk)


@form_page
@login_required
def meeting_issue(request: ActingRequest, pk: int) -> HttpResponse:
    """Show what sending the invitations would do; on POST do it."""
    meeting = visible_meeting(request, pk)
    by = acting.required(request.acting)
    if request.method == "POST":
        try:
            meeting = invitations.issue(by, meeting)
        except UserError as error:
            return back_with(request, pk, error)
        count = meeting.sites.count()
        sentence = ngettext("Đã gửi giấy mời tới %(count)d điểm cầu.", "Đã gửi giấy mời tới %(count)d điểm cầu.", count)
        messages.success(request, sentence % {"count": count})
        return back(pk)
    if not permissions.may_issue(request.user, meeting):
        raise scheduling.refusal(meeting, "issue")
    context = {"meeting": meeting, "preview": invitations.preview(meeting), "past": meeting.ends_at <= timezone.now()}
    context["missing"] = required.missing_before_issue(letters.invitation(meeting))
    return render(request, "meetings/issue.html", context)


@form_page
@login_required
def meeting_cancel(request: ActingRequest, pk: int) -> HttpResponse:
    """Cancel with a reason."""
    return _call_off(request, pk, cancelling=True)


@form_page
@login_required
def meeting_postpone(request: ActingRequest, pk: int) -> HttpResponse:
    """Postpone with a reason."""
    return _call_off(request, pk, cancelling=False)


def _call_off(request: ActingRequest, pk: int, *, cancelling: bool) -> HttpResponse:
    meeting = visible_meeting(request, pk)
    by = acting.required(request.acting)
    operation = scheduling.cancel_meeting if cancelling else scheduling.postpone_meeting
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        try:
            operation(by, meeting, reason=request.POST.get("reason", ""))
        except NotAllowed:
            raise
        except UserError as error:
            form.is_valid()
            form.errors.clear()
            form.blame(error)
        else:
            messages.success(request, _("Đã hủy cuộc họp.") if cancelling else _("Đã hoãn cuộc họp."))
            return back(pk)
    elif not (permissions.may_cancel if cancelling else permissions.may_postpone)(request.user, meeting):
        raise scheduling.refusal(meeting, "cancel" if cancelling else "postpone")
    context = {"meeting": meeting, "form": form, "cancelling": cancelling, "told": meeting.sites.count()}
    return render(request, "meetings/call_off.html", context, status=422 if form.is_bound else 200)


def _again(request: ActingRequest, form: PlanForm, meeting: Meeting, shown: dict[str, Any]) -> HttpResponse:
    """The form with what was typed and what is wrong with it."""
    return render(request, "meetings/form.html", {**_conflicts(request, form, meeting), **shown}, status=422)


def organisers_with(by: Any, present: Unit) -> list[Unit]:
    """Units in whose name to choose from, with the present one."""
    units = permissions.organisers_for(by)
    return units if present in units else [present, *units]


def _check_not_past(plan: scheduling.Plan, form: PlanForm) -> None:
    if plan.starts_at < timezone.now() and not Meeting.objects.filter(uid=form.cleaned_data["key"]).exists():
        sentence = _("Thời gian bắt đầu đã qua.")
        raise UserError("starts-in-past", sentence, fields={"day": sentence})


def _both_texts(request: ActingRequest, meeting: Meeting, form: PlanForm, error: Conflict) -> HttpResponse:
    """The form with what was typed, beside what is saved now; saving again is on the new version."""
    current = visible_meeting(request, meeting.pk)
    saved = PlanForm(initial=PlanForm.showing(current), organisers=_organisers_of(form))
    typed = dict(PlanForm.showing(_as_meeting(form.plan(), current)))
    typed["room"] = form.cleaned_data["room"].pk if form.cleaned_data["room"] else None
    shown = PlanForm.showing(current)
    differences = [
        (field.label, _in_words(saved, name, shown[name]), _in_words(form, name, typed[name]))
        for name, field in form.fields.items()
        if name in shown and name != "version" and shown[name] != typed[name]
    ]
    data = request.POST.copy()
    data["version"] = str(current.version)
    form.data = data
    context = {"form": form, "meeting": current, "conflict": error, "differences": differences}
    return render(request, "meetings/form.html", context, status=409)


def _organisers_of(form: PlanForm) -> list[Unit]:
    return list(form.fields["organiser"].queryset)  # type: ignore[attr-defined]


def _as_meeting(plan: scheduling.Plan, current: Meeting) -> Meeting:
    values = {name: getattr(plan, name) for name in plan.__dataclass_fields__ if name != "room"}
    return Meeting(pk=current.pk, version=current.version, **values)


def _in_words(form: PlanForm, name: str, value: Any) -> str:
    """A value of the form as the page shows it."""
    if value in (None, ""):
        return "–"
    field: Any = form.fields[name]
    if name in ("chair", "secretary", "room"):
        return str(field.queryset.filter(pk=value).first() or "–")
    if hasattr(field, "choices"):
        return str({str(key): label for key, label in field.choices}.get(str(value), value))
    return str(field.widget.format_value(value))
