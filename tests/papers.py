"""Real files, made when a test needs one."""

import io
import random
import zipfile
from collections.abc import Mapping

import docx
import openpyxl
import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from docx.shared import Pt
from PIL import Image, ImageDraw, ImageFont

from eoffice.files.kinds import ODT, PPTX

SENTENCE = "Chủ trì: Nguyễn Văn Đức – Ủy ban nhân dân phường Đống Đa"


def pdf(pages: int = 1, **saving: object) -> bytes:
    """A PDF of blank A4 pages."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.save(made, **saving)
    return made.getvalue()


def heavy(pages: int, kilobytes: int) -> bytes:
    """A PDF of pages with a line of words each ("Trang so 7") and a picture of so many KB that nothing makes smaller."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for number in range(1, pages + 1):
            page = document.add_blank_page(page_size=(595, 842))
            grain = document.make_stream(random.Random(number).randbytes(1024 * kilobytes))
            kind = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "ColorSpace": pikepdf.Name.DeviceGray}
            for key, value in {**kind, "Width": 1024, "Height": kilobytes, "BitsPerComponent": 8}.items():
                grain[f"/{key}"] = value
            page.Resources = pikepdf.Dictionary(XObject={"/Grain": grain}, Font={"/F": font})
            words = f"BT /F 24 Tf 72 760 Td (Trang so {number}) Tj ET q 400 0 0 100 72 400 cm /Grain Do Q"
            page.Contents = document.make_stream(words.encode())
        document.save(made)
    return made.getvalue()


def locked_pdf() -> bytes:
    return pdf(encryption=pikepdf.Encryption(user="mat-khau", owner="chu"))


def word(text: str = SENTENCE, *, font: str = "Times New Roman") -> bytes:
    """A DOCX of one paragraph."""
    document = docx.Document()
    run = document.add_paragraph().add_run(text)
    run.font.name, run.font.size = font, Pt(14)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def sheet() -> bytes:
    """An XLSX of two rows."""
    book = openpyxl.Workbook()
    book.active.append(["Đơn vị", "Số cuộc họp"])
    book.active.append(["Sở Tài chính", 12])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def package(entries: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of ``entries``."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def slides() -> bytes:
    """The parts by which a PPTX is known."""
    return package({"[Content_Types].xml": f'<Types><Override ContentType="{PPTX.media_type}.main+xml"/></Types>'})


_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3"'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT.media_type}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def text_document(manifest: str = _MANIFEST) -> bytes:
    """A minimal ODT that LibreOffice opens."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"<office:body><office:text><text:p>{SENTENCE}</text:p></office:text></office:body></office:document-content>"
    )
    entries = {"mimetype": ODT.media_type, "content.xml": content, "META-INF/manifest.xml": manifest}
    return package(entries, zipfile.ZIP_STORED)


def bomb() -> bytes:
    """A DOCX of half a megabyte that unpacks to 300."""
    types = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
    listing = types + 'wordprocessingml.document.main+xml"/></Types>'
    return package({"[Content_Types].xml": listing, "word/document.xml": b"\0" * 300_000_000})


def picture() -> bytes:
    """A PNG."""
    made = io.BytesIO()
    Image.new("RGB", (4, 4)).save(made, "PNG")
    return made.getvalue()


def scan(*pages: str) -> bytes:
    """A PDF of one picture per page on which the lines of ``pages`` are drawn, as a scanner makes it: without text."""
    drawn = [_photographed(text) for text in pages]
    made = io.BytesIO()
    drawn[0].save(made, "PDF", resolution=200, save_all=True, append_images=drawn[1:])
    return made.getvalue()


def _photographed(text: str) -> Image.Image:
    sheet = Image.new("L", (1654, 2339), 250)  # A4 at 200 dpi
    font = ImageFont.truetype("LiberationSerif-Regular.ttf", 40)
    ImageDraw.Draw(sheet).multiline_text((200, 200), text, font=font, fill=20, spacing=24)
    return sheet


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    """``content`` as a browser hands it in."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")
