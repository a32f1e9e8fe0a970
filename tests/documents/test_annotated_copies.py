"""The export of a paper with a reader's marks: where they are, of whom, on newer versions."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import anchoring, annotated_copy
from documents.models import Page, PaperVersion
from eoffice.audit.models import Entry
from tests import papers
from tests.city import City
from tests.documents.marks import INK, kept, newer, published
from tests.factories import StoredFileFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]


@pytest.fixture
def version(city: City) -> PaperVersion:
    """Three pages, published to the commune."""
    return published(city)


def exported(client: Client, version: PaperVersion) -> pikepdf.Pdf:
    answer = client.get(reverse("paper-download-annotated", args=[version.pk]))
    assert "attachment" in answer.headers["Content-Disposition"]
    return pikepdf.open(io.BytesIO(answer.content))


@pytest.fixture
def with_pdf(version: PaperVersion) -> PaperVersion:
    """``version`` with three blank pages of A4."""
    version.pdf = StoredFileFactory(content__data=papers.pdf(3))
    version.save()
    return version


def test_the_export_has_the_marks_as_annotations_of_the_pdf(with_pdf: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    kept(client, with_pdf)
    kept(client, with_pdf, 2, kind="note", page=1, rectangles=[{"left": 5000, "top": 5000, "width": 0, "height": 0}])
    kept(client, with_pdf, 3, kind="bookmark", page=3, rectangles=[])
    with exported(client, with_pdf) as document:
        [highlight], [note] = document.pages[1].obj.Annots, document.pages[0].obj.Annots
        assert (highlight.Subtype, note.Subtype) == (pikepdf.Name.Highlight, pikepdf.Name.Text)
        assert {str(highlight.Contents), str(note.Contents)} == {"Hỏi Sở Tài chính."}
        assert str(highlight.T) == "Hoàng Ba Đình"
        assert [float(edge) for edge in highlight.Rect] == pytest.approx([59.5, 656.76, 238, 673.6])
        assert [float(edge) for edge in note.Rect][:2] == pytest.approx([297.5, 401])
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Đánh dấu: trang 3"]


def test_the_export_has_a_drawing_where_it_was_drawn(with_pdf: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    kept(client, with_pdf, **INK)
    with exported(client, with_pdf) as document:
        [ink] = document.pages[1].obj.Annots
        assert (ink.Subtype, str(ink.T)) == (pikepdf.Name.Ink, "Hoàng Ba Đình")
        first, second = ([float(part) for part in path] for path in ink.InkList)
        assert first == pytest.approx([59.5, 673.6, 119, 631.5])
        assert second == pytest.approx([89.25, 656.76])
    answer = client.get(reverse("paper-download-annotated", args=[with_pdf.pk]))
    document = pypdfium2.PdfDocument(answer.content)
    seen = document[1].render(may_draw_forms=False).to_pil().convert("RGB").getpixel((89, 189))
    document.close()
    assert seen[0] > 150 > 100 > seen[1], "red in the middle of the first stroke"


@pytest.mark.parametrize(
    ("turned", "rect"),
    [
        (90, [119, 84.2, 130.9, 336.8]),
        (180, [357, 168.4, 535.5, 185.24]),
        (270, [464.1, 505.2, 476, 757.8]),
    ],
)
def test_on_a_page_that_lies_on_its_side_a_mark_is_where_it_was_seen(turned: int, rect: list[float]) -> None:
    sheet, made = io.BytesIO(), io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        document.pages[0].Rotate = turned
        document.save(sheet)
    seen = annotated_copy.Placed("highlight", 1, "blue", [(0.1, 0.2, 0.4, 0.22)], "", "", timezone.now())
    annotated_copy.write(sheet, [seen], "Ba Đình", made)
    with pikepdf.open(made) as document:
        assert [float(edge) for edge in document.pages[0].Annots[0].Rect] == pytest.approx(rect)


def test_the_export_shows_the_colour_and_the_readers_name(with_pdf: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    kept(client, with_pdf)
    answer = client.get(reverse("paper-download-annotated", args=[with_pdf.pk]))
    document = pypdfium2.PdfDocument(answer.content)
    seen = [document[index].render(may_draw_forms=False).to_pil().convert("RGB") for index in (0, 1)]
    document.close()
    assert seen[1].getpixel((150, 177)) != seen[0].getpixel((150, 177)), "green on the second page only"
    assert len(seen[0].convert("L").getcolors() or []) > 1, "the name is on the first, too"


def test_the_export_of_a_newer_version_has_a_drawing_at_the_words_it_was_drawn_at(
    with_pdf: PaperVersion, client_as: AsRole, city: City
) -> None:
    client = client_as("invited_head")
    line = {"left": 1210, "top": 1600, "width": 3000, "height": 140}  # as on page 3 below
    ink = {**INK, "prefix": "", "suffix": "", "rectangles": [*INK["rectangles"], line]}
    kept(client, with_pdf, 1, **{**ink, "quote": "giai ngan dat 72 %"})
    kept(client, with_pdf, 2, **{**ink, "quote": "da bo doan nay di"})
    second = newer(with_pdf, city)
    said = ["Mo dau", "Them moi", "giai ngan dat 72 % ke hoach"]
    second.pdf = StoredFileFactory(content__data=worded(*said))
    second.save()
    for number, text in enumerate(said, 1):
        Page.objects.create(version=second, number=number, text=text)
    with exported(client, second) as document:
        assert ["/Annots" in page.obj for page in document.pages] == [False, False, True]
        [moved] = document.pages[2].obj.Annots
        x, y, *_rest = (float(part) for part in moved.InkList[0])
        assert (x, y) == pytest.approx((59.5, 673.6), abs=8), "the words are where they were"


def worded(*pages: str) -> bytes:
    """A PDF whose pages say that, one line each, at 72 points from the left and 700 from the bottom."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for text in pages:
            page = document.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = document.make_stream(f"BT /F 12 Tf 72 700 Td ({text}) Tj ET".encode())
        document.save(made)
    return made.getvalue()


def test_the_export_of_a_newer_version_has_the_older_marks_whose_words_it_has(
    with_pdf: PaperVersion, client_as: AsRole, city: City
) -> None:
    client = client_as("invited_head")
    around = {"prefix": "", "suffix": ""}
    kept(client, with_pdf, 1, quote="giai ngan dat 72 %", **around)
    kept(client, with_pdf, 2, quote="da bo doan nay di", **around)
    kept(client, with_pdf, 3, kind="bookmark", page=2, rectangles=[], quote="", **around)
    second = newer(with_pdf, city)
    said = ["Mo dau", "Them moi", "Thang 11 giai ngan dat 72 % ke hoach"]
    second.pdf = StoredFileFactory(content__data=worded(*said))
    second.save()
    for number, text in enumerate(said, 1):
        Page.objects.create(version=second, number=number, text=text)
    with exported(client, second) as document:
        assert ["/Annots" in page.obj for page in document.pages] == [False, False, True]
        [highlight] = document.pages[2].obj.Annots
        left, bottom, right, top = (float(edge) for edge in highlight.Rect)
        assert 115 < left < 130 and 210 < right < 240 and 690 < bottom < 700 < top < 715
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Đánh dấu: trang 2"]


@pytest.mark.parametrize(
    ("quote", "texts", "expected"),
    [
        (("giải ngân đạt 72 %", "", ""), {1: "Đầu", 2: "Giá, giải ngân\nđạt 72 %."}, (2, "giảingânđạt72%")),
        (("72 %", "giải ngân đạt ", " kế hoạch"), {1: "một câu khác có 72 % thôi"}, None),
        (("72 %", "giải ngân đạt ", " kế hoạch"), {1: "72 %", 3: "giải ngân đạt 72 % kế hoạch"}, (3, "72%")),
        (("giải ngân đạt 72 %", "", ""), {1: "giải ngân đạt 80 %"}, None),
        (("", "", ""), {1: "chữ"}, None),
    ],
)
def test_words_are_found_by_their_letters_and_what_stands_around_them(
    quote: tuple[str, str, str], texts: dict[int, str], expected: tuple[int, str] | None
) -> None:
    plain = {number: anchoring.letters(text).text for number, text in texts.items()}
    found = anchoring.find(anchoring.Quote(*quote), 1, plain)
    assert (found and (found.page, plain[found.page][found.start : found.end])) == expected


def test_the_export_of_another_person_holds_none_of_my_marks(with_pdf: PaperVersion, client_as: AsRole) -> None:
    kept(client_as("invited_head"), with_pdf)
    for role in ("invited_clerk", "organiser_clerk", "chair"):
        with exported(client_as(role), with_pdf) as document:
            assert all("/Annots" not in page.obj for page in document.pages)


def test_the_export_is_on_record_like_any_other_download(with_pdf: PaperVersion, client_as: AsRole, city: City) -> None:
    kept(client_as("invited_head"), with_pdf)
    exported(client_as("invited_head"), with_pdf).close()
    entry = Entry.objects.get(action="paper.downloaded")
    assert (entry.actor, entry.detail) == (city.person("invited_head"), {"version": 1})
