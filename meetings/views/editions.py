"""Correcting an issued notice: another edition is drafted to come in its place."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, behind, required
from meetings import conclusions, dispatching, editions, permissions
from meetings.forms import ReasonForm
from meetings.models import Dispatch
from meetings.views.conclusions import fetch_for_drafting
from meetings.views.notice import issued_for


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def replace(request: ActingRequest, pk: int) -> HttpResponse:
    """What it means, the reason, and then the desk with the sentences of the issued notice."""
    meeting, issued = issued_for(request.user, pk, None)
    if not permissions.may_replace_notice(request.user, meeting, issued):
        raise NotAllowed(
            "may-not-replace",
            _("Bạn không sửa và ban hành lại được thông báo này."),
            hint=_("Chủ trì, thư ký hoặc lãnh đạo cơ quan ban hành làm được việc này sau khi thông báo đã ban hành."),
        )
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        by = behind(request, lambda: permissions.may_replace_notice(request.user, meeting, issued))
        try:
            editions.begin(by, meeting, reason=form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            messages.success(
                request, _("Đã mở bản thay thế. Thông báo đang có vẫn giữ nguyên đến khi ban hành bản mới.")
            )
            reads = permissions.may_read_draft_conclusions(request.user, meeting)
            return redirect("meeting-conclusions" if reads else "meeting-notice", pk)
    dispatch = dispatching.latest(meeting, Dispatch.Kind.NOTICE, issued.edition)
    context = {
        "meeting": meeting,
        "notice": issued,
        "form": form,
        "gone": dispatching.recall_of(dispatch),
        "drafted": conclusions.notice_of(meeting).edition != issued.edition,
    }
    return render(request, "meetings/notice_replace.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def drop(request: ActingRequest, pk: int) -> HttpResponse:
    """Give the drafted edition up."""
    meeting = fetch_for_drafting(request, pk)
    editions.drop(required(request.acting), meeting)
    messages.success(request, _("Đã bỏ bản thay thế. Thông báo đã ban hành giữ nguyên."))
    return redirect("meeting-notice", pk)
