"""The reader's private marks: JSON for the reader's page. Nobody is answered about another person's."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from documents import annotating
from documents.models import Paper, PaperVersion
from eoffice.http import parsed_body
from eoffice.organisation.acting import ActingRequest


@require_safe
@login_required
def paper_annotations(request: ActingRequest, pk: int) -> HttpResponse:
    """My marks on every version of the paper that I may open."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    marks = annotating.as_json(annotating.of_paper(paper, request.user))
    return JsonResponse({"annotations": marks}, headers={"Cache-Control": "private, no-store"})


@require_POST
@login_required
def paper_annotation(request: ActingRequest, version: int, key: uuid.UUID) -> HttpResponse:
    """Make or change my mark ``key``: JSON as ``annotating.Mark``. The same twice is once."""
    found = _version(request, version)
    annotating.keep(found, key, parsed_body(request, annotating.Mark), user=request.user)
    return HttpResponse(status=204)


@require_POST
@login_required
def paper_annotation_delete(request: ActingRequest, version: int, key: uuid.UUID) -> HttpResponse:
    """Delete my mark ``key``; what is gone already is no error."""
    annotating.remove(_version(request, version), key, user=request.user)
    return HttpResponse(status=204)


def _version(request: ActingRequest, pk: int) -> PaperVersion:
    return get_object_or_404(PaperVersion.objects.visible_to(request.user), pk=pk)
