"""What the presenter shows of the paper before everybody: the part of its page, a pointer, ink. And reactions.

Places are relative to the page, so that they are the same on every screen: ``x`` from its left edge in parts of its
width, ``y`` from its upper edge in parts of its height.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request

WHOLE = 10_000
"""Parts of a page's width or height that a point is given in."""
POINTER_POINTS = 24
STROKE_PART = 200
"""The most points of a stroke in one message."""

Coordinate = Annotated[int, Field(ge=0, le=WHOLE)]
PageNumber = Annotated[int, Field(ge=1, le=100_000)]
Colour = Literal["red", "blue", "green", "marker"]
"""``marker``: broad and yellow, the text shows through."""
ReactionKind = Literal["agree", "applause"]
Points = Annotated[tuple[Coordinate, ...], Field(max_length=2 * STROKE_PART)]
"""x and y of one point after the other."""


class PageView(Message):
    """Which part of the page the presenter sees. ``fit`` ``width`` or ``page``: as it fits each window; ``part``: so that
    ``span`` thousandths of the page's width fill the window. ``x``, ``y``: its upper left corner, in thousandths."""

    fit: Literal["width", "page", "part"]
    x: int = Field(ge=-2000, le=2000)
    y: int = Field(ge=-3000, le=3000)
    span: int = Field(ge=50, le=10_000)


WHOLE_WIDTH = PageView(fit="width", x=0, y=0, span=1000)


class InkStroke(Message):
    """One stroke on a page of the paper before everybody."""

    key: UUID
    page: int
    colour: Colour
    points: tuple[int, ...]


class DocumentPage(Request):
    """The presenter turns the page for everybody, or shows another part of it."""

    type: Literal["document.page"] = "document.page"
    view: PageView = Field(default_factory=lambda: WHOLE_WIDTH)
    page: PageNumber


class PointerMove(Request):
    """Where the presenter points, since the last time; no points: nowhere any more. Never stored."""

    type: Literal["pointer.move"] = "pointer.move"
    page: PageNumber
    points: tuple[Coordinate, ...] = Field(max_length=2 * POINTER_POINTS)


class InkDraw(Request):
    """The presenter draws: a stroke, or more of the stroke of that ``key``."""

    type: Literal["ink.draw"] = "ink.draw"
    key: UUID
    page: PageNumber
    colour: Colour
    points: Points


class InkUndo(Request):
    """The presenter takes the last stroke on a page away."""

    type: Literal["ink.undo"] = "ink.undo"
    page: PageNumber


class InkClear(Request):
    """The presenter wipes a page; none: every page of the paper."""

    type: Literal["ink.clear"] = "ink.clear"
    page: PageNumber | None = None


class ReactionSend(Request):
    """I agree, or applaud. At most once in two seconds."""

    type: Literal["reaction.send"] = "reaction.send"
    kind: ReactionKind


class DocumentTurned(Event):
    """The presenter turned the page, or shows another part of it."""

    type: Literal["document.turned"] = "document.turned"
    version: Id
    view: PageView
    page: int


class PointerMoved(Event):
    """Where the presenter pointed in the last ``over_ms``; none: nowhere any more. Has no number and is not sent again."""

    type: Literal["pointer.moved"] = "pointer.moved"
    version: Id
    page: int
    points: tuple[int, ...]
    over_ms: int


class InkDrawn(Event):
    """A stroke began, or went on: ``stroke.points`` come after those known of that key."""

    type: Literal["ink.drawn"] = "ink.drawn"
    version: Id
    stroke: InkStroke


class InkUndone(Event):
    """A stroke was taken away."""

    type: Literal["ink.undone"] = "ink.undone"
    version: Id
    key: UUID


class InkCleared(Event):
    """A page was wiped; none: every page."""

    type: Literal["ink.cleared"] = "ink.cleared"
    version: Id
    page: int | None


class ReactionsCounted(Event):
    """How many people reacted in the last seconds, by kind; none: nobody any more. At most once a second, has no number
    and is not sent again."""

    type: Literal["reactions.counted"] = "reactions.counted"
    counts: dict[ReactionKind, int]


ShowingIntent = DocumentPage | InkDraw | InkUndo | InkClear
PassingIntent = PointerMove | ReactionSend
PresentingEvent = DocumentTurned | PointerMoved | InkDrawn | InkUndone | InkCleared | ReactionsCounted
