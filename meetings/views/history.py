"""What was done about a meeting, and about its notice."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eoffice.audit.history import page_of
from eoffice.organisation.acting import ActingRequest
from meetings import conclusions, history, permissions
from meetings.models import ConclusionNotice, Meeting
from meetings.views.fetching import RELATED


@require_safe
@login_required
def meeting_history(request: ActingRequest, pk: int) -> HttpResponse:
    """Everything that was done about the meeting: for those who prepare it."""
    meeting = get_object_or_404(Meeting.objects.prepared_by(request.user).select_related(*RELATED), pk=pk)
    page = page_of(history.entries_for(request.user, meeting), history.tell, request.GET.get("page"))
    context = {"page": page, "heading": meeting.title, "back": reverse("meeting-detail", args=[pk])}
    return render(request, "audit/history.html", context)


@require_safe
@login_required
def notice_history(request: ActingRequest, pk: int) -> HttpResponse:
    """How the conclusions came to be issued: for who reads their draft, or signed them."""
    meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
    notice = conclusions.notice_of(meeting)
    if not permissions.may_read_history_of_notice(request.user, meeting, notice):
        raise Http404
    page = page_of(history.of_notice(meeting, notice), history.tell, request.GET.get("page"))
    issued = notice.state == ConclusionNotice.State.ISSUED
    heading = _("Kết luận: %(meeting)s") % {"meeting": meeting.title}
    back = reverse("meeting-notice" if issued else "meeting-conclusions", args=[pk])
    return render(request, "audit/history.html", {"page": page, "heading": heading, "back": back})
