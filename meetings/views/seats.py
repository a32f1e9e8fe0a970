"""Roles and sites on the meeting's pages: who takes part as what, and what a unit says of its site."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import casting, invitations, seating
from meetings.forms import RoleForm, SiteForm
from meetings.models import Attendee
from meetings.views.fetching import back, visible_line, visible_part, visible_site


def _role(request: ActingRequest) -> str:
    form = RoleForm(request.POST)
    return str(form.cleaned_data["role"]) if form.is_valid() else ""


@require_POST
@login_required
def line_role(request: ActingRequest, pk: int) -> HttpResponse:
    """Change the role that a line of the invitation gives."""
    line = visible_line(request, pk)
    casting.set_line_role(acting.required(request.acting), line, _role(request))
    messages.success(request, _("Đã đổi vai trò."))
    return back(line.meeting_id, "invitations")


@require_POST
@login_required
def site_role(request: ActingRequest, pk: int) -> HttpResponse:
    """Change the role of a site's people."""
    site = visible_site(request, pk)
    casting.set_site_role(acting.required(request.acting), site, _role(request))
    messages.success(request, _("Đã đổi vai trò."))
    return redirect("meeting-sites", site.meeting_id)


@require_POST
@login_required
def attendee_role(request: ActingRequest, pk: int) -> HttpResponse:
    """Change one person's role."""
    found: Attendee = visible_part(request, Attendee.objects.select_related("meeting"), pk)
    by = acting.required(request.acting)
    casting.set_role(by, found.meeting, person_id=found.person_id, role=_role(request))
    messages.success(request, _("Đã đổi vai trò."))
    return redirect("meeting-sites", found.meeting_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def site_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Where an invited unit sits, who leads there, who looks after the machine, and the number to call."""
    site = visible_site(request, pk)
    by = acting.required(request.acting)
    invitations.check_may_nominate(by, site)
    people = seating.candidates(site)
    if request.method != "POST":
        form = SiteForm(initial=seating.shown(site), people=people)
        return render(request, "meetings/site.html", {"form": form, "site": site, "meeting": site.meeting})
    form = SiteForm(request.POST, people=people)
    status = 422
    if form.is_valid():
        try:
            seating.describe(by, site, form.description(), version=form.cleaned_data["version"] or 0)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _("Đã lưu thông tin điểm cầu."))
            return back(site.meeting_id, "nominations")
    return render(request, "meetings/site.html", {"form": form, "site": site, "meeting": site.meeting}, status=status)
