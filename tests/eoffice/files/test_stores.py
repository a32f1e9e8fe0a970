"""Papers lie in a folder or in a bucket, and nobody can tell the difference: each of these is asked of both.

The bucket is that of a real server of the S3 protocol (moto's), reached over HTTP.
"""

import os
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from moto.server import ThreadedMotoServer

from documents.intake import create_paper
from documents.models import Paper
from eoffice.files import orphans
from eoffice.files.keeping import keep
from eoffice.files.models import StoredFile
from eoffice.files.serving import serve
from tests import papers
from tests.city import City

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 8192  # 2 MB: more than is sent in one piece
NAME = "ab/cd/abcd" + "0" * 60


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"], autouse=True)
def store(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> Any:
    """The place where files lie, empty."""
    if request.param == "folder":
        settings.MEDIA_ROOT = tmp_path / "files"
        settings.MEDIA_ROOT.mkdir()
        return default_storage
    options = {
        "bucket": f"papers-{time.time_ns()}",
        "endpoint": request.getfixturevalue("endpoint"),
        "region": "us-east-1",
        "key": "eoffice",
        "secret": "not-a-secret",
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "eoffice.files.buckets.BucketStore", "OPTIONS": options},
    }
    boto3.client(
        "s3",
        endpoint_url=options["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="eoffice",
        aws_secret_access_key="not-a-secret",
    ).create_bucket(Bucket=options["bucket"])
    return default_storage


def kept(content: bytes = CONTENT) -> StoredFile:
    return keep(ContentFile(content), media_type="application/pdf", extension="pdf")


def got(stored: StoredFile, method: str = "GET", **headers: str) -> Any:
    request = RequestFactory().generic(method, "/", headers=headers)
    return serve(request, stored, name="a.pdf")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def check(*options: str) -> tuple[int, str]:
    """Exit status of ``check_files`` and what was said."""
    said = StringIO()
    try:
        call_command("check_files", *options, stdout=said)
    except CommandError as error:
        return error.returncode, said.getvalue()
    return 0, said.getvalue()


def spoil(store: Any, stored: StoredFile, content: bytes) -> None:
    store.delete(stored.content.name)
    store.save(stored.content.name, ContentFile(content))


def test_the_same_content_is_stored_once_under_its_sha256(store: Any) -> None:
    assert kept().pk == kept().pk
    assert list(store.names()) == [StoredFile.objects.get().content.name]
    with StoredFile.objects.get().content.open("rb") as content:
        assert content.read() == CONTENT


def test_what_was_handed_in_can_still_be_read_by_who_handed_it_in() -> None:
    content = ContentFile(CONTENT)
    keep(content, media_type="application/pdf", extension="pdf")
    content.seek(0)
    assert content.read() == CONTENT


def test_half_of_the_bytes_are_replaced_when_the_file_comes_again(store: Any) -> None:
    spoil(store, kept(), CONTENT[:1000])
    assert body(got(kept())) == CONTENT


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-99", 0, 99), ("bytes=70000-70009", 70000, 70009), ("bytes=-24", -24, -1)]
)
def test_a_range_gives_these_bytes(asked: str, first: int, last: int) -> None:
    answer = got(kept(), Range=asked)
    assert answer.status_code == 206
    assert body(answer) == CONTENT[first:][: last - first + 1]


def test_a_program_may_read_it_from_any_place(store: Any) -> None:
    with kept().content.open("rb") as content:
        content.seek(-4, os.SEEK_END)
        assert content.read() == CONTENT[-4:]
        content.seek(2)
        assert content.read(3) == CONTENT[2:5]


def test_a_name_that_is_not_there_is_missing(store: Any) -> None:
    assert not store.exists(NAME)
    for ask in (store.size, store.get_modified_time, lambda name: store.reading(name).read(1)):
        with pytest.raises(FileNotFoundError):
            ask(NAME)
    store.delete(NAME)


def test_losses_and_strays_are_told(store: Any) -> None:
    lost, altered = kept(b"x"), kept(b"yy")
    store.delete(lost.content.name)
    spoil(store, altered, b"zz")
    store.save(NAME, ContentFile(b"half"))
    store.save("ghi-chu.txt", ContentFile(b"of the administrator"))
    status, said = check()
    assert status == 1
    for line in (
        f"LOST {lost.content.name}: its bytes are missing",
        f"LOST {altered.content.name}: its SHA-256 differs",
        f"ORPHAN {NAME}: bytes without a row",
        "UNKNOWN ghi-chu.txt",
    ):
        assert line in said


def test_a_stray_goes_once_it_is_old(store: Any) -> None:
    store.save(NAME, ContentFile(b"half"))
    assert not orphans.delete_stray(NAME, before=timezone.now() - orphans.KEPT_FOR)
    assert orphans.delete_stray(NAME, before=timezone.now() + orphans.KEPT_FOR)
    assert list(store.names()) == []


def test_what_nothing_refers_to_goes_with_its_bytes_after_a_day(store: Any) -> None:
    kept()
    assert orphans.sweep(timezone.now()) == 0
    assert orphans.sweep(timezone.now() + 2 * orphans.KEPT_FOR) == 1
    assert list(store.names()) == []


def test_a_paper_is_handed_in_and_read_by_its_people_alone(city: City, client_as: Any) -> None:
    by = city["organiser_clerk"]
    paper = create_paper(papers.upload(papers.pdf(), "a.pdf"), by=by, title="Giá đất")
    address = f"/papers/versions/{paper.versions.get().pk}/original/"
    mine: Client = client_as("organiser_clerk")
    assert body(mine.get(address)).startswith(b"%PDF-")
    assert client_as("outsider").get(address).status_code == 404
    assert Paper.objects.count() == 1
