"""Sending a stored file after the view has checked the right: ranges, validators, or nginx's own hands.

HTTP semantics: RFC 9110, sections 13 (conditional requests) and 14 (range requests).
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO, NamedTuple, cast
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags

from eoffice.files.kinds import SHOWN_INLINE
from eoffice.files.models import StoredFile

WHOLE_BYTES = 1024 * 1024
"""Answers up to this size are sent in one piece; larger ones are streamed."""
_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$", re.ASCII)


class Span(NamedTuple):
    """Bytes ``first`` to ``last``, both included."""

    first: int
    last: int


class Unsatisfiable(Exception):
    """A well-formed range that begins behind the end of the file."""


def serve(
    request: HttpRequest,
    stored: StoredFile,
    *,
    name: str,
    download: bool = False,
    max_age_s: int = 0,
) -> HttpResponseBase:
    """Send ``stored`` to somebody who may read it.

    ``name`` is the file name offered; ``download`` asks the browser to save it (always so for kinds that
    browsers do not show). The browser may reuse its copy for ``max_age_s``, then it asks again.
    """
    response = _answer(request, stored)
    inline = stored.media_type in SHOWN_INLINE and not download
    disposition = content_disposition_header(not inline, name)
    if disposition:
        response.headers["Content-Disposition"] = disposition
    response.headers["ETag"] = _etag(stored)
    response.headers["Cache-Control"] = f"private, max-age={max_age_s}" if max_age_s else "private, no-cache"
    return response


def _answer(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    if _etag(stored) in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified()
    if settings.X_ACCEL_PREFIX:
        response = HttpResponse(content_type=stored.media_type)
        response.headers["X-Accel-Redirect"] = settings.X_ACCEL_PREFIX + quote(str(stored.content.name))
        return response
    try:
        span = _requested_span(request, stored)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}", "Accept-Ranges": "bytes"})
    return _bytes(request, stored, span)


def _etag(stored: StoredFile) -> str:
    return f'"{stored.sha256}"'


def _requested_span(request: HttpRequest, stored: StoredFile) -> Span | None:
    """The one range asked for; None when the whole file is to be sent.

    Malformed ranges, several at once, and a range on another version of the file are ignored, as the RFC
    allows or asks.
    """
    condition = request.headers.get("If-Range")
    match = _RANGE.match(request.headers.get("Range", "").strip())
    if request.method != "GET" or not match or (condition and condition != _etag(stored)):
        return None
    first, last = match.groups()
    if first:
        return _from(int(first), int(last) if last else stored.size - 1, stored.size)
    return _last(int(last), stored.size) if last else None


def _from(first: int, last: int, size: int) -> Span | None:
    if last < first < size:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, min(last, size - 1))


def _last(length: int, size: int) -> Span:
    if not length or not size:
        raise Unsatisfiable
    return Span(max(size - length, 0), size - 1)


def _bytes(request: HttpRequest, stored: StoredFile, span: Span | None) -> HttpResponseBase:
    start, length = (span.first, span.last - span.first + 1) if span else (0, stored.size)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(length)}
    if span:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{stored.size}"
    status, kind = (206 if span else 200), stored.media_type
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=kind, headers=headers)
    chunks = _read(stored, start, length)
    if length <= WHOLE_BYTES:
        return HttpResponse(b"".join(chunks), status=status, content_type=kind, headers=headers)
    # Under ASGI a synchronous iterator would be read into memory as a whole.
    body = _read_aside(chunks) if isinstance(request, ASGIRequest) else chunks
    return StreamingHttpResponse(body, status=status, content_type=kind, headers=headers)


def _read(stored: StoredFile, start: int, length: int) -> Iterator[bytes]:
    with stored.content.storage.open(str(stored.content.name), "rb") as opened:
        file = cast(BinaryIO, opened)
        file.seek(start)
        while length > 0 and (chunk := file.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk


async def _read_aside(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(chunks, b""), thread_sensitive=False)
    while chunk := await following():
        yield chunk
