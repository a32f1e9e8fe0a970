"""The pages on which a unit describes what it lends, and says when it does not."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.calendar import lending
from eoffice.calendar import resource_permissions as permissions
from eoffice.calendar.models import Blocking, Resource
from eoffice.calendar.resource_forms import BlockForm, ResourceForm
from eoffice.calendar.views.resources import resource_page, visible_resource
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, behind, required
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_required
def resource_new(request: ActingRequest) -> HttpResponse:
    """Put something into the catalogue."""
    by = behind(request, lambda: permissions.may_add(request.user))
    units = sorted(standing_of(request.user).represents)
    if not units:
        raise NotAllowed(
            "not-owner",
            _("Chỉ lãnh đạo và văn thư của đơn vị thêm được vào danh mục."),
            hint=_("Liên hệ văn thư của đơn vị bạn."),
        )
    if request.method != "POST":
        unit = Unit.objects.get(pk=by.unit_id if by.unit_id in units else units[0])
        kind = request.GET.get("kind", "")
        kind = kind if kind in Resource.Kind.values else Resource.Kind.ROOM.value
        initial = ResourceForm.showing(lending.Description(kind=kind, name="", unit=unit))
        form = ResourceForm(initial=initial, units=units)
        return render(request, "calendar/resource_form.html", {"form": form})
    form = ResourceForm(request.POST, request.FILES, units=units)
    if form.is_valid():
        try:
            resource = lending.add(by, form.description(), photo=form.cleaned_data["photo"])
        except NotAllowed:
            raise
        except UserError as error:
            _blame(form, error)
        else:
            messages.success(request, _("Đã thêm vào danh mục."))
            return redirect("resource-detail", resource.pk)
    return render(request, "calendar/resource_form.html", {"form": form}, status=422)


@form_page
@login_required
def resource_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Say something else of it."""
    resource = visible_resource(request, pk)
    by = behind(request, lambda: permissions.may_administer(request.user, resource))
    if not permissions.may_administer(request.user, resource):
        raise lending.refusal(resource)
    units = sorted(standing_of(request.user).represents)
    context: dict[str, Any] = {"resource": resource}
    if request.method != "POST":
        form = ResourceForm(initial=ResourceForm.showing(resource), units=units)
        return render(request, "calendar/resource_form.html", {**context, "form": form})
    form = ResourceForm(request.POST, request.FILES, units=units)
    status = 422
    if form.is_valid():
        try:
            lending.change(
                by,
                resource,
                form.description(),
                version=form.cleaned_data["version"] or 0,
                photo=form.cleaned_data["photo"],
            )
        except NotAllowed:
            raise
        except UserError as error:
            _blame(form, error)
            status = 409 if isinstance(error, Conflict) else 422
            if isinstance(error, Conflict):
                version = Resource.objects.values_list("version", flat=True).get(pk=pk)
                form.data = {**request.POST.dict(), "version": str(version)}
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("resource-detail", pk)
    return render(request, "calendar/resource_form.html", {**context, "form": form}, status=status)


@require_POST
@login_required
def blocking_add(request: ActingRequest, pk: int) -> HttpResponse:
    """Lend it to nobody for a time."""
    resource, form = visible_resource(request, pk), BlockForm(request.POST)
    by = behind(request, lambda: permissions.may_administer(request.user, resource))
    if not permissions.may_administer(request.user, resource):
        raise lending.refusal(resource)
    status = 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            lending.block(
                by, resource, data["starts_at"], data["ends_at"], reason=data["reason"], knowing=data["knowing"]
            )
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _("Đã tạm ngừng cho đặt trong thời gian này."))
            return redirect("resource-detail", pk)
    return resource_page(request, resource, block=form, status=status)


@require_POST
@login_required
def blocking_lift(request: ActingRequest, pk: int) -> HttpResponse:
    """Lend it again."""
    seen = Resource.objects.visible_to(request.user)
    blocking = get_object_or_404(Blocking.objects.filter(resource__in=seen.values("pk")), pk=pk)
    lending.lift(required(request.acting), blocking)
    messages.success(request, _("Đã cho đặt lại."))
    return redirect("resource-detail", blocking.resource_id)


def _blame(form: ResourceForm, error: UserError) -> None:
    """A refusal of the photograph stands beside it."""
    if not error.fields and not isinstance(error, Conflict):
        error.fields = {"photo": f"{error.message} {error.hint}"}
    form.blame(error)
