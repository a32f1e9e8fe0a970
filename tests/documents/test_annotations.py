"""A reader's marks on a paper are theirs alone, kept with the version they were made on."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import anchoring, annotated_copy, annotating, publishing
from documents.models import Annotation, Exclusion, Page, Paper, PaperVersion
from documents.sharing import grant_to_meeting
from eoffice.audit.models import Entry
from tests import papers
from tests.city import ROLES, City
from tests.factories import PaperFactory, PaperVersionFactory, StoredFileFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
MARK = {
    "kind": "highlight",
    "colour": "green",
    "page": 2,
    "rectangles": [{"left": 1000, "top": 2000, "width": 3000, "height": 200}],
    "quote": "giải ngân đạt 72 %",
    "prefix": "Đến hết tháng 11, ",
    "suffix": " kế hoạch",
    "text": "Hỏi Sở Tài chính.",
    "strokes": [],
}
INK = {
    **MARK,
    "kind": "ink",
    "colour": "red",
    "rectangles": [{"left": 1000, "top": 2000, "width": 1000, "height": 500}],
    "strokes": [[1000, 2000, 2000, 2500], [1500, 2200]],
    "text": "",
}


@pytest.fixture
def version(city: City) -> PaperVersion:
    """Three pages, published to the commune."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title="Giải ngân", state="published")
    made: PaperVersion = PaperVersionFactory(paper=paper, conversion="ready", page_count=3)
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    return made


def kept(client: Client, version: PaperVersion, key: int = 1, **changed: Any) -> Any:
    """The answer to a mark like ``MARK``."""
    address = reverse("paper-annotation", args=[version.pk, UUID(int=key)])
    return client.post(
        address, {**MARK, **changed}, content_type="application/json", headers={"Accept": "application/json"}
    )


def deleted(client: Client, version: PaperVersion, key: int = 1) -> int:
    return int(client.post(reverse("paper-annotation-delete", args=[version.pk, UUID(int=key)])).status_code)


def listed(client: Client, paper: Paper) -> list[dict[str, Any]]:
    answer = client.get(reverse("paper-annotations", args=[paper.pk]))
    marks: list[dict[str, Any]] = answer.json()["annotations"] if answer.status_code == 200 else []
    return marks


def newer(version: PaperVersion, by: City) -> PaperVersion:
    """The next version, published."""
    made: PaperVersion = PaperVersionFactory(paper=version.paper, number=2, conversion="ready", page_count=3)
    with transaction.atomic():
        publishing.publish(version.paper, by=by["organiser_clerk"])
    made.refresh_from_db()
    return made


def test_a_mark_comes_back_as_it_was_made(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    assert kept(client, version).status_code == 204
    expected = {**MARK, "key": str(UUID(int=1)), "version": version.pk, "number": 1}
    assert listed(client, version.paper) == [expected]


def test_what_is_sent_twice_is_there_once_with_the_last_words(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    for text in ("Hỏi", "Hỏi lại", "Hỏi lại"):
        kept(client, version, text=text)
    assert [mark["text"] for mark in listed(client, version.paper)] == ["Hỏi lại"]


def test_deleting_twice_is_no_error_and_can_be_undone(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    kept(client, version)
    assert [deleted(client, version), deleted(client, version)] == [204, 204]
    assert listed(client, version.paper) == []
    kept(client, version)
    assert len(listed(client, version.paper)) == 1


@pytest.mark.parametrize("role", [role for role in ROLES if role != "invited_head"])
def test_nobody_else_sees_changes_or_deletes_it(role: str, version: PaperVersion, client_as: AsRole) -> None:
    owner, other = client_as("invited_head"), client_as(role)
    kept(owner, version)
    kept(other, version, text="của người khác")
    deleted(other, version)
    assert [mark["text"] for mark in listed(owner, version.paper)] == ["Hỏi Sở Tài chính."]
    assert "Hỏi Sở Tài chính." not in str(listed(other, version.paper)) if role != "anonymous" else True


@pytest.mark.parametrize("role", ["chair", "secretary", "organiser_clerk", "department_head", "admin"])
def test_no_page_of_another_person_shows_it(role: str, version: PaperVersion, client_as: AsRole) -> None:
    kept(client_as("invited_head"), version)
    client = client_as(role)
    for name in ("paper-detail", "paper-read", "paper-annotations"):
        assert "Hỏi Sở" not in client.get(reverse(name, args=[version.paper_id])).content.decode()


def test_no_record_speaks_of_it(version: PaperVersion, client_as: AsRole) -> None:
    before = Entry.objects.count()
    client = client_as("invited_head")
    kept(client, version)
    deleted(client, version)
    assert Entry.objects.count() == before


def test_the_marks_of_a_withdrawn_paper_are_out_of_reach_and_come_back_with_it(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    client, address = client_as("invited_head"), reverse("paper-annotations", args=[version.paper_id])
    kept(client, version)
    with transaction.atomic():
        publishing.withdraw(version.paper, by=city["organiser_clerk"])
    assert client.get(address).status_code == 404
    assert kept(client, version, text="muộn").status_code == 404
    assert deleted(client, version) == 404
    with transaction.atomic():
        publishing.publish(version.paper, by=city["organiser_clerk"])
    assert [mark["text"] for mark in client.get(address).json()["annotations"]] == ["Hỏi Sở Tài chính."]


def test_who_is_kept_out_of_a_paper_does_not_reach_the_marks_made_before(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    client, address = client_as("invited_head"), reverse("paper-annotations", args=[version.paper_id])
    kept(client, version)
    kept_out = Exclusion.objects.create(paper=version.paper, person=city.person("invited_head"), reason="meeting:1")
    assert (client.get(address).status_code, kept(client, version).status_code) == (404, 404)
    kept_out.delete()
    assert len(listed(client, version.paper)) == 1


def test_a_newer_version_leaves_a_mark_where_it_was_made(version: PaperVersion, client_as: AsRole, city: City) -> None:
    client = client_as("invited_head")
    kept(client, version)
    second = newer(version, city)
    kept(client, second, key=2, page=1)
    marks = listed(client, version.paper)
    assert [(mark["number"], mark["page"]) for mark in marks] == [(2, 1), (1, 2)]
    kept(client, version, text="sửa khi đọc bản 2")
    assert Annotation.objects.get(key=UUID(int=1)).version == version


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"page": 4}, "no-such-page"),
        ({"page": 0}, "bad-request"),
        ({"text": "x" * 5001}, "note-too-long"),
        ({"colour": "black"}, "bad-request"),
        ({"rectangles": [{"left": 1, "top": 1, "width": 10_001, "height": 1}]}, "bad-request"),
        ({"kind": "stamp"}, "bad-request"),
        ({"kind": "ink", "colour": "red"}, "bad-request"),
        ({**INK, "colour": "pink"}, "bad-request"),
        ({**INK, "kind": "highlight", "colour": "pink"}, "bad-request"),
        ({**INK, "strokes": [[1, 2, 3]]}, "bad-request"),
        ({**INK, "strokes": [[1, 10_001]]}, "bad-request"),
        ({**INK, "strokes": [[1, 2] * 3000, [1, 2] * 3000]}, "bad-request"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    wrong: dict[str, Any], code: str, version: PaperVersion, client_as: AsRole
) -> None:
    client = client_as("invited_head")
    answer = kept(client, version, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert listed(client, version.paper) == []


def test_characters_that_no_database_takes_are_left_out(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    kept(client, version, text="một\x00hai\r\nba", quote="chữ\x02")
    [mark] = listed(client, version.paper)
    assert (mark["text"], mark["quote"]) == ("mộthai\nba", "chữ")


def test_a_paper_takes_so_many_marks_of_one_person_and_still_lets_them_change_those(
    version: PaperVersion, client_as: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotating, "MOST", 2)
    client = client_as("invited_head")
    assert [kept(client, version, key).status_code for key in (1, 2, 3)] == [204, 204, 409]
    assert kept(client, version, 3).json()["code"] == "too-many-annotations"
    assert kept(client, version, 2, text="khác").status_code == 204
    assert kept(client_as("invited_clerk"), version, 3).status_code == 204


def test_the_meeting_room_finds_by_the_version_where_marks_are_kept(version: PaperVersion, client_as: AsRole) -> None:
    place = client_as("invited_head").get(reverse("paper-marking", args=[version.pk])).json()
    assert (place["paper"], place["number"]) == (version.paper_id, 1)
    assert place["list"] == reverse("paper-annotations", args=[version.paper_id])
    assert place["keeping"].replace("{version}", "7").replace("{key}", str(UUID(int=1))) == reverse(
        "paper-annotation", args=[7, UUID(int=1)]
    )
    assert client_as("outsider").get(reverse("paper-marking", args=[version.pk])).status_code == 404


def test_a_drawing_comes_back_stroke_by_stroke(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    assert kept(client, version, **INK).status_code == 204
    assert [mark["strokes"] for mark in listed(client, version.paper)] == [INK["strokes"]]


def test_a_paper_takes_so_many_drawings_and_notes_still(
    version: PaperVersion, client_as: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotating, "MOST_DRAWINGS", 1)
    client = client_as("invited_head")
    assert [kept(client, version, key, **INK).status_code for key in (1, 2)] == [204, 409]
    assert kept(client, version, 2, **INK).json()["code"] == "too-many-drawings"
    assert kept(client, version, 3).status_code == 204


def test_many_marks_take_no_more_queries_than_one(
    version: PaperVersion, client_as: AsRole, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client, address = client_as("invited_head"), reverse("paper-annotations", args=[version.paper_id])
    kept(client, version)
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    asked = len(few)
    for key in range(2, 30):
        kept(client, version, key)
    with django_assert_num_queries(asked):
        assert len(client.get(address).json()["annotations"]) == 29


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


def test_the_readers_page_knows_where_marks_are_kept(version: PaperVersion, client_as: AsRole) -> None:
    page = client_as("invited_head").get(reverse("paper-read", args=[version.paper_id])).content.decode()
    assert 'keeping="/papers/versions/{version}/annotations/{key}/"' in page
    assert 'deleting="/papers/versions/{version}/annotations/{key}/delete/"' in page
