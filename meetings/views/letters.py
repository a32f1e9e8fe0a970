"""Official documents of a meeting as Word files and as PDF, to be signed, sealed and sent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.decree30.parts import OfficialDocument
from documents.views.official_pdf import either, pdf_of, word_of
from eoffice.accounts.models import User
from eoffice.errors import NotAllowed
from eoffice.organisation.acting import ActingRequest, required
from meetings import conclusions, confidential, dispatching, letters, minuting, notices, permissions, receipts
from meetings.minutes import minutes
from meetings.models import ConclusionNotice, Dispatch, Meeting, Recall
from meetings.submission import submission
from meetings.views.downloads import on_record
from meetings.views.fetching import RELATED, visible_meeting
from meetings.views.notice import issued_for

_LETTER, _NOTICE, _MINUTES, _SUBMISSION = "giay-moi", "thong-bao-ket-luan", "bien-ban", "phieu-trinh"
"""What the files are called."""


@require_safe
@login_required
@on_record(_LETTER)
def invitation_letter(request: ActingRequest, pk: int) -> HttpResponse:
    """The letter of invitation: those who prepare the meeting, once it is issued everybody who knows of it."""
    return word_of(letters.invitation(_invitation(request, pk)), _LETTER)


@either
@login_required
@on_record(_LETTER)
def invitation_pdf(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The same as PDF."""
    meeting = _invitation(request, pk)
    document, back = letters.invitation(meeting), reverse("meeting-detail", args=[pk])
    number = None if document.mark else letters.invitation_number(meeting)  # of a recalled one: the copy with the mark
    return pdf_of(request, document, what=_LETTER, back=back, number=number)


@require_safe
@login_required
@on_record(_NOTICE)
def notice_letter(request: ActingRequest, pk: int, edition: int | None = None) -> HttpResponse:
    """The notice of conclusions, or an edition that was issued: who reads the notice; the newest one as it would be now, those
    who may read its draft."""
    return word_of(letters.notice(*_notice(request, pk, edition)), _NOTICE)


@either
@login_required
@on_record(_NOTICE)
def notice_pdf(request: ActingRequest, pk: int, edition: int | None = None) -> HttpResponseBase:
    """The same as PDF."""
    meeting, issued = _notice(request, pk, edition)
    document = letters.notice(meeting, issued)
    number = None if document.mark else letters.notice_number(issued)
    drafted = document.number is None
    back = reverse("meeting-conclusions", args=[pk]) if drafted else letters.page_of(issued)
    return pdf_of(request, document, what=_NOTICE, back=back, number=number)


@require_safe
@login_required
@on_record(_MINUTES)
def minutes_letter(request: ActingRequest, pk: int) -> HttpResponse:
    """The minutes, as far as the meeting has come: those who prepare it."""
    return word_of(_minutes(request, pk)[1], _MINUTES)


@either
@login_required
@on_record(_MINUTES)
def minutes_pdf(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The same as PDF; once somebody has signed them digitally, what was signed."""
    meeting, document = _minutes(request, pk)
    back = reverse("meeting-detail", args=[pk])
    return pdf_of(request, document, what=_MINUTES, back=back, number=meeting.minutes_line)


@require_safe
@login_required
@on_record(_SUBMISSION)
def submission_letter(request: ActingRequest, pk: int) -> HttpResponse:
    """The slip that goes with the draft of the conclusions: those who may read the draft."""
    return word_of(_submission(request, pk), _SUBMISSION)


@either
@login_required
@on_record(_SUBMISSION)
def submission_pdf(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The same as PDF."""
    back = reverse("meeting-conclusions", args=[pk])
    return pdf_of(request, _submission(request, pk), what=_SUBMISSION, back=back)


@require_POST
@login_required
def minutes_number(request: ActingRequest, pk: int) -> HttpResponse:
    """Give the minutes their number."""
    meeting = visible_meeting(request, pk)
    numbered = minuting.number_minutes(required(request.acting), meeting)
    assert numbered.minutes_line is not None
    messages.success(request, _("Biên bản có số %(code)s.") % {"code": numbered.minutes_line.code})
    return redirect("meeting-detail", pk)


def _invitation(request: ActingRequest, pk: int) -> Meeting:
    meeting = visible_meeting(request, pk)
    receipts.opened(request.user, dispatching.latest(meeting, Dispatch.Kind.INVITATION))
    return meeting


def _notice(request: ActingRequest, pk: int, edition: int | None) -> tuple[Meeting, ConclusionNotice]:
    """As far as the reader may read it. Raises Http404, NotAllowed."""
    if edition is None:
        meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
        newest = conclusions.notice_of(meeting)
        if newest.state != ConclusionNotice.State.ISSUED:
            if permissions.may_read_draft_conclusions(request.user, meeting):
                return meeting, newest
            if newest.replaces is None:
                raise Http404
    meeting, issued = issued_for(request.user, pk, edition)
    dispatch = dispatching.latest(meeting, Dispatch.Kind.NOTICE, issued.edition)
    check_shown(request.user, meeting, dispatch)
    receipts.opened(request.user, dispatch)
    return meeting, issued


def _submission(request: ActingRequest, pk: int) -> OfficialDocument:
    meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
    if not permissions.may_read_draft_conclusions(request.user, meeting):
        raise Http404
    return submission(meeting, conclusions.notice_of(meeting), reader=request.user)


def check_shown(user: User, meeting: Meeting, dispatch: Dispatch | None) -> None:
    """Raises NotAllowed("access-removed") where the text of the notice is not shown to ``user`` any more."""
    removed = dispatching.recall_of(dispatch, Recall.Meaning.REMOVE_ACCESS)
    if removed and not notices.text_shown(user, meeting, dispatch):
        raise NotAllowed(
            "access-removed",
            _("Nội dung văn bản không còn được cung cấp cho nơi nhận."),
            hint=_("Lý do: %(reason)s") % {"reason": removed.reason},
        )


def _minutes(request: ActingRequest, pk: int) -> tuple[Meeting, OfficialDocument]:
    meeting = get_object_or_404(Meeting.objects.prepared_by(request.user).select_related(*RELATED), pk=pk)
    return meeting, minutes(meeting, hidden=confidential.hidden_items(request.user, meeting.pk))
