"""Votes over HTTP: preparing questions, voting without the room, results, and the sheet that is printed."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import balloting, confidential, poll_page, voting
from meetings.entitled import may_prepare_polls, may_run_polls
from meetings.forms import ReasonForm
from meetings.models import Meeting, Poll
from meetings.poll_forms import BallotForm, HandForm, QuestionForm
from meetings.views.fetching import back, visible_meeting, visible_part

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_required
def poll_create(request: ActingRequest, pk: int) -> HttpResponse:
    """Write a question before or during the meeting."""
    meeting = visible_meeting(request, pk)
    _check_prepares(request, meeting)
    form = QuestionForm(request.POST or None, meeting=meeting, user=request.user, initial=QuestionForm.starting())
    if request.method == "POST" and form.is_valid():
        try:
            key = form.cleaned_data["key"] or uuid.uuid4()
            voting.prepare(acting.required(request.acting), meeting, form.asked(), key=key)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã lưu câu hỏi biểu quyết."))
            return back(pk, "votes")
    context = {"meeting": meeting, "form": form}
    return render(request, "meetings/poll_form.html", context, status=422 if form.is_bound else 200)


@form_page
@login_required
def poll_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change a question that was not put yet; whoever was slower sees both texts."""
    poll = _visible(request, pk)
    _check_prepares(request, poll.meeting)
    form = QuestionForm(request.POST or None, meeting=poll.meeting, user=request.user, initial=QuestionForm.of(poll))
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            voting.edit(acting.required(request.acting), poll, form.asked(), version=version)
        except Conflict as error:
            conflict = error
            poll.refresh_from_db()
            form.data = {**request.POST.dict(), "version": str(poll.version)}
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã lưu câu hỏi biểu quyết."))
            return back(poll.meeting_id, "votes")
    context = {"meeting": poll.meeting, "poll": poll, "form": form, "conflict": conflict}
    return render(request, "meetings/poll_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@login_required
def poll_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """The question, how it stands, and what came out; who has a vote votes here, too."""
    return _page(request, _visible(request, pk))


@sensitive_post_parameters("choice", "text")
@require_POST
@login_required
def ballot_cast(request: ActingRequest, pk: int) -> HttpResponse:
    """Vote without the room. What was sent twice counts once."""
    poll = _visible(request, pk)
    form = BallotForm(request.POST)
    if not form.is_valid():
        return _page(request, poll, _unread(), status=422)
    try:
        balloting.cast(poll.meeting_id, poll.pk, person=request.user, **form.cleaned_data)
    except UserError as error:
        return _page(request, poll, error, status=error.status)
    messages.success(request, _("Phiếu của quý vị đã được ghi nhận."))
    return redirect("poll-detail", poll.pk)


@require_POST
@login_required
def poll_publish(request: ActingRequest, pk: int) -> HttpResponse:
    """Tell everybody the result, also after the meeting."""
    poll = _visible(request, pk)
    try:
        voting.publish(acting.required(request.acting), poll.meeting, poll.pk)
    except Conflict as error:
        return _page(request, poll, error, status=409)
    return redirect("poll-detail", poll.pk)


@form_page
@login_required
def poll_annul(request: ActingRequest, pk: int) -> HttpResponse:
    """Call a vote off, with the reason."""
    poll = _visible(request, pk)
    if not may_run_polls(request.user, poll.meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký điều hành biểu quyết được."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")
            voting.annul(acting.required(request.acting), poll.meeting, poll.pk, reason=reason)
        except NotAllowed:
            raise
        except UserError as error:
            form.is_valid()
            form.errors.clear()
            form.blame(error)
        else:
            messages.success(request, _("Đã hủy biểu quyết."))
            return back(poll.meeting_id, "votes")
    context = {"meeting": poll.meeting, "poll": poll, "form": form}
    return render(request, "meetings/poll_annul.html", context, status=422 if form.is_bound else 200)


@require_safe
@login_required
def poll_sheet(request: ActingRequest, pk: int) -> HttpResponse:
    """The record of the count as it is printed (biên bản kiểm phiếu); 404 before the result is published."""
    poll = published_poll(request, pk)
    context = {**poll_page.gather(poll, request.user), "place": settings.PLACE_NAME}
    return render(request, "meetings/poll_sheet.html", context)


@require_safe
@login_required
def poll_desk(request: ActingRequest, pk: int) -> HttpResponse:
    """Who is missing, and the form for ballots by hand: a part of the room, for who leads."""
    return _desk(request, _visible(request, pk))


@sensitive_post_parameters("choice", "text")
@require_POST
@login_required
def ballot_enter(request: ActingRequest, pk: int) -> HttpResponse:
    """Enter a ballot by hand; the desk as it is then."""
    poll = _visible(request, pk)
    form = HandForm(request.POST)
    if not form.is_valid():
        return _desk(request, poll, error=_unread(), typed=request.POST.dict(), status=422)
    data = form.cleaned_data
    try:
        balloting.enter(
            acting.required(request.acting),
            poll.meeting,
            poll.pk,
            seat_id=data["seat"],
            choice=data["choice"],
            text=data["text"],
            witness_id=data["witness"],
        )
    except NotAllowed:
        raise
    except UserError as error:
        return _desk(request, poll, error=error, typed=request.POST.dict(), status=422)
    return _desk(request, poll)


def _desk(
    request: ActingRequest,
    poll: Poll,
    *,
    error: UserError | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    if not may_run_polls(request.user, poll.meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký điều hành biểu quyết được."))
    context = {**poll_page.desk(poll), "error": error, "typed": typed or {}}
    return render(request, "meetings/_poll_desk.html", context, status=status)


def _page(request: ActingRequest, poll: Poll, error: UserError | None = None, *, status: int = 200) -> HttpResponse:
    context = {**poll_page.gather(poll, request.user), "error": error, "key": uuid.uuid4()}
    return render(request, "meetings/poll.html", context, status=status)


def published_poll(request: ActingRequest, pk: int) -> Poll:
    """The question with its result, or 404 before that is published."""
    poll = _visible(request, pk)
    if poll.state != Poll.State.PUBLISHED:
        raise Http404
    return poll


def _visible(request: ActingRequest, pk: int) -> Poll:
    """The question, or 404: one that was not put yet is for those who prepare or lead."""
    related = (
        "meeting__organiser",
        "meeting__chair__person",
        "meeting__chair__position",
        "meeting__secretary__person",
        "meeting__secretary__position",
        "meeting__created_by__person",
        "item",
        "opened_by__person",
        "published_by__person",
    )
    known = confidential.without_hidden(Poll.objects.select_related(*related), request.user)
    poll: Poll = visible_part(request, known, pk)
    if poll.state == Poll.State.PREPARED and not _of_those_who_prepare(request, poll.meeting):
        raise Http404
    return poll


def _of_those_who_prepare(request: ActingRequest, meeting: Meeting) -> bool:
    return may_prepare_polls(request.user, meeting) or may_run_polls(request.user, meeting)


def _check_prepares(request: ActingRequest, meeting: Meeting) -> None:
    if not may_prepare_polls(request.user, meeting):
        raise NotAllowed("may-not-prepare-polls", _("Chỉ người chuẩn bị cuộc họp soạn được nội dung biểu quyết."))


def _unread() -> UserError:
    return UserError("ballot-unread", _("Hãy chọn đủ các mục rồi gửi lại."))
