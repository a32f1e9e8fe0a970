"""Official documents: page, fonts, sizes and places of Decree 30/2020/NĐ-CP, Annex I, read back from the file."""

import contextlib
import dataclasses
import datetime as dt
import io
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.shared import Mm, Pt

from documents import office
from documents.decree30 import layout
from documents.decree30.parts import Heading, OfficialDocument, Paragraph, Signature, Table
from documents.decree30.required import missing

NOTICE = OfficialDocument(
    type_name="Thông báo",
    subject="Kết luận của đồng chí Chủ tịch tại cuộc họp về các cụm công nghiệp",
    superior="Ủy ban nhân dân thành phố Hà Nội",
    issuer="Văn phòng",
    number=5,
    symbol="TB-VP",
    place="Hà Nội",
    day=dt.date(2026, 2, 3),
    body=(
        Heading("I. ĐÁNH GIÁ CHUNG"),
        *(Paragraph(f"Đoạn {n}. " + "Tiến độ triển khai còn chậm, chưa đạt yêu cầu. " * 6) for n in range(1, 16)),
        Table(("TT", "Nhiệm vụ", "Thời hạn"), (("1", "Rà soát thủ tục thành lập", "31/12/2026"),), (0.1, 0.6, 0.3)),
        Paragraph("Văn phòng thông báo để các cơ quan liên quan biết, thực hiện./."),
    ),
    signature=Signature(("KT. Chánh Văn phòng", "Phó Chánh Văn phòng"), "Lê Trí Hà"),
    recipients=("Như trên", "Sở Xây dựng"),
    kept_by="VT, TH",
)


def written(document: OfficialDocument) -> docx.document.Document:
    return docx.Document(io.BytesIO(layout.docx(document)))


def texts(cell: docx.table._Cell) -> list[str]:
    return [paragraph.text for paragraph in cell.paragraphs if paragraph.text]


def line(cell: docx.table._Cell, text: str) -> docx.text.paragraph.Paragraph:
    return next(paragraph for paragraph in cell.paragraphs if paragraph.text == text)


def looks(paragraph: docx.text.paragraph.Paragraph) -> tuple[float | None, bool, bool]:
    run = paragraph.runs[0]
    return run.font.size.pt if run.font.size else None, bool(run.bold), bool(run.italic)


def test_the_page_is_a4_with_the_margins_of_the_decree() -> None:
    section = written(NOTICE).sections[0]
    page = {
        name: round(getattr(section, name).mm) for name in ("page_width", "page_height", "top_margin", "bottom_margin")
    }
    assert page == {"page_width": 210, "page_height": 297, "top_margin": 20, "bottom_margin": 20}
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 15)


def test_everything_is_in_times_new_roman() -> None:
    document = written(NOTICE)
    fonts = document.styles["Normal"].element.rPr.rFonts.attrib.values()
    assert set(fonts) == {"Times New Roman"}
    others = {run.font.name for paragraph in document.paragraphs for run in paragraph.runs}
    assert others <= {None, "Times New Roman"}


def test_the_head_has_the_issuer_to_the_left_and_the_national_title_to_the_right() -> None:
    left, right = written(NOTICE).tables[0].rows[0].cells
    assert texts(left) == ["ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", "VĂN PHÒNG", "Số: 05/TB-VP"]
    assert texts(right) == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hà Nội, ngày 03 tháng 02 năm 2026",
    ]
    assert looks(line(left, "ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI")) == (13, False, False)
    assert looks(line(left, "VĂN PHÒNG")) == (13, True, False)
    assert looks(line(left, "Số: 05/TB-VP")) == (13, False, False)
    assert looks(line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")) == (13, True, False)
    assert looks(line(right, "Độc lập - Tự do - Hạnh phúc")) == (14, True, False)
    assert looks(line(right, "Hà Nội, ngày 03 tháng 02 năm 2026")) == (14, False, True)


def test_the_title_is_in_bold_capitals_in_the_middle_with_the_subject_below() -> None:
    paragraphs = [paragraph for paragraph in written(NOTICE).paragraphs if paragraph.text]
    title, subject = paragraphs[:2]
    assert (title.text, subject.text) == ("THÔNG BÁO", NOTICE.subject)
    assert looks(title) == looks(subject) == (14, True, False)
    assert title.alignment == subject.alignment == Align.CENTER


def test_the_body_is_justified_with_an_indented_first_line() -> None:
    paragraph = next(p for p in written(NOTICE).paragraphs if p.text.startswith("Đoạn 1."))
    assert paragraph.alignment == Align.JUSTIFY
    assert abs(paragraph.paragraph_format.first_line_indent - Mm(12.7)) < Pt(1)
    assert paragraph.paragraph_format.space_before >= Pt(6)
    assert 1 <= paragraph.paragraph_format.line_spacing <= 1.5
    assert looks(paragraph) == (14, False, False)


def test_the_foot_has_the_recipients_to_the_left_and_the_signature_to_the_right() -> None:
    left, right = written(NOTICE).tables[-1].rows[0].cells
    assert texts(left) == ["Nơi nhận:", "- Như trên;", "- Sở Xây dựng;", "- Lưu: VT, TH."]
    assert looks(line(left, "Nơi nhận:")) == (12, True, True)
    assert looks(line(left, "- Sở Xây dựng;")) == (11, False, False)
    assert texts(right) == ["KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "Lê Trí Hà"]
    assert {looks(paragraph) for paragraph in right.paragraphs if paragraph.text} == {(14, True, False)}


def test_a_letter_has_its_subject_below_its_number_and_its_addressee_in_the_middle() -> None:
    letter = dataclasses.replace(
        NOTICE, type_name="", symbol="VP-TH", number=12, addressees=("Sở Xây dựng",), urgency="Khẩn"
    )
    document = written(letter)
    assert texts(document.tables[0].rows[0].cells[0])[2:] == ["Số: 12/VP-TH", f"V/v {NOTICE.subject}", "KHẨN"]
    first = next(paragraph for paragraph in document.paragraphs if paragraph.text)
    assert (first.text, first.alignment) == ("Kính gửi: Sở Xây dựng", Align.CENTER)


def test_what_a_document_lacks_is_named() -> None:
    assert missing(NOTICE) == []
    bare = dataclasses.replace(NOTICE, number=None, day=None, signature=Signature((), ""), recipients=())
    assert missing(bare) == ["số, ký hiệu", "ngày, tháng, năm", "chức vụ người ký", "họ tên người ký", "nơi nhận"]
    assert "Số: ……/TB-VP" in texts(written(bare).tables[0].rows[0].cells[0])


@pytest.mark.slow
def test_as_a_pdf_the_elements_stand_where_the_decree_has_them(tmp_path: Path) -> None:
    source = tmp_path / "notice.docx"
    source.write_bytes(layout.docx(NOTICE))
    made = office.to_pdf(
        source, workspace=tmp_path, program="soffice", timeout_s=120, memory_bytes=2 << 30, alive=lambda _s: None
    )
    with contextlib.ExitStack() as opened:
        pdf = opened.enter_context(contextlib.closing(pypdfium2.PdfDocument(made)))
        pages = [opened.enter_context(contextlib.closing(page)) for page in pdf]
        first, *between, last = [opened.enter_context(contextlib.closing(page.get_textpage())) for page in pages]
        middle = pages[0].get_width() / 2
        nation, issuer = place(first, "CỘNG HÒA XÃ HỘI"), place(first, "VĂN PHÒNG")
        assert nation[0] > middle - 60 > issuer[0]
        assert place(first, "VIỆT NAM")[1] == pytest.approx(nation[1], abs=2), "the national title is one line"
        assert place(first, "THÔNG BÁO")[1] < place(first, "Số: 05/TB-VP")[1]
        assert place(last, "Nơi nhận:")[0] < middle < place(last, "Lê Trí Hà")[0]
        assert "liên quan biết" in last.get_text_bounded(), "the signature does not stand on a page alone"
        assert not first.get_text_bounded().strip().startswith("1")
        numbered = [page.get_text_bounded().split()[0] for page in (*between, last)]
        assert numbered == [str(number) for number in range(2, len(pages) + 1)]
    with pikepdf.open(made) as reading:
        fonts = {str(font.BaseFont) for page in reading.pages for font in page.Resources.Font.values()}
    assert fonts
    assert all("LiberationSerif" in font or "TimesNewRoman" in font for font in fonts), fonts


def place(text: pypdfium2.PdfTextPage, words: str) -> tuple[float, float]:
    """Left edge and top of ``words``."""
    with contextlib.closing(text.search(words, match_case=True)) as search:
        found = search.get_next()
    assert found, words
    left, _bottom, _right, top = text.get_charbox(found[0])
    return left, top
