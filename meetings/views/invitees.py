"""Whom a meeting invites, and whom an invited unit sends."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eoffice.accounts.names import folded
from eoffice.errors import UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Appointment
from meetings import allotting, casting, invitations, roles
from meetings.allotting import REASON_LIMIT
from meetings.forms import InviteForm, SeatsForm
from meetings.models import MeetingSite
from meetings.views.fetching import (
    back,
    back_with,
    visible_line,
    visible_meeting,
    visible_nomination,
    visible_site,
)

PAGE_SIZE = 50


@require_POST
@login_required
def line_create(request: ActingRequest, pk: int) -> HttpResponse:
    """Invite everything chosen in the pickers."""
    meeting = visible_meeting(request, pk)
    by = acting.required(request.acting)
    form = InviteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Có mục không còn tồn tại. Chọn lại thành phần mời."))
        return back(pk, "invitations")
    chosen = form.chosen()
    if not chosen:
        messages.error(request, _("Chọn ít nhất một nhóm, đơn vị hoặc cá nhân để mời."))
    invitations.add_lines(by, meeting, chosen, **form.terms())
    return back(pk, "invitations")


@require_POST
@login_required
def line_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """Take one line out."""
    line = visible_line(request, pk)
    invitations.remove_line(acting.required(request.acting), line)
    return back(line.meeting_id, "invitations")


@require_POST
@login_required
def nomination_create(request: ActingRequest, pk: int) -> HttpResponse:
    """Name those chosen to attend at site ``pk``."""
    site = visible_site(request, pk)
    by = acting.required(request.acting)
    numbers = [text for text in request.POST.getlist("people") if text.isascii() and text.isdigit() and len(text) < 19]
    reason = request.POST.get("reason", "")
    try:
        for number in numbers:
            related = Appointment.objects.select_related("person", "position", "unit")
            invitations.nominate(by, site, get_object_or_404(related, pk=number), reason=reason)
        if not numbers:
            invitations.check_may_nominate(by, site)
            messages.error(request, _("Chọn người dự họp."))
    except UserError as error:
        return _with_what_was_typed(back_with(request, site.meeting_id, error), site, numbers, reason)
    return back(site.meeting_id, f"nominations-{pk}")


def _with_what_was_typed(answer: HttpResponse, site: MeetingSite, numbers: list[str], reason: str) -> HttpResponse:
    """The panel shows again who was ticked and what was written."""
    typed = urlencode({"site": site.pk, "people": ",".join(numbers), "reason": reason[:REASON_LIMIT]})
    answer["Location"] += f"?{typed}#nominations-{site.pk}"
    return answer


@require_POST
@login_required
def line_seats(request: ActingRequest, pk: int) -> HttpResponse:
    """How many people each unit of the line names, from which position on."""
    line = visible_line(request, pk)
    form = SeatsForm(request.POST)
    try:
        if not form.is_valid():
            allotting.allot(acting.required(request.acting), line, seats=0, lowest=None)  # says what is wrong
        data = form.cleaned_data
        allotting.allot(acting.required(request.acting), line, seats=data["seats"], lowest=data["lowest"])
    except UserError as error:
        return back_with(request, line.meeting_id, error, "invitations")
    messages.success(request, _("Đã đổi số người được cử."))
    return back(line.meeting_id, "invitations")


@require_POST
@login_required
def nomination_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """Take a named person off the list."""
    nomination = visible_nomination(request, pk)
    invitations.withdraw_nomination(acting.required(request.acting), nomination)
    return back(nomination.site.meeting_id, "nominations")


@require_safe
@login_required
def site_list(request: ActingRequest, pk: int) -> HttpResponse:
    """The sites of a meeting and who attends there, by agency tree; searched without diacritics."""
    meeting = visible_meeting(request, pk)
    words = folded(request.GET.get("q", ""))[:100].split()
    sites = meeting.sites.select_related("unit").prefetch_related(
        "attendees__person",
        "attendees__appointment__position",
        "attendees__appointment__unit",
        "attendees__substitute__person",
        "attendees__stands_for__person",
        "chair__person",
        "technician__person",
    )
    for word in words:
        sites = sites.filter(unit__search_name__contains=word)
    kinds = [kind for kind in MeetingSite.Kind if kind == request.GET.get("kind")]
    if kinds:
        sites = sites.filter(kind=kinds[0])
    page = Paginator(sites.order_by("unit__path", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"meeting": meeting, "page": page, "q": request.GET.get("q", ""), "kinds": MeetingSite.Kind.choices}
    context["kind"] = kinds[0].value if kinds else ""
    context["may_cast"] = casting.may_cast(request.user, meeting)
    context["roles"] = [(role.value, role.label) for role in roles.ASSIGNABLE]
    context["named"] = {meeting.chair.person_id, meeting.secretary.person_id}
    return render(request, "meetings/sites.html", context)
