"""Rows and bytes: what is lost is explained, what nothing refers to goes after a day, and nothing else ever does."""

import datetime as dt
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from documents.intake import create_paper, delete_draft
from documents.models import Paper
from eoffice.audit.models import Entry
from eoffice.files import orphans
from eoffice.files.keeping import keep
from eoffice.files.models import StoredFile
from tests import papers
from tests.city import City

pytestmark = pytest.mark.django_db
TWO_DAYS = dt.timedelta(days=2)
CONTENT = papers.pdf()  # made once: the file's own number differs each time


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def paper(city: City) -> Paper:
    return create_paper(papers.upload(CONTENT, "a.pdf"), by=city["organiser_clerk"], title="Giá đất")


def check(*options: str) -> tuple[int, str]:
    """Exit status and what was said."""
    said = StringIO()
    try:
        call_command("check_files", *options, stdout=said)
    except CommandError as error:
        return error.returncode, said.getvalue() + str(error)
    return 0, said.getvalue()


def bytes_of(paper: Paper) -> Path:
    return Path(paper.versions.get().original.content.path)


def abandoned(content: bytes = b"x") -> StoredFile:
    """A stored file that nothing has referred to for two days."""
    stored = keep(ContentFile(content), media_type="application/pdf", extension="pdf")
    StoredFile.objects.filter(pk=stored.pk).update(kept_at=timezone.now() - TWO_DAYS)
    return stored


def age(path: Path) -> None:
    then = (timezone.now() - TWO_DAYS).timestamp()
    os.utime(path, (then, then))


def test_when_all_is_well_it_says_so(paper: Paper) -> None:
    assert check() == (0, "1 files checked: 0 lost, 0 orphans older than a day.\n")


@pytest.mark.parametrize(
    ("damage", "options", "status", "why"),
    [
        (lambda path: path.unlink(), [], 1, "its bytes are missing"),
        (lambda path: path.write_bytes(path.read_bytes() + b"!"), ["--quick"], 1, "bytes instead of"),
        (lambda path: path.write_bytes(b"!" + path.read_bytes()[1:]), [], 1, "its SHA-256 differs"),
        (lambda path: path.write_bytes(b"!" + path.read_bytes()[1:]), ["--quick"], 0, "0 lost"),
    ],
)
def test_a_loss_is_explained_with_the_paper_it_belongs_to(
    damage: Any, options: list[str], status: int, why: str, paper: Paper
) -> None:
    damage(bytes_of(paper))
    found, said = check(*options)
    assert found == status
    assert why in said
    assert ("Giá đất" in said) == bool(status)


def test_what_is_lost_is_healed_by_handing_the_same_file_in_again(paper: Paper, city: City) -> None:
    bytes_of(paper).unlink()
    create_paper(papers.upload(CONTENT, "b.pdf"), by=city["organiser_clerk"], title="Lại")
    assert check()[0] == 0


def test_the_bytes_of_a_deleted_draft_go_after_a_day(paper: Paper, city: City) -> None:
    path = bytes_of(paper)
    delete_draft(paper, by=city["organiser_clerk"])
    assert orphans.sweep(timezone.now()) == 0
    assert path.exists()
    assert check()[0] == 0, "an orphan of today is nothing to worry about"
    assert orphans.sweep(timezone.now() + TWO_DAYS) == 1
    assert not path.exists()
    assert not StoredFile.objects.exists()
    assert Entry.objects.get(action="files.orphans_deleted").detail == {"files": 1}


def test_what_a_paper_refers_to_is_never_swept(paper: Paper) -> None:
    StoredFile.objects.update(kept_at=timezone.now() - TWO_DAYS)
    age(bytes_of(paper))
    assert orphans.sweep(timezone.now()) == 0
    assert check("--delete-orphans")[0] == 0
    assert bytes_of(paper).exists()


def test_orphans_older_than_a_day_are_told_and_deleted_only_when_asked(folder: Path) -> None:
    stored = abandoned()
    broken_off = folder / "ab" / "cd" / ("abcd" + "0" * 60)
    broken_off.parent.mkdir(parents=True)
    broken_off.write_bytes(b"half")
    age(broken_off)
    status, said = check()
    assert (status, said.count("ORPHAN")) == (2, 2)
    assert broken_off.exists()
    status, said = check("--delete-orphans")
    assert (status, said.count("DELETED")) == (0, 2)
    assert not broken_off.exists()
    assert not StoredFile.objects.filter(pk=stored.pk).exists()


def test_orphans_of_today_and_unknown_names_are_left_alone(folder: Path) -> None:
    fresh = folder / "ab" / "cd" / ("abcd" + "0" * 60)
    fresh.parent.mkdir(parents=True)
    fresh.write_bytes(b"half")
    (folder / "ghi-chu.txt").write_text("của quản trị viên")
    age(folder / "ghi-chu.txt")
    status, said = check("--delete-orphans")
    assert status == 0
    assert "younger than a day" in said
    assert "UNKNOWN ghi-chu.txt" in said
    assert fresh.exists()
    assert (folder / "ghi-chu.txt").exists()


def test_content_that_is_handed_in_again_before_its_sweep_stays() -> None:
    """The sweep has chosen the row; before it takes the lock somebody hands the same content in."""
    stored = abandoned()
    keep(ContentFile(b"x"), media_type="application/pdf", extension="pdf")
    assert not orphans.delete_unreferenced(stored.pk, before=timezone.now() - orphans.KEPT_FOR)
    assert Path(stored.content.path).read_bytes() == b"x"


def test_bytes_whose_row_came_meanwhile_stay() -> None:
    stored = keep(ContentFile(b"x"), media_type="application/pdf", extension="pdf")
    age(Path(stored.content.path))
    assert not orphans.delete_stray(stored.content.name, before=timezone.now())
    assert Path(stored.content.path).exists()
    assert StoredFile.objects.get().size == 1


def test_content_that_is_handed_in_again_after_its_sweep_is_whole() -> None:
    stored = abandoned()
    assert orphans.sweep(timezone.now()) == 1
    again = keep(ContentFile(b"x"), media_type="application/pdf", extension="pdf")
    assert again.pk != stored.pk
    assert Path(again.content.path).read_bytes() == b"x"
