"""Digital signatures on what a meeting sends out: the notice of conclusions and the invitation."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from documents.signatures.signing import Signable
from documents.views.official_pdf import either
from documents.views.signing import signatures_page
from eoffice.organisation.acting import ActingRequest
from meetings import conclusions, dispatching, letters, notices
from meetings.models import ConclusionNotice, Dispatch, Meeting
from meetings.views.fetching import RELATED, visible_meeting
from meetings.views.letters import check_shown


@either
@login_required
def notice_signatures(request: ActingRequest, pk: int) -> HttpResponse:
    """Of the issued notice of conclusions, for its readers."""
    meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
    issued = conclusions.notice_of(meeting)
    number = letters.notice_number(issued)
    if issued.state != ConclusionNotice.State.ISSUED or number is None or not notices.seen_by(request.user, meeting):
        raise Http404
    check_shown(request.user, meeting, dispatching.latest(meeting, Dispatch.Kind.NOTICE))
    page = reverse("meeting-notice-signatures", args=[pk])
    signable = Signable(number, letters.notice(meeting, issued), issued.signed_by, page)
    return signatures_page(
        request, signable, pdf=reverse("meeting-notice-pdf", args=[pk]), back=reverse("meeting-notice", args=[pk])
    )


@either
@login_required
def invitation_signatures(request: ActingRequest, pk: int) -> HttpResponse:
    """Of the invitation as it was last issued, for everybody who knows of the meeting."""
    meeting = visible_meeting(request, pk)
    number = letters.invitation_number(meeting)
    if number is None:
        raise Http404
    signer = letters.signer_of(meeting.chair, meeting.organiser)
    page = reverse("meeting-invitation-signatures", args=[pk])
    signable = Signable(number, letters.invitation(meeting), signer, page)
    return signatures_page(
        request, signable, pdf=reverse("meeting-invitation-pdf", args=[pk]), back=reverse("meeting-detail", args=[pk])
    )
