"""Pictures of pages with the reader's name burnt in, made while hundreds of readers open the same page (ADR 0055).

The bare page is decoded once and kept as pixels, a reader's line of text is drawn once, and only the narrow strips in
which it lies are laid over a copy. JPEG is written ten times as fast as WebP and is no larger.
"""

import base64
import functools
import os
import tempfile
import threading
from collections import OrderedDict
from typing import NamedTuple

from PIL import Image, ImageChops

from documents import marking
from eoffice.files.models import StoredFile

MEDIA_TYPE, EXTENSION = "image/jpeg", "jpg"
FIRST_WIDTH = 1000
"""Pixels of the picture that stands in until the paper itself is open: as wide as a page on most screens."""
SHELF_BYTES = 64 * 1024 * 1024
"""Of bare pages as pixels in each web process: 23 grey ones or 7 in colour, of full width."""
_QUALITY = 70
_HUE = 12
"""Channels that differ by no more are grey: WebP's rounding."""
_STRIP = 64
"""Pixels: a rising line fills little of its box, and most of the box of a short piece of it."""
_at_work = threading.BoundedSemaphore(os.cpu_count() or 1)
"""The pixels of hundreds of readers at once would not fit into memory."""


class Strip(NamedTuple):
    """A piece of a line of marks, and where it lies in the line's box."""

    left: int
    top: int
    mask: Image.Image


class _Shelf:
    """The bare pages that were asked for last, by the hash of their content and the width they may have."""

    def __init__(self) -> None:
        self.pages: OrderedDict[tuple[str, int], Image.Image] = OrderedDict()
        self.lock = threading.Lock()

    def page(self, stored: StoredFile, width: int) -> Image.Image:
        """``stored`` as pixels; whoever asks while it is decoded waits for it."""
        key = stored.sha256, width
        with self.lock:
            page = self.pages.pop(key, None) or _decoded(stored, width)
            self.pages[key] = page
            while len(self.pages) > 1 and sum(map(_size, self.pages.values())) > SHELF_BYTES:
                self.pages.popitem(last=False)
            return page


_shelf = _Shelf()


def marked(stored: StoredFile, text: str, *, width: int = 0) -> bytes:
    """The picture ``stored`` of a page with ``text`` burnt in, as JPEG; at most ``width`` pixels wide, 0: as it is."""
    with _at_work:
        page = _shelf.page(stored, width).copy()
        ink = marking.INK if page.mode == "RGB" else marking.INK[0]
        strips, size = _line(text, page.size)
        for x, y in marking.places(size, page.size):
            for strip in strips:
                page.paste(ink, (x + strip.left, y + strip.top), strip.mask)
        return _jpeg(page)


def first(stored: StoredFile, text: str) -> str:
    """The marked picture as an address that holds it (``data:``, RFC 2397): what a page shows without asking again."""
    content = marked(stored, text, width=FIRST_WIDTH)
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(content).decode()}"


def _decoded(stored: StoredFile, width: int) -> Image.Image:
    """In grey when there is no colour on it: a third of the work."""
    with stored.content.open("rb") as content, Image.open(content) as opened:
        page = opened.convert("RGB")
    if 0 < width < page.width:
        page = page.resize((width, round(page.height * width / page.width)), Image.Resampling.LANCZOS)
    red, green, blue = page.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    coloured = any(difference.getextrema()[1] > _HUE for difference in differences)  # type: ignore[operator]
    return page if coloured else green


def _size(page: Image.Image) -> int:
    return page.width * page.height * (4 if page.mode == "RGB" else 1)


@functools.lru_cache(maxsize=64)
def _line(text: str, size: tuple[int, int]) -> tuple[list[Strip], tuple[int, int]]:
    """The line of marks on a page of ``size`` in strips, and the size of its box."""
    line = marking.line(text, size)
    strips = []
    for left in range(0, line.width, _STRIP):
        piece = line.crop((left, 0, min(left + _STRIP, line.width), line.height))
        box = piece.getbbox()
        if box:
            strips.append(Strip(left + box[0], box[1], piece.crop(box)))
    return strips, line.size


def _jpeg(page: Image.Image) -> bytes:
    """Through a file: Pillow lets other threads work while it writes into one, and not while it writes into memory."""
    with tempfile.TemporaryFile() as made:
        page.save(made, "JPEG", quality=_QUALITY)
        made.seek(0)
        return made.read()
