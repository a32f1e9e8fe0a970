"""One recurring task: its rule, what it has given, what comes; changed and stopped by who gives it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, required
from eoffice.workflow import recurring
from eoffice.workflow.models import RecurringTask, Task
from eoffice.workflow.recurring_forms import ChangeForm, StopForm, initial_of

OCCURRENCES_SHOWN = 60


@require_safe
@login_required
def recurring_task(request: ActingRequest, pk: int) -> HttpResponse:
    """The page of one recurring task that the reader may know of."""
    return _page(request, _visible(request, pk))


@require_POST
@login_required
def recurring_change(request: ActingRequest, pk: int) -> HttpResponse:
    """Another rule for the periods to come."""
    found, form = _visible(request, pk), ChangeForm(request.POST)
    if form.is_valid():
        try:
            recurring.change(required(request.acting), found, form.recurrence(), version=form.cleaned_data["version"])
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            return _page(request, found, change=form, status=409 if isinstance(error, Conflict) else 422)
        messages.success(request, _("Đã lưu quy tắc mới cho các kỳ tới."))
        return redirect("recurring-task", pk)
    return _page(request, found, change=form, status=422)


@require_POST
@login_required
def recurring_stop(request: ActingRequest, pk: int) -> HttpResponse:
    """No more periods."""
    found, form = _visible(request, pk), StopForm(request.POST)
    if form.is_valid():
        try:
            recurring.stop(required(request.acting), found, reason=form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã dừng. Các nhiệm vụ đã giao vẫn tiếp tục."))
            return redirect("recurring-task", pk)
    return _page(request, found, stop=form, status=422)


def _page(
    request: ActingRequest,
    found: RecurringTask,
    *,
    change: ChangeForm | None = None,
    stop: StopForm | None = None,
    status: int = 200,
) -> HttpResponse:
    version = RecurringTask.objects.values_list("version", flat=True).get(pk=found.pk)
    initial = {**initial_of(found.recurrence), "version": found.version}
    if change is not None:
        change.data = {**request.POST.dict(), "version": str(version)}
    occurrences = list(found.occurrences.select_related("batch")[:OCCURRENCES_SHOWN])
    batches = [one.batch_id for one in occurrences]
    own = Task.objects.visible_to(request.user).filter(batch__in=batches).order_by()
    context = {
        "recurring": found,
        "leads": list(found.leads.order_by("path")),
        "coming": recurring.coming(found),
        "occurrences": occurrences,
        "reachable": set(own.values_list("batch", flat=True)),
        "may_change": recurring.may_change(request.user, found) and not found.stopped_at,
        "change": change or ChangeForm(initial=initial),
        "stop": stop or StopForm(),
        "today": timezone.localdate(),
    }
    return render(request, "workflow/recurring.html", context, status=status)


def _visible(request: ActingRequest, pk: int) -> RecurringTask:
    related = ("assigner__person", "assigner_unit", "stopped_by__person")
    return get_object_or_404(recurring.visible_to(request.user).select_related(*related), pk=pk)
