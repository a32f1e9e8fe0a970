"""A file is what its content says; what could harm or cannot be read is refused in words."""

import unicodedata
from typing import Any

import pytest

from eoffice.errors import UserError
from eoffice.files.intake import accept, shown_name
from eoffice.files.kinds import EVIDENCE
from eoffice.files.models import StoredFile
from tests import papers

pytestmark = pytest.mark.django_db

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504
EXE = b"MZ\x90\x00" + b"\0" * 400


def taken(content: bytes, name: str, **options: Any) -> StoredFile:
    return accept(papers.upload(content, name), by=None, **options)


def refusal(content: bytes, name: str, **options: Any) -> UserError:
    with pytest.raises(UserError) as caught:
        taken(content, name, **options)
    assert StoredFile.objects.count() == 0
    return caught.value


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (papers.pdf, "bao-cao.pdf"),
        (papers.word, "Tờ trình.DOCX"),
        (papers.sheet, "so-lieu.xlsx"),
        (papers.slides, "trinh-chieu.pptx"),
        (papers.text_document, "bien-ban.odt"),
    ],
)
def test_the_usual_papers_are_taken_as_what_they_are(make: Any, name: str) -> None:
    content = make()
    stored = taken(content, name)
    assert stored.extension == name.rsplit(".", 1)[1].lower()
    with stored.content.open() as kept:
        assert kept.read() == content
    assert stored.content.name.startswith(f"{stored.sha256[:2]}/{stored.sha256[2:4]}/")


def test_the_same_content_is_stored_once_whatever_its_name() -> None:
    content = papers.pdf()
    assert taken(content, "a.pdf").pk == taken(content, "b.pdf").pk


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (lambda: b"", "rong.pdf", "file-empty"),
        (lambda: EXE, "bao-cao.docx", "file-ending-differs"),
        (lambda: EXE, "cai-dat.exe", "file-not-allowed"),
        (papers.pdf, "bao-cao.docx", "file-ending-differs"),
        (papers.word, "bao-cao.pdf", "file-ending-differs"),
        (papers.word, "khong-duoi", "file-ending-differs"),
        (lambda: papers.package({"a.txt": "x"}), "nen.zip", "file-not-allowed"),
        (lambda: papers.package({"a.txt": "x"}), "nen.docx", "file-ending-differs"),
        (lambda: papers.pdf()[:150], "hong.pdf", "file-damaged"),
        (lambda: b"%PDF-1.7 \xff\xfe khong phai pdf", "chi-co-dau.pdf", "file-damaged"),
        (lambda: papers.word()[:2000], "hong.docx", "file-damaged"),
        (papers.locked_pdf, "khoa.pdf", "file-locked"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "khoa.docx", "file-locked"),
        (lambda: papers.text_document("<x><manifest:encryption-data/></x>"), "khoa.odt", "file-locked"),
        (lambda: OLE, "cu.doc", "file-old-office"),
        (papers.bomb, "bom.docx", "file-swollen"),
        (
            lambda: papers.package({"[Content_Types].xml": "<Types/>", "word/vbaProject.bin": b"x"}),
            "macro.docx",
            "file-has-macros",
        ),
        (papers.picture, "anh.png", "file-not-allowed"),
    ],
)
def test_what_cannot_be_a_paper_is_refused_with_its_own_code_and_a_hint(make: Any, name: str, code: str) -> None:
    error = refusal(make(), name)
    assert error.code == code
    assert str(error.message)
    assert str(error.hint)


def test_a_damaged_entry_is_found_although_the_package_opens() -> None:
    content = bytearray(papers.package({"[Content_Types].xml": _word_listing(), "word/document.xml": b"a" * 9000}, 0))
    content[content.index(b"a" * 100) + 50] = ord("b")
    assert refusal(bytes(content), "hong.docx").code == "file-damaged"


def test_too_many_entries_are_refused() -> None:
    entries: dict[str, str] = {f"f{number}": "" for number in range(10_001)}
    assert refusal(papers.package(entries), "nhieu.docx").code == "file-swollen"


def test_a_file_over_the_limit_is_refused_before_it_is_looked_at(settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    error = refusal(b"%PDF-" + b"0" * (1024 * 1024), "lon.pdf")
    assert error.code == "file-too-large"
    assert "1 MB" in str(error.message)


def test_no_file_at_all_is_said_so() -> None:
    with pytest.raises(UserError, match="file-missing"):
        accept(None, by=None)


def test_evidence_may_be_a_photograph() -> None:
    assert taken(papers.picture(), "hien-truong.png", allowed=EVIDENCE).media_type == "image/png"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (unicodedata.normalize("NFD", "Tờ trình Đống Đa.pdf"), "Tờ trình Đống Đa.pdf"),
        ("C:\\Tài liệu\\bao cao.pdf", "bao cao.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\nc\u202e.pdf", "abc.pdf"),
        ("x" * 400 + ".docx", "x" * 195 + ".docx"),
        ("", "tep"),
    ],
)
def test_names_are_kept_readable_and_harmless(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def _word_listing() -> str:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return f'<Types><Override ContentType="{main}"/></Types>'
