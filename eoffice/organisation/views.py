"""Pages of the directory, the pickers' answers, the role switcher, loading a sheet."""

import csv

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from eoffice.accounts.models import User
from eoffice.errors import NotAllowed, UserError
from eoffice.forms import Picked
from eoffice.http import number_of
from eoffice.organisation import acting, directory, importing
from eoffice.organisation.forms import SheetForm, UnitFilterForm, packed, template_rows, unpacked
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.organisation.permissions import may_manage_organisation

PAGE_SIZE = 100
PREVIEW_ROWS = 200


@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """The tree of units, searched and filtered."""
    form = UnitFilterForm(request.GET)
    units = directory.search_units(form.value("q"), kind=form.value("kind"), level=form.value("level"))
    page = Paginator(units, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = Unit.objects.valid_on(timezone.localdate()).order_by().values_list("kind").annotate(n=Count("pk"))
    context = {
        "form": form,
        "page": page,
        "lines": directory.listed(page.object_list),
        "counts": [(label, kind, dict(counts).get(kind, 0)) for kind, label in Unit.Kind.choices],
        "total": sum(n for _kind, n in counts),
        "may_load": may_manage_organisation(request.user),
    }
    return render(request, "organisation/unit_list.html", context)


@require_GET
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what it is, where it stands, who is in it."""
    unit = get_object_or_404(Unit.objects.select_related("legal_body"), pk=pk)
    today = timezone.localdate()
    people = list(directory.people_of(unit))
    context = {
        "unit": unit,
        "path": Unit.objects.get_ancestors(unit),
        "children": directory.listed(Unit.objects.get_children(unit).valid_on(today)),
        "people": people,
        "head": _first_with(people, Position.Duty.HEAD),
        "clerks": [a for a in people if a.position.duty == Position.Duty.CLERK],
        "predecessors": unit.predecessors.all(),
        "successors": unit.successors.all(),
        "ended": unit.valid_to is not None and unit.valid_to < today,
    }
    return render(request, "organisation/unit_detail.html", context)


def _first_with(people: list[Appointment], duty: str) -> Appointment | None:
    return next((a for a in people if a.position.duty == duty and not a.is_delegated), None)


def _results(found: list[Picked]) -> JsonResponse:
    return JsonResponse({"results": [item._asdict() for item in found]})


@require_GET
def pick_units(request: HttpRequest) -> JsonResponse:
    """Units whose name has the words of ``q``."""
    return _results(directory.pick_units(request.GET.get("q", "")))


@require_GET
def pick_appointments(request: HttpRequest) -> JsonResponse:
    """People with title and unit that match the words of ``q``."""
    return _results(directory.pick_appointments(request.GET.get("q", "")))


@require_GET
def pick_groups(request: HttpRequest) -> JsonResponse:
    """Groups of units that match the words of ``q``."""
    return _results(directory.pick_groups(request.GET.get("q", "")))


@require_POST
def acting_switch(request: HttpRequest) -> HttpResponse:
    """Act under another of one's appointments from now on."""
    assert isinstance(request.user, User)
    number = number_of(request.POST.get("appointment", ""))
    appointment = acting.switch(request.user, request.session, number or 0)
    messages.success(request, _("Bạn đang làm việc với vai trò: %(title)s.") % {"title": appointment.title})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else resolve_url("today"))


def unit_load(request: HttpRequest) -> HttpResponse:
    """Choose a sheet, look at what it would do, then load it: all or nothing. For administrators."""
    if not may_manage_organisation(request.user):
        raise NotAllowed("not-administrator", _("Chỉ quản trị viên được nạp danh sách cơ quan."))
    if request.method != "POST":
        return _load_page(request, SheetForm())
    if "content" in request.POST:
        return _load(request, request.POST["content"])
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _load_page(request, form, status=422)
    return _preview(request, form)


def _load(request: HttpRequest, content: str) -> HttpResponse:
    assert isinstance(request.user, User)
    try:
        made = importing.load(unpacked(content), by=request.acting, user=request.user)  # type: ignore[attr-defined]
    except UserError as error:
        return _load_page(request, SheetForm(), error=error, status=422)
    done = ngettext("Đã nạp %(count)d đơn vị.", "Đã nạp %(count)d đơn vị.", len(made))
    messages.success(request, done % {"count": len(made)})
    return redirect("unit-list")


def _preview(request: HttpRequest, form: SheetForm) -> HttpResponse:
    upload = form.cleaned_data["sheet"]
    try:
        content = upload.read(importing.MAX_BYTES + 1)
        plan = importing.plan(content)
    except UserError as error:
        return _load_page(request, SheetForm(), error=error, status=422)
    preview = {
        "plan": plan,
        "rows": plan.units[:PREVIEW_ROWS],
        "more": max(0, len(plan.units) - PREVIEW_ROWS),
        "content": "" if plan.errors else packed(content),
        "file": upload.name,
    }
    return _load_page(request, SheetForm(), status=422 if plan.errors else 200, **preview)


def _load_page(request: HttpRequest, form: SheetForm, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "organisation/unit_load.html", {"form": form, **context}, status=status)


@require_GET
def unit_template(request: HttpRequest) -> HttpResponse:
    """An example sheet that Excel opens with its Vietnamese letters whole."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mau-co-quan.csv"'
    response.write("\ufeff")
    csv.writer(response).writerows(template_rows())
    return response
