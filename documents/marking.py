"""The reader's name, agency and the time on every copy that leaves the server (ADR 0055)."""

import datetime as dt
import functools
import hashlib
import io
import os
import subprocess
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from documents.office import FONTS
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment

ANGLE = 30
"""Degrees by which the lines rise."""
STRENGTH = 56
"""Of 255: dark enough to be read on a photograph of the screen, light enough to read the text under it."""
INK = (90, 90, 90)
_TILE = (1000, 1414)
"""Pixels of the sheet of marks that is laid over a PDF's page, whatever its size."""
_FAMILY = "Liberation Sans:lang=vi"


def text_for(user: User, acting: Appointment | None, now: dt.datetime) -> str:
    """ "Trần Văn A – Sở Xây dựng – 17:20 30/11/2026"."""
    unit = acting.unit.short_name if acting else ""
    when = f"{timezone.localtime(now):%H:%M %d/%m/%Y}"
    return " – ".join(part for part in (user.full_name, unit, when) if part)


def etag_for(sha256: str, user: User, acting: Appointment | None, now: dt.datetime) -> str:
    """Stands for a marked copy for an hour: a page looked at twice is not made twice."""
    seed = f"{sha256}|{user.full_name}|{acting.unit_id if acting else ''}|{now:%Y-%m-%d %H}"
    return hashlib.sha256(seed.encode()).hexdigest()


def pdf(content: BinaryIO, text: str, target: BinaryIO) -> None:
    """Write the PDF with ``text`` over every page into ``target``; the marks are in the file once."""
    with pikepdf.open(content) as document, pikepdf.open(_sheet(text)) as sheet:
        marks = document.copy_foreign(sheet.pages[0].as_form_xobject())
        for page in document.pages:
            box = page.trimbox
            page.add_overlay(marks, pikepdf.Rectangle(*(float(edge) for edge in box)))
        document.save(target)


def line(text: str, size: tuple[int, int]) -> Image.Image:
    """One line of ``text`` for a sheet of ``size``, drawn and turned, as a mask."""
    width = size[0]
    face = font(max(14, width // 42))
    drawn = Image.new("L", (int(face.getlength(text)) + 2, max(20, width // 30)), 0)
    ImageDraw.Draw(drawn).text((0, 0), text, fill=STRENGTH, font=face)
    return drawn.rotate(ANGLE, expand=True, resample=Image.Resampling.BILINEAR)


def places(box: tuple[int, int], size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Left and top of each line's ``box`` on a sheet of ``size``: rows, every other one shifted."""
    width, height = size
    across, down = box[0] + width // 12, max(1, height // 5)
    for row, y in enumerate(range(-box[1] // 2, height, down)):
        for x in range(-(row % 2) * across // 2, width, across):
            yield x, y


def _marks(text: str, size: tuple[int, int]) -> Image.Image:
    """Lines of ``text`` across a sheet of ``size``, as a mask."""
    one = line(text, size)
    shape = one.point(lambda value: 255 if value else 0)
    sheet = Image.new("L", size, 0)
    for place in places(one.size, size):
        sheet.paste(one, place, mask=shape)
    return sheet


def _sheet(text: str) -> io.BytesIO:
    """A PDF of one page that holds nothing but the marks, see-through."""
    mask = _marks(text, _TILE)
    document = pikepdf.new()
    soft = document.make_stream(mask.tobytes())
    plain = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": _TILE[0], "Height": _TILE[1]}
    grey = {"ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 8}
    for key, value in {**plain, **grey}.items():
        soft[f"/{key}"] = value
    ink = document.make_stream(bytes([INK[0]]))
    for key, value in {**plain, **grey, "Width": 1, "Height": 1, "SMask": soft}.items():
        ink[f"/{key}"] = value
    page = document.add_blank_page(page_size=_TILE)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Marks=ink))
    page.Contents = document.make_stream(f"q {_TILE[0]} 0 0 {_TILE[1]} 0 0 cm /Marks Do Q".encode())
    made = io.BytesIO()
    document.save(made, compress_streams=True)
    document.close()
    made.seek(0)
    return made


@functools.lru_cache(maxsize=8)
def font(size: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    """One with every Vietnamese letter, ``size`` pixels high."""
    path = _font_path()
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


@functools.cache
def _font_path() -> str:
    """A font with every Vietnamese letter, as LibreOffice's conversions use it; "" where the machine has none."""
    environment = {**os.environ, "FONTCONFIG_FILE": str(FONTS)}
    try:
        found = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            ["fc-match", "-f", "%{file}", _FAMILY],  # noqa: S607 - fontconfig's own, wherever it is
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip()
