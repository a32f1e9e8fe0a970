"""Writing an official document as DOCX: page, fonts, sizes and places of Decree 30/2020/NĐ-CP, Annex I."""

import io
from copy import deepcopy
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph as Written

from documents.decree30.parts import Block, Heading, OfficialDocument, Paragraph, Signature, Table

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"
PAGE = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
"""Margins in mm: 20-25, 20-25, 30-35, 15-20."""
ISSUER = 62
"""Width in mm of the issuer's half of the head; a wide page gives it the same share."""
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
MOTTO_EM = 12.23
"""Its width in the bold face, in parts of the size."""
CAPITAL_EM = 0.72
"""Of a capital letter in the bold face, on the average."""
TINY, SMALL, BODY = 11, 13, 14
FIRST_LINE = 12.7
AFTER_BORDERS = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc",
    "w:textAlignment", "w:outlineLvl", "w:rPr", "w:sectPr",
)  # fmt: skip
"""Elements before which the borders of a paragraph stand (ISO/IEC 29500-1, 17.3.1.26)."""
ROOM_TO_SIGN = 5
"""Empty lines between position and name, for signature and seal."""


def docx(document: OfficialDocument) -> bytes:
    """The document as a Word file."""
    made = Document()
    _set_up(made, document)
    _head(made, document)
    _title(made, document)
    _addressees(made, document.addressees)
    _blocks(made, document.body, _width(document))
    _foot(made, document)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _width(document: OfficialDocument) -> float:
    """Of what is written on a page, in mm."""
    return PAGE[document.landscape] - LEFT - RIGHT


def _set_up(made: Docx, document: OfficialDocument) -> None:
    section = made.sections[0]
    across, down = (PAGE[1], PAGE[0]) if document.landscape else PAGE
    section.page_width, section.page_height = Mm(across), Mm(down)
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    made.core_properties.title = f"{document.type_name} {document.code}".strip()
    made.core_properties.subject, made.core_properties.author = document.subject, document.issuer
    made.core_properties.language = "vi-VN"
    _page_number(section.header.paragraphs[0])
    if document.mark:
        for header in (section.first_page_header, section.header):
            _mark(header.add_paragraph() if header is section.header else header.paragraphs[0], document.mark)


def _mark(paragraph: Written, words: str) -> None:
    """Above every page, in a frame."""
    _line(paragraph, words, size=12, bold=True, align=Align.CENTER, before=2)
    paragraph.runs[0].font.color.rgb = RGBColor(0xB0, 0x00, 0x20)
    _border(paragraph, "top", "left", "bottom", "right")


def _page_number(paragraph: Written) -> None:
    """In the middle of the top margin, not on the first page."""
    paragraph.alignment = Align.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(SMALL)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _head(made: Docx, document: OfficialDocument) -> None:
    head = (
        (ISSUER, _width(document) - ISSUER)
        if not document.landscape
        else (_width(document) * 0.4, _width(document) * 0.6)
    )
    left, right = _two_cells(made, head)
    first, *more = [*([document.superior] if document.superior else []), document.issuer]
    _line(left.paragraphs[0], first.upper(), size=SMALL, bold=not more, align=Align.CENTER)
    for name in more:
        _line(left.add_paragraph(), name.upper(), size=SMALL, bold=True, align=Align.CENTER)
    per_line = min(len(document.issuer) * CAPITAL_EM * SMALL, Mm(head[0] - 6).pt)
    _rule(left.add_paragraph(), head[0], per_line * 0.4)
    if document.symbol:
        _line(left.add_paragraph(), f"Số: {document.code}", size=SMALL, align=Align.CENTER)
    if not document.type_name:
        _line(left.add_paragraph(), f"V/v {document.subject}", size=SMALL, align=Align.CENTER)
    for stamp in filter(None, (document.urgency, document.circulation)):
        _stamp(left.add_paragraph(), stamp.upper())
    _line(right.paragraphs[0], NATION, size=SMALL, bold=True, align=Align.CENTER)
    _line(right.add_paragraph(), MOTTO, size=BODY, bold=True, align=Align.CENTER)
    _rule(right.add_paragraph(), head[1], MOTTO_EM * BODY)
    _line(right.add_paragraph(), document.dated, size=BODY, italic=True, align=Align.CENTER)


def _title(made: Docx, document: OfficialDocument) -> None:
    if not document.type_name:
        return
    _line(made.add_paragraph(), document.type_name.upper(), size=BODY, bold=True, align=Align.CENTER, before=18)
    _line(made.add_paragraph(), document.subject, size=BODY, bold=True, align=Align.CENTER)
    width = _width(document)
    _rule(made.add_paragraph(), width, 0.4 * min(len(document.subject) * 0.5 * BODY, Mm(width).pt))


def _addressees(made: Docx, names: tuple[str, ...]) -> None:
    """One stands beside "Kính gửi:", several below each other under it."""
    if len(names) == 1:
        _line(made.add_paragraph(), f"Kính gửi: {names[0]}", size=BODY, align=Align.CENTER, before=12)
    elif names:
        _line(made.add_paragraph(), "Kính gửi:", size=BODY, align=Align.CENTER, before=12)
        for number, name in enumerate(names, start=1):
            end = "." if number == len(names) else ";"
            paragraph = _line(made.add_paragraph(), f"- {name}{end}", size=BODY, align=Align.LEFT)
            paragraph.paragraph_format.left_indent = Mm(45)


def _blocks(made: Docx, blocks: tuple[Block, ...], width: float) -> None:
    for block in blocks:
        match block:
            case Heading(text):
                paragraph = _line(made.add_paragraph(), text, size=BODY, bold=True, align=Align.JUSTIFY, before=6)
                paragraph.paragraph_format.first_line_indent = Mm(FIRST_LINE)
                paragraph.paragraph_format.keep_with_next = True
            case Paragraph(text):
                paragraph = _line(made.add_paragraph(), text, size=BODY, align=Align.JUSTIFY, before=6)
                paragraph.paragraph_format.first_line_indent = Mm(FIRST_LINE)
                paragraph.paragraph_format.line_spacing = 1.1
            case Table():
                _table(made, block, width)


def _table(made: Docx, table: Table, width: float) -> None:
    _line(made.add_paragraph(), "", size=6, align=Align.LEFT)
    written = made.add_table(rows=2, cols=len(table.head), style="Table Grid")
    written.alignment = WD_TABLE_ALIGNMENT.CENTER
    written.autofit = False
    for column, share in zip(written.columns, table.shares, strict=True):
        column.width = Mm(width * share)
    for row, texts, align in zip(written.rows, (table.head, table.head), (Align.CENTER, Align.LEFT), strict=True):
        for cell, text, share in zip(row.cells, texts, table.shares, strict=True):
            cell.width = Mm(width * share)
            size = TINY if table.small else SMALL
            _line(cell.paragraphs[0], text, size=size, bold=align == Align.CENTER, align=align)
    if table.small:
        written.rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _rows(written.rows[1]._tr, table.rows)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    written.rows[0]._tr.get_or_add_trPr().append(repeated)


def _rows(model: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    """A copy of the row ``model`` for each of ``rows``, in its place: a list of a thousand people is a second's work."""
    for texts in rows:
        row = deepcopy(model)
        for place, text in zip(row.iter(qn("w:t")), texts, strict=True):
            place.text = " ".join(text.split())
        model.addprevious(row)
    model.getparent().remove(model)


def _foot(made: Docx, document: OfficialDocument) -> None:
    for paragraph in (made.paragraphs[-1], _line(made.add_paragraph(), "", size=6, align=Align.LEFT)):
        paragraph.paragraph_format.keep_with_next = True  # the signature does not stand on a page alone
    left, right = _two_cells(made, (_width(document) - 85, 85))
    _signature(right, document.signature)
    if document.countersignature is not None:
        _signature(left, document.countersignature)
    if not document.recipients:
        return
    recipients = left.add_paragraph() if document.countersignature else left.paragraphs[0]
    _line(recipients, "Nơi nhận:", size=12, bold=True, italic=True, align=Align.LEFT)
    for name in document.recipients:
        _line(left.add_paragraph(), f"- {name};", size=11, align=Align.LEFT)
    _line(left.add_paragraph(), f"- Lưu: {document.kept_by}.", size=11, align=Align.LEFT)


def _signature(cell: Cell, signature: Signature) -> None:
    first, *more = signature.lines or ("",)
    _line(cell.paragraphs[0], first.upper(), size=BODY, bold=True, align=Align.CENTER)
    for words in more:
        _line(cell.add_paragraph(), words.upper(), size=BODY, bold=True, align=Align.CENTER)
    for _empty in range(ROOM_TO_SIGN):
        _line(cell.add_paragraph(), "", size=BODY, align=Align.CENTER)
    _line(cell.add_paragraph(), signature.name, size=BODY, bold=True, align=Align.CENTER)


def _two_cells(made: Docx, widths: tuple[float, float]) -> tuple[Cell, Cell]:
    table = made.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    whole = OxmlElement("w:cantSplit")
    table.rows[0]._tr.get_or_add_trPr().append(whole)
    left, right = table.rows[0].cells
    for column, cell, width in zip(table.columns, (left, right), widths, strict=True):
        column.width = cell.width = Mm(width)  # Word goes by the cells, LibreOffice by the columns
    return left, right


def _line(
    paragraph: Written,
    text: str,
    *,
    size: float,
    align: Align,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
) -> Written:
    paragraph.alignment = align
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(0), 1.0
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _rule(paragraph: Written, room_mm: float, length_pt: float) -> None:
    """A solid line of ``length_pt`` in the middle of ``room_mm``: the upper border of an empty paragraph."""
    _line(paragraph, "", size=2, align=Align.CENTER, before=3)
    side = Pt(max(0.0, (Mm(room_mm).pt - length_pt) / 2 - 5.4))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    _border(paragraph, "top")


def _stamp(paragraph: Written, words: str) -> None:
    """A stamp (cells 10b, 11): capitals in a frame."""
    _line(paragraph, words, size=SMALL, bold=True, align=Align.CENTER, before=6)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(14)
    _border(paragraph, "top", "left", "bottom", "right")


def _border(paragraph: Written, *sides: str) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *AFTER_BORDERS)
