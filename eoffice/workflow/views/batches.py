"""The tasks that each of a group of units was given in one act, on one page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice.organisation.acting import ActingRequest
from eoffice.workflow.batching import progress_of
from eoffice.workflow.models import Task, TaskBatch
from eoffice.workflow.timeliness import Clock


@require_safe
@login_required
def task_batch(request: ActingRequest, pk: int) -> HttpResponse:
    """Those of them that the reader may know of, late first; ``state``: in one state, ``late``: late ones."""
    related = ("assigner__person", "assigner_unit", "occurrence")
    batch = get_object_or_404(TaskBatch.objects.select_related(*related), pk=pk)
    clock = Clock.at(timezone.now())
    known = Task.objects.visible_to(request.user).filter(batch=batch)
    counts = progress_of(known, clock.today)
    if not counts["all"]:
        raise Http404
    wanted = request.GET.get("state", "")
    shown = known.late(clock.today) if wanted == "late" else known
    if wanted in Task.State.values:
        shown = known.filter(state=wanted)
    tasks = shown.select_related("lead_unit", "officer__person").late_first(clock.today)
    context = {
        "batch": batch,
        "counts": counts,
        "states": [(state, state.label, counts[state.value]) for state in Task.State if counts[state.value]],
        "wanted": wanted,
        "rows": [clock.row(task) for task in tasks],
    }
    return render(request, "workflow/batch.html", context)
