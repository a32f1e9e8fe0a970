"""Scans are found by what stands on them: with the real OCRmyPDF, and with programs that misbehave to order."""

import datetime as dt
import hashlib
import io
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import ocr, press, publishing, recognition, tasks
from documents.intake import create_paper, delete_draft
from documents.models import Page, PaperVersion, Recognition
from documents.sharing import grant_to_meeting
from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from eoffice.queueing import DEAD_AFTER
from tests import papers
from tests.city import City

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
needs_ocr = pytest.mark.skipif(
    not ocr.is_installed(site.OCR, site.OCR_LANGUAGES),
    reason="needs ocrmypdf, tesseract-ocr and tesseract-ocr-vie (./test installs them)",
)
LINES = (
    "Kính gửi: Ủy ban nhân dân thành phố\n\nCăn cứ Nghị quyết của Hội đồng nhân dân,\n"
    "Sở Xây dựng đề nghị mở rộng đường Nguyễn Trãi\nđoạn qua phường Đống Đa trước ngày 30/11/2026."
)
WRITES = 'while [ "$1" != --sidecar ]; do shift; done; echo "Nội dung nhận dạng" > "$2"'


@pytest.fixture
def hand_in(city: City) -> Callable[[bytes], PaperVersion]:
    """Hands a PDF in and converts it, as far as it can be read."""

    def make(content: bytes, name: str = "ban-chup.pdf") -> PaperVersion:
        version = create_paper(papers.upload(content, name), by=city["organiser_clerk"]).versions.get()
        tasks.convert(version.pk)
        version.refresh_from_db()
        return version

    return make


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """``programs(script)`` puts a script in the place of OCRmyPDF, and a Tesseract that knows Vietnamese."""

    def put(script: str) -> None:
        for name, text in (("ocrmypdf", script), ("tesseract", "echo vie")):
            program = tmp_path / name
            program.write_text(f"#!/bin/sh\n{text}\n")
            program.chmod(program.stat().st_mode | stat.S_IEXEC)

    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    put(WRITES)
    return put


def turns(version: PaperVersion) -> Recognition:
    while recognition.take_turn():
        pass
    return Recognition.objects.get(version=version)


def found(client: Client, words: str) -> int:
    answer = client.get(reverse("paper-search"), {"q": words}).context["found"]
    return len(answer.hits) if answer else 0


def detail(client: Client, version: PaperVersion) -> str:
    return client.get(reverse("paper-detail", args=[version.paper_id])).content.decode()


# --- what is recognised -----------------------------------------------------------------------------------


@needs_ocr
def test_a_scan_is_read_at_once_and_found_by_a_sentence_once_it_is_recognised(hand_in: Any, client_as: AsRole) -> None:
    content = papers.scan(LINES)
    version, client = hand_in(content), client_as("organiser_clerk")
    assert version.is_ready
    assert client.get(reverse("paper-read", args=[version.paper_id])).status_code == 200
    assert "Chờ nhận dạng chữ" in detail(client, version)
    sentences = ("đề nghị mở rộng đường Nguyễn Trãi", "de nghi mo rong duong nguyen trai", '"phường Đống Đa"')
    assert [found(client, words) for words in sentences] == [0, 0, 0]
    assert turns(version).state == "done"
    assert [found(client, words) for words in sentences] == [1, 1, 1]
    assert version.pages.get().text_source == "recognised"
    assert "Đã nhận dạng chữ của 1 trang chụp" in detail(client, version)
    assert "Chữ nhận dạng từ bản chụp" in client.get(reverse("paper-search"), {"q": "Đống Đa"}).content.decode()
    version.original.refresh_from_db()
    with version.original.content.open("rb") as kept:
        assert hashlib.sha256(kept.read()).hexdigest() == version.original.sha256 == hashlib.sha256(content).hexdigest()


@needs_ocr
@pytest.mark.slow
def test_a_scan_that_lies_on_its_side_is_turned_upright(hand_in: Any) -> None:
    turned = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.scan("\n".join([LINES] * 4)))) as document:
        document.pages[0].rotate(90, relative=True)
        document.save(turned)
    version = hand_in(turned.getvalue())
    turns(version)
    assert "Nguyễn Trãi" in version.pages.get().text


def test_only_pages_without_a_text_layer_are_asked_for(hand_in: Any) -> None:
    mixed = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.scan("một", "hai"))) as document:
        document.add_blank_page(page_size=(595, 842))
        document.save(mixed)
    version = hand_in(mixed.getvalue())
    assert list(version.pages.values_list("text_source", flat=True)) == ["scan", "scan", "layer"]
    assert version.recognition.pages == 2
    assert not Recognition.objects.filter(version=hand_in(papers.word(), "to-trinh.docx")).exists()


@pytest.mark.usefixtures("programs")
def test_the_few_words_of_a_signature_on_a_scan_are_kept(hand_in: Any, client_as: AsRole) -> None:
    version, client = hand_in(papers.scan("một")), client_as("organiser_clerk")
    page = version.pages.get()
    page.text = "Ký bởi: Văn phòng"
    page.save()
    recognition.index.replace_page(page, before="")
    turns(version)
    assert version.pages.get().text == "Ký bởi: Văn phòng\nNội dung nhận dạng"
    assert [found(client, words) for words in ("ký bởi", "noi dung nhan dang")] == [1, 1]


# --- without the program ----------------------------------------------------------------------------------


def test_a_machine_without_the_program_says_so_and_goes_on_once_it_is_installed(
    hand_in: Any, client_as: AsRole, programs: Any, settings: Any
) -> None:
    settings.OCR = "no-such-program"
    version, client = hand_in(papers.scan("một")), client_as("organiser_clerk")
    assert turns(version).state == "missing"
    said = detail(client, version)
    assert "Máy chủ chưa nhận dạng được chữ" in said
    assert "Báo quản trị viên cài phần nhận dạng chữ" in said
    assert not recognition.waits(timezone.now())
    settings.OCR = "ocrmypdf"
    assert recognition.waits(timezone.now())
    assert turns(version).state == "done"


def test_a_language_that_is_not_installed_counts_as_missing(programs: Any) -> None:
    assert ocr.is_installed("ocrmypdf", "vie")
    assert not ocr.is_installed("ocrmypdf", "vie+lao")


def test_a_part_that_the_program_misses_is_said_too(hand_in: Any, programs: Any) -> None:
    programs("exit 3")
    assert turns(hand_in(papers.scan("một"))).state == "missing"


# --- what goes wrong --------------------------------------------------------------------------------------

HOG = "python3 -c 'b = bytearray(3_000_000_000); print(len(b))'"


@pytest.mark.parametrize("script", ["exit 1", "sleep 20 & sleep 20", f"{HOG} && {{ {WRITES}; }}", "exit 0"])
def test_a_page_that_cannot_be_read_is_told_with_what_to_do_and_may_be_tried_again(
    script: str, hand_in: Any, client_as: AsRole, programs: Any, settings: Any
) -> None:
    settings.OCR_PAGE_TIMEOUT_S = 3
    programs(script)
    version, began = hand_in(papers.scan("một")), time.monotonic()
    job = turns(version)
    assert time.monotonic() - began < 15, "the program's children were killed too"
    assert (job.state, job.failure_code, job.unread, job.pages_done) == ("failed", "pages", [1], 0)
    client = client_as("organiser_clerk")
    said = detail(client, version)
    assert job.failure in said
    assert "Trang: 1." in said
    programs(WRITES)
    settings.OCR_PAGE_TIMEOUT_S = 30
    assert client.post(reverse("paper-retry", args=[version.pk])).status_code == 302
    assert turns(version).state == "done"
    assert Entry.objects.filter(action="paper.recognition_retried").exists()


def test_one_page_that_fails_does_not_stop_the_others(hand_in: Any, programs: Any, tmp_path: Path) -> None:
    programs(f"if [ ! -e {tmp_path}/once ]; then touch {tmp_path}/once; exit 1; fi; {WRITES}")
    job = turns(version := hand_in(papers.scan("một", "hai", "ba")))
    assert (job.state, job.unread, job.pages_done) == ("failed", [1], 2)
    assert list(version.pages.values_list("text_source", flat=True)) == ["scan", "recognised", "recognised"]


# --- turns ------------------------------------------------------------------------------------------------


def test_a_turn_whose_worker_died_is_taken_up_where_it_stopped(
    hand_in: Any, programs: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(f"echo page >> {tmp_path}/calls; {WRITES}")
    version = hand_in(papers.scan("một", "hai", "ba"))
    monkeypatch.setattr(recognition._Turn, "_end", _killed)
    monkeypatch.setattr(recognition, "PAGES_PER_TURN", 2)
    with pytest.raises(KeyboardInterrupt):
        recognition.take_turn()
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    job = Recognition.objects.get(version=version)
    assert (job.state, job.pages_done) == ("running", 2)
    assert not recognition.waits(timezone.now()), "it may still be alive"
    assert recognition.waits(timezone.now() + DEAD_AFTER + dt.timedelta(seconds=1))
    assert turns(version).state == "done"
    assert (tmp_path / "calls").read_text() == "page\n" * 3, "no page was recognised twice"


def _killed(_turn: Any) -> None:
    raise KeyboardInterrupt


def test_a_turn_that_died_three_times_is_given_up(hand_in: Any) -> None:
    version = hand_in(papers.scan("một"))
    Recognition.objects.update(state="running", attempts=3, alive_at=timezone.now())
    later = timezone.now() + DEAD_AFTER + dt.timedelta(seconds=1)
    assert not recognition.waits(later)
    job = Recognition.objects.get(version=version)
    assert (job.state, job.failure_code) == ("failed", "interrupted")


@pytest.mark.usefixtures("programs")
def test_one_runs_at_a_time(hand_in: Any) -> None:
    first, second = hand_in(papers.scan("một")), hand_in(papers.scan("hai"))
    Recognition.objects.filter(version=first).update(state="running", alive_at=timezone.now())
    assert not recognition.take_turn()
    assert Recognition.objects.get(version=second).state == "waiting"


@pytest.mark.usefixtures("programs")
def test_a_long_scan_does_not_keep_a_short_one_waiting(hand_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "PAGES_PER_TURN", 2)
    long, short = hand_in(papers.scan(*"abcde")), hand_in(papers.scan("ngắn"))
    states = []
    while recognition.take_turn():
        states.append((_pages_done(long), _pages_done(short)))
    assert states == [(2, 0), (2, 1), (4, 1)]
    assert _pages_done(long) == 5


def _pages_done(version: PaperVersion) -> int:
    return Page.objects.filter(version=version, text_source="recognised").count()


def test_a_draft_deleted_while_it_is_recognised_leaves_nothing(
    hand_in: Any, city: City, programs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = hand_in(papers.scan("một"))
    drawn = press.draw_for_recognition

    def draw(*arguments: Any, **options: Any) -> None:
        drawn(*arguments, **options)
        delete_draft(version.paper, by=city["organiser_clerk"])

    monkeypatch.setattr(press, "draw_for_recognition", draw)
    assert not recognition.take_turn()
    assert not Recognition.objects.exists()
    assert not Entry.objects.filter(action="paper.recognition_failed").exists()


def test_the_page_asks_again_while_the_recognition_is_on_its_way(hand_in: Any, client_as: AsRole) -> None:
    version, client = hand_in(papers.scan("một", "hai")), client_as("organiser_clerk")
    Recognition.objects.update(state="running", pages_done=1)
    address = reverse("paper-recognition", args=[version.pk])
    said = client.get(address).content.decode()
    assert "Đang nhận dạng chữ: 1/2 trang" in said
    assert f'hx-get="{address}"' in said
    Recognition.objects.update(state="done", pages_done=2)
    assert "hx-get" not in client.get(address).content.decode()


def test_a_scan_with_a_stamp_of_secrecy_is_taken_back_from_its_readers_once(
    hand_in: Any, programs: Any, city: City, client_as: AsRole
) -> None:
    """The stamp of a scan is a picture: it is seen once its words are recognised. A person decides whether that is true."""
    version = hand_in(papers.scan("TỐI MẬT"))
    publishing.publish(version.paper, by=city["organiser_clerk"])
    grant_to_meeting(version.paper, reason="meeting:1", units=[city.commune])
    reader, address = client_as("invited_head"), reverse("paper-read", args=[version.paper_id])
    assert reader.get(address).status_code == 200
    programs(WRITES.replace("Nội dung nhận dạng", "ỦY BAN NHÂN DÂN\\nTỐI MẬT\\nPhương án"))
    turns(version)
    assert reader.get(address).status_code == 404
    assert "Trang đầu có dấu “Tối mật”" in detail(client_as("organiser_clerk"), version)
    told = Notification.objects.get(kind="paper.secret-suspected", recipient=city["organiser_clerk"].person)
    assert told.url == reverse("paper-detail", args=[version.paper_id])
    assert Entry.objects.filter(action="paper.secret_suspected", detail__level="Tối mật").count() == 1
    version.paper.refresh_from_db()
    publishing.publish(version.paper, by=city["organiser_clerk"])
    recognition.read_anew(timezone.now())
    turns(version)
    assert reader.get(address).status_code == 200, "they have looked: it was misread"
