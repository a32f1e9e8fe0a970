"""Private marks on papers: highlights, notes on a place, bookmarks. Their person's alone (docs/domain/papers.md).

Nothing of them goes into the audit log, into notices, or to anybody else's screen.
"""

import uuid
from collections.abc import Iterable
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from documents.models import Annotation, Paper, PaperVersion
from documents.queries import AnnotationQuerySet
from eoffice.accounts.models import User
from eoffice.errors import Conflict, UserError

LONGEST_TEXT = 5000
LONGEST_QUOTE = 2000
AROUND = 64
"""Characters kept of what stands before and after the quote."""
MOST = 2000
"""Marks of one person on one paper."""
WHOLE = 10_000
Part = Field(ge=0, le=WHOLE)
_CONTROLS = dict.fromkeys(range(32)) | {ord("\t"): "\t", ord("\n"): "\n"}


class Rectangle(BaseModel):
    """A part of a page in ten-thousandths of its width and height, from its upper left corner."""

    left: int = Part
    top: int = Part
    width: int = Part
    height: int = Part


class Mark(BaseModel):
    """A mark as the reader's page says it."""

    kind: Literal["highlight", "note", "bookmark"]
    colour: Literal["yellow", "green", "blue", "pink"] = "yellow"
    page: int = Field(ge=1, le=1_000_000)
    rectangles: list[Rectangle] = Field(default=[], max_length=300)
    quote: str = Field(default="", max_length=LONGEST_QUOTE)
    prefix: str = Field(default="", max_length=AROUND)
    suffix: str = Field(default="", max_length=AROUND)
    text: str = ""


def of_paper(paper: Paper, user: User) -> AnnotationQuerySet:
    """The marks of ``user`` on every version of ``paper`` that they may open, in page order."""
    marks = Annotation.objects.visible_to(user).filter(version__paper=paper).select_related("version")
    return marks.order_by("page", "created_at", "pk")


@transaction.atomic
def keep(version: PaperVersion, key: uuid.UUID, mark: Mark, *, user: User) -> Annotation:
    """Store the mark ``key`` of ``user`` on ``version``, which they may open; once more replaces it.

    Raises UserError(note-too-long, no-such-page), Conflict(too-many-annotations).
    """
    _check(version, mark)
    mine = Annotation.objects.filter(person=user)
    if not mine.filter(version=version, key=key).exists():
        _refuse_when_full(mine.filter(version__paper=version.paper_id))
    kept, _made = Annotation.objects.update_or_create(
        version=version,
        person=user,
        key=key,
        defaults={
            "kind": mark.kind,
            "colour": mark.colour,
            "page": mark.page,
            "rectangles": [[part.left, part.top, part.width, part.height] for part in mark.rectangles],
            "quote": _clean(mark.quote),
            "prefix": _clean(mark.prefix),
            "suffix": _clean(mark.suffix),
            "text": _clean(mark.text),
        },
    )
    return kept


def remove(version: PaperVersion, key: uuid.UUID, *, user: User) -> None:
    """Delete that mark of ``user``; what is gone already is no error."""
    Annotation.objects.filter(version=version, person=user, key=key).delete()


def as_json(marks: Iterable[Annotation]) -> list[dict[str, object]]:
    """The marks as the reader's page takes them (frontend/src/documents/annotations/mark.ts)."""
    return [
        {
            "key": str(mark.key),
            "version": mark.version_id,
            "number": mark.version.number,
            "kind": mark.kind,
            "colour": mark.colour,
            "page": mark.page,
            "rectangles": [dict(zip(Rectangle.model_fields, part, strict=True)) for part in mark.rectangles],
            "quote": mark.quote,
            "prefix": mark.prefix,
            "suffix": mark.suffix,
            "text": mark.text,
        }
        for mark in marks
    ]


def _check(version: PaperVersion, mark: Mark) -> None:
    if len(mark.text) > LONGEST_TEXT:
        raise UserError(
            "note-too-long",
            _("Ghi chú dài quá %(most)s ký tự.") % {"most": LONGEST_TEXT},
            hint=_("Rút ngắn, hoặc chia thành nhiều ghi chú."),
        )
    if mark.page > version.page_count:
        raise UserError(
            "no-such-page", _("Tài liệu không có trang này."), hint=_("Tải lại trang để đọc bản đang phát hành.")
        )


def _refuse_when_full(marks: AnnotationQuerySet) -> None:
    if marks.count() >= MOST:
        raise Conflict(
            "too-many-annotations",
            _("Tài liệu này đã có %(most)s ghi chú của bạn.") % {"most": MOST},
            hint=_("Xóa bớt ghi chú cũ rồi thử lại."),
        )


def _clean(text: str) -> str:
    """Without control characters, which PDFs hold and databases refuse."""
    return text.translate(_CONTROLS)
