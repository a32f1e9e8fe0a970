"""The recognised words of a scan as an invisible layer over its pages. Pure: knows nothing of models.

OCRmyPDF gives a PDF of the picture as it read it, turned upright and straightened, with the words over it. ``layer_of`` finds
out how the picture was turned and gives the words where they stand on the picture as it is; ``with_layers`` lays them over
the pages of the reading copy, whose pictures stay as they are. Coordinates are PDF's: y upwards, points.
"""

import math
from collections.abc import Mapping
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image, ImageChops, ImageStat

from documents.rendering import SCAN_DPI

Matrix = tuple[float, float, float, float, float, float]
"""x' = a·x + c·y + e, y' = b·x + d·y + f, as in a content stream."""
_COMPARED = 400
"""Pixels of the longer side, large enough to tell a tenth of a degree."""
_MOST_ASKEW = 8.0
"""Degrees; a picture that lies more askew gets no layer."""
_UNLIKE = 24.0
"""Mean difference of grey (of 255) above which two pictures are not the same."""


def layer_of(recognised: Path, picture: Path, target: Path) -> bool:
    """Write the words of ``recognised`` as a page of the size of ``picture`` into ``target``; False where they do not fit."""
    with pikepdf.open(recognised) as made, Image.open(picture) as drawn, pikepdf.new() as layer:
        page = made.pages[0]
        seen = _seen(recognised)
        turned = _turned(drawn.convert("L"), seen)
        if turned is None:
            return False
        quarters, degrees = turned
        width, height = (side * 72 / SCAN_DPI for side in drawn.size)
        upright = (width, height) if quarters % 2 == 0 else (height, width)
        shown = _shown_size(page)
        place = _then(_shown(page), (upright[0] / shown[0], 0, 0, upright[1] / shown[1], 0, 0))
        place = _then(place, _around(upright[0] / 2, upright[1] / 2, -degrees))
        place = _then(place, _quarters_back(quarters, width, height))
        _leave_words(made, page)
        form = layer.copy_foreign(page.as_form_xobject(handle_transformations=False))
        sheet = layer.add_blank_page(page_size=(width, height))
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Words=form))
        sheet.Contents = layer.make_stream(f"q {_text(place)} cm /Words Do Q".encode())
        layer.save(target)
    return True


def with_layers(source: Path, layers: Mapping[int, Path], target: Path) -> None:
    """Write ``source`` with the ``layers`` over the pages of those numbers (from 1) into ``target``, linearised."""
    with pikepdf.open(source) as document:
        for number, path in layers.items():
            page = document.pages[number - 1]
            with pikepdf.open(path) as layer:
                sheet = layer.pages[0]
                size = _shown_size(sheet)
                form = document.copy_foreign(sheet.as_form_xobject(handle_transformations=False))
            shown = _shown_size(page)
            place = _then((shown[0] / size[0], 0, 0, shown[1] / size[1], 0, 0), _inverse(_shown(page)))
            name = page.add_resource(form, pikepdf.Name.XObject, prefix="Words")
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(f"\nQ q {_text(place)} cm {name} Do Q".encode())
        document.save(target, linearize=True, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _seen(path: Path) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[0]
        width, height = page.get_size()
        bitmap = page.render(scale=_COMPARED / max(width, height), grayscale=True)
        seen: Image.Image = bitmap.to_pil().convert("L")
        return seen
    finally:
        document.close()


def _turned(drawn: Image.Image, seen: Image.Image) -> tuple[int, float] | None:
    """By how many quarters and then degrees, anticlockwise, ``drawn`` was turned to look like ``seen``."""
    drawn.thumbnail((_COMPARED, _COMPARED))
    rows = []
    for quarters in range(4):
        upright = drawn.rotate(90 * quarters, expand=True)
        if abs(upright.width * seen.height / (upright.height * seen.width) - 1) < 0.02:
            upright = upright.resize(seen.size)
            rows.append((*_best(upright, seen, 0, _MOST_ASKEW, 0.5), quarters, upright))
    if not rows:
        return None
    _unlike, about, quarters, upright = min(rows, key=lambda row: row[0])
    unlike, degrees = _best(upright, seen, about, 0.5, 0.1)
    return (quarters, degrees) if unlike <= _UNLIKE else None


def _best(upright: Image.Image, seen: Image.Image, about: float, span: float, step: float) -> tuple[float, float]:
    """The smallest difference, and the angle at which it is."""
    steps = round(span / step)
    found = []
    for number in sorted(range(-steps, steps + 1), key=abs):
        degrees = about + number * step
        turned = upright.rotate(degrees, resample=Image.Resampling.BILINEAR, fillcolor=255) if degrees else upright
        unlike = ImageStat.Stat(ImageChops.difference(turned, seen)).mean[0]
        if unlike < 0.5 and not degrees:
            return unlike, degrees  # it was not turned at all
        found.append((unlike, degrees))
    return min(found)


def _leave_words(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Nothing but words stays on the page."""
    things = page.Resources.get("/XObject", pikepdf.Dictionary())
    pictures = [name for name, thing in things.items() if thing.get("/Subtype") == "/Image"]
    kept = [
        step
        for step in pikepdf.parse_content_stream(page)
        if not isinstance(step, pikepdf.ContentStreamInlineImage)
        and not (str(step.operator) == "Do" and str(step.operands[0]) in pictures)
    ]
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))
    for name in pictures:
        del things[name]


def _shown_size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    size = (right - left, top - bottom)
    return size if _rotation(page) % 180 == 0 else (size[1], size[0])


def _rotation(page: pikepdf.Page) -> int:
    return int(page.obj.get("/Rotate", 0)) % 360


def _shown(page: pikepdf.Page) -> Matrix:
    """From the page's own space to the page as it is shown, whose lower left corner is 0, 0."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    match _rotation(page):
        case 90:
            return (0, -1, 1, 0, -bottom, right)
        case 180:
            return (-1, 0, 0, -1, right, top)
        case 270:
            return (0, 1, -1, 0, top, -left)
        case _:
            return (1, 0, 0, 1, -left, -bottom)


def _quarters_back(quarters: int, width: float, height: float) -> Matrix:
    """From a sheet that was turned anticlockwise to how it lay; it is ``width`` × ``height`` there."""
    match quarters % 4:
        case 1:
            return (0, -1, 1, 0, 0, height)
        case 2:
            return (-1, 0, 0, -1, width, height)
        case 3:
            return (0, 1, -1, 0, width, 0)
        case _:
            return (1, 0, 0, 1, 0, 0)


def _around(x: float, y: float, degrees: float) -> Matrix:
    """Turning anticlockwise about a point."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)


def _then(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    whole = a * d - b * c
    return (
        d / whole,
        -b / whole,
        -c / whole,
        a / whole,
        (c * f - d * e) / whole,
        (b * e - a * f) / whole,
    )


def _text(matrix: Matrix) -> str:
    return " ".join(f"{part:.6f}" for part in matrix)
