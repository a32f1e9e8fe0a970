"""A reader's marks as annotations of a PDF (ISO 32000-2, 12.5.6): any viewer shows, lists and changes them.

Pure: knows nothing of models. A highlight becomes a Highlight, a note a Text annotation, a drawing an Ink annotation, a
bookmark an entry of the outline.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pikepdf
from pikepdf.models.metadata import encode_pdf_date

WHOLE = 10_000
COLOURS = {
    "yellow": (1.0, 0.9, 0.4),
    "green": (0.71, 0.94, 0.66),
    "blue": (0.7, 0.86, 1.0),
    "pink": (1.0, 0.77, 0.86),
}
"""As on the screen (frontend/styles/annotations.scss)."""
PENS = {
    "red": (0.784, 0.063, 0.18),
    "blue": (0.039, 0.31, 0.816),
    "green": (0.043, 0.478, 0.231),
    "marker": (1.0, 0.83, 0.0),
}
"""As on the screen (frontend/styles/viewer.scss)."""
BROAD = {"marker": 0.024}
"""How broad a pen draws, in shares of the page's width (frontend/src/documents/ink.ts); the others ``FINE``."""
FINE = 0.0045
ICON = 20
"""Points: how large viewers draw a note."""
_PRINTED = 4
_UPRIGHT = 4 | 8 | 16  # printed, and of the same size and upright however the page is shown
Box = tuple[float, float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """A mark on ``page`` (from 1). ``boxes`` are left, top, right, bottom in shares of the page as it is shown.

    With ``own_space`` they are in the page's own space instead, in points.
    """

    kind: str
    page: int
    colour: str
    boxes: Sequence[Box]
    text: str
    title: str
    """Of a bookmark: what the outline calls it."""
    changed_at: dt.datetime
    own_space: bool = False
    strokes: Sequence[Sequence[Point]] = ()
    """Of a drawing: the points of each stroke, in shares of the page as it is shown."""
    line: tuple[Box, Box] | None = None
    """Of a drawing that moved with its words: the line then (in shares), and the line now (in points)."""


def write(content: BinaryIO, marks: Iterable[Placed], author: str, target: BinaryIO) -> None:
    """Write the PDF with ``marks`` of ``author`` into ``target``; those on pages that it does not have are left out."""
    with pikepdf.open(content) as document:
        here = [mark for mark in marks if mark.page <= len(document.pages)]
        for mark in here:
            page = document.pages[mark.page - 1]
            if mark.kind == "highlight" and mark.boxes:
                _add(page, document.make_indirect(_highlight(document, page, mark, author)))
            elif mark.kind == "note" and mark.boxes:
                _add(page, document.make_indirect(_note(page, mark, author)))
            elif mark.kind == "ink" and mark.strokes:
                _add(page, document.make_indirect(_ink(document, page, mark, author)))
        bookmarks = [mark for mark in here if mark.kind == "bookmark"]
        if bookmarks:
            with document.open_outline() as outline:
                outline.root.extend(pikepdf.OutlineItem(mark.title, mark.page - 1) for mark in bookmarks)
        document.save(target)


def _add(page: pikepdf.Page, annotation: pikepdf.Object) -> None:
    if "/Annots" not in page.obj:
        page.obj.Annots = pikepdf.Array()
    page.obj.Annots.append(annotation)


def _highlight(document: pikepdf.Pdf, page: pikepdf.Page, mark: Placed, author: str) -> pikepdf.Dictionary:
    quads = [_corners(page, box, own_space=mark.own_space) for box in mark.boxes]
    rect = _around([point for quad in quads for point in quad])
    annotation = _plain("Highlight", mark, author, rect, _PRINTED)
    annotation.QuadPoints = pikepdf.Array([round(part, 2) for quad in quads for point in quad for part in point])
    annotation.AP = pikepdf.Dictionary(N=_appearance(document, rect, quads, COLOURS[mark.colour]))
    return annotation


def _note(page: pikepdf.Page, mark: Placed, author: str) -> pikepdf.Dictionary:
    x, y = _corners(page, mark.boxes[0], own_space=mark.own_space)[0]
    annotation = _plain("Text", mark, author, (x, y - ICON, x + ICON, y), _UPRIGHT)
    annotation.Name = pikepdf.Name.Note
    return annotation


def _ink(document: pikepdf.Pdf, page: pikepdf.Page, mark: Placed, author: str) -> pikepdf.Dictionary:
    left, _bottom, right, _top = _shown(page)
    broad = round(BROAD.get(mark.colour, FINE) * (right - left), 2)
    across, up = _moved_by(page, mark)
    paths = [[(x + across, y + up) for x, y in (_point(page, *place) for place in each)] for each in mark.strokes]
    inner = _around([point for path in paths for point in path])
    rect = inner[0] - broad, inner[1] - broad, inner[2] + broad, inner[3] + broad
    annotation = _plain("Ink", mark, author, rect, _PRINTED)
    annotation.InkList = pikepdf.Array([_numbers(path) for path in paths])
    annotation.BS = pikepdf.Dictionary(W=broad)
    drawn = [f"{broad} w 1 J 1 j {' '.join(map(str, PENS[mark.colour]))} RG", *map(_path, paths)]
    if mark.colour == "marker":
        drawn.insert(0, "/Under gs")
    annotation.AP = pikepdf.Dictionary(N=_form(document, rect, drawn))
    return annotation


def _moved_by(page: pikepdf.Page, mark: Placed) -> Point:
    """How far the words under a drawing are from where they were, in points."""
    if mark.line is None:
        return 0.0, 0.0
    before, now = mark.line
    x, y = _point(page, before[0], before[1])
    return now[0] - x, now[1] - y


def _numbers(path: Sequence[Point]) -> pikepdf.Array:
    return pikepdf.Array([round(part, 2) for point in path for part in point])


def _path(points: Sequence[Point]) -> str:
    """A dot is a line to where it began, whose round ends are the dot."""
    (x, y), *rest = points
    lines = [f"{to_x:.2f} {to_y:.2f} l" for to_x, to_y in rest or [(x, y)]]
    return " ".join([f"{x:.2f} {y:.2f} m", *lines, "S"])


def _plain(subtype: str, mark: Placed, author: str, rect: Box, flags: int) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name(f"/{subtype}"),
        Rect=pikepdf.Array(rect),
        Contents=pikepdf.String(mark.text),
        T=pikepdf.String(author),
        M=pikepdf.String(encode_pdf_date(mark.changed_at)),
        C=pikepdf.Array((PENS if mark.kind == "ink" else COLOURS)[mark.colour]),
        F=flags,
    )


def _appearance(
    document: pikepdf.Pdf, rect: Box, quads: Sequence[Sequence[Point]], colour: tuple[float, float, float]
) -> pikepdf.Stream:
    """What is drawn: the boxes multiplied with the page, so that the words stay black."""
    drawn = ["/Under gs", f"{' '.join(map(str, colour))} rg"]
    for quad in quads:
        left, bottom, right, top = _around(quad)
        drawn.append(f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re f")
    return _form(document, rect, drawn)


def _form(document: pikepdf.Pdf, rect: Box, drawn: Sequence[str]) -> pikepdf.Stream:
    form = document.make_stream("\n".join(drawn).encode())
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array(rect)
    form.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)
    under = pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, BM=pikepdf.Name.Multiply)
    form.Resources = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(Under=under))
    return form


def _corners(page: pikepdf.Page, box: Box, *, own_space: bool) -> list[Point]:
    """Upper left, upper right, lower left, lower right of the box, in the page's own space."""
    left, top, right, bottom = box
    places = [(left, top), (right, top), (left, bottom), (right, bottom)]
    return places if own_space else [_point(page, *place) for place in places]


def _point(page: pikepdf.Page, u: float, v: float) -> Point:
    """A place of the page as it is shown, ``u`` of its width from the left and ``v`` of its height from the top."""
    left, bottom, right, top = _shown(page)
    width, height = right - left, top - bottom
    match int(page.rotation) % 360:
        case 90:
            return left + v * width, bottom + u * height
        case 180:
            return right - u * width, bottom + v * height
        case 270:
            return right - v * width, top - u * height
        case _:
            return left + u * width, top - v * height


def _shown(page: pikepdf.Page) -> Box:
    """What of the page is shown: left, bottom, right, top."""
    crop, media = ([float(edge) for edge in box] for box in (page.cropbox, page.mediabox))
    return max(crop[0], media[0]), max(crop[1], media[1]), min(crop[2], media[2]), min(crop[3], media[3])


def _around(points: Sequence[Point]) -> Box:
    across, up = [x for x, _y in points], [y for _x, y in points]
    return min(across), min(up), max(across), max(up)
