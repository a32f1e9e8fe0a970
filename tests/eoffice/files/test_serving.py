"""Files go out in the pieces asked for (RFC 9110, sections 13 and 14)."""

import asyncio
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import AsyncRequestFactory, RequestFactory

from eoffice.files.keeping import keep
from eoffice.files.models import StoredFile
from eoffice.files.serving import serve

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 4  # 1024 bytes


@pytest.fixture
def stored() -> StoredFile:
    return keep(ContentFile(CONTENT), media_type="application/pdf", extension="pdf")


def got(stored: StoredFile, method: str = "GET", **headers: str) -> HttpResponseBase:
    request = RequestFactory().generic(method, "/", headers=headers)
    return serve(request, stored, name="Tờ trình.pdf")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_whole_file_with_its_type_length_and_name(stored: StoredFile) -> None:
    response = got(stored)
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Length"] == "1024"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Disposition"].startswith("inline; filename*=utf-8''T%E1%BB%9D")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, 1023),
        ("bytes=-24", 1000, 1023),
        ("bytes=1000-5000", 1000, 1023),
        ("bytes=-5000", 0, 1023),
        ("bytes=1023-1023", 1023, 1023),
    ],
)
def test_one_range_gives_these_bytes(stored: StoredFile, asked: str, first: int, last: int) -> None:
    response = got(stored, Range=asked)
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/1024"
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(stored: StoredFile, asked: str) -> None:
    response = got(stored, Range=asked)
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "asked", ["bytes=9-3", "bytes=", "bytes=a-b", "rows=1-2", "bytes=0-1,5-6", "bytes=-", "bytes=" + "9" * 40 + "-"]
)
def test_a_range_that_makes_no_sense_is_ignored(stored: StoredFile, asked: str) -> None:
    assert got(stored, Range=asked).status_code == 200


def test_a_range_of_another_version_of_the_file_gives_the_whole(stored: StoredFile) -> None:
    assert got(stored, Range="bytes=0-9", **{"If-Range": '"something-else"'}).status_code == 200
    assert got(stored, Range="bytes=0-9", **{"If-Range": f'"{stored.sha256}"'}).status_code == 206


def test_a_copy_that_is_still_good_is_not_sent_again(stored: StoredFile) -> None:
    response = got(stored, **{"If-None-Match": f'"{stored.sha256}"'})
    assert response.status_code == 304
    assert response.headers["ETag"] == f'"{stored.sha256}"'


def test_head_says_everything_and_sends_nothing(stored: StoredFile) -> None:
    response = got(stored, "HEAD", Range="bytes=0-9")
    assert (response.status_code, body(response)) == (200, b"")
    assert response.headers["Content-Length"] == "1024"


def test_what_browsers_do_not_show_is_saved(stored: StoredFile) -> None:
    word = keep(ContentFile(b"PK"), media_type="application/msword", extension="docx")
    assert got(word).headers["Content-Disposition"].startswith("attachment")


def test_behind_nginx_only_the_address_is_sent(stored: StoredFile, settings: Any) -> None:
    settings.X_ACCEL_PREFIX = "/protected/"
    response = got(stored)
    assert body(response) == b""
    assert response.headers["X-Accel-Redirect"] == f"/protected/{stored.content.name}"
    assert response.headers["Content-Type"] == "application/pdf"


def test_a_large_file_is_streamed_in_both_kinds_of_server() -> None:
    content = bytes(3 * 1024 * 1024)
    large = keep(ContentFile(content), media_type="application/pdf", extension="pdf")
    assert body(got(large)) == content
    response: Any = serve(AsyncRequestFactory().get("/"), large, name="lon.pdf")
    assert response.is_async

    async def read() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    assert asyncio.run(read()) == content
