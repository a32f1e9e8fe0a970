"""Registering to speak on the meeting's page, texts sent beforehand, and who spoke how long."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest
from meetings import confidential, permissions, speaking_queue, speaking_time
from meetings.models import SpeechRequest
from meetings.speech_forms import SpeechForm
from meetings.views.fetching import back, back_with, visible_meeting, visible_part

ANCHOR = "speeches"
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_required
def speech_create(request: ActingRequest, pk: int) -> HttpResponse:
    """Register a site of the reader's to speak at meeting ``pk``."""
    meeting = visible_meeting(request, pk)
    sites = permissions.sites_that_speak(request.user, meeting)
    if not sites:
        raise NotAllowed("may-not-register", _("Điểm cầu của quý vị không đăng ký phát biểu ở cuộc họp này."))
    form = SpeechForm(request.POST or None, meeting=meeting, user=request.user, sites=sites)
    if form.is_valid():
        try:
            speaking_queue.request(form.site(), by=request.user, wish=form.wish())
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã đăng ký phát biểu."))
            return back(pk, ANCHOR)
    context = {"form": form, "meeting": meeting}
    return render(request, "meetings/speech.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def speech_withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    """Take back a request of one's own site."""
    speech = _visible_speech(request, pk)
    if speech.site not in permissions.sites_that_speak(request.user, speech.meeting):
        raise NotAllowed("not-your-site", _("Quý vị không được phân công tham dự tại điểm cầu này."))
    try:
        speaking_queue.withdraw(speech.site, speech.pk)
    except UserError as error:
        return back_with(request, speech.meeting_id, error, ANCHOR)
    messages.success(request, _("Đã rút đăng ký phát biểu."))
    return back(speech.meeting_id, ANCHOR)


@require_safe
@login_required
def speech_statement(request: ActingRequest, pk: int) -> HttpResponse:
    """The text sent beforehand: 404 for who may not read it yet."""
    speech = _visible_speech(request, pk)
    if not speech.statement or not permissions.may_read_statement(request.user, speech):
        get_object_or_404(SpeechRequest.objects.none())
    return render(request, "meetings/statement.html", {"speech": speech, "meeting": speech.meeting})


@require_safe
@login_required
def speaking_times(request: ActingRequest, pk: int) -> HttpResponse:
    """The table of speaking times, as a part of a page."""
    meeting = visible_meeting(request, pk)
    if not permissions.may_see_times(request.user, meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký cuộc họp làm được việc này."))
    times = speaking_time.table(meeting, without=confidential.hidden_items(request.user, meeting.pk))
    return render(request, "meetings/_speaking_times.html", {"times": times})


def _visible_speech(request: ActingRequest, pk: int) -> SpeechRequest:
    rows = SpeechRequest.objects.select_related("meeting__secretary", "meeting__chair", "site__unit", "item", "by")
    found: SpeechRequest = visible_part(request, rows, pk)
    return found
