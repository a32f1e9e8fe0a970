"""Administration of units, positions, appointments and groups. Nothing here is deleted, only ended."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from treebeard.admin import TreeAdmin  # type: ignore[import-untyped]
from treebeard.forms import movenodeform_factory  # type: ignore[import-untyped]

from eoffice.audit import log
from eoffice.organisation.appointing import end_delegations
from eoffice.organisation.models import Agency, Appointment, Position, Unit, UnitGroup


class _Recorded:
    """Writes an entry for each change made here."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        log.record(f"admin.{obj._meta.model_name}.changed", user=request.user, target=obj)
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        log.record(f"admin.{obj._meta.model_name}.added", user=request.user, target=obj)
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(_Recorded, TreeAdmin):  # type: ignore[misc]
    """The tree, to drag about; an old unit gets an end date."""

    form = movenodeform_factory(Unit, exclude=["predecessors", "legal_body"])
    list_display = ["name", "kind", "level", "code", "paper_quota_mb", "valid_from", "valid_to"]
    list_filter = ["kind", "level"]
    search_fields = ["search_name", "name", "code"]
    list_per_page = 200


@admin.register(Agency)
class AgencyAdmin(_Recorded, admin.ModelAdmin):  # type: ignore[type-arg]
    """Legal bodies."""

    list_display = ["unit", "symbol", "edoc_code"]
    search_fields = ["unit__search_name", "symbol", "edoc_code"]
    autocomplete_fields = ["unit"]
    list_select_related = ["unit"]


@admin.register(Position)
class PositionAdmin(_Recorded, admin.ModelAdmin):  # type: ignore[type-arg]
    """The catalogue of positions."""

    list_display = ["name", "code", "rank", "duty"]
    list_filter = ["duty"]
    search_fields = ["name", "code"]


@admin.register(Appointment)
class AppointmentAdmin(_Recorded, admin.ModelAdmin):  # type: ignore[type-arg]
    """Who holds which position where."""

    list_display = ["person", "position", "unit", "kind", "valid_from", "valid_to"]
    list_filter = ["kind", "position"]
    search_fields = ["person__search_name", "person__username", "unit__search_name"]
    autocomplete_fields = ["person", "position", "unit"]
    list_select_related = ["person", "position", "unit"]
    date_hierarchy = "valid_from"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without delegated ones: these come and go with their delegation."""
        return super().get_queryset(request).filter(in_place_of__isnull=True)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [one for one in Appointment.Kind.choices if one[0] != Appointment.Kind.DELEGATED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if obj.valid_to is not None:
            end_delegations([obj], obj.valid_to)


@admin.register(UnitGroup)
class UnitGroupAdmin(_Recorded, admin.ModelAdmin):  # type: ignore[type-arg]
    """Groups to invite together."""

    list_display = ["name", "below", "kind", "order"]
    autocomplete_fields = ["below", "members"]
    list_select_related = ["below"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)
