"""Administration of accounts: given, locked, never deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.audit import log


class PersonCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """Name and address with the sign-in name."""

    class Meta:
        model = User
        fields = ["username", "full_name", "email"]


class PersonChangeForm(UserChangeForm):  # type: ignore[type-arg]
    """All that an administrator may set."""

    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class PersonAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """People who can sign in."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ["username", "full_name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["username", "search_name", "full_name", "email"]
    ordering = ["search_name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Thông tin"), {"fields": ["full_name", "email", "phone", "language"]}),
        (_("Quyền hạn"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Thời gian"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "full_name", "email", "usable_password", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        log.record("admin.user.changed", user=request.user, target=obj, fields=_changed_fields(message))
        return super().log_change(request, obj, message)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        log.record("admin.user.added", user=request.user, target=obj)
        return super().log_addition(request, obj, message)


def _changed_fields(message: Any) -> list[str]:
    if not isinstance(message, list):
        return []
    return [str(name) for part in message for name in part.get("changed", {}).get("fields", [])]
