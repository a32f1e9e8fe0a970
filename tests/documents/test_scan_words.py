"""The words of a scan lie over its pages, so that they can be selected and found by the reader's own search."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from documents import ocr, recognition, tasks
from documents.intake import create_paper
from documents.models import Page, PaperVersion, Recognition
from documents.views.files import READER_HEADER
from tests import papers
from tests.city import City

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not ocr.is_installed(site.OCR, site.OCR_LANGUAGES),
        reason="needs ocrmypdf, tesseract-ocr and tesseract-ocr-vie (./test installs them)",
    ),
]
AsRole = Callable[[str], Client]
LINES = "Kính gửi: Ủy ban nhân dân thành phố\n\nSở Xây dựng đề nghị mở rộng đường Nguyễn Trãi\nđoạn qua phường Đống Đa."
INK = 110
READER = {READER_HEADER: "begin"}
MORE = {READER_HEADER: "more"}


def handed_in(content: bytes, city: City) -> PaperVersion:
    version = create_paper(papers.upload(content, "ban-chup.pdf"), by=city["organiser_clerk"]).versions.get()
    tasks.convert(version.pk)
    return PaperVersion.objects.get(pk=version.pk)


def recognised(version: PaperVersion) -> PaperVersion:
    while recognition.take_turn():
        pass
    return PaperVersion.objects.get(pk=version.pk)


def bytes_of(version: PaperVersion) -> bytes:
    assert version.pdf is not None
    with version.pdf.content.open("rb") as stored:
        return bytes(stored.read())


def askew(degrees: float) -> bytes:
    """A scan whose sheet did not lie straight."""
    with pikepdf.open(io.BytesIO(papers.scan("\n".join([LINES] * 4)))) as document:
        sheet = pikepdf.PdfImage(next(iter(document.pages[0].Resources.XObject.as_dict().values()))).as_pil_image()
    made = io.BytesIO()
    turned = sheet.rotate(degrees, expand=degrees % 90 == 0, fillcolor=250, resample=Image.Resampling.BICUBIC)
    turned.save(made, "PDF", resolution=200)
    return made.getvalue()


def words_on_ink(content: bytes) -> tuple[str, float]:
    """The text of the first page, and how much of it lies where something dark is drawn."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        words, height = page.get_textpage(), page.get_height()
        text = words.get_text_range()
        picture = page.render(scale=2, grayscale=True).to_pil()
        boxes = [words.get_charbox(place) for place in range(words.count_chars()) if text[place : place + 1].strip()]
        dark = [
            picture.crop(
                (int(left * 2) - 1, int((height - top) * 2) - 1, int(right * 2) + 2, int((height - bottom) * 2) + 2)
            ).getextrema()[0]
            for left, bottom, right, top in boxes
            if right - left > 1
        ]
        words.close()
        page.close()
    return text, sum(value < INK for value in dark) / max(1, len(dark))


def test_words_lie_where_they_stand_and_whoever_reads_meanwhile_keeps_their_copy(city: City, client_as: AsRole) -> None:
    content = papers.scan(LINES)
    version, reader = handed_in(content, city), client_as("organiser_clerk")
    address, before = reverse("paper-file", args=[version.pk]), bytes_of(version)
    pictures = list(Page.objects.filter(version=version).values_list("image", flat=True))
    assert words_on_ink(before)[0].strip() == ""
    assert _content(reader.get(address, headers=READER)) == before
    version = recognised(version)
    after = bytes_of(version)
    text, on_ink = words_on_ink(after)
    assert "Nguyễn Trãi" in text
    assert "phường Đống Đa" in text
    assert on_ink > 0.95
    assert list(Page.objects.filter(version=version).values_list("image", "layer")) == [(pictures[0], None)]
    with version.original.content.open("rb") as kept:
        assert kept.read() == content
    part = {**MORE, "Range": f"bytes=0-{len(before) - 1}"}
    assert _content(reader.get(address, headers=part)) == before, "they began with the copy without words"
    assert _content(reader.get(address, headers=READER)) == after, "who begins now gets the one with words"
    assert _content(reader.get(address, headers={**READER, "Range": "bytes=0-99"})) == after[:100]
    recognition.waits(timezone.now() + dt.timedelta(days=2))
    assert PaperVersion.objects.get().wordless is None


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [2.3, -1.5, 90])
def test_on_a_sheet_that_lay_askew_or_on_its_side_too(degrees: float, city: City) -> None:
    text, on_ink = words_on_ink(bytes_of(recognised(handed_in(askew(degrees), city))))
    assert "Nguyễn Trãi" in text
    assert on_ink > 0.95


def _content(answer: Any) -> bytes:
    assert answer.status_code in (200, 206)
    return b"".join(answer) if answer.streaming else bytes(answer.content)


def test_a_scan_that_was_read_before_words_were_laid_is_read_anew(city: City, client_as: AsRole) -> None:
    version = recognised(handed_in(papers.scan(LINES), city))
    PaperVersion.objects.update(pdf=version.wordless, wordless=None)  # as such a scan lies there
    text = version.pages.get().text
    call_command("recognise_anew", "--before", "2020-01-01")
    assert Recognition.objects.get().state == "done", "it was read later than that"
    Recognition.objects.update(alive_at=timezone.now() - dt.timedelta(days=90))
    call_command("recognise_anew", "--before", timezone.localdate().isoformat())
    again = recognised(version)
    assert again.pages.get().text == text, "once, not twice"
    assert "mở rộng đường Nguyễn Trãi" in words_on_ink(bytes_of(again))[0]
    found = client_as("organiser_clerk").get(reverse("paper-search"), {"q": "mo rong duong"}, follow=True)
    assert again.paper.title in found.content.decode()
