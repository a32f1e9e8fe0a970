"""What is made of a PDF: a copy that can be read while it loads, and each page's text and picture."""

import io
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import pikepdf
import pypdfium2

from documents.failures import ConversionError

IMAGE_WIDTH = 1400
"""Pixels: sharp on a tablet and on a projector, about 100 kB a page."""
MAX_IMAGE_HEIGHT = 4000
_QUALITY = 82
_pdfium = threading.Lock()  # PDFium is not safe for threads; the embedded worker has two


class RenderedPage(NamedTuple):
    """Page ``number`` (from 1): its text, and its picture as WebP of ``width`` × ``height`` pixels."""

    number: int
    text: str
    image: bytes
    width: int
    height: int


def linearise(source: Path, target: Path, *, max_pages: int) -> int:
    """Write a linearised, unencrypted copy without scripts or embedded files; give its number of pages.

    Raises ConversionError(pdf-unreadable, too-many-pages).
    """
    try:
        with pikepdf.open(source) as pdf:
            pages = len(pdf.pages)
            if pages > max_pages:
                raise ConversionError("too-many-pages")
            for name in ("/OpenAction", "/AA"):
                if name in pdf.Root:
                    del pdf.Root[name]
            names = pdf.Root.get("/Names")
            for name in ("/JavaScript", "/EmbeddedFiles"):
                if isinstance(names, pikepdf.Dictionary) and name in names:
                    del names[name]
            pdf.save(target, linearize=True, encryption=False)
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise ConversionError("pdf-unreadable") from error
    if not pages:
        raise ConversionError("pdf-unreadable")
    return pages


def rendered_pages(path: Path) -> Iterator[RenderedPage]:
    """Every page of the PDF in order. Raises ConversionError(pdf-unreadable)."""
    try:
        with _pdfium:
            document = pypdfium2.PdfDocument(path)
            count = len(document)
        try:
            for index in range(count):
                with _pdfium:
                    page = _rendered(document, index)
                yield page
        finally:
            with _pdfium:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise ConversionError("pdf-unreadable") from error


def first_page_text(file: IO[bytes]) -> str:
    """Text of the first page of a PDF; "" where it cannot be read."""
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(file)
        except pypdfium2.PdfiumError:
            return ""
        try:
            page = document[0]
            text_page = page.get_textpage()
            text: str = text_page.get_text_bounded()
            text_page.close()
            page.close()
        finally:
            document.close()
    return _readable(text)


def _rendered(document: pypdfium2.PdfDocument, index: int) -> RenderedPage:
    page = document[index]
    try:
        text_page = page.get_textpage()
        text = text_page.get_text_bounded()
        text_page.close()
        width, height = page.get_size()
        scale = min(IMAGE_WIDTH / max(width, 1), MAX_IMAGE_HEIGHT / max(height, 1))
        bitmap = page.render(scale=scale)
        picture = bitmap.to_pil().convert("RGB")
        encoded = io.BytesIO()
        picture.save(encoded, "WEBP", quality=_QUALITY, method=2)
        bitmap.close()
    finally:
        page.close()
    return RenderedPage(index + 1, _readable(text), encoded.getvalue(), *picture.size)


def _readable(text: str) -> str:
    """NFC, one kind of line end, nothing that a database refuses (NUL, lone surrogates)."""
    plain = text.replace("\r\n", "\n").replace("\x00", "").replace("\ufffe", "")
    return unicodedata.normalize("NFC", plain.encode("utf-8", "ignore").decode())
