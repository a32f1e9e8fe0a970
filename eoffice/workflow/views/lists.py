"""Tasks as a list (late first, 25 to a page), as a board by state, as a month of due days, as a file to take away."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice import downloads
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Unit
from eoffice.spreadsheets import CSV, XLSX
from eoffice.workflow import batching, filtering, kanban, month_page, recurring, task_sheet
from eoffice.workflow.filtering import STATES, Filters
from eoffice.workflow.models import Task
from eoffice.workflow.ordering import ENOUGH, ENOUGH_SAID, LateFirst, TaskPaginator, bounded, said
from eoffice.workflow.permissions import units_led
from eoffice.workflow.scopes import SCOPES, Chosen, in_scope
from eoffice.workflow.timeliness import Clock

PAGE_SIZE = 25
SHOWN_COUNT = 999
"""A tab says "999+" beyond."""
SUMS = {"late": "danger", "soon": "warning", "submitted": "info", "open": "neutral"}
"""State → tone of its chip."""


@require_safe
@login_required
def task_list(request: ActingRequest) -> HttpResponse:
    """Tasks as the address asks for them, late first."""
    clock = Clock.at(timezone.now())
    context = _frame(request)
    filters: Filters = context["filters"]
    here = _sums(request.user, filters.scope, clock)
    found = filtering.matching(request.user, filters, clock)
    order = LateFirst(found, clock, states=filters.states, said=bool(filters.text))
    enough = ENOUGH_SAID if filters.text else ENOUGH
    if filters.text and not filters.is_drilled:
        first = order[0 : enough + 1]
        ids = TaskPaginator(first, PAGE_SIZE, known=len(first))
    else:
        ids = TaskPaginator(order, PAGE_SIZE, known=_size(found, filters, here))
    page = ids.get_page(request.GET.get("page"))
    tasks = Task.objects.select_related("lead_unit", "officer__person", "assigner_unit").in_bulk(list(page))
    context |= {
        "page": page,
        "rows": [clock.row(tasks[pk]) for pk in page],
        "here": here,
        "recurring": recurring.running(request.user) if filters.scope == "assigned" else [],
        "batches": batching.unfinished(request.user, clock.today) if filters.scope == "assigned" else [],
        "sums": [(state, STATES[state], tone, said(here[state], ENOUGH)) for state, tone in SUMS.items()],
        "enough": enough if ids.count > enough and not filters.is_drilled else None,
    }
    return render(request, "workflow/list.html", context)


@require_safe
@login_required
def task_kanban(request: ActingRequest) -> HttpResponse:
    """The tasks of the scope in a column per state."""
    clock, context = Clock.at(timezone.now()), _frame(request)
    context["columns"] = kanban.columns_of(request.user, context["filters"], clock)
    return render(request, "workflow/kanban.html", context)


@require_safe
@login_required
def task_calendar(request: ActingRequest) -> HttpResponse:
    """A month of due days."""
    clock, context = Clock.at(timezone.now()), _frame(request)
    asked = request.GET.get("month", "")
    context["month"] = month_page.month_page(request.user, context["filters"], asked, clock)
    return render(request, "workflow/calendar.html", context)


@require_safe
@login_required
def task_export(request: ActingRequest, kind: str) -> HttpResponse:
    """What the list shows, all pages of it, as XLSX or CSV."""
    now = timezone.now()
    clock, filters = Clock.at(now), Filters.of(request.GET)
    lines = task_sheet.lines_of(request.user, filters, clock)
    if kind == "csv":
        content, media_type = task_sheet.as_csv(lines), CSV
    else:
        content, media_type = task_sheet.workbook(lines, now), XLSX
    title = str(SCOPES[filters.scope])
    log.record("tasks.exported", by=request.acting, user=request.user, scope=filters.scope, filters=filters.query())
    return downloads.unkept(content, media_type=media_type, what="nhiem-vu", title=title, ending=kind)


def _frame(request: ActingRequest) -> dict[str, Any]:
    """What stands above every way of showing tasks: tabs with how many are open, filters, the way to other ways."""
    counts = {scope: _open_count(request.user, scope) for scope in SCOPES if scope != "all"}
    default = next((scope for scope in ("mine", "unit", "assigned") if counts[scope]), "all")
    filters = Filters.of(request.GET, default)
    return {
        "filters": filters,
        "query": filters.query(),
        "drilled_unit": Unit.objects.filter(pk=filters.unit).first() if filters.unit is not None else None,
        "tabs": [
            (code, label, said(counts[code], SHOWN_COUNT) if code in counts else "") for code, label in SCOPES.items()
        ],
        "states": STATES,
        "may_share": bool(units_led(request.user)),
    }


def _open_count(user: User, scope: str) -> int:
    return bounded(in_scope(user, scope).among(Q(state__in=Task.OPEN_STATES)).tasks, SHOWN_COUNT)


def _sums(user: User, scope: str, clock: Clock) -> dict[str, int]:
    """How many tasks of the scope stand in each of ``SUMS``. One query: all of them are open."""
    tasks = in_scope(user, scope).among(Q(state__in=Task.OPEN_STATES)).tasks.order_by()
    return tasks.aggregate(**{state: Count("pk", filter=filtering.in_state(state, clock)) for state in SUMS})


def _size(found: Chosen, filters: Filters, here: dict[str, int]) -> int:
    """How many tasks the list has: exactly where a figure led here, else up to ``ENOUGH`` and one."""
    if filters.is_drilled:
        return found.tasks.order_by().count()
    return min(here[filters.state], ENOUGH + 1) if filters.state in here else bounded(found.tasks)
