"""Sending a stored file after the view has checked the right: ranges, validators, or nginx's own hands.

HTTP semantics: RFC 9110, sections 13 (conditional requests) and 14 (range requests).
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags

from eoffice.files.kinds import SHOWN_INLINE
from eoffice.files.models import StoredFile
from eoffice.files.stores import Store

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


@dataclass(frozen=True)
class Body:
    """Bytes to be sent: ``etag`` as it stands in the header, ``address`` for nginx (empty: we send them ourselves)."""

    media_type: str
    size: int
    etag: str
    address: str
    open: Callable[[], BinaryIO]


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
    store = cast(Store, stored.content.storage)
    path = str(stored.content.name)
    body = Body(
        stored.media_type,
        stored.size,
        f'"{stored.sha256}"',
        settings.X_ACCEL_PREFIX + store.address(path, stored.media_type) if settings.X_ACCEL_PREFIX else "",
        lambda: store.reading(path),
    )
    return send(request, body, name=name, download=download, max_age_s=max_age_s)


def send(
    request: HttpRequest,
    body: Body,
    *,
    name: str,
    download: bool = False,
    max_age_s: int = 0,
    most: int | None = None,
) -> HttpResponseBase:
    """As ``serve``, for bytes from anywhere. A range is answered with at most ``most`` bytes of it: a player asks
    for the rest when it needs it (RFC 9110, section 15.3.7), and nothing waits in memory for a slow line.
    """
    response = _answer(request, body, most)
    inline = body.media_type in SHOWN_INLINE and not download
    disposition = content_disposition_header(not inline, name)
    if disposition:
        response.headers["Content-Disposition"] = disposition
    response.headers["ETag"] = body.etag
    response.headers["Cache-Control"] = f"private, max-age={max_age_s}" if max_age_s else "private, no-cache"
    return response


def _answer(request: HttpRequest, body: Body, most: int | None) -> HttpResponseBase:
    if body.etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified()
    if body.address and request.method != "HEAD":  # a bucket's address is signed for GET
        response = HttpResponse(content_type=body.media_type)
        response.headers["X-Accel-Redirect"] = body.address
        return response
    try:
        span = _requested_span(request, body)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{body.size}", "Accept-Ranges": "bytes"})
    if span and most:
        span = Span(span.first, min(span.last, span.first + most - 1))
    return _bytes(request, body, span)


def _requested_span(request: HttpRequest, body: Body) -> Span | None:
    """The one range asked for; None when the whole file is to be sent.

    Malformed ranges, several at once, and a range on another version of the file are ignored, as the RFC
    allows or asks.
    """
    condition = request.headers.get("If-Range")
    match = _RANGE.match(request.headers.get("Range", "").strip())
    if request.method != "GET" or not match or (condition and condition != body.etag):
        return None
    first, last = match.groups()
    if first:
        return _from(int(first), int(last) if last else body.size - 1, body.size)
    return _last(int(last), body.size) if last else None


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


def _bytes(request: HttpRequest, body: Body, span: Span | None) -> HttpResponseBase:
    start, length = (span.first, span.last - span.first + 1) if span else (0, body.size)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(length)}
    if span:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{body.size}"
    status, kind = (206 if span else 200), body.media_type
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=kind, headers=headers)
    chunks = _read(body, start, length)
    if length <= WHOLE_BYTES:
        return HttpResponse(b"".join(chunks), status=status, content_type=kind, headers=headers)
    # Under ASGI a synchronous iterator would be read into memory as a whole.
    content = _read_aside(chunks) if isinstance(request, ASGIRequest) else chunks
    return StreamingHttpResponse(content, status=status, content_type=kind, headers=headers)


def _read(body: Body, start: int, length: int) -> Iterator[bytes]:
    with body.open() as file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk


async def _read_aside(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(chunks, b""), thread_sensitive=False)
    while chunk := await following():
        yield chunk
