"""Which acts on incoming documents an assistant may draft: a leader's directive (bút phê)."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.circulation import forms, rights, sending
from documents.circulation.changing import RELATED
from documents.models import Routing
from eoffice.organisation.models import Appointment
from eoffice.workflow import draft_kinds

DIRECTIVE = "incoming-direct"


def register() -> None:
    """As the app is made ready."""
    draft_kinds.register(
        draft_kinds.Kind(
            code=DIRECTIVE,
            label=_("Bút phê"),
            button=_("Xác nhận và gửi bút phê"),
            scope="documents",
            model=Routing,
            related=(*RELATED, "document__unit", "document__allocation__register"),
            may=rights.may_direct,
            form=_form,
            do=_do,
            name=lambda line: line.document.subject,
            url=lambda line: reverse("incoming-detail", args=[line.document_id]),
            about=lambda line: line.document,
        )
    )


def kind() -> draft_kinds.Kind:
    """The directive."""
    found = draft_kinds.kind_of(DIRECTIVE)
    assert found is not None
    return found


def _form(data: QueryDict | None, line: Routing) -> Any:
    return forms.DirectForm(data, line=line)


def _do(by: Appointment, line: Routing, form: forms.DirectForm) -> Any:
    return sending.direct(by, line, form.words())
