"""One viewer's line as this node measures it, when somebody asks."""

from __future__ import annotations

import time
from typing import Literal

from meetings.sfu.allowance import PRIORITY
from meetings.sfu.measures import LineMeasure, ReceivedPicture, SentSource
from meetings.sfu.publisher import Publisher
from meetings.sfu.track import Track
from meetings.sfu.viewer import Viewer


def measure(viewer: Viewer, publisher: Publisher | None) -> LineMeasure:
    """What is known now of a viewer's connection, and of what it sends."""
    now, fares = time.monotonic(), viewer.fares
    return LineMeasure(
        known=fares is not None,
        loss=fares.lost / 256 if fares else 0,
        rtt_ms=fares.round_trip / 1000 if fares else 0,
        jitter_ms=fares.jitter / 1000 if fares else 0,
        bitrate=fares.sent_rate if fares else 0,
        carries=viewer.carries,
        pictures=tuple(
            _picture(viewer, label, now)
            for label in PRIORITY
            if label in viewer.slots and label in viewer.wanted and not viewer.wanted[label].closed
        ),
        sent=tuple(_source(track, now) for track in publisher.tracks if _arrives(track, now)) if publisher else (),
    )


def _picture(viewer: Viewer, label: str, now: float) -> ReceivedPicture:
    slot, track = viewer.slots[label], viewer.wanted[label]
    layer = slot.layer if slot.showing is track else -1
    fits = viewer.fits(label, track).layer
    less: Literal["", "line", "sender"] = ""
    if label in viewer.reduced:
        less = "line"
    elif track.best(fits, now) < fits:
        less = "sender"
    return ReceivedPicture(slot=slot.label, layer=layer, layers=len(track.layers), fits=fits, less=less)


def _arrives(track: Track, now: float) -> bool:
    return any(layer.is_alive(now) for layer in track.layers)


def _source(track: Track, now: float) -> SentSource:
    alive = [layer for layer in track.layers if layer.is_alive(now)]
    return SentSource(
        kind=track.source.kind,
        bitrate=sum(layer.rate for layer in alive),
        loss=max(layer.lost for layer in alive) / 256,
        layers=len(alive),
    )
