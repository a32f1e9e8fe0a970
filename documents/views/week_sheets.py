"""A published week as a document, for whoever belongs to the agency."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from documents.decree30.parts import OfficialDocument
from documents.views.official_pdf import either, pdf_of, word_of
from documents.week_sheet import week_document
from eoffice.calendar.views.finding import published
from eoffice.organisation.acting import ActingRequest

_NAME = "lich-cong-tac-tuan"
"""What the files are called."""


@require_safe
@login_required
def week_word(request: ActingRequest, unit: int, day: str, number: int) -> HttpResponse:
    """As a Word file."""
    return word_of(_document(request, unit, day, number), _NAME)


@either
@login_required
def week_pdf(request: ActingRequest, unit: int, day: str, number: int) -> HttpResponseBase:
    """As PDF."""
    back = reverse("week", args=[unit, day])
    return pdf_of(request, _document(request, unit, day, number), what=_NAME, back=back)


def _document(request: ActingRequest, unit: int, day: str, number: int) -> OfficialDocument:
    found = published(request, unit, day, number)
    with translation.override("vi"):
        return week_document(found.schedule, found.edition, found.rows)
