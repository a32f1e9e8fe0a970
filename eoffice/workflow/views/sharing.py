"""The head gives several tasks to one officer, and sees before what each has already."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from eoffice.errors import NotAllowed, UserError
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, required
from eoffice.organisation.models import Unit
from eoffice.workflow.models import Task
from eoffice.workflow.ordering import LateFirst, TaskPaginator
from eoffice.workflow.permissions import units_led
from eoffice.workflow.scopes import Chosen
from eoffice.workflow.sharing_out import Load, loads_of, share_out, to_share
from eoffice.workflow.timeliness import Clock

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def task_share(request: ActingRequest) -> HttpResponse:
    """Tasks of a unit that the reader leads, to be marked; officers with their load; what was chosen stays after an error."""
    units = list(Unit.objects.filter(pk__in=units_led(request.user)).order_by("path"))
    if not units:
        raise NotAllowed(
            "leads-no-unit",
            _("Bạn không phải người đứng đầu hoặc cấp phó của đơn vị nào."),
            hint=_("Việc giao người thực hiện do lãnh đạo đơn vị chủ trì làm."),
        )
    query = request.POST if request.method == "POST" else request.GET
    asked = number_of(query.get("unit", ""))
    unit = next((one for one in units if one.pk == asked), units[0])
    clock = Clock.at(timezone.now())
    loads, error = loads_of(unit, clock), None
    if request.method == "POST":
        try:
            return _shared(request, unit, loads)
        except UserError as refused:
            error, loads = refused, loads_of(unit, clock)
    return _page(request, units, unit, loads, clock, error)


def _shared(request: ActingRequest, unit: Unit, loads: list[Load]) -> HttpResponse:
    chosen = number_of(request.POST.get("officer", ""))
    officer = next((load.officer for load in loads if load.officer.pk == chosen), None)
    if officer is None:
        raise UserError("no-officer", _("Chưa chọn người thực hiện."), hint=_("Chọn một người trong danh sách."))
    count = share_out(required(request.acting), _marked(request), officer)
    said = ngettext("Đã giao %(count)d nhiệm vụ cho %(person)s.", "Đã giao %(count)d nhiệm vụ cho %(person)s.", count)
    messages.success(request, said % {"count": count, "person": officer.person})
    return redirect(f"{reverse('task-share')}?unit={unit.pk}")


def _marked(request: ActingRequest) -> list[tuple[int, int]]:
    """(id, version seen) of the tasks that were marked; what is no pair of numbers is left out."""
    pairs = [value.partition("-") for value in request.POST.getlist("task")]
    numbers = [(number_of(pk), number_of(version)) for pk, _dash, version in pairs]
    return [(pk, version) for pk, version in numbers if pk is not None and version is not None]


def _page(
    request: ActingRequest, units: list[Unit], unit: Unit, loads: list[Load], clock: Clock, error: UserError | None
) -> HttpResponse:
    query = request.POST if request.method == "POST" else request.GET
    everyone = query.get("all") == "1"
    tasks = to_share(unit, everyone=everyone)
    ids = TaskPaginator(LateFirst(Chosen(tasks.filter), clock), PER_PAGE, known=tasks.order_by().count())
    page = ids.get_page(query.get("page"))
    shown = Task.objects.select_related("officer__person").in_bulk(list(page))
    context = {
        "units": units,
        "unit": unit,
        "everyone": everyone,
        "page": page,
        "rows": [clock.row(shown[pk]) for pk in page],
        "loads": loads,
        "error": error,
        "marked": {pk for pk, _version in _marked(request)} if error else set(),
        "officer": number_of(query.get("officer", "")),
    }
    return render(request, "workflow/share.html", context, status=error.status if error else 200)
