"""One site's readiness: what holds now, who sees to what failed, and all runs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.errors import NotAllowed, NotFound, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import line_tests, readiness, site_problems
from meetings.contacts import contacts_of
from meetings.models import Check, MeetingSite, SiteProblem
from meetings.permissions import may_see_readiness, may_test_line, may_watch_board
from meetings.rehearsal_forms import CareForm
from meetings.views.fetching import visible_part

RELATED = ("unit", "meeting__chair", "meeting__secretary", "meeting__created_by")


@require_safe
@login_required
def detail(request: ActingRequest, pk: int) -> HttpResponse:
    """Findings, problems, history, whom to call."""
    site = _seen(request, pk)
    standing = readiness.of_site(site, timezone.now())
    context = {
        "meeting": site.meeting,
        "site": site,
        "contacts": contacts_of(site),
        "readiness": standing.readiness,
        "findings": readiness.findings_of(standing.readiness, standing.problems),
        "state": standing.state,
        "why": standing.why,
        "history": readiness.history(site),
        "tests": may_test_line(request.user, site),
        "watches": may_watch_board(request.user, site.meeting),
    }
    return render(request, "meetings/site_readiness.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def care(request: ActingRequest, pk: int, check: str) -> HttpResponse:
    """Who sees to a failed check of the site."""
    site = _seen(request, pk)
    if check not in Check.values:
        raise NotFound("no-such-check", _("Không có mục kiểm tra này."))
    known = SiteProblem.objects.filter(site=site, check_name=check).first()
    initial = {"owner": known.owner, "phone": known.phone, "note": known.note} if known else {}
    form = CareForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _taken(request, site, check, form):
            messages.success(request, _("Đã ghi người xử lý."))
            return redirect("site-readiness", pk)
    context = {"meeting": site.meeting, "site": site, "check": Check(check), "form": form}
    return render(request, "meetings/site_problem.html", context, status=status)


def _taken(request: ActingRequest, site: MeetingSite, check: str, form: CareForm) -> bool:
    try:
        site_problems.take_care(acting.required(request.acting), site, check, form.care())
    except NotAllowed:
        raise
    except UserError as error:
        form.blame(error)
        return False
    return True


@require_POST
@login_required
def problem_set(request: ActingRequest, pk: int) -> HttpResponse:
    """The problem was seen to, or was not after all."""
    related = ("site__meeting__chair", "site__meeting__secretary", "site__meeting__created_by", "site__unit")
    problems = SiteProblem.objects.select_related(*related)
    problem: SiteProblem = visible_part(request, problems, pk, through="site__meeting")
    act = site_problems.solve if request.POST.get("solved") == "1" else site_problems.reopen
    act(acting.required(request.acting), problem)
    return redirect("site-readiness", problem.site_id)


@require_POST
@login_required
def machine_changed(request: ActingRequest, pk: int) -> HttpResponse:
    """Another machine, or another camera: the site must test again."""
    site = _seen(request, pk)
    line_tests.machine_changed(acting.required(request.acting), site)
    messages.success(request, _("Đã ghi nhận. Điểm cầu cần kiểm tra lại."))
    return redirect("site-readiness", pk)


def _seen(request: ActingRequest, pk: int) -> MeetingSite:
    """A site whose readiness the person may see; 404 for who does not know of its meeting."""
    site: MeetingSite = visible_part(request, MeetingSite.objects.select_related(*RELATED), pk)
    if not may_see_readiness(request.user, site):
        raise NotAllowed("may-not-see-readiness", _("Chỉ người của điểm cầu và ban tổ chức cuộc họp xem được."))
    return site
