"""The secretary's desk: conclusions per agenda item, on a page of its own and as a panel in the room.

Each request of the panel changes one part of it, so that what is being typed in another part stays.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.decree30 import required as required_parts
from eoffice.accounts.models import User
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, behind, required
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from meetings import conclusions, confidential, letters, notices, opinions, permissions, replacing
from meetings.conclusion_forms import ConclusionForm, TaskFields, initial_of
from meetings.models import Conclusion, ConclusionNotice, Meeting
from meetings.views.fetching import RELATED

_SUBMITTED = gettext_lazy("Đã trình chủ trì.")
_SENT_BACK = gettext_lazy("Đã chuyển lại thư ký.")
_CONFIRMED = gettext_lazy("Đã duyệt. Lãnh đạo cơ quan ban hành ký thì thông báo được ban hành.")
_ISSUED = gettext_lazy("Đã ban hành. Các nhiệm vụ đã được giao tới cơ quan chủ trì.")


@require_safe
@login_required
def page(request: ActingRequest, pk: int) -> HttpResponse:
    """Conclusions of one meeting, for those who prepare it; the others wait for the notice."""
    return render(request, "meetings/conclusions.html", _desk(request, fetch_for_drafting(request, pk)))


@require_safe
@login_required
def panel(request: ActingRequest, pk: int) -> HttpResponse:
    """The same as a part of the room."""
    return render(request, "meetings/_conclusions.html", _desk(request, fetch_for_drafting(request, pk)))


@require_POST
@login_required
def create(request: ActingRequest, pk: int) -> HttpResponse:
    """Add a conclusion; the panel gets the new line and an empty form."""
    meeting = fetch_for_drafting(request, pk)
    form = ConclusionForm(request.POST, items=meeting.items.known_to(request.user), new=True, auto_id="new_%s")
    problem: UserError | None = None
    if form.is_valid():
        try:
            made = conclusions.write(required(request.acting), meeting, form.sentence(), key=form.cleaned_data["key"])
        except NotAllowed:
            raise
        except UserError as error:
            problem = onto(form, error)
        else:
            return _created(request, meeting, made)
    context = {"meeting": meeting, "form": form, "error": problem}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "meetings/_conclusion_add.html", context, status=422)
    return render(request, "meetings/conclusions.html", {**_desk(request, meeting), **context}, status=422)


def _created(request: ActingRequest, meeting: Meeting, made: Conclusion) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Đã lưu kết luận."))
        return redirect("meeting-conclusions", meeting.pk)
    context = {
        "meeting": meeting,
        "form": _empty_form(request.user, meeting, item=made.item_id),
        "created": conclusions.of_meeting(meeting).get(pk=made.pk),
        "may_write": True,
    }
    return changed(render(request, "meetings/_conclusion_created.html", context))


@require_safe
@login_required
def line(request: ActingRequest, pk: int) -> HttpResponse:
    """One conclusion as it stands: what "Thôi" brings back."""
    conclusion = fetch_conclusion(request, pk)
    return shown_line(request, conclusion)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change one conclusion in its place. A conflict shows both texts; the second save counts for the newest."""
    conclusion = fetch_conclusion(request, pk)
    meeting = conclusion.meeting
    naming = f"conclusion-{conclusion.pk}_%s"
    if request.method == "GET":
        form = ConclusionForm(
            items=meeting.items.known_to(request.user), initial=initial_of(conclusion), auto_id=naming
        )
        return _edit_form(request, conclusion, form)
    form = ConclusionForm(request.POST, items=meeting.items.known_to(request.user), auto_id=naming)
    if not form.is_valid():
        return _edit_form(request, conclusion, form, status=422)
    try:
        conclusions.edit(
            required(request.acting), conclusion, form.sentence(), version=form.cleaned_data["version"] or 0
        )
    except NotAllowed:
        raise
    except UserError as error:
        problem = onto(form, error)
        latest = fetch_conclusion(request, pk)
        if isinstance(error, Conflict):
            form.data = {**request.POST.dict(), "version": str(latest.version)}
            form.data["coordinators"] = request.POST.getlist("coordinators")
        return _edit_form(request, latest, form, error=problem, status=422)
    if request.htmx:  # type: ignore[attr-defined]
        return shown_line(request, fetch_conclusion(request, pk))
    return redirect("meeting-conclusions", meeting.pk)


@require_POST
@login_required
def delete(request: ActingRequest, pk: int) -> HttpResponse:
    """Take one conclusion out of the draft. What is gone already is no error."""
    found = Conclusion.objects.filter(pk=pk).select_related("meeting").first()
    if found is None:
        return HttpResponse()
    conclusion = fetch_conclusion(request, pk)
    conclusions.remove(required(request.acting), conclusion)
    return changed(HttpResponse()) if request.htmx else redirect("meeting-conclusions", conclusion.meeting_id)  # type: ignore[attr-defined]


@require_POST
@login_required
def submit(request: ActingRequest, pk: int) -> HttpResponse:
    """Lay the draft before the chair."""
    meeting = fetch_for_drafting(request, pk)
    return _move(
        request, meeting, lambda: notices.submit(required(request.acting), meeting), lambda _notice: _SUBMITTED
    )


@require_POST
@login_required
def send_back(request: ActingRequest, pk: int) -> HttpResponse:
    """The chair, or who is to sign, wants changes."""
    meeting, remark = fetch_for_drafting(request, pk), request.POST.get("remark", "")
    return _move(
        request,
        meeting,
        lambda: notices.send_back(_signer(request, meeting), meeting, remark=remark),
        lambda _notice: _SENT_BACK,
    )


@require_POST
@login_required
def confirm(request: ActingRequest, pk: int) -> HttpResponse:
    """The chair confirms; who signs for the issuing unit has it next, unless that is the chair."""
    meeting, seen = fetch_for_drafting(request, pk), request.POST.get("seen", "")
    return _move(
        request,
        meeting,
        lambda: notices.confirm(required(request.acting), meeting, seen=seen),
        lambda notice: _ISSUED if notice.state == ConclusionNotice.State.ISSUED else _CONFIRMED,
    )


@require_POST
@login_required
def issue(request: ActingRequest, pk: int) -> HttpResponse:
    """Who signs for the issuing unit signs and issues."""
    meeting, seen = fetch_for_drafting(request, pk), request.POST.get("seen", "")
    return _move(
        request,
        meeting,
        lambda: notices.issue(_signer(request, meeting), meeting, seen=seen),
        lambda _notice: _ISSUED,
    )


def _signer(request: ActingRequest, meeting: Meeting) -> Appointment:
    """Their own appointment, or that of the delegation by which alone they sign."""
    notice = conclusions.notice_of(meeting)
    return behind(request, lambda: permissions.may_send_conclusions_back(request.user, meeting, notice))


def _move(
    request: ActingRequest,
    meeting: Meeting,
    act: Callable[[], ConclusionNotice],
    done_by: Callable[[ConclusionNotice], Promise],
) -> HttpResponse:
    """Move the notice on; the whole desk follows, because everybody's rights change."""
    problem: UserError | None = None
    done = ""
    try:
        done = str(done_by(act()))
    except UserError as error:
        problem = error
    if problem is None and not permissions.may_read_draft_conclusions(request.user, meeting):
        return _done_with(request, meeting, done)
    meeting = fetch_for_drafting(request, meeting.pk)
    if problem is None and not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, done)
        return redirect("meeting-conclusions", meeting.pk)
    context = {
        **_desk(request, meeting),
        "notice_error": problem,
        "remark": request.POST.get("remark", ""),
        "done": done,
    }
    template = "meetings/_conclusions.html" if request.htmx else "meetings/conclusions.html"  # type: ignore[attr-defined]
    status = 200
    if problem is not None:
        status = 422 if request.htmx else problem.status  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _done_with(request: ActingRequest, meeting: Meeting, done: str) -> HttpResponse:
    """Who signed, or sent back, for the issuing unit and does not prepare the meeting goes on from the desk."""
    messages.success(request, done)
    issued = conclusions.notice_of(meeting).state == ConclusionNotice.State.ISSUED
    address = reverse("meeting-notice", args=[meeting.pk]) if issued else reverse("today")
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def fetch_for_drafting(request: ActingRequest, pk: int) -> Meeting:
    """The meeting, for those who may read what is being drafted. Raises NotAllowed("conclusions-drafted")."""
    meeting: Meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
    if permissions.may_read_draft_conclusions(request.user, meeting):
        return meeting
    get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    raise NotAllowed(
        "conclusions-drafted",
        _("Kết luận đang được soạn. Bạn sẽ xem được khi thông báo kết luận được ban hành."),
    )


def fetch_conclusion(request: ActingRequest, pk: int) -> Conclusion:
    """The conclusion with its meeting, for those who may read what is being drafted."""
    stored = get_object_or_404(Conclusion, pk=pk)
    meeting = fetch_for_drafting(request, stored.meeting_id)
    known = confidential.without_hidden(conclusions.of_meeting(meeting), request.user)
    found: Conclusion = get_object_or_404(known, pk=pk)
    found.meeting = meeting
    return found


def _desk(request: ActingRequest, meeting: Meeting) -> dict[str, Any]:
    notice = conclusions.notice_of(meeting)
    everything = list(conclusions.of_meeting(meeting))
    changes = replacing.changes_of(notice, everything)
    written = list(confidential.without_hidden(conclusions.of_meeting(meeting), request.user))
    items = list(meeting.items.known_to(request.user))
    groups: list[dict[str, Any]] = [{"item": None, "id": "general", "conclusions": []}]
    groups += [{"item": item, "id": item.pk, "conclusions": []} for item in items]
    by_item = {group["item"].pk if group["item"] else None: group for group in groups}
    for conclusion in written:
        by_item[conclusion.item_id]["conclusions"].append(conclusion)
    current = getattr(getattr(meeting, "live", None), "item_id", None)
    known = {conclusion.pk for conclusion in written}
    return {
        "meeting": meeting,
        "notice": notice,
        "groups": groups,
        "any": bool(written),
        "seen": replacing.seen_of(notice, everything, changes),
        "changes": _by_kind(changes),
        "may_drop": permissions.may_drop_replacement(request.user, meeting, notice),
        "ready": "concluded" if notice.replaces_id else "ended",
        "form": _empty_form(request.user, meeting, item=current),
        "may_write": permissions.may_write_conclusions(request.user, meeting, notice),
        "may_submit": permissions.may_submit_conclusions(request.user, meeting, notice),
        "opinions": [one for one in opinions.of_meeting(meeting) if one.conclusion_id in known],
        "today": timezone.localdate(),
        **_signing(request.user, meeting, notice),
    }


def _by_kind(changes: list[replacing.Change]) -> list[tuple[replacing.Kind, list[replacing.Change]]]:
    """Those that there are, what is done anew first."""
    sorted_out = [(kind, [change for change in changes if change.kind == kind]) for kind in replacing.Kind]
    return [(kind, found) for kind, found in sorted_out if found]


def _signing(user: User, meeting: Meeting, notice: ConclusionNotice) -> dict[str, Any]:
    """Who issues, what they may do now, and what the notice lacks for it."""
    issuer = notice.issuer or letters.issuing_unit(meeting)
    confirms = permissions.may_confirm_conclusions(user, meeting, notice)
    signs = permissions.may_issue_conclusions(user, notice)
    return {
        "issuer": issuer,
        "may_confirm": confirms,
        "may_issue": signs,
        "signs_too": confirms and issuer.pk in standing_of(user).leads,
        "may_send_back": permissions.may_send_conclusions_back(user, meeting, notice),
        "missing": required_parts.missing_before_issue(letters.notice(meeting, notice)) if confirms or signs else [],
    }


def _empty_form(user: User, meeting: Meeting, *, item: int | None) -> ConclusionForm:
    return ConclusionForm(
        items=meeting.items.known_to(user), initial={"item": str(item or ""), "due": "fixed"}, auto_id="new_%s"
    )


def onto(form: TaskFields, error: UserError) -> UserError | None:
    """Put what is wrong beside its field; what belongs to no field is given back for the top of the form."""
    for field, problem in error.fields.items():
        form.add_error(field if field in form.fields else None, problem)
    return None if error.fields else error


def shown_line(request: ActingRequest, conclusion: Conclusion) -> HttpResponse:
    """It stands as it is on the desk again."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("meeting-conclusions", conclusion.meeting_id)
    notice = conclusions.notice_of(conclusion.meeting)
    may = permissions.may_write_conclusions(request.user, conclusion.meeting, notice)
    context = {"conclusion": conclusion, "meeting": conclusion.meeting, "may_write": may}
    return changed(render(request, "meetings/_conclusion.html", context))


def changed(response: HttpResponse) -> HttpResponse:
    """Other parts of the desk that depend on the text are read anew."""
    response["HX-Trigger"] = "conclusions-changed"
    return response


def _edit_form(
    request: ActingRequest,
    conclusion: Conclusion,
    form: ConclusionForm,
    *,
    error: UserError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"conclusion": conclusion, "meeting": conclusion.meeting, "form": form, "error": error}
    template = "meetings/_conclusion_edit.html" if request.htmx else "meetings/conclusion_edit.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)
