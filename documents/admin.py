"""Administration of certificates: given to people and agencies, taken out of use, never changed or deleted."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents.models import SigningCredential
from documents.signature_forms import CredentialForm
from documents.signatures import credentials
from eoffice.accounts.models import User

SHOWN = ["person", "unit", "kind", "account", "subject", "issuer", "serial", "valid_from", "valid_to", "ended_at"]


@admin.register(SigningCredential)
class SigningCredentialAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """With what people sign and agencies seal."""

    form = CredentialForm
    list_display = ["subject", "person", "unit", "kind", "valid_to", "ended_at"]
    list_filter = ["kind", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "unit"]
    search_fields = ["subject", "serial", "person__search_name", "unit__search_name"]
    autocomplete_fields = ["person", "unit"]
    actions = ["take_out_of_use"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return SHOWN if obj else ["person", "unit", "kind", "file", "passphrase", "account", "image"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """The operation has stored it already."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Ngừng dùng chứng thư số đã chọn"))
    def take_out_of_use(self, request: HttpRequest, queryset: "QuerySet[SigningCredential]") -> None:
        assert isinstance(request.user, User)
        for credential in queryset:
            credentials.end(request.user, credential)
