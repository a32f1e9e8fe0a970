"""Reading a paper, and noting how far."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from pydantic import BaseModel, Field

from documents import annotating, commenting, marking, page_pictures, reading
from documents.models import Paper, PaperVersion, Reading
from documents.permissions import may_manage, may_open, may_take_copy, may_take_original
from eoffice.files.models import StoredFile
from eoffice.http import parsed_body
from eoffice.organisation.acting import ActingRequest


class Turned(BaseModel):
    """The reader's page, from 1."""

    page: int = Field(ge=1, le=1_000_000)


@require_safe
@login_required
def paper_read(request: ActingRequest, pk: int) -> HttpResponse:
    """The reader. ``?version=2`` another version, ``?page=7`` another page than where one stopped."""
    paper = get_object_or_404(Paper.objects.select_related("owner_unit", "published_version"), pk=pk)
    if not may_open(request.user, paper):
        raise Http404
    version = _asked_version(request, paper)
    may_copy = may_take_copy(request.user, paper)
    context: dict[str, Any] = {
        "paper": paper,
        "version": version,
        "is_older": paper.state == Paper.State.PUBLISHED and version.pk != paper.published_version_id,
        "is_pending": version.published_at is None,
        "may_manage": may_manage(request.user, paper),
        "may_take_original": may_take_original(request.user, paper),
        "may_copy": may_copy,
        "offers_offline": may_copy
        and paper.state == Paper.State.PUBLISHED
        and version.pk == paper.published_version_id,
    }
    if not version.is_ready:
        return render(request, "documents/not_ready.html", context)
    known = reading.known_to(request.user, version)
    page = _page(request, version, known.get(version.pk))
    context["read_before"] = reading.read_before(version, request.user, known)
    note = reading.turn_to if version.pk in known else reading.begin
    note(version, page, user=request.user, by=request.acting)
    images = reverse("paper-page-image", args=[version.pk, 0]).replace("/pages/0/", "/pages/{page}/")
    return render(
        request,
        "documents/read.html",
        {
            **context,
            "page": page,
            "images": images,
            "first_picture": _first_picture(request, version, page),
            "annotations": annotating.addresses(),
            "comments": commenting.addresses() if paper.comments != Paper.Comments.NONE else None,
        },
    )


@require_POST
@login_required
def paper_reading(request: ActingRequest, version: int) -> HttpResponse:
    """The reader turned to a page: JSON ``{"page": 3}``."""
    found = get_object_or_404(PaperVersion.objects.visible_to(request.user).select_related("paper"), pk=version)
    reading.turn_to(found, parsed_body(request, Turned).page, user=request.user, by=request.acting)
    return HttpResponse(status=204)


def _asked_version(request: ActingRequest, paper: Paper) -> PaperVersion:
    number = request.GET.get("version", "")
    version = (
        paper.versions.visible_to(request.user).filter(number=int(number)).first()
        if number.isdecimal() and len(number) < 6
        else reading.version_for(request.user, paper)
    )
    if version is None:
        raise Http404
    return version


def _first_picture(request: ActingRequest, version: PaperVersion, page: int) -> str:
    """The picture of the paper's page that is shown first, to stand in the reader's page itself (ADR 0130)."""
    image = StoredFile.objects.filter(pk__in=version.pages.filter(number=page).values("image")).first()
    if image is None:
        return ""
    return page_pictures.first(image, marking.text_for(request.user, request.acting, timezone.now()))


def _page(request: ActingRequest, version: PaperVersion, earlier: Reading | None) -> int:
    asked = request.GET.get("page", "")
    if asked.isdecimal() and len(asked) < 8:
        return max(1, min(int(asked), version.page_count))
    return min(earlier.last_page, version.page_count) if earlier else 1
