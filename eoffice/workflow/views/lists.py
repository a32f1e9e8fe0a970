"""The list of tasks: mine, my unit's, those I assigned, all that I may see; late first."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.organisation.acting import ActingRequest
from eoffice.workflow.models import Task
from eoffice.workflow.queries import TaskQuerySet
from eoffice.workflow.timeliness import Clock

PAGE_SIZE = 25

SCOPES = {
    "mine": _("Việc của tôi"),
    "unit": _("Đơn vị tôi"),
    "assigned": _("Đã giao"),
    "all": _("Tất cả"),
}
STATES = {
    "open": _("Chưa xong"),
    "late": _("Quá hạn"),
    "soon": _("Sắp đến hạn"),
    **dict(Task.State.choices),
    "any": _("Mọi trạng thái"),
}


class Filters(NamedTuple):
    """What the address asks for; anything unknown is its default."""

    scope: str
    state: str
    text: str

    @classmethod
    def of(cls, request: ActingRequest, default_scope: str) -> "Filters":
        scope = request.GET.get("scope", "")
        state = request.GET.get("state", "")
        return cls(
            scope if scope in SCOPES else default_scope,
            state if state in STATES else "open",
            request.GET.get("q", "").strip()[:100],
        )


class TaskPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of task ids: sorting narrow rows is what keeps a deep page of many tasks quick.

    ``known`` is the total when it was counted already.
    """

    def __init__(self, ids: "QuerySet[Task, int]", per_page: int, *, known: int | None) -> None:
        super().__init__(ids, per_page)
        self.known = known

    @cached_property
    def count(self) -> int:
        return super().count if self.known is None else self.known


@require_safe
@login_required
def task_list(request: ActingRequest) -> HttpResponse:
    """Tasks of one scope, late first, 25 to a page."""
    clock = Clock.at(timezone.now())
    counts = {scope: _counts(_in_scope(request.user, scope), clock) for scope in SCOPES}
    default = next((scope for scope in ("mine", "unit", "assigned") if counts[scope]["open"]), "all")
    filters = Filters.of(request, default)
    found = _matching(_in_scope(request.user, filters.scope), filters, clock).late_first(clock.today)
    known = None if filters.text else counts[filters.scope].get(filters.state)
    page = TaskPaginator(found.values_list("pk", flat=True), PAGE_SIZE, known=known).get_page(request.GET.get("page"))
    tasks = Task.objects.select_related("lead_unit", "officer__person", "assigner_unit").in_bulk(list(page))
    context = {
        "page": page,
        "rows": [_row(tasks[pk], clock) for pk in page],
        "filters": filters,
        "tabs": [(code, label, counts[code]) for code, label in SCOPES.items()],
        "states": STATES,
        "here": counts[filters.scope],
    }
    return render(request, "workflow/list.html", context)


def _in_scope(user: User, scope: str) -> TaskQuerySet:
    tasks = Task.objects.all()
    match scope:
        case "mine":
            return tasks.done_by(user)
        case "unit":
            return tasks.of_units_of(user)
        case "assigned":
            return tasks.assigned_by(user)
        case _:
            return tasks.visible_to(user)


def _matching(tasks: TaskQuerySet, filters: Filters, clock: Clock) -> TaskQuerySet:
    words = folded(filters.text).split()
    for word in words:
        tasks = tasks.filter(Q(search_title__contains=word) | Q(lead_unit__search_name__contains=word))
    match filters.state:
        case "open":
            return tasks.open()
        case "late":
            return tasks.late(clock.today)
        case "soon":
            return tasks.open().exclude(state="submitted").filter(due_on__range=_soon(clock))
        case "any":
            return tasks
        case state:
            return tasks.filter(state=state)


def _soon(clock: Clock) -> tuple[dt.date, dt.date]:
    return clock.today, clock.soon_until or clock.today


def _counts(tasks: TaskQuerySet, clock: Clock) -> dict[str, int]:
    """Open, late and waiting for approval: one query."""
    is_open = Q(state__in=Task.OPEN_STATES)
    at_work = is_open & ~Q(state=Task.State.SUBMITTED)
    return tasks.aggregate(
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=at_work & Q(due_on__lt=clock.today)),
        soon=Count("pk", filter=at_work & Q(due_on__range=_soon(clock))),
        submitted=Count("pk", filter=Q(state=Task.State.SUBMITTED)),
    )


def _row(task: Task, clock: Clock) -> dict[str, Any]:
    return {"task": task, "timeliness": clock.timeliness(task), "days_late": clock.days_late(task)}
