"""The economy of meetings (Hiệu quả họp): figures of a period, the list behind each, and both as a spreadsheet."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice import downloads
from eoffice.audit import log
from eoffice.organisation.acting import ActingRequest
from eoffice.spreadsheets import XLSX
from eoffice.workflow import periods
from meetings.economy import charts, figures, report, sheet
from meetings.economy.formulas import formulas


@require_safe
@login_required
def economy(request: ActingRequest) -> HttpResponse:
    """The page of a month, a quarter or a year."""
    return render(request, "meetings/economy.html", _context(request))


@require_safe
@login_required
def economy_list(request: ActingRequest, which: str) -> HttpResponse:
    """The meetings that a figure counts."""
    level = request.GET.get("level", "")
    if which not in report.LISTS or level not in report.LEVELS:
        raise Http404
    filters = report.filters_of(request.user, request.GET, timezone.localdate())
    context = {
        "filters": filters,
        "heading": report.LISTS[which][0],
        "level": report.LEVELS[level][0],
        "count": report.count_of(request.user, filters, which, level),
        "lines": (lines := report.lines_of(request.user, filters, which, level)),
        "sums": figures.total(line.sums for line in lines),
    }
    return render(request, "meetings/economy_list.html", context)


@require_safe
@login_required
def economy_xlsx(request: ActingRequest) -> HttpResponse:
    """All of it as XLSX, with the formulas."""
    now = timezone.now()
    filters = report.filters_of(request.user, request.GET, timezone.localdate(now))
    made = report.report_of(request.user, filters)
    lines = report.lines_of(request.user, filters, "held", "")
    log.record("meetings.economy_exported", by=request.acting, user=request.user, period=filters.period.code)
    content, title = sheet.workbook(made, lines, now), filters.period.code
    return downloads.unkept(content, media_type=XLSX, what="hieu-qua-hop", title=title, ending="xlsx")


def _context(request: ActingRequest) -> dict[str, Any]:
    now = timezone.now()
    filters = report.filters_of(request.user, request.GET, timezone.localdate(now))
    made = report.report_of(request.user, filters)
    return {
        "report": made,
        "filters": filters,
        "now": now,
        "scopes": report.SCOPES.items() if made.units_known else (),
        "options": periods.offered(timezone.localdate(now), filters.period),
        "query": filters.query(),
        "meetings_chart": charts.of_forms(made.months),
        "hours_chart": charts.of_hours(made.months),
        "formulas": formulas(made.baselines),
    }
