"""What the joining of a recording is told and what it answers: JSON on standard input and output."""

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Frozen, and strict about unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(Model):
    """A chapter begins: ``at`` as a time of the clock, in UTC. ``kind`` is for whoever shows the chapters."""

    at: dt.datetime
    title: str
    kind: str = ""


class Job(Model):
    """``parts`` in order; ``content`` gets the shared screens alone, when there are any, with the same times."""

    parts: tuple[Path, ...]
    marks: tuple[Mark, ...]
    title: str
    target: Path
    content: Path
    until: dt.datetime | None = None
    """What was written after it is left out: a recorder ends a moment after it was stopped. None: nothing is."""


class Chapter(Model):
    """From ``start`` on, in seconds of the joined file."""

    start: float
    title: str
    kind: str = ""


class Joined(Model):
    """What came of it. ``duration`` in seconds, 0 when no part held anything: then nothing was written."""

    duration: float
    chapters: tuple[Chapter, ...]
    pieces: tuple[tuple[float, float, float], ...]
    """Of each part the Unix time when it began, and in seconds its start in the file and its duration."""
    shared: tuple[tuple[float, float], ...]
    """From when to when a screen was shared; empty: never, and there is no ``content``."""
    file: str
    """Name of what was written: the target's, or that with ``.mkv``."""
