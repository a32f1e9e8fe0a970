"""Digital signatures on what a meeting sends out: the notice of conclusions and the invitation."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from documents.signatures.signing import Signable
from documents.views.official_pdf import either
from documents.views.signing import signatures_page
from eoffice.organisation.acting import ActingRequest
from meetings import dispatching, letters, minuting
from meetings.models import Dispatch, Meeting
from meetings.views.fetching import RELATED, visible_meeting
from meetings.views.letters import check_shown
from meetings.views.notice import issued_for


@either
@login_required
def notice_signatures(request: ActingRequest, pk: int, edition: int | None = None) -> HttpResponse:
    """Of the newest notice of conclusions that was issued, or of that edition, for its readers."""
    meeting, issued = issued_for(request.user, pk, edition)
    number = letters.notice_number(issued)
    if number is None:
        raise Http404
    check_shown(request.user, meeting, dispatching.latest(meeting, Dispatch.Kind.NOTICE, issued.edition))
    arguments = [pk, issued.edition]
    page = reverse("notice-edition-signatures", args=arguments)
    signable = Signable(number, letters.notice(meeting, issued), issued.signed_by, page)
    pdf = reverse("notice-edition-pdf", args=arguments)
    return signatures_page(request, signable, pdf=pdf, back=letters.page_of(issued))


@either
@login_required
def minutes_signatures(request: ActingRequest, pk: int) -> HttpResponse:
    """Of the numbered minutes, for those who prepare the meeting: the secretary signs them, then the chair."""
    meeting = get_object_or_404(Meeting.objects.prepared_by(request.user).select_related(*RELATED), pk=pk)
    signable = minuting.signable(meeting, url=reverse("meeting-minutes-signatures", args=[pk]))
    if signable is None:
        raise Http404
    return signatures_page(
        request, signable, pdf=reverse("meeting-minutes-pdf", args=[pk]), back=reverse("meeting-detail", args=[pk])
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
