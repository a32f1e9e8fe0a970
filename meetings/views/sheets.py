"""The list of attendance and the record of a count as Word files and as PDF, in the form of official documents."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from documents.decree30.parts import OfficialDocument
from documents.views.official_pdf import either, pdf_of, word_of
from eoffice.organisation.acting import ActingRequest
from meetings import poll_page, sheets
from meetings.views.attendance import is_over, sites_to_sign
from meetings.views.fetching import visible_meeting
from meetings.views.polls import published_poll

_ATTENDANCE, _COUNT = "danh-sach-diem-danh", "bien-ban-kiem-phieu"
"""What the files are called."""


@require_safe
@login_required
def attendance_word(request: ActingRequest, pk: int) -> HttpResponse:
    """The list of the sites that the reader may print."""
    return word_of(_attendance(request, pk), _ATTENDANCE)


@either
@login_required
def attendance_pdf(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The same as PDF."""
    return pdf_of(request, _attendance(request, pk), what=_ATTENDANCE, back=reverse("meeting-attendance", args=[pk]))


@require_safe
@login_required
def count_word(request: ActingRequest, pk: int) -> HttpResponse:
    """The record of the count, once the result is published."""
    return word_of(_count(request, pk), _COUNT)


@either
@login_required
def count_pdf(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The same as PDF."""
    return pdf_of(request, _count(request, pk), what=_COUNT, back=reverse("poll-sheet", args=[pk]))


def _attendance(request: ActingRequest, pk: int) -> OfficialDocument:
    meeting = visible_meeting(request, pk)
    with translation.override("vi"):
        return sheets.attendance(meeting, sites_to_sign(request.user, meeting), over=is_over(meeting))


def _count(request: ActingRequest, pk: int) -> OfficialDocument:
    poll = published_poll(request, pk)
    with translation.override("vi"):
        return sheets.count(poll, poll_page.gather(poll, request.user))
