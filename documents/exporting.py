"""A reader's marks on their way into a PDF of one version: those made on it, and older ones whose words it has."""

import dataclasses
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from documents import anchoring, annotating, rendering
from documents.annotated_copy import Box, Placed
from documents.models import Annotation, PaperVersion
from eoffice.accounts.models import User


def placed_on(version: PaperVersion, user: User) -> list[Placed]:
    """The marks of ``user`` that stand in ``version``, whose reading copy exists; what is not found is left out."""
    marks = annotating.of_paper(version.paper, user).filter(version__number__lte=version.number)
    made_here = [_placed(mark) for mark in marks if mark.version_id == version.pk]
    older = [mark for mark in marks if mark.version_id != version.pk]
    return [*made_here, *(_anchored(version, older) if older else [])]


def _placed(mark: Annotation) -> Placed:
    return Placed(
        kind=mark.kind,
        page=mark.page,
        colour=mark.colour,
        boxes=[_box(part) for part in mark.rectangles],
        text=mark.text,
        title=_title(mark.page),
        changed_at=mark.changed_at,
        strokes=[_points(stroke) for stroke in mark.strokes],
    )


def _anchored(version: PaperVersion, marks: Iterable[Annotation]) -> list[Placed]:
    texts = {number: anchoring.letters(text).text for number, text in version.pages.values_list("number", "text")}
    found = [(mark, _find(mark, texts)) for mark in marks]
    there = [(mark, place) for mark, place in found if place is not None]
    assert version.pdf is not None
    with version.pdf.content.open("rb") as stored:
        boxes = rendering.line_boxes(
            stored, [(place, texts[place.page][place.start : place.end]) for _, place in there]
        )
    return [_moved(mark, place, lines) for (mark, place), lines in zip(there, boxes, strict=True)]


def _find(mark: Annotation, texts: dict[int, str]) -> anchoring.Found | None:
    """What has no words, and a bookmark whose page begins otherwise now, keeps its page."""
    quote = anchoring.Quote(mark.quote, mark.prefix, mark.suffix)
    place = anchoring.find(quote, mark.page, texts)
    if place is None and mark.page in texts and (mark.kind == Annotation.Kind.BOOKMARK or not mark.quote):
        return anchoring.Found(mark.page, 0, 0)
    return place


def _moved(mark: Annotation, place: anchoring.Found, lines: Sequence[Box]) -> Placed:
    keeps = dataclasses.replace(_placed(mark), page=place.page, title=_title(place.page))
    if mark.kind == Annotation.Kind.INK and place.start != place.end:
        known = len(keeps.boxes) > 1 and lines
        return dataclasses.replace(keeps, line=(keeps.boxes[1], lines[0])) if known else keeps
    return keeps if place.start == place.end else dataclasses.replace(keeps, boxes=lines, own_space=True)


def _title(page: int) -> str:
    return _("Đánh dấu: trang %(page)s") % {"page": page}


def _points(stroke: Sequence[int]) -> list[tuple[float, float]]:
    return [(x / annotating.WHOLE, y / annotating.WHOLE) for x, y in zip(stroke[::2], stroke[1::2], strict=True)]


def _box(rectangle: Sequence[int]) -> Box:
    left, top, width, height = (part / annotating.WHOLE for part in rectangle)
    return left, top, left + width, top + height
