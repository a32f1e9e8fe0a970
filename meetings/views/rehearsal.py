"""The rehearsal's pages for who prepares or watches: the board of all sites, windows, the report."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import readiness, readiness_report, rehearsal_windows
from meetings.models import LineTestWindow, Meeting
from meetings.permissions import may_plan_tests, may_watch_board
from meetings.rehearsal_forms import WindowForm
from meetings.views.downloads import spreadsheet
from meetings.views.fetching import visible_meeting, visible_part

PAGE_SIZE = 50


@require_safe
@login_required
def board(request: ActingRequest, pk: int) -> HttpResponse:
    """Every site with its lamp, counts per branch, and the windows."""
    return _board(request, _watched(request, pk), None, 200)


@require_POST
@login_required
def window_add(request: ActingRequest, pk: int) -> HttpResponse:
    """Set one more window; what is wrong with it is said beside the form."""
    meeting = visible_meeting(request, pk)
    by = acting.required(request.acting)
    form = WindowForm(request.POST)
    if form.is_valid():
        try:
            rehearsal_windows.add(by, meeting, *form.times())
        except NotAllowed:
            raise
        except UserError as error:
            form.blame_window(error.fields)
            if not error.fields:
                form.blame(error)
            return _board(request, _watched(request, pk), form, 409 if isinstance(error, Conflict) else 422)
        messages.success(request, _("Đã đặt khung giờ và báo cho các điểm cầu."))
        return redirect("meeting-rehearsal", pk)
    if not may_plan_tests(request.user, meeting):
        raise NotAllowed("may-not-plan-tests", _("Chỉ người chuẩn bị cuộc họp đặt được khung giờ kiểm tra."))
    return _board(request, _watched(request, pk), form, 422)


@require_POST
@login_required
def window_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """Take a window back."""
    window: LineTestWindow = visible_part(request, LineTestWindow.objects.select_related("meeting"), pk)
    rehearsal_windows.remove(acting.required(request.acting), window)
    messages.success(request, _("Đã bỏ khung giờ và báo cho các điểm cầu."))
    return redirect("meeting-rehearsal", window.meeting_id)


@require_safe
@login_required
def report(request: ActingRequest, pk: int) -> HttpResponse:
    """The whole board to print: one table per branch."""
    meeting = _watched(request, pk)
    now = timezone.now()
    branches = readiness.board(meeting, now)
    rows = [row for branch in branches for row in branch.rows]
    context = {"meeting": meeting, "branches": branches, "total": len(rows), "now": now, **_counts(rows)}
    return render(request, "meetings/readiness_report.html", context)


@require_safe
@login_required
def export(request: ActingRequest, pk: int) -> HttpResponse:
    """The whole board as a spreadsheet."""
    meeting = _watched(request, pk)
    now = timezone.now()
    book = readiness_report.workbook(meeting, readiness.board(meeting, now), now)
    return spreadsheet(request, book, "kiem-tra", meeting)


def _watched(request: ActingRequest, pk: int) -> Meeting:
    """A meeting whose sites the person may watch."""
    meeting = visible_meeting(request, pk)
    if not may_watch_board(request.user, meeting):
        raise NotAllowed(
            "may-not-watch-board", _("Chỉ chủ trì, thư ký, đạo diễn hình và kỹ thuật viên của điểm cầu chính xem được.")
        )
    return meeting


def _board(request: ActingRequest, meeting: Meeting, form: WindowForm | None, status: int) -> HttpResponse:
    now = timezone.now()
    branches = readiness.board(meeting, now)
    chosen = {name: request.GET.get(name, "")[:200] for name in ("state", "branch", "q")}
    rows = [row for branch in branches for row in branch.rows]
    found = readiness.matching(branches, state=chosen["state"], words=chosen["q"], branch=chosen["branch"])
    plans = may_plan_tests(request.user, meeting)
    context = {
        "meeting": meeting,
        "branches": branches,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "total": len(rows),
        "chosen": chosen,
        "windows": list(meeting.test_windows.all()),
        "plans": plans,
        "form": form or WindowForm(initial=WindowForm.shown(*rehearsal_windows.proposed(meeting, now))),
        "now": now,
        **_counts(rows),
    }
    return render(request, "meetings/rehearsal.html", context, status=status)


def _counts(rows: list[readiness.SiteRow]) -> dict[str, Any]:
    counted = readiness.count(rows)
    return {"lamps": [(state.value, state.label, counted[state]) for state in readiness.State], "counts": counted}
