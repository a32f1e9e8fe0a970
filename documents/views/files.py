"""The bytes of a version: reading copy, original, and each page's picture and text."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from documents.models import Page, PaperVersion
from eoffice.accounts.models import User
from eoffice.files.serving import serve
from eoffice.organisation.acting import ActingRequest

PAGE_MAX_AGE_S = 300
"""A page may be shown again this long without asking; after that the right is checked anew."""


@require_safe
@login_required
def paper_file(request: ActingRequest, version: int) -> HttpResponseBase:
    """The reading copy (PDF), in ranges."""
    found = _version(request.user, version)
    if found.pdf is None:
        raise Http404
    return serve(request, found.pdf, name=f"{_stem(found)}.pdf")


@require_safe
@login_required
def paper_original(request: ActingRequest, version: int) -> HttpResponseBase:
    """The file as it was handed in, to save."""
    found = _version(request.user, version)
    return serve(request, found.original, name=found.name, download=True)


@require_safe
@login_required
def paper_page_image(request: ActingRequest, version: int, page: int) -> HttpResponseBase:
    """Picture of one page (WebP)."""
    found = _page(request.user, version, page)
    if found.image is None:
        raise Http404
    return serve(request, found.image, name=f"trang-{page}.webp", max_age_s=PAGE_MAX_AGE_S)


@require_safe
@login_required
def paper_page_text(request: ActingRequest, version: int, page: int) -> HttpResponse:
    """Text of one page."""
    found = _page(request.user, version, page)
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "private"})


def _version(user: User, pk: int) -> PaperVersion:
    versions = PaperVersion.objects.visible_to(user).select_related("paper", "original", "pdf")
    return get_object_or_404(versions, pk=pk)


def _page(user: User, version: int, number: int) -> Page:
    visible = PaperVersion.objects.visible_to(user).filter(pk=version)
    return get_object_or_404(Page.objects.select_related("image"), version__in=visible, number=number)


def _stem(version: PaperVersion) -> str:
    return version.name.rsplit(".", 1)[0] or version.paper.title
