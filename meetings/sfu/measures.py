"""What a node knows of one viewer's line, as it tells the web side and that tells the browser."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MeasuredKind = Literal["camera", "microphone", "content", "content-audio"]


class Measure(BaseModel):
    """Frozen, and strict about unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReceivedPicture(Measure):
    """One picture that a viewer is to be shown. Layers count from 0, the smallest; ``layer`` −1: nothing is shown yet.

    ``fits`` is the layer for the size of its place. ``less`` says why ``layer`` is below that: the viewer's ``line``
    carries no more, or the ``sender`` sends no more.
    """

    slot: str
    layer: int
    layers: int
    fits: int
    less: Literal["", "line", "sender"]


class SentSource(Measure):
    """One source of the viewer as it comes to the node: bit/s of all its layers, share of packets lost (0–1)."""

    kind: MeasuredKind
    bitrate: int
    loss: float
    layers: int
    """How many arrive."""


class LineMeasure(Measure):
    """The line of one viewer: share of packets lost (0–1) and times in milliseconds, from its browser's reports.

    ``bitrate`` is what it is sent and ``carries`` what its line is believed to carry, in bit/s. ``known`` false: its
    browser has not reported yet, and the numbers mean nothing.
    """

    known: bool
    loss: float
    rtt_ms: float
    jitter_ms: float
    bitrate: int
    carries: int
    pictures: tuple[ReceivedPicture, ...] = Field(max_length=12)
    sent: tuple[SentSource, ...] = Field(max_length=4)
