"""The record, to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from eoffice.audit.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nobody adds, changes or deletes an entry by hand."""

    list_display = ["at", "sequence", "action", "actor", "appointment", "target_label"]
    list_filter = ["action"]
    search_fields = ["action", "target_label", "actor__username"]
    list_select_related = ["actor", "appointment__person", "appointment__position", "appointment__unit"]
    date_hierarchy = "at"
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
