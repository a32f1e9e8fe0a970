"""Another time that somebody invited proposes: taken, or declined."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import countering
from meetings.models import CounterProposal, Meeting


@require_POST
@login_required
def accept(request: ActingRequest, pk: int) -> HttpResponse:
    """The meeting moves to the proposed time."""
    proposal = _proposal(request, pk)
    countering.accept(acting.required(request.acting), proposal)
    messages.success(request, _("Đã đổi giờ họp và gửi lại giấy mời."))
    return redirect("meeting-detail", pk=proposal.meeting_id)


@require_POST
@login_required
def decline(request: ActingRequest, pk: int) -> HttpResponse:
    """The meeting stays where it is."""
    proposal = _proposal(request, pk)
    countering.decline(acting.required(request.acting), proposal)
    messages.success(request, _("Đã giữ giờ cũ và báo cho người đề nghị."))
    return redirect("meeting-detail", pk=proposal.meeting_id)


def _proposal(request: ActingRequest, pk: int) -> CounterProposal:
    visible = Meeting.objects.visible_to(request.user).order_by().values("pk")
    found = CounterProposal.objects.filter(pk=pk, meeting__in=visible).select_related("meeting").first()
    if found is None:
        raise Http404
    return found
