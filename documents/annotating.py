"""Private marks on papers: highlights, notes on a place, drawings, bookmarks. Their person's alone (docs/domain/papers.md).

Nothing of them goes into the audit log, into notices, or to anybody else's screen.
"""

import uuid
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field, model_validator

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
MOST_DRAWINGS = 300
"""Drawings among them: each is as large as a hundred notes."""
MOST_STROKES = 200
MOST_NUMBERS = 10_000
"""x and y of all points of one drawing."""
WHOLE = 10_000
Part = Field(ge=0, le=WHOLE)
Number = Annotated[int, Part]
PENS = {"red", "blue", "green", "marker"}
PAPERS = {"yellow", "green", "blue", "pink"}
_CONTROLS = dict.fromkeys(range(32)) | {ord("\t"): "\t", ord("\n"): "\n"}


class Rectangle(BaseModel):
    """A part of a page in ten-thousandths of its width and height, from its upper left corner."""

    left: int = Part
    top: int = Part
    width: int = Part
    height: int = Part


class Mark(BaseModel):
    """A mark as the reader's page says it."""

    kind: Literal["highlight", "note", "bookmark", "ink"]
    colour: Literal["yellow", "green", "blue", "pink", "red", "marker"] = "yellow"
    page: int = Field(ge=1, le=1_000_000)
    rectangles: list[Rectangle] = Field(default=[], max_length=300)
    quote: str = Field(default="", max_length=LONGEST_QUOTE)
    prefix: str = Field(default="", max_length=AROUND)
    suffix: str = Field(default="", max_length=AROUND)
    text: str = ""
    strokes: list[list[Number]] = Field(default=[], max_length=MOST_STROKES)
    seen: list[str] | None = Field(default=None, max_length=10)
    """What the page knows to have been written in this mark: as the server had it, and what it has sent since."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        """Raise ValueError when its parts do not belong together."""
        is_ink = self.kind == "ink"
        if self.colour not in (PENS if is_ink else PAPERS) or is_ink != bool(self.strokes):
            raise ValueError("kind, colour and strokes do not agree")
        if sum(map(len, self.strokes)) > MOST_NUMBERS or any(not each or len(each) % 2 for each in self.strokes):
            raise ValueError("strokes: x and y of one point or more, and not too many")
        return self


class Seen(BaseModel):
    """What the page knows of a mark that it deletes, as in ``Mark``."""

    seen: list[str] | None = Field(default=None, max_length=10)


def addresses() -> dict[str, str]:
    """Addresses that keep and delete a mark, in which the page puts the mark's ``{version}`` and ``{key}``."""
    key = uuid.UUID(int=0)
    names = {"keeping": "paper-annotation", "deleting": "paper-annotation-delete"}
    found = {use: reverse(name, args=[0, key]) for use, name in names.items()}
    return {use: address.replace("/0/", "/{version}/").replace(str(key), "{key}") for use, address in found.items()}


def place_of(version: PaperVersion) -> dict[str, object]:
    """What the page needs to show and keep marks on ``version`` (frontend/src/documents/annotations/panel.ts)."""
    return {
        "paper": version.paper_id,
        "version": version.pk,
        "number": version.number,
        "list": reverse("paper-annotations", args=[version.paper_id]),
        "read": reverse("paper-read", args=[version.paper_id]),
        "download": reverse("paper-download-annotated", args=[version.pk]),
        **addresses(),
    }


def of_paper(paper: Paper, user: User) -> AnnotationQuerySet:
    """The marks of ``user`` on every version of ``paper`` that they may open, in page order."""
    marks = Annotation.objects.visible_to(user).filter(version__paper=paper).select_related("version")
    return marks.order_by("page", "created_at", "pk")


@transaction.atomic
def keep(version: PaperVersion, key: uuid.UUID, mark: Mark, *, user: User) -> list[Annotation]:
    """Store the mark ``key`` of ``user`` on ``version``, which they may open; once more replaces it.

    Where it says meanwhile what the page has not ``seen``, written on another machine, both are kept: what comes now
    becomes a mark of its own. The same twice is once. Returns both then, else the one.

    Raises UserError(note-too-long, no-such-page), Conflict(too-many-annotations).
    """
    _check(version, mark)
    mine = Annotation.objects.filter(person=user)
    stored = mine.select_for_update().filter(version=version, key=key).first()
    if stored is None:
        _refuse_when_full(mine.filter(version__paper=version.paper_id), mark.kind)
    elif _differs(stored, mark.seen, mark.text):
        aside = uuid.uuid5(key, clean(mark.text))
        return [stored, *keep(version, aside, mark.model_copy(update={"seen": None}), user=user)]
    kept, _made = Annotation.objects.update_or_create(
        version=version,
        person=user,
        key=key,
        defaults={
            "kind": mark.kind,
            "colour": mark.colour,
            "page": mark.page,
            "rectangles": [[part.left, part.top, part.width, part.height] for part in mark.rectangles],
            "quote": clean(mark.quote),
            "prefix": clean(mark.prefix),
            "suffix": clean(mark.suffix),
            "text": clean(mark.text),
            "strokes": mark.strokes,
        },
    )
    return [kept]


@transaction.atomic
def remove(version: PaperVersion, key: uuid.UUID, *, user: User, seen: list[str] | None = None) -> Annotation | None:
    """Delete that mark of ``user``; what is gone already is no error.

    Where it says meanwhile what the page has not ``seen``, it stays and is returned.
    """
    mine = Annotation.objects.filter(version=version, person=user, key=key)
    stored = mine.select_for_update().first()
    if stored is not None and _differs(stored, seen, ""):
        return stored
    mine.delete()
    return None


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
            "strokes": mark.strokes,
        }
        for mark in marks
    ]


def _differs(stored: Annotation, seen: list[str] | None, text: str) -> bool:
    """Something else is written there than what the page has ``seen`` or says itself; a page that does not tell agrees."""
    return seen is not None and stored.text not in {"", clean(text), *map(clean, seen)}


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


def _refuse_when_full(marks: AnnotationQuerySet, kind: str) -> None:
    if kind == Annotation.Kind.INK and marks.filter(kind=kind).count() >= MOST_DRAWINGS:
        raise Conflict(
            "too-many-drawings",
            _("Tài liệu này đã có %(most)s nét vẽ của bạn.") % {"most": MOST_DRAWINGS},
            hint=_("Xóa bớt nét vẽ cũ rồi thử lại."),
        )
    if marks.count() >= MOST:
        raise Conflict(
            "too-many-annotations",
            _("Tài liệu này đã có %(most)s ghi chú của bạn.") % {"most": MOST},
            hint=_("Xóa bớt ghi chú cũ rồi thử lại."),
        )


def clean(text: str) -> str:
    """Without control characters, which PDFs hold and databases refuse."""
    return text.translate(_CONTROLS)
