"""Picture direction: the layout that everybody has, the picture on air, the sites on a wall that all share."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request

LayoutName = Literal["free", "floor", "floor_chair", "floor_content", "wall"]
WallSize = Literal[4, 9, 16, 25]
Seconds = Annotated[int, Field(ge=5, le=600)]


class LayoutState(Message):
    """How everybody's screen is arranged; ``free``: each for themselves."""

    kind: LayoutName
    size: WallSize
    """Pictures on the wall."""
    every_s: int | None
    """The wall shows the next sites so often (patrol); none: it stands still."""
    sites: tuple[Id, ...]
    """Sites chosen for the wall; none: all that are there."""
    by: str


class WallState(Message):
    """The sites on the wall that all share now, in the order of the slots `wall0`, `wall1`, …"""

    sites: tuple[Id, ...]
    page: int
    pages: int
    turns_at: dt.datetime | None
    """When it shows the next ones; none: it stands still."""


class LayoutSet(Request):
    """Arrange everybody's screen, or (``free``) leave it to each. ``every_s``: let the wall patrol the sites by branch;
    ``sites``: only these stand on it. A wall that neither patrols nor has chosen sites is turned by each for themselves."""

    type: Literal["layout.set"] = "layout.set"
    kind: LayoutName
    size: WallSize = 9
    every_s: Seconds | None = None
    sites: tuple[Id, ...] = Field(default=(), max_length=700)


class ProgrammeSet(Request):
    """Put a site's picture on air, large for everybody; none: the speaker's is large again. No microphone changes."""

    type: Literal["programme.set"] = "programme.set"
    site: Id | None


class LayoutChanged(Event):
    """Everybody's screen is arranged so from now on. ``wall``: what stands on a wall that all share."""

    type: Literal["layout.changed"] = "layout.changed"
    layout: LayoutState
    wall: WallState | None


class WallTurned(Event):
    """The wall that all share shows other sites from now on."""

    type: Literal["wall.turned"] = "wall.turned"
    wall: WallState


class ProgrammeChanged(Event):
    """Another picture is on air, or none."""

    type: Literal["programme.changed"] = "programme.changed"
    site: Id | None
    by: str


DirectionIntent = LayoutSet | ProgrammeSet
DirectionEvent = LayoutChanged | WallTurned | ProgrammeChanged
