"""How good my line is: asked while somebody looks at it."""

from typing import Literal

from meetings.protocol.base import Event, Request
from meetings.sfu.measures import LineMeasure


class LineMeasureAsked(Request):
    """What does the media node measure of my line? Answered by ``line.measured``."""

    type: Literal["line.measure"] = "line.measure"


class LineMeasured(Event):
    """How my line fares as the media node sees it; none: it is sent nothing, or the node is away."""

    type: Literal["line.measured"] = "line.measured"
    line: LineMeasure | None
