"""From an Office file to what is read, with the real LibreOffice; and what happens when it goes wrong."""

import datetime as dt
import io
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import conversion, tasks
from documents.intake import create_paper, delete_draft
from documents.models import Page, PaperVersion
from documents.rendering import rendered_pages
from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from eoffice.queueing import DEAD_AFTER
from tests import papers
from tests.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand_in(city: City) -> Callable[[bytes, str], PaperVersion]:
    def make(content: bytes, name: str) -> PaperVersion:
        return create_paper(papers.upload(content, name), by=city["organiser_clerk"]).versions.get()

    return make


def converted(version: PaperVersion) -> PaperVersion:
    tasks.convert(version.pk)
    version.refresh_from_db()
    return version


def fake_office(folder: Path, script: str) -> str:
    """A program in LibreOffice's place: the failures of a real one cannot be ordered."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return str(program)


@pytest.mark.parametrize(
    ("make", "name"), [(lambda: papers.word(font="Calibri"), "to-trinh.docx"), (papers.text_document, "bien-ban.odt")]
)
def test_an_office_file_becomes_pages_whose_vietnamese_text_can_be_read_back(
    make: Callable[[], bytes], name: str, hand_in: Any
) -> None:
    version = converted(hand_in(make(), name))
    assert (version.conversion, version.progress, version.page_count, version.failure) == ("ready", 100, 1, "")
    page = version.pages.get()
    assert papers.SENTENCE in page.text
    assert page.width == 1400
    assert page.image is not None
    assert page.image.media_type == "image/webp"


def test_a_pdf_keeps_its_pages_and_is_made_ready_for_reading_in_pieces(
    hand_in: Any, client_as: Callable[[str], Client]
) -> None:
    version = converted(hand_in(papers.pdf(3), "bao-cao.pdf"))
    assert [page.number for page in version.pages.all()] == [1, 2, 3]
    address = reverse("paper-file", args=[version.pk])
    client = client_as("organiser_clerk")
    piece = client.get(address, headers={"Range": "bytes=0-1023", "X-Paper-Reader": "begin"})
    assert piece.status_code == 206
    assert b"/Linearized" in piece.content
    assert client.get(reverse("paper-page-image", args=[version.pk, 2])).headers["Content-Type"] == "image/jpeg"
    assert client.get(reverse("paper-page-text", args=[version.pk, 2])).status_code == 200
    assert client.get(reverse("paper-page-image", args=[version.pk, 4])).status_code == 404


def test_pages_keep_what_they_have_from_the_nodes_above_them(hand_in: Any) -> None:
    """Old scanners and printers write size, turn and fonts once, for all pages below a node."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.heavy(3, 4))) as pdf:
        root, pages = pdf.Root.Pages, [page.obj for page in pdf.pages]
        upright, lying = (
            pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Parent=root, Kids=kids, Count=len(kids)))
            for kids in (pages[:1], pages[1:])
        )
        root.Kids, root.MediaBox = pikepdf.Array([upright, lying]), pikepdf.Array([0, 0, 595, 842])
        lying.Rotate, lying.Resources = 90, pages[1].Resources
        for page, node in zip(pages, (upright, lying, lying), strict=True):
            page.Parent = node
            del page.MediaBox
        del pages[1].Resources, pages[2].Resources
        pdf.save(made)
    version = converted(hand_in(made.getvalue(), "quet.pdf"))
    pages = list(version.pages.order_by("number"))
    assert [page.text.strip() for page in pages] == ["Trang so 1", "Trang so 2", "Trang so 3"]
    assert [page.width < page.height for page in pages] == [True, False, False]


def test_converting_twice_changes_nothing(hand_in: Any) -> None:
    version = converted(hand_in(papers.pdf(), "a.pdf"))
    tasks.convert(version.pk)
    version.refresh_from_db()
    assert (version.attempts, version.pages.count()) == (1, 1)


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 1", "office-failed"), ("exit 0", "office-failed"), ("sleep 60 & sleep 60", "office-timeout")],
)
def test_a_failure_is_told_in_words_and_can_be_tried_again(
    script: str, code: str, hand_in: Any, settings: Any, tmp_path: Path, client_as: Callable[[str], Client]
) -> None:
    settings.SOFFICE, settings.CONVERSION_TIMEOUT_S = fake_office(tmp_path, script), 1
    began = time.monotonic()
    version = converted(hand_in(papers.word(), "to-trinh.docx"))
    assert time.monotonic() - began < 20, "the children of the program were killed too"
    assert (version.conversion, version.failure_code) == ("failed", code)
    assert Notification.objects.get(kind="paper.conversion-failed").body == version.failure
    client = client_as("organiser_clerk")
    assert version.failure in client.get(reverse("paper-detail", args=[version.paper_id])).content.decode()
    assert client.post(reverse("paper-retry", args=[version.pk])).status_code == 302
    version.refresh_from_db()
    assert (version.conversion, version.attempts, version.failure) == ("waiting", 0, "")


def test_without_libreoffice_the_failure_says_so(hand_in: Any, settings: Any) -> None:
    settings.SOFFICE = "no-such-program"
    assert converted(hand_in(papers.word(), "to-trinh.docx")).failure_code == "office-missing"


def test_a_paper_of_too_many_pages_is_refused(hand_in: Any) -> None:
    assert converted(hand_in(papers.pdf(conversion.MAX_PAGES + 1), "dai.pdf")).failure_code == "too-many-pages"


def test_jobs_whose_process_died_are_queued_again_and_given_up_after_the_third_time(hand_in: Any) -> None:
    now = timezone.now()
    silent = now - DEAD_AFTER - dt.timedelta(seconds=1)
    rows = {name: hand_in(papers.pdf(pages), f"{name}.pdf") for pages, name in enumerate(("dead", "spent", "alive"), 1)}
    for name, attempts, alive_at in (("dead", 1, silent), ("spent", 3, silent), ("alive", 1, now)):
        rows_of = PaperVersion.objects.filter(pk=rows[name].pk)
        rows_of.update(conversion="running", attempts=attempts, alive_at=alive_at)
    waiting = hand_in(papers.pdf(4), "waiting.pdf")
    assert conversion.unfinished(now) == [rows["dead"].pk, waiting.pk]
    states = {name: PaperVersion.objects.get(pk=row.pk) for name, row in rows.items()}
    assert {name: row.conversion for name, row in states.items()} == {
        "dead": "waiting",
        "spent": "failed",
        "alive": "running",
    }
    assert states["spent"].failure_code == "interrupted"


@pytest.mark.django_db(transaction=True)
def test_a_draft_deleted_while_it_is_converted_leaves_nothing(hand_in: Any, city: City) -> None:
    version = hand_in(papers.pdf(3), "a.pdf")

    def delete(**_page: Any) -> None:
        delete_draft(version.paper, by=city["organiser_clerk"])

    post_save.connect(delete, sender=Page)  # the first page is stored: the conversion is in its middle
    try:
        conversion.convert(version.pk)
    finally:
        post_save.disconnect(delete, sender=Page)
    assert not Page.objects.exists()
    assert not Notification.objects.exists()
    assert not Entry.objects.filter(action="paper.conversion_failed").exists()


def test_progress_asks_again_until_the_page_can_be_loaded_anew(
    hand_in: Any, client_as: Callable[[str], Client]
) -> None:
    version = hand_in(papers.pdf(), "a.pdf")
    address = reverse("paper-conversion", args=[version.pk]) + "?reload"
    client = client_as("organiser_clerk")
    waiting = client.get(address)
    assert "hx-get" in waiting.content.decode()
    assert "HX-Refresh" not in waiting.headers
    converted(version)
    ready = client.get(address)
    assert "hx-get" not in ready.content.decode()
    assert ready.headers["HX-Refresh"] == "true"


def test_pictures_are_not_taller_than_a_screen_can_use(tmp_path: Path) -> None:
    import pikepdf

    path = tmp_path / "long.pdf"
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(100, 14_000))
        document.save(path)
    page = next(rendered_pages(path))
    assert page.height <= 4000
