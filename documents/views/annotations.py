"""The reader's private marks: JSON for the reader's page. Nobody is answered about another person's."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from documents import annotating, commenting
from documents.models import Annotation, Paper, PaperVersion
from eoffice.http import NO_STORE, parsed_body
from eoffice.organisation.acting import ActingRequest


@require_safe
@login_required
def paper_annotations(request: ActingRequest, pk: int) -> HttpResponse:
    """My marks on every version of the paper that I may open."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    marks = annotating.as_json(annotating.of_paper(paper, request.user))
    return JsonResponse({"annotations": marks}, headers={"Cache-Control": NO_STORE})


@require_safe
@login_required
def paper_marking(request: ActingRequest, version: int) -> HttpResponse:
    """Where my marks on that version and comments are kept, for a page that knows no more than the version: the meeting room."""
    found = _version(request, version)
    place = annotating.place_of(found) | {"comments": commenting.place_of(found.paper)}
    return JsonResponse(place, headers={"Cache-Control": NO_STORE})


@require_POST
@login_required
def paper_annotation(request: ActingRequest, version: int, key: uuid.UUID) -> HttpResponse:
    """Make or change my mark ``key``: JSON as ``annotating.Mark``. The same twice is once. Both marks when it is kept beside another."""
    found = _version(request, version)
    kept = annotating.keep(found, key, parsed_body(request, annotating.Mark), user=request.user)
    return _unless_one(kept)


@require_POST
@login_required
def paper_annotation_delete(request: ActingRequest, version: int, key: uuid.UUID) -> HttpResponse:
    """Delete my mark ``key``; what is gone already is no error. The mark when it stays: JSON may tell what was ``seen``."""
    found = _version(request, version)
    seen = parsed_body(request, annotating.Seen).seen if request.content_type == "application/json" else None
    stays = annotating.remove(found, key, user=request.user, seen=seen)
    return JsonResponse({"annotations": annotating.as_json([stays])}) if stays else HttpResponse(status=204)


def _unless_one(kept: list[Annotation]) -> HttpResponse:
    if len(kept) == 1:
        return HttpResponse(status=204)
    return JsonResponse({"annotations": annotating.as_json(kept)})


def _version(request: ActingRequest, pk: int) -> PaperVersion:
    return get_object_or_404(PaperVersion.objects.visible_to(request.user), pk=pk)
