"""Papers that are asked for: asking, sending, returning, approving, chasing, taking back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import secrecy
from documents.models import PaperVersion
from eoffice.errors import UserError
from eoffice.files.kinds import DOCUMENTS
from eoffice.forms import ErrorsFromOperation
from eoffice.http import number_of, wants_json
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import confidential, paper_desk, paper_requests, paper_review, permissions, scheduling
from meetings.forms import ReasonForm
from meetings.models import Meeting, PaperRequest
from meetings.paper_forms import ApproveForm, DeadlineForm, TakeBackForm, WishForm
from meetings.views.fetching import RELATED, back, unless_barred, visible_item, visible_meeting

form_page = require_http_methods(["GET", "HEAD", "POST"])
ACCEPTED = ",".join(sorted(f".{kind.extension}" for kind in DOCUMENTS))


@form_page
@login_required
def create(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask units for a paper at item ``pk``."""
    item = visible_item(request, pk)
    item.meeting = meeting = visible_meeting(request, item.meeting_id)
    by = acting.required(request.acting)
    if not permissions.may_edit_agenda(request.user, meeting):
        raise scheduling.refusal(meeting, "ask-papers")
    form = WishForm(request.POST or None, initial=WishForm.starting(item))
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = paper_requests.ask(by, item, data["units"], form.wish(), key=data["key"])
        except UserError as error:
            _blame(form, error)
        else:
            said = ngettext("Đã gửi đề nghị tới %(n)d cơ quan.", "Đã gửi đề nghị tới %(n)d cơ quan.", len(made))
            messages.success(request, said % {"n": len(made)})
            return back(meeting.pk, "agenda")
    context = {"form": form, "meeting": meeting, "item": item}
    return render(request, "meetings/paper_request_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@login_required
def request_list(request: ActingRequest) -> HttpResponse:
    """Papers that are missing or wait to be approved: ``show`` missing/submitted/all, ``meeting`` its number."""
    desk = paper_desk.desk_of(request.user, request.GET)
    chases = desk.meeting is not None and permissions.may_edit_agenda(request.user, desk.meeting)
    return render(request, "meetings/paper_requests.html", {"desk": desk, "chases": chases})


@require_safe
@login_required
def detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One request: what is asked, what came, and what the reader can do next."""
    return _page(request, _visible(request, pk))


@require_POST
@login_required
def upload(request: ActingRequest, pk: int) -> HttpResponse:
    """Hand in the file, or a newer version of it: 201 with JSON for scripts, the request's page otherwise."""
    asked = _visible(request, pk)
    try:
        secrecy.refuse_declared(request.POST.get("secrecy", ""), by=acting.required(request.acting))
        paper_review.hand_in(acting.required(request.acting), asked, request.FILES.get("file"))
    except UserError as error:
        if wants_json(request):
            raise
        return _page(request, asked, error=unless_barred(error))
    if wants_json(request):
        return JsonResponse({"id": pk, "title": asked.title, "url": reverse("paper-request", args=[pk])}, status=201)
    messages.success(request, _("Đã nhận tệp. Xem lại rồi bấm “Gửi duyệt”."))
    return redirect("paper-request", pk)


@require_POST
@login_required
def submit(request: ActingRequest, pk: int) -> HttpResponse:
    """Submit the version whose number the form carries."""
    asked = _visible(request, pk)
    version = number_of(request.POST.get("version", ""), digits=5)
    try:
        paper_review.submit(acting.required(request.acting), asked, version=version or 0)
    except UserError as error:
        return _page(request, asked, error=unless_barred(error))
    messages.success(request, _("Đã gửi duyệt."))
    return redirect("paper-request", pk)


@require_POST
@login_required
def send_back(request: ActingRequest, pk: int) -> HttpResponse:
    """Return the paper with a reason."""
    asked = _visible(request, pk)
    form = ReasonForm(request.POST)
    try:
        paper_review.send_back(acting.required(request.acting), asked, reason=request.POST.get("reason", ""))
    except UserError as error:
        form.is_valid()
        form.errors.clear()
        _blame(form, error)
        return _page(request, asked, returning=form)
    messages.success(request, _("Đã trả lại tài liệu. Cơ quan gửi nhận được lý do."))
    return redirect("paper-request", pk)


@require_POST
@login_required
def approve(request: ActingRequest, pk: int) -> HttpResponse:
    """Approve, and say when readers are shown it."""
    asked = _visible(request, pk)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, approving=form)
    try:
        by = acting.required(request.acting)
        paper_review.approve(by, asked, form.plan(), version=form.cleaned_data["version"])
    except UserError as error:
        _blame(form, error)
        return _page(request, asked, approving=form)
    messages.success(request, _("Đã duyệt tài liệu."))
    return redirect("paper-request", pk)


@require_POST
@login_required
def deadline(request: ActingRequest, pk: int) -> HttpResponse:
    """Give another deadline."""
    asked = _visible(request, pk)
    form = DeadlineForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, moving=form)
    try:
        paper_requests.change_deadline(acting.required(request.acting), asked, form.cleaned_data["due"])
    except UserError as error:
        _blame(form, error)
        return _page(request, asked, moving=form)
    messages.success(request, _("Đã đổi hạn gửi."))
    return redirect("paper-request", pk)


@require_POST
@login_required
def cancel(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask no more."""
    asked = _visible(request, pk)
    try:
        paper_requests.cancel(acting.required(request.acting), asked)
    except UserError as error:
        return _page(request, asked, error=unless_barred(error))
    messages.success(request, _("Đã thôi đề nghị. Cơ quan được báo không cần gửi nữa."))
    return redirect("paper-request", pk)


@require_POST
@login_required
def nudge(request: ActingRequest, pk: int) -> HttpResponse:
    """Remind the unit, once a day at most."""
    asked = _visible(request, pk)
    try:
        paper_requests.nudge(acting.required(request.acting), asked)
    except UserError as error:
        return _page(request, asked, error=unless_barred(error))
    messages.success(request, _("Đã nhắc %(unit)s.") % {"unit": asked.unit.name})
    return redirect(f"{reverse('paper-requests')}?meeting={asked.item.meeting_id}")


@require_POST
@login_required
def nudge_all(request: ActingRequest, pk: int) -> HttpResponse:
    """Remind every unit whose paper is missing."""
    meeting = visible_meeting(request, pk)
    count = paper_requests.nudge_all(acting.required(request.acting), meeting)
    if count:
        messages.success(request, ngettext("Đã nhắc %(n)d đề nghị.", "Đã nhắc %(n)d đề nghị.", count) % {"n": count})
    else:
        messages.info(request, _("Không còn ai cần nhắc hôm nay."))
    return redirect(f"{reverse('paper-requests')}?meeting={pk}")


@form_page
@login_required
def take_back(request: ActingRequest, pk: int) -> HttpResponse:
    """Withdraw the papers of a meeting that is over."""
    meeting = visible_meeting(request, pk)
    if not permissions.may_take_papers_back(request.user, meeting):
        raise scheduling.refusal(meeting, "take-papers-back")
    form = TakeBackForm(request.POST or None)
    if form.is_valid():
        try:
            count = paper_review.take_back(acting.required(request.acting), meeting, at=form.time())
        except UserError as error:
            _blame(form, error)
        else:
            if form.time():
                said = ngettext("%(n)d tài liệu sẽ tự thu hồi.", "%(n)d tài liệu sẽ tự thu hồi.", count)
            else:
                said = ngettext("Đã thu hồi %(n)d tài liệu.", "Đã thu hồi %(n)d tài liệu.", count)
            messages.success(request, said % {"n": count})
            return back(pk, "agenda")
    context = {"form": form, "meeting": meeting}
    return render(request, "meetings/take_papers_back.html", context, status=422 if form.is_bound else 200)


def _visible(request: ActingRequest, pk: int) -> PaperRequest:
    related = ("unit", "item", "created_by__person", "paper__submitted_version", "paper__published_version")
    found = get_object_or_404(PaperRequest.objects.visible_to(request.user).select_related(*related), pk=pk)
    if confidential.is_hidden(request.user, found.item):
        found.item.mask()  # the agency that was asked knows what is asked of it
    found.item.meeting = Meeting.objects.select_related(*RELATED).get(pk=found.item.meeting_id)
    return found


def _page(
    request: ActingRequest,
    asked: PaperRequest,
    *,
    error: UserError | None = None,
    approving: ApproveForm | None = None,
    returning: ReasonForm | None = None,
    moving: DeadlineForm | None = None,
) -> HttpResponse:
    wrong = error is not None or any((approving, returning, moving))
    if wrong:
        asked = _visible(request, asked.pk)  # as it is now, not as it was before the attempt
    row = paper_desk.rows_of(request.user, [asked])[0]
    meeting = asked.item.meeting
    versions = PaperVersion.objects.visible_to(request.user).filter(paper=asked.paper_id).order_by("-number")
    shown = list(versions.select_related("original", "created_by__person")) if asked.paper_id else []
    pending = asked.paper.submitted_version if asked.paper else None
    context: dict[str, Any] = {
        "asked": asked,
        "row": row,
        "meeting": meeting,
        "meeting_known": Meeting.objects.visible_to(request.user).filter(pk=meeting.pk).exists(),
        "versions": shown,
        "latest": shown[0] if shown else None,
        "pending": pending,
        "open": asked.cancelled_at is None and meeting.state in paper_desk.CHANGING,
        "accepted": ACCEPTED,
        "may_take_original": True,  # they sent it, or approve it
        "may_copy": True,
        "error": error,
        "approving": approving or ApproveForm(initial=_approving(asked, pending)),
        "returning": returning or ReasonForm(),
        "moving": moving or DeadlineForm(initial=DeadlineForm.of(asked)),
    }
    status = error.status if error else 422 if wrong else 200
    return render(request, "meetings/paper_request.html", context, status=status)


def _approving(asked: PaperRequest, pending: PaperVersion | None) -> dict[str, Any]:
    """What the form begins with; a newer version is circulated as the paper was."""
    initial: dict[str, Any] = {"version": pending.number if pending else None}
    return initial | ({"circulation": asked.paper.circulation} if asked.paper else {})


def _blame(form: ErrorsFromOperation, error: UserError) -> None:
    form.blame(unless_barred(error))
