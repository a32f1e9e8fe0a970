"""A task as a slip, for whoever sees the task."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from documents.decree30.parts import OfficialDocument
from documents.task_slip import slip
from documents.views.official_pdf import either, pdf_of, word_of
from eoffice.organisation.acting import ActingRequest
from eoffice.workflow.models import Task

_SLIP = "phieu-giao-viec"
"""What the files are called."""


@require_safe
@login_required
def task_slip_word(request: ActingRequest, pk: int) -> HttpResponse:
    """As a Word file."""
    return word_of(_slip(request, pk), _SLIP)


@either
@login_required
def task_slip_pdf(request: ActingRequest, pk: int) -> HttpResponseBase:
    """As PDF."""
    return pdf_of(request, _slip(request, pk), what=_SLIP, back=reverse("task-detail", args=[pk]))


def _slip(request: ActingRequest, pk: int) -> OfficialDocument:
    task = get_object_or_404(Task.objects.visible_to(request.user).with_people(), pk=pk)
    with translation.override("vi"):
        return slip(task)
