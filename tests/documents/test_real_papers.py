"""Real public papers, which are not committed: set EOFFICE_REAL_PAPERS to a folder of them.

Each converts, is shown, and is found by a sentence from its middle; scans after their words were recognised.
"""

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from documents import ocr, recognition, tasks
from documents.intake import create_paper
from documents.models import PaperVersion, Recognition
from eoffice.accounts.names import folded
from tests import papers
from tests.city import City

FOLDER = os.environ.get("EOFFICE_REAL_PAPERS", "")
REAL = sorted(Path(FOLDER).iterdir()) if FOLDER else []
SCAN = "nq-19-2026-nq-cp.pdf"
"""80 pages of pictures; what stands on the 41st was read by a person."""
ON_PAGE_41 = "bản sao hộ chiếu của người đứng đầu mới của Chi nhánh nếu là người nước ngoài"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL, reason="EOFFICE_REAL_PAPERS names no folder of real papers"),
]


@pytest.fixture
def client(client_as: Callable[[str], Client]) -> Client:
    return client_as("organiser_clerk")


@pytest.fixture
def hand_in(city: City) -> Callable[[bytes, str], PaperVersion]:
    def make(content: bytes, name: str) -> PaperVersion:
        version = create_paper(papers.upload(content, name), by=city["organiser_clerk"]).versions.get()
        tasks.convert(version.pk)
        version.refresh_from_db()
        return version

    return make


def pages_found(client: Client, words: str) -> list[int]:
    """Numbers of the pages shown of the only paper that there is."""
    hits = client.get(reverse("paper-search"), {"q": words}).context["found"].hits
    return [place.number for hit in hits for place in hit.places] + [0] * sum(hit.more for hit in hits)


def middle_sentence(version: PaperVersion) -> tuple[int, str]:
    """A page of the middle, and nine words in a row on it."""
    for page in version.pages.filter(number__gte=(version.page_count + 1) // 2):
        words = re.findall(r"[^\W_]+", page.text)
        if len(words) >= 24:
            return page.number, " ".join(words[len(words) // 2 :][:9])
    raise AssertionError("no page of its second half has text")


@pytest.mark.parametrize("path", [path for path in REAL if path.name != SCAN], ids=lambda path: path.name)
def test_it_converts_is_shown_and_is_found_by_a_sentence_from_its_middle(
    path: Path, client: Client, hand_in: Any
) -> None:
    version = hand_in(path.read_bytes(), path.name)
    assert (version.conversion, version.failure) == ("ready", "")
    assert version.pages.count() == version.page_count > 0
    assert client.get(reverse("paper-read", args=[version.paper_id])).status_code == 200
    number, sentence = middle_sentence(version)
    assert client.get(reverse("paper-page-image", args=[version.pk, number])).status_code == 200
    for words in (f'"{sentence}"', f'"{folded(sentence)}"', sentence, folded(sentence)):
        assert pages_found(client, words), words


@pytest.mark.skipif(SCAN not in [path.name for path in REAL], reason=f"the folder holds no {SCAN}")
@pytest.mark.skipif(not ocr.is_installed(settings.OCR, settings.OCR_LANGUAGES), reason="OCRmyPDF is not installed")
def test_a_real_scan_is_found_after_its_words_were_recognised(client: Client, hand_in: Any) -> None:
    """Two pages of its middle: all eighty take eight minutes of a core."""
    middle = io.BytesIO()
    with pikepdf.open(Path(FOLDER) / SCAN) as document, pikepdf.new() as part:
        part.pages.extend(document.pages[40:42])
        part.save(middle)
    version = hand_in(middle.getvalue(), SCAN)
    assert version.is_ready
    assert list(version.pages.values_list("text_source", flat=True)) == ["scan", "scan"]
    assert pages_found(client, ON_PAGE_41) == []
    while recognition.take_turn():
        pass
    assert Recognition.objects.get(version=version).state == "done"
    for words in (ON_PAGE_41, folded(ON_PAGE_41), f'"{folded(ON_PAGE_41)}"'):
        assert 1 in pages_found(client, words), words
