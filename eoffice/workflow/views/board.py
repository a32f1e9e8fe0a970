"""Figures of tasks (Theo dõi nhiệm vụ): by unit, by month, as a spreadsheet, as a paper."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice import downloads
from eoffice.audit import log
from eoffice.organisation.acting import ActingRequest
from eoffice.spreadsheets import CSV, XLSX
from eoffice.workflow import board_sheet, cells, periods
from eoffice.workflow.board import board_of, filters_of, trend_of
from eoffice.workflow.scopes import COUNTED, SCOPES
from eoffice.workflow.timeliness import Clock


@require_safe
@login_required
def task_board(request: ActingRequest) -> HttpResponse:
    """The four cells of a period by unit, with what leads to each list."""
    return render(request, "workflow/board.html", _context(request))


@require_safe
@login_required
def task_board_months(request: ActingRequest) -> HttpResponse:
    """The same by month, as it stands and as it was reported."""
    context = _context(request, by_unit=False)
    context["months"] = trend_of(request.user, context["board"].filters, context["clock"])
    return render(request, "workflow/board_months.html", context)


@require_safe
@login_required
def task_board_sheet(request: ActingRequest) -> HttpResponse:
    """As an official form to be printed, or kept as PDF by the browser."""
    return render(request, "workflow/board_sheet.html", _context(request))


@require_safe
@login_required
def task_board_export(request: ActingRequest, kind: str) -> HttpResponse:
    """The table of the page as XLSX or CSV."""
    context = _context(request)
    board, now = context["board"], context["now"]
    title = f"{board.unit.short_name if board.unit else ''} {board.filters.period.code}"
    if kind == "csv":
        content, media_type = board_sheet.as_csv(board, now), CSV
    else:
        content, media_type = board_sheet.workbook(board, now), XLSX
    log.record("tasks.board_exported", by=request.acting, user=request.user, target=board.unit, title=title)
    return downloads.unkept(content, media_type=media_type, what="theo-doi-nhiem-vu", title=title, ending=kind)


def _context(request: ActingRequest, *, by_unit: bool = True) -> dict[str, Any]:
    now = timezone.now()
    clock = Clock.at(now)
    board = board_of(request.user, filters_of(request.user, request.GET, clock), clock, by_unit=by_unit)
    filters = board.filters
    return {
        "board": board,
        "filters": filters,
        "clock": clock,
        "now": now,
        "scopes": [(code, SCOPES[code]) for code in COUNTED],
        "ways": periods.BY,
        "heads": cells.Cell.choices,
        "query": filters.query(),
        "issuer": request.acting.unit.name if request.acting else "",
    }
