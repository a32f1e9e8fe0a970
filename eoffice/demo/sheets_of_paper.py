"""Office files for the demo's papers, written from scratch: a DOCX of paragraphs, an XLSX of rows."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_DOCX}.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_HEAD = ["ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]


def letter(name: str, title: str, paragraphs: Sequence[str]) -> "SimpleUploadedFile":
    """A DOCX with the national title, a heading and paragraphs."""
    body = [_paragraph(line, bold=True, centred=True) for line in (*_HEAD, "", title.upper(), "")]
    body += [_paragraph(line) for line in paragraphs]
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f'{"".join(body)}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="851" w:bottom="1134" w:left="1701" w:header="708" w:footer="708" w:gutter="0"/>'
        "</w:sectPr></w:body></w:document>"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)
    return SimpleUploadedFile(name, content.getvalue())


def _paragraph(text: str, *, bold: bool = False, centred: bool = False) -> str:
    placed = '<w:jc w:val="center"/>' if centred else '<w:ind w:firstLine="567"/><w:jc w:val="both"/>'
    run = f'<w:rPr><w:rFonts w:ascii="Liberation Serif" w:hAnsi="Liberation Serif"/>{"<w:b/>" if bold else ""}'
    return (
        f'<w:p><w:pPr><w:spacing w:after="120"/>{placed}</w:pPr><w:r>{run}<w:sz w:val="28"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def table(name: str, title: str, rows: Sequence[Sequence[object]]) -> "SimpleUploadedFile":
    """An XLSX with a title above its rows."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append([title])
    page.append([])
    for row in rows:
        page.append(list(row))
    page.column_dimensions["A"].width = 44
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())
