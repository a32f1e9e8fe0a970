"""Another time that somebody invited proposes: taken, or declined."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eoffice.calendar.forms import SEEN, AnswersConflicts, strip
from eoffice.errors import UserError
from eoffice.forms import ErrorsFromOperation
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import countering
from meetings.models import CounterProposal, Meeting

_RELATED = (
    "attendee__person",
    *(f"meeting__{name}" for name in ("type", "organiser", "chair__person", "secretary__person")),
)


class MoveForm(ErrorsFromOperation, AnswersConflicts):
    """What is said of conflicts of the proposed time."""


@require_POST
@login_required
def accept(request: ActingRequest, pk: int) -> HttpResponse:
    """The meeting moves to the proposed time; first its conflicts are shown, where there are any that somebody must accept."""
    proposal = _proposal(request, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _ask(request, proposal, form)
    try:
        countering.accept(acting.required(request.acting), proposal, answer=form.answer())
    except UserError as error:
        if not form.fields.keys() & error.fields.keys():
            raise
        if request.POST.getlist(SEEN):
            form.blame(error)
        return _ask(request, proposal, form)
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


def _ask(request: ActingRequest, proposal: CounterProposal, form: MoveForm) -> HttpResponse:
    shown = strip(form, countering.conflicts_of(proposal, request.user))
    context = {**shown, "proposal": proposal, "meeting": proposal.meeting}
    return render(request, "meetings/counter_accept.html", context, status=422)


def _proposal(request: ActingRequest, pk: int) -> CounterProposal:
    visible = Meeting.objects.visible_to(request.user).order_by().values("pk")
    found = CounterProposal.objects.filter(pk=pk, meeting__in=visible).select_related(*_RELATED).first()
    if found is None:
        raise Http404
    return found
