"""What a signature looks like on the page: its picture, and whose it is and when in small letters below.

Decree 30/2020/NĐ-CP, Annex I: a person's is the image of their signature in blue, an agency's its seal in red in real size,
both with a transparent ground; the time is in ISO 8601 with Vietnam's zone.
"""

import datetime as dt
import io
import textwrap

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from documents.marking import font
from documents.signatures.places import POINTS_PER_MM, SEAL_MM, SEAL_NOTE, SIGNATURE
from eoffice.errors import UserError

BLUE, RED = (16, 52, 166, 255), (200, 16, 32, 255)
_SCALE = 300 / 72
_NOTE_SIZE = 6.3
_LEAST, _MOST = 90, 1000
"""Pixels of each side of a picture that is handed in."""
_VISIBLE = 64
_NOTE_LEFT = 62
"""Points from the left of a signer's place, free of the seal."""


def of_person(picture: bytes | None, name: str, at: dt.datetime) -> bytes:
    """A PNG for the place of a person's signature."""
    sheet, draw = _sheet(*SIGNATURE)
    note = [f"Ký số bởi: {name}", stamp(at)]
    if picture is None:
        _frame(draw, sheet.size, BLUE)
        _write(draw, ["Đã ký số", *_wrapped(note, 36)], (6, 10), 8.5, BLUE)
        return _png(sheet)
    _paste(sheet, picture, (0, 0, SIGNATURE[0], SIGNATURE[1] - 16))
    _write(draw, _wrapped(note[:1], 40)[:1] + note[1:], (_NOTE_LEFT, SIGNATURE[1] - 15), _NOTE_SIZE, BLUE)
    return _png(sheet)


def of_agency(picture: bytes | None, name: str, at: dt.datetime) -> bytes:
    """A PNG for the place of an agency's seal."""
    seal = SEAL_MM * POINTS_PER_MM
    sheet, draw = _sheet(seal, seal + SEAL_NOTE)
    if picture is None:
        box = (sheet.size[0], round(seal * _SCALE))
        _frame(draw, box, RED)
        _write(draw, ["Chữ ký số của", *_wrapped([name], 22), "", stamp(at)], (6, 14), 7.2, RED)
        return _png(sheet)
    _paste(sheet, picture, (0, 0, seal, seal))
    _write(draw, [*_wrapped([name], 33)[:2], stamp(at)], (1, seal + 0.5), _NOTE_SIZE, RED)
    return _png(sheet)


def stamp(at: dt.datetime) -> str:
    """ "2026-06-16T14:05:09+07:00"."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def checked(picture: bytes, *, seal: bool) -> None:
    """Raise UserError("bad-signature-picture") unless it is a picture as the decree wants it."""
    with Image.open(io.BytesIO(picture), formats=["PNG"]) as image:
        sides = image.size
        ink = image.convert("RGBA") if min(sides) >= _LEAST and max(sides) <= _MOST else None
    if ink is None:
        raise _refused(
            _("Mỗi cạnh của ảnh phải từ %(least)d đến %(most)d điểm ảnh.") % {"least": _LEAST, "most": _MOST}
        )
    shown = ink.getchannel("A").point(lambda alpha: 255 if alpha > _VISIBLE else 0)
    covered = shown.histogram()[255] / (ink.width * ink.height)
    if not 0 < covered < 0.9:
        raise _refused(_("Nền của ảnh phải trong suốt."))
    red, blue = (_mean(ink.getchannel(name), shown) for name in ("R", "B"))
    if (red <= blue) if seal else (blue <= red):
        raise _refused(_("Ảnh dấu phải màu đỏ.") if seal else _("Ảnh chữ ký phải màu xanh."))


def _mean(channel: Image.Image, mask: Image.Image) -> float:
    counts = channel.histogram(mask)
    return sum(value * count for value, count in enumerate(counts)) / max(1, sum(counts))


def _refused(sentence: str) -> UserError:
    hint = _("Dùng ảnh PNG nền trong suốt: chữ ký màu xanh, dấu màu đỏ.")
    return UserError("bad-signature-picture", sentence, hint=hint, fields={"picture": sentence})


def _sheet(width: float, height: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    sheet = Image.new("RGBA", (round(width * _SCALE), round(height * _SCALE)), (255, 255, 255, 0))
    return sheet, ImageDraw.Draw(sheet)


def _paste(sheet: Image.Image, picture: bytes, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = (round(edge * _SCALE) for edge in box)
    with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
        ink = opened.convert("RGBA")
    factor = min((right - left) / ink.width, (bottom - top) / ink.height)
    ink = ink.resize((max(1, round(ink.width * factor)), max(1, round(ink.height * factor))))
    sheet.alpha_composite(ink, ((left + right - ink.width) // 2, (top + bottom - ink.height) // 2))


def _write(
    draw: ImageDraw.ImageDraw,
    lines: list[str],
    at: tuple[float, float],
    size: float,
    colour: tuple[int, int, int, int],
) -> None:
    for number, line in enumerate(lines):
        place = (at[0] * _SCALE, (at[1] + number * size * 1.15) * _SCALE)
        draw.text(place, line, fill=colour, font=font(round(size * _SCALE)))


def _wrapped(lines: list[str], width: int) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, width) or [""]]


def _frame(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: tuple[int, int, int, int]) -> None:
    draw.rectangle((2, 2, size[0] - 3, size[1] - 3), outline=colour, width=round(0.8 * _SCALE))


def _png(sheet: Image.Image) -> bytes:
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()
