"""Official documents of a meeting as Word files, to be signed, sealed and sent where the agency keeps its register."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from documents.decree30 import layout
from documents.decree30.parts import OfficialDocument
from eoffice import downloads
from eoffice.http import NO_STORE
from eoffice.organisation.acting import ActingRequest
from meetings import conclusions, confidential, letters, notices, permissions
from meetings.minutes import minutes
from meetings.models import ConclusionNotice, Meeting
from meetings.views.fetching import RELATED, visible_meeting

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@login_required
def invitation_letter(request: ActingRequest, pk: int) -> HttpResponse:
    """The letter of invitation: those who prepare the meeting, once it is issued everybody who knows of it."""
    return _word(letters.invitation(visible_meeting(request, pk)), "giay-moi")


@require_safe
@login_required
def notice_letter(request: ActingRequest, pk: int) -> HttpResponse:
    """The notice of conclusions: who reads the notice; as it would be now, those who may read its draft."""
    meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
    issued = conclusions.notice_of(meeting)
    if issued.state == ConclusionNotice.State.ISSUED:
        readable = notices.seen_by(request.user, meeting)
    else:
        readable = permissions.may_read_draft_conclusions(request.user, meeting)
    if not readable:
        raise Http404
    return _word(letters.notice(meeting, issued), "thong-bao-ket-luan")


@require_safe
@login_required
def minutes_letter(request: ActingRequest, pk: int) -> HttpResponse:
    """The minutes, as far as the meeting has come: those who prepare it."""
    meeting = get_object_or_404(Meeting.objects.prepared_by(request.user).select_related(*RELATED), pk=pk)
    return _word(minutes(meeting, hidden=confidential.hidden_items(request.user, meeting.pk)), "bien-ban")


def _word(document: OfficialDocument, what: str) -> HttpResponse:
    content = layout.docx(document)
    response = downloads.named(content, media_type=DOCX, what=what, title=document.subject, ending="docx")
    response["Cache-Control"] = NO_STORE
    return response
