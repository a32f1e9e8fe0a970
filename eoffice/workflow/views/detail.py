"""One task: what it is, how far it is, and the acts this person may do."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from eoffice.audit import log
from eoffice.audit.history import page_of
from eoffice.errors import UserError
from eoffice.files import serving
from eoffice.organisation.acting import ActingRequest, behind
from eoffice.workflow import acts, drafting, history, task_drafts
from eoffice.workflow.forms import ActForm
from eoffice.workflow.models import Evidence, Report, Task, TaskParty, TaskRequest
from eoffice.workflow.timeliness import Clock


@require_safe
@login_required
def task_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """The page of one task that the reader may know of."""
    return _page(request, _visible(request, pk))


@require_POST
@login_required
def task_act(request: ActingRequest, pk: int, act: str) -> HttpResponse:
    """Do one act; what was typed is shown again when it cannot be done."""
    task = _visible(request, pk)
    chosen = acts.ACTS[act]
    form = chosen.form(request.POST, request.FILES, task=task)
    if not form.is_valid():
        return _page(request, task, failed=(act, form), status=422)
    try:
        by = behind(request, lambda: chosen.may(request.user, task))
        chosen.do(by, task, form)
    except UserError as error:
        task = _visible(request, pk)  # what somebody else did meanwhile belongs on the page
        return _page(request, task, failed=(act, _with_errors(form, error, task)), error=error)
    messages.success(request, str(chosen.done))
    return redirect("task-detail", pk)


@require_safe
@login_required
def task_history(request: ActingRequest, pk: int) -> HttpResponse:
    """Everything that was done about the task, for whoever sees it."""
    task = _visible(request, pk)
    page = page_of(history.entries_of(task), history.tell, request.GET.get("page"))
    context = {"page": page, "heading": task.title, "back": reverse("task-detail", args=[pk])}
    return render(request, "audit/history.html", context)


@require_safe
@login_required
def task_evidence(request: ActingRequest, pk: int, evidence: int) -> HttpResponseBase:
    """The file of one piece of evidence, for whoever sees the task."""
    task = _visible(request, pk)
    found = get_object_or_404(Evidence.objects.select_related("file"), pk=evidence, report__task=task)
    if "Range" not in request.headers:
        log.record("task.evidence_taken", by=request.acting, user=request.user, target=task, file=found.name)
    return serving.serve(request, found.file, name=found.name)


def _visible(request: ActingRequest, pk: int) -> Task:
    return get_object_or_404(
        Task.objects.visible_to(request.user).with_people().select_related("batch__occurrence", "parent"), pk=pk
    )


def _with_errors(form: ActForm, error: UserError, task: Task) -> ActForm:
    """``form`` with what is wrong, as shown with ``task``: sent again, it counts for what is shown now."""
    for field, problem in error.fields.items():
        form.add_error(field if field in form.fields else None, problem)
    if isinstance(form.data, QueryDict):
        shown = form.data.copy()
        for name, value in form.shown_again(task).items():
            shown[name] = value
        form.data = shown
    return form


def _page(
    request: ActingRequest,
    task: Task,
    *,
    failed: tuple[str, ActForm] | None = None,
    error: UserError | None = None,
    status: int = 200,
) -> HttpResponse:
    clock = Clock.at(timezone.now())
    offered = _forms(request, task, failed)
    reports = _reports(task)
    context = {
        "task": task,
        "timeliness": clock.timeliness(task),
        "days_late": clock.days_late(task),
        "next_act": (awaited := acts.next_for(request.user, task)),
        "otherwise": "" if failed else acts.OTHERWISE.get(awaited, ""),
        "acts": offered,
        "asking": any(one["act"].asks for one in offered),
        "failed": failed[0] if failed else "",
        "error": error,
        "reports": reports,
        "result": next((one for one in reversed(reports) if one.kind == Report.Kind.COMPLETION), None),
        "parent": _parent(request, task),
        "alike": task.batch.tasks.count() if task.batch else 0,
        "subtasks": _subtasks(request, task, clock),
        "drafting": _drafting(request, task),
        "drafts": drafting.decided_about(Task, task.pk),
        "drafted": drafting.that_made("task-subtask", [task.pk]).get(task.pk) if task.parent else None,
        **_parties(task, clock),
    }
    return render(request, "workflow/detail.html", context, status=error.status if error else status)


def _forms(request: ActingRequest, task: Task, failed: tuple[str, ActForm] | None) -> list[dict[str, Any]]:
    """The acts on offer, each with its form; a failed one is shown again even when it is no longer on offer."""
    offered = acts.offered_to(request.user, task)
    if failed and failed[0] not in {act.code for act in offered}:
        offered = [*offered, acts.ACTS[failed[0]]]
    return [
        {
            "act": act,
            "url": f"task-{act.code}",
            "form": failed[1] if failed and failed[0] == act.code else act.form(task=task, auto_id=f"{act.code}_%s"),
        }
        for act in offered
    ]


def _drafting(request: ActingRequest, task: Task) -> list[dict[str, Any]]:
    """For which leaders the reader may draft what. Nothing is asked for who is nobody's assistant."""
    return [
        {"kind": kind, "target": task.pk, "leader": leader}
        for kind in task_drafts.kinds()
        for leader in drafting.leaders_helped(request.user, kind, task)
    ]


def _reports(task: Task) -> list[Report]:
    evidence = Prefetch("evidence", Evidence.objects.select_related("file"))
    related = ("by__person", "by__position", "by__unit")
    asked = Prefetch("request", TaskRequest.objects.select_related("wanted_unit", "decided_by__person"))
    return list(task.reports.select_related(*related).prefetch_related(evidence, asked))


def _parent(request: ActingRequest, task: Task) -> dict[str, Any] | None:
    """The task of which this is a part: its words for everybody, its page for who sees it."""
    if task.parent is None:
        return None
    seen = Task.objects.visible_to(request.user).filter(pk=task.parent.pk).exists()
    return {"task": task.parent, "visible": seen}


def _subtasks(request: ActingRequest, task: Task, clock: Clock) -> list[dict[str, Any]]:
    """The parts with state and timeliness; each leads to its page where the reader sees it. Two queries."""
    parts = list(Task.objects.filter(parent=task).select_related("lead_unit", "officer__person"))
    seen = set()
    if parts:
        seen = set(Task.objects.visible_to(request.user).filter(parent=task).values_list("pk", flat=True))
    return [
        {
            "task": part,
            "visible": part.pk in seen,
            "timeliness": clock.timeliness(part),
            "days_late": clock.days_late(part),
        }
        for part in parts
    ]


def _parties(task: Task, clock: Clock) -> dict[str, list[TaskParty]]:
    related = ("unit", "answer__by__person")
    lines = TaskParty.objects.filter(task=task).judged(clock.today)
    parties = list(lines.select_related(*related).order_by("unit__path"))
    return {
        "coordinators": [p for p in parties if p.role == TaskParty.Role.COORDINATE],
        "watching": [p for p in parties if p.role != TaskParty.Role.COORDINATE],
    }
