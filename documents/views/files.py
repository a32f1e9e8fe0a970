"""The bytes of a version: reading copy, original, and each page's picture and text.

What leaves the server bears the reader's name (``documents.marking``); only our own reader gets the bare reading copy,
over which it lays the mark itself.
"""

import io
import tempfile
from collections.abc import Sequence
from typing import BinaryIO, cast

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents import annotated_copy, exporting, marking, offline, page_pictures
from documents.annotated_copy import Placed
from documents.models import Page, PaperVersion
from documents.permissions import may_open_version, may_take_copy, may_take_original
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import NotAllowed
from eoffice.files.models import StoredFile
from eoffice.files.serving import Body, send, serve
from eoffice.http import NO_STORE
from eoffice.organisation.acting import ActingRequest

PAGE_MAX_AGE_S = 300
"""A page may be shown again this long without asking; after that the right is checked anew."""
READER_HEADER = "X-Paper-Reader"
"""Sent by our own reader (frontend/src/documents/parts.ts): ``begin`` with its first part, then ``more``."""
COPY_COOKIE = "paper-copy"
"""Which copy of a scan a reader began with."""
IN_MEMORY = 8 * 1024 * 1024
"""Marked copies up to this size are made in memory."""


@require_safe
@login_required
def paper_file(request: ActingRequest, version: int) -> HttpResponseBase:
    """The reading copy (PDF): to our reader in ranges, to whoever asks by address with their name on it."""
    found = _version(request.user, version, "wordless", "recognition")
    if found.pdf is None:
        raise Http404
    if READER_HEADER in request.headers:
        return _to_reader(request, found, found.pdf)
    _check_copy(request.user, found)
    return _marked_copy(request, found, download=False)


def _to_reader(request: ActingRequest, version: PaperVersion, pdf: StoredFile) -> HttpResponseBase:
    """The copy in ranges. A scan's copy is another one once it has its words (ADR 0104): who began to read before goes on
    with the one they began with, since the ranges of two files make none.
    """
    begins, earlier = request.headers[READER_HEADER] == "begin", version.wordless
    if not begins and earlier is not None and request.COOKIES.get(COPY_COOKIE) == earlier.sha256:
        pdf = earlier
    response = serve(request, pdf, name=f"{_stem(version)}.pdf")
    if begins and hasattr(version, "recognition"):
        secure = request.is_secure()
        response.set_cookie(COPY_COOKIE, pdf.sha256, path=request.path, secure=secure, httponly=True, samesite="Strict")
    return response


@require_safe
@login_required
def paper_download(request: ActingRequest, version: int) -> HttpResponseBase:
    """The reading copy to save, with the reader's name on every page; who took it is on record."""
    found = _version(request.user, version)
    if found.pdf is None:
        raise Http404
    _check_copy(request.user, found)
    log.record("paper.downloaded", by=request.acting, user=request.user, target=found.paper, version=found.number)
    return _marked_copy(request, found, download=True)


@require_safe
@login_required
def paper_download_annotated(request: ActingRequest, version: int) -> HttpResponseBase:
    """As ``paper_download``, with the reader's own marks as annotations; the record does not tell the two apart."""
    found = _version(request.user, version)
    if found.pdf is None:
        raise Http404
    _check_copy(request.user, found)
    log.record("paper.downloaded", by=request.acting, user=request.user, target=found.paper, version=found.number)
    return _marked_copy(request, found, download=True, annotations=exporting.placed_on(found, request.user))


@require_safe
@login_required
def paper_offline_copy(request: ActingRequest, version: int) -> HttpResponseBase:
    """The reading copy with the reader's name on every page, for their own machine; who took it is on record."""
    versions = PaperVersion.objects.visible_to(request.user).select_related("paper", "pdf")
    found = get_object_or_404(offline.to_keep(versions), pk=version)
    _check_copy(request.user, found)
    log.record("paper.kept_offline", by=request.acting, user=request.user, target=found.paper, version=found.number)
    return _marked_copy(request, found, download=False)


@require_safe
@login_required
def paper_original(request: ActingRequest, version: int) -> HttpResponseBase:
    """The file as it was handed in, to save: for its own people and who approves it. Raises NotAllowed(not-original)."""
    found = _version(request.user, version)
    if not may_take_original(request.user, found.paper):
        raise NotAllowed(
            "not-original",
            _("Chỉ cơ quan soạn và nơi duyệt tải được tệp gốc."),
            hint=_("Tải bản PDF có tên người tải."),
        )
    log.record("paper.original_taken", by=request.acting, user=request.user, target=found.paper, version=found.number)
    return serve(request, found.original, name=found.name, download=True)


@require_safe
@login_required
def paper_page_image(request: ActingRequest, version: int, page: int) -> HttpResponseBase:
    """Picture of one page (JPEG), the reader's name burnt in."""
    found = _page(request.user, version, page)
    if found.image is None:
        raise Http404
    image, now = found.image, timezone.now()
    etag = marking.etag_for(image.sha256, request.user, request.acting, now)
    if f'"{etag}"' in request.headers.get("If-None-Match", ""):
        content = b""  # they have it: 304
    else:
        content = page_pictures.marked(image, marking.text_for(request.user, request.acting, now))
    body = Body(page_pictures.MEDIA_TYPE, len(content), f'"{etag}"', "", lambda: io.BytesIO(content))
    return send(request, body, name=f"trang-{page}.{page_pictures.EXTENSION}", max_age_s=PAGE_MAX_AGE_S)


@require_safe
@login_required
def paper_page_text(request: ActingRequest, version: int, page: int) -> HttpResponse:
    """Text of one page."""
    found = _page(request.user, version, page)
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "private"})


def _check_copy(user: User, version: PaperVersion) -> None:
    """Raise NotAllowed(view-only) to who may only look at the paper."""
    if not may_take_copy(user, version.paper):
        raise NotAllowed(
            "view-only",
            _("Tài liệu này chỉ để xem: không tải về, không in."),
            hint=_("Đọc trên màn hình. Cần bản để dùng thì đề nghị đơn vị soạn hoặc nơi gửi giấy mời."),
        )


def _marked_copy(
    request: ActingRequest, version: PaperVersion, *, download: bool, annotations: Sequence[Placed] = ()
) -> HttpResponseBase:
    assert version.pdf is not None
    text = marking.text_for(request.user, request.acting, timezone.now())
    made = _room()
    with version.pdf.content.open("rb") as stored:
        marking.pdf(cast(BinaryIO, stored), text, made)
    if annotations:
        bare, made = made, _room()
        with bare:
            annotated_copy.write(bare, annotations, request.user.full_name, made)
    length = made.seek(0, io.SEEK_END)
    made.seek(0)
    response: HttpResponseBase
    if length <= IN_MEMORY:
        with made:
            response = HttpResponse(made.read())
    else:
        response = FileResponse(made)
    disposition = content_disposition_header(download, f"{_stem(version)}.pdf")
    response.headers["Content-Disposition"] = disposition or "inline"
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Cache-Control"] = NO_STORE
    return response


def _room() -> BinaryIO:
    """Where a copy is made; the response closes it."""
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


def _version(user: User, pk: int, *related: str) -> PaperVersion:
    versions = PaperVersion.objects.select_related("paper__owner_unit", "original", "pdf", *related)
    found = get_object_or_404(versions, pk=pk)
    if not may_open_version(user, found):
        raise Http404
    return found


def _page(user: User, version: int, number: int) -> Page:
    pages = Page.objects.select_related("image", "version__paper__owner_unit")
    found = get_object_or_404(pages, version=version, number=number)
    if not may_open_version(user, found.version):
        raise Http404
    return found


def _stem(version: PaperVersion) -> str:
    return version.name.rsplit(".", 1)[0] or version.paper.title
