"""What is made of a PDF: a copy that can be read while it loads, and each page's text and picture."""

import io
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import pikepdf
import pypdfium2

from documents.anchoring import Found, letters
from documents.annotated_copy import Box
from documents.disarming import disarm
from documents.failures import ConversionError
from documents.page_tree import give_each_page_a_node

IMAGE_WIDTH = 1400
"""Pixels: sharp on a tablet and on a projector, about 100 kB a page."""
MAX_IMAGE_HEIGHT = 4000
_QUALITY = 82
SCAN_DPI = 300
"""What Tesseract reads best."""
MAX_SCAN_PIXELS = 18_000_000
"""An A3 page at 300 dpi and no more: a larger page is drawn smaller."""
STAMP_LETTERS = 200
"""A scan that was signed bears the signature's few lines as text; a page with more has a text layer."""
_IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
pdfium_lock = threading.Lock()  # PDFium is not safe for threads; the embedded worker has two


class RenderedPage(NamedTuple):
    """Page ``number`` (from 1): its text, and its picture as WebP of ``width`` × ``height`` pixels.

    ``is_scan``: something is drawn on it and next to nothing written, so that its words are in the picture.
    """

    number: int
    text: str
    image: bytes
    width: int
    height: int
    is_scan: bool


def linearise(source: Path, target: Path, *, max_pages: int) -> int:
    """Write an unencrypted copy without active parts (``disarming``), laid out to be read in parts; give its number of pages.

    Raises ConversionError(pdf-unreadable, too-many-pages).
    """
    try:
        with pikepdf.open(source) as pdf:
            pages = len(pdf.pages)
            if pages > max_pages:
                raise ConversionError("too-many-pages")
            disarm(pdf)
            give_each_page_a_node(pdf)
            pdf.save(target, linearize=True, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise ConversionError("pdf-unreadable") from error
    if not pages:
        raise ConversionError("pdf-unreadable")
    return pages


def rendered_pages(path: Path) -> Iterator[RenderedPage]:
    """Every page of the PDF in order. Raises ConversionError(pdf-unreadable)."""
    try:
        with pdfium_lock:
            document = pypdfium2.PdfDocument(path)
            count = len(document)
        try:
            for index in range(count):
                with pdfium_lock:
                    page = _rendered(document, index)
                yield page
        finally:
            with pdfium_lock:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise ConversionError("pdf-unreadable") from error


def first_page_text(file: IO[bytes]) -> str:
    """Text of the first page of a PDF; "" where it cannot be read."""
    with pdfium_lock:
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
    return readable(text)


def line_boxes(file: IO[bytes], places: Sequence[tuple[Found, str]]) -> list[list[Box]]:
    """For each place and its letters the lines: left, top, right, bottom in the page's own space.

    None where other letters stand in the PDF: the words of a scan, for instance, are in its picture only.
    """
    if not places:
        return []
    with pdfium_lock:
        document = pypdfium2.PdfDocument(file)
        try:
            return [_lines(document, place, said) for place, said in places]
        finally:
            document.close()


def _lines(document: pypdfium2.PdfDocument, place: Found, said: str) -> list[Box]:
    page = document[place.page - 1]
    words = page.get_textpage()
    try:
        there = letters(words.get_text_range())
        if not said or there.text[place.start : place.end] != said:
            return []
        first, last = there.begins[place.start], there.ends[place.end - 1]
        return _joined(words.get_charbox(index, loose=True) for index in range(first, last))
    finally:
        words.close()
        page.close()


def _joined(characters: Iterable[tuple[float, float, float, float]]) -> list[Box]:
    """One box for each line, out of left, bottom, right, top of each character."""
    lines: list[Box] = []
    for left, bottom, right, top in characters:
        if right <= left or top <= bottom:
            continue
        if lines and lines[-1][3] < (bottom + top) / 2 < lines[-1][1] and left >= lines[-1][0]:
            before = lines.pop()
            lines.append((before[0], max(before[1], top), max(before[2], right), min(before[3], bottom)))
        else:
            lines.append((left, top, right, bottom))
    return lines


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
        is_scan = _is_scan(page, text)
    finally:
        page.close()
    return RenderedPage(index + 1, readable(text), encoded.getvalue(), picture.width, picture.height, is_scan)


def draw_for_recognition(source: Path, number: int, target: Path) -> None:
    """Draw page ``number`` of the PDF ``source`` in grey as the PNG ``target``. Raises ConversionError(pdf-unreadable)."""
    try:
        with pdfium_lock:
            document = pypdfium2.PdfDocument(source)
            try:
                page = document[number - 1]
                width, height = page.get_size()
                scale = min(SCAN_DPI / 72, (MAX_SCAN_PIXELS / max(width * height, 1)) ** 0.5)
                bitmap = page.render(scale=scale, grayscale=True)
                picture = bitmap.to_pil().copy()
                bitmap.close()
                page.close()
            finally:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise ConversionError("pdf-unreadable") from error
    picture.save(target, "PNG", dpi=(SCAN_DPI, SCAN_DPI), compress_level=1)


def _is_scan(page: pypdfium2.PdfPage, text: str) -> bool:
    letters = sum(char.isalnum() for char in text)
    if letters > STAMP_LETTERS:
        return False
    if not letters:
        return next(iter(page.get_objects(max_depth=2)), None) is not None
    width, height = page.get_size()
    return any(_covers_half(thing.get_bounds(), width * height) for thing in page.get_objects([_IMAGE], max_depth=1))


def _covers_half(bounds: tuple[float, float, float, float], area: float) -> bool:
    left, bottom, right, top = bounds
    return (right - left) * (top - bottom) >= area / 2


def readable(text: str) -> str:
    """NFC, one kind of line end, nothing that a database refuses (NUL, lone surrogates)."""
    plain = text.replace("\r\n", "\n").replace("\x00", "").replace("\ufffe", "")
    return unicodedata.normalize("NFC", plain.encode("utf-8", "ignore").decode())
