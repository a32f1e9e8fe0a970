"""Where signature and seal stand on the page (Decree 30/2020/NĐ-CP, Annex I, part IV: cells 7a to 8)."""

import unicodedata
from typing import NamedTuple

import pypdfium2

from documents.rendering import pdfium_lock

SIGNATURE = (160, 77)
"""Width and height in points of the signer's place, between position and name."""
SEAL_MM = 36
"""Diameter of the seal of an agency of the state (Circular 07/2010/TT-BCA): it is drawn in its real size."""
SEAL_NOTE = 22
"""Points below the seal, for the agency's name and the time."""
POINTS_PER_MM = 72 / 25.4
_INK = 120
"""Of the signer's place, the width of the signature itself."""


class Place(NamedTuple):
    """A box on ``page`` (from 0), in points from the page's lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


class Places(NamedTuple):
    """Of one signer, and of the agency's seal."""

    signature: Place
    seal: Place


def of_signer(pdf: bytes, name: str, *, left: bool = False) -> Places:
    """Above the last ``name`` in the document, which stands in the signature block; else at the foot of the last page, to the
    right or to the ``left``."""
    with pdfium_lock:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for index in reversed(range(len(document))):
                found = _last(document[index], name)
                if found:
                    return _around(index, *found)
            last, (width, _height) = len(document) - 1, document[len(document) - 1].get_size()
        finally:
            document.close()
    return _around(last, width * (0.28 if left else 0.72), 70)


def _last(page: pypdfium2.PdfPage, name: str) -> tuple[float, float] | None:
    """The middle and the upper edge of the last ``name`` on the page."""
    words = page.get_textpage()
    try:
        text = words.get_text_range()
        for form in ("NFC", "NFD"):
            wanted = unicodedata.normalize(form, name)
            at = text.rfind(wanted) if wanted else -1
            if at >= 0:
                boxes = [words.get_charbox(index) for index in range(at, at + len(wanted))]
                drawn = [box for box in boxes if box[2] > box[0]]
                if drawn:
                    return (drawn[0][0] + drawn[-1][2]) / 2, max(box[3] for box in drawn)
    finally:
        words.close()
    return None


def _around(page: int, middle: float, name_top: float) -> Places:
    """The seal covers the left third of the signature."""
    width, height = SIGNATURE
    bottom = name_top + 1
    ink_left, seal = middle - _INK / 2, SEAL_MM * POINTS_PER_MM
    seal_right = ink_left + _INK / 3
    return Places(
        Place(page, middle - width / 2, bottom, middle + width / 2, bottom + height),
        Place(page, seal_right - seal, bottom, seal_right, bottom + SEAL_NOTE + seal),
    )
