"""Official documents of a meeting as Word files, to be signed, sealed and sent where the agency keeps its register."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from documents.decree30 import layout
from documents.decree30.parts import OfficialDocument
from eoffice.accounts.names import folded
from eoffice.http import NO_STORE
from eoffice.organisation.acting import ActingRequest
from meetings import conclusions, confidential, letters, notices, permissions
from meetings.minutes import minutes
from meetings.models import ConclusionNotice, Meeting

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RELATED = (
    "organiser",
    "chair__person",
    "chair__position",
    "chair__unit",
    "secretary__unit__legal_body__unit",
    "created_by",
)


@require_safe
@login_required
def invitation_letter(request: ActingRequest, pk: int) -> HttpResponse:
    """The letter of invitation: those who prepare the meeting, once it is issued everybody who knows of it."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    return _word(letters.invitation(meeting), "giay-moi")


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


def _word(document: OfficialDocument, stem: str) -> HttpResponse:
    name = f"{stem}-{slugify(folded(document.subject))[:60]}.docx"
    response = HttpResponse(layout.docx(document), content_type=DOCX, headers={"Cache-Control": NO_STORE})
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    return response
