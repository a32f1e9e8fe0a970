"""Notices and the mails they became, to look at when somebody says that nothing arrived."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from eoffice.notifications.models import Notification, ReceivedMail


class ToRead(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that nobody changes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Notification)
class NotificationAdmin(ToRead):
    """A notice is what was said at the time."""

    list_display = ["created_at", "recipient", "kind", "title", "read_at", "mail_state"]
    list_filter = ["mail_state", "kind"]
    search_fields = ["recipient__search_name", "recipient__username", "title"]
    list_select_related = ["recipient"]


@admin.register(ReceivedMail)
class ReceivedMailAdmin(ToRead):
    """What came to the mailbox for replies, and what became of it."""

    list_display = ["received_at", "sender", "subject", "outcome", "reason"]
    list_filter = ["outcome"]
    search_fields = ["sender", "subject", "uid"]
