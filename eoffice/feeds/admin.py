"""Who subscribed to what."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from eoffice.feeds.models import FeedToken


@admin.register(FeedToken)
class FeedTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To read only: its owner makes and revokes it; whoever is made inactive has none."""

    list_display = ["created_at", "owner", "kind", "label", "read_at", "revoked_at"]
    list_filter = ["kind"]
    search_fields = ["owner__search_name", "owner__username"]
    list_select_related = ["owner"]
    exclude = ["seed", "digest", "content"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
