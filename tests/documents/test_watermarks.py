"""Every copy that leaves the server bears the name of who took it."""

import base64
import io
import re
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageChops

from documents import marking
from documents.models import Page, PaperVersion
from documents.sharing import grant_to_meeting
from eoffice.audit.models import Entry
from tests import papers
from tests.city import City
from tests.factories import PaperFactory, PaperVersionFactory, StoredFileFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
READERS = ("invited_head", "invited_clerk")


def white_page(size: tuple[int, int] = (600, 848)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "white").save(made, "WEBP")
    return made.getvalue()


@pytest.fixture
def version(city: City) -> PaperVersion:
    """Two blank pages, published to the commune."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title="Giá đất", state="published")
    pdf = StoredFileFactory(content__data=papers.pdf(2))
    made: PaperVersion = PaperVersionFactory(paper=paper, conversion="ready", page_count=2, pdf=pdf, name="giá.docx")
    Page.objects.create(version=made, number=1, image=StoredFileFactory(content__data=white_page()))
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    return made


def darkness(picture: Image.Image) -> int:
    """How many pixels are not white."""
    grey = picture.convert("L")
    return sum(count for value, count in enumerate(grey.histogram()) if value < 245)


def picture_within(answer: HttpResponse) -> Image.Image:
    """The picture that stands in a reader's page itself."""
    found = re.search(r'<img src="data:image/jpeg;base64,([^"]+)"', answer.content.decode())
    assert found
    return Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("L")


def rendered(content: bytes, page: int) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    picture: Image.Image = document[page].render().to_pil()
    document.close()
    return picture


def test_a_page_fetched_by_address_bears_the_readers_mark(version: PaperVersion, client_as: AsRole) -> None:
    address = reverse("paper-page-image", args=[version.pk, 1])
    seen = {}
    for role in READERS:
        answer = client_as(role).get(address)
        assert answer.headers["Content-Type"] == "image/jpeg"
        seen[role] = Image.open(io.BytesIO(answer.content))
        assert darkness(seen[role]) > 2000
    assert seen["invited_head"].size == (600, 848)
    difference = ImageChops.difference(*(picture.convert("L") for picture in seen.values()))
    assert difference.getbbox() is not None, "each has their own name"


def test_the_readers_page_holds_its_first_picture_with_the_readers_mark(
    version: PaperVersion, client_as: AsRole
) -> None:
    """Who opens a paper asks once: hundreds do at the same minute."""
    Page.objects.filter(version=version).update(image=StoredFileFactory(content__data=white_page((1400, 1979))))
    seen = {
        role: picture_within(client_as(role).get(reverse("paper-read", args=[version.paper_id]))) for role in READERS
    }
    for picture in seen.values():
        assert picture.size == (1000, 1414), "as wide as a page on most screens, at a third of the bytes"
        assert darkness(picture) > 2000
    assert ImageChops.difference(*seen.values()).getbbox() is not None, "each has their own name"


def test_a_page_without_a_picture_is_read_all_the_same(version: PaperVersion, client_as: AsRole) -> None:
    answer = client_as("invited_head").get(reverse("paper-read", args=[version.paper_id]), {"page": 2})
    assert "<img" not in answer.content.decode().split("reader-plain", 1)[1].split("</eo-paper-viewer>")[0]


def test_the_same_reader_is_not_sent_the_same_page_twice(version: PaperVersion, client_as: AsRole) -> None:
    client, address = client_as("invited_head"), reverse("paper-page-image", args=[version.pk, 1])
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert client_as("invited_clerk").get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_download_is_marked_on_every_page_and_on_record(version: PaperVersion, client_as: AsRole, city: City) -> None:
    answer = client_as("invited_head").get(reverse("paper-download", args=[version.pk]))
    content = answer.content
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert darkness(rendered(content, 0)) > 2000
    assert darkness(rendered(content, 1)) > 2000
    entry = Entry.objects.get(action="paper.downloaded")
    assert (entry.actor, entry.detail) == (city.person("invited_head"), {"version": 1})


def test_the_marks_are_in_the_file_once(city: City) -> None:
    made = {pages: io.BytesIO() for pages in (1, 60)}
    for pages, target in made.items():
        marking.pdf(io.BytesIO(papers.pdf(pages)), "Trần Văn A – Sở Xây dựng – 17:20 30/11/2026", target)
    assert len(made[60].getvalue()) - len(made[1].getvalue()) < 60 * 1500
    with pikepdf.open(made[60]) as document:
        assert len(document.pages) == 60


def test_the_reading_copy_asked_for_by_address_is_marked_and_our_reader_gets_it_in_ranges(
    version: PaperVersion, client_as: AsRole
) -> None:
    client, address = client_as("invited_head"), reverse("paper-file", args=[version.pk])
    assert darkness(rendered(client.get(address).content, 0)) > 2000
    ranged = client.get(address, headers={"X-Paper-Reader": "begin", "Range": "bytes=0-3"})
    assert (ranged.status_code, ranged.content) == (206, b"%PDF")


def test_the_file_as_handed_in_is_for_its_own_people(version: PaperVersion, client_as: AsRole) -> None:
    address = reverse("paper-original", args=[version.pk])
    assert client_as("organiser_clerk").get(address).status_code == 200
    assert client_as("invited_head").get(address).status_code == 403
    page = client_as("invited_head").get(reverse("paper-detail", args=[version.paper_id])).content.decode()
    assert "Tải bản PDF" in page
    assert "Tải tệp gốc" not in page


def test_the_mark_says_who_of_which_agency_and_when(city: City) -> None:
    now = timezone.datetime(2026, 11, 30, 10, 20, tzinfo=timezone.get_fixed_timezone(0))
    said = marking.text_for(city.person("invited_head"), city["invited_head"], now)
    assert said == "Hoàng Ba Đình – Phường Ba Đình – 17:20 30/11/2026"


def test_the_readers_page_carries_the_mark_for_the_screen(version: PaperVersion, client_as: AsRole) -> None:
    said = client_as("invited_head").get(reverse("paper-read", args=[version.paper_id])).content.decode()
    assert 'data-reader="Hoàng Ba Đình – Phường Ba Đình"' in said
