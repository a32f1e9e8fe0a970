"""Captions that were kept: who reads them, what of them belongs to a recording, as which files they are given, when they go.

Times in a recording come from where its parts lie (``Recording.pieces``), so that pauses and what was not recorded leave no
trace: a line that was typed while nothing was recorded has no place in the file.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from eoffice.accounts.models import User
from meetings import confidential
from meetings.models import AgendaItem, CaptionLine, Meeting, Recording

SHOWN_S = 20.0
"""Seconds for which the room shows a line (frontend/src/meeting/captions.ts)."""
ROWS = 2
"""Lines that it shows at a time: the third one takes the place of the first."""


def lines_for(user: User, meeting_id: int) -> "QuerySet[CaptionLine]":
    """What was typed in a meeting, in order, but for the items hidden from ``user``."""
    return confidential.without_hidden(CaptionLine.objects.filter(meeting=meeting_id), user).order_by("at", "pk")


def drop_item(item_id: int) -> None:
    """The item is removed: what was typed at a confidential one goes with it, since nobody could tell any more who reads it."""
    CaptionLine.objects.filter(item=item_id, item__confidential=True).delete()


def sweep(now: dt.datetime) -> int:
    """Delete lines that are as old as a recording becomes, but for meetings that sit or have a recording; how many."""
    limit = now - dt.timedelta(days=settings.RECORDING_RETENTION_DAYS)
    recorded = Recording.objects.filter(meeting=OuterRef("meeting")).exclude(state=Recording.State.DELETED)
    in_use = Q(meeting__state=Meeting.State.IN_SESSION) | Exists(recorded)
    deleted = 0
    old = CaptionLine.objects.filter(at__lt=limit).exclude(in_use).order_by().values_list("pk", flat=True)
    while batch := list(old[:1000]):
        deleted += CaptionLine.objects.filter(pk__in=batch).delete()[0]
    return deleted


# --- times ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cue:
    """A line from ``start`` to ``end``, in seconds of a file or of a meeting."""

    start: float
    end: float
    text: str


def in_recording(lines: Iterable[CaptionLine], recording: Recording) -> list[Cue]:
    """The lines where they are heard in the joined file.

    Each is shown for as long as the room showed it. A line typed before the recording or after its end is not in it, even where
    the room still showed it: before may have been a confidential item.
    """
    pieces: list[tuple[float, float, float]] = [tuple(piece) for piece in recording.pieces]
    if not pieces:
        return []
    first, last = pieces[0][0], pieces[-1][0] + pieces[-1][2]
    found = []
    for since, until, text in _spans([line for line in lines if first <= line.at.timestamp() < last]):
        for began, start, duration in pieces:
            begins, ends = max(since, began), min(until, began + duration)
            if begins < ends:
                found.append(Cue(round(start + begins - began, 3), round(start + ends - began, 3), text))
    return found


def since_opening(lines: Sequence[CaptionLine], meeting: Meeting) -> list[Cue]:
    """The lines by the meeting's own time, which begins with its opening."""
    opened = min((at.timestamp() for at in (meeting.opened_at, *(line.at for line in lines[:1])) if at), default=0.0)
    return [Cue(since - opened, until - opened, text) for since, until, text in _spans(lines)]


def _spans(lines: Sequence[CaptionLine]) -> Iterable[tuple[float, float, str]]:
    """From when to when the room showed each line, in Unix time."""
    times = [line.at.timestamp() for line in lines]
    for number, line in enumerate(lines):
        over = times[number + ROWS] if number + ROWS < len(times) else float("inf")
        yield times[number], min(times[number] + SHOWN_S, over), line.text


# --- files ----------------------------------------------------------------------------------------------


def webvtt(cues: Iterable[Cue]) -> str:
    """A file of captions as players read it (W3C WebVTT, section 4)."""
    blocks = [f"{_clock(cue.start)} --> {_clock(cue.end)}\n{_escaped(cue.text)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class Chapter:
    """What was typed one after another at one item; None: at none."""

    item: AgendaItem | None
    lines: list[CaptionLine]


def chapters(lines: Iterable[CaptionLine]) -> list[Chapter]:
    """``lines`` (with their ``item``) in order, parted where the item changed."""
    found: list[Chapter] = []
    for line in lines:
        if not found or (found[-1].item and found[-1].item.pk) != line.item_id:
            found.append(Chapter(line.item, []))
        found[-1].lines.append(line)
    return found


def plain(meeting: Meeting, lines: Iterable[CaptionLine]) -> str:
    """A file to read and to copy from: the title, the items, each line with the time of the clock."""
    parts = [meeting.title, ""]
    for chapter in chapters(lines):
        if chapter.item:
            parts += [f"{chapter.item.order}. {chapter.item.title}", ""]
        parts += [f"{timezone.localtime(line.at):%H:%M:%S}  {line.text}" for line in chapter.lines]
        parts.append("")
    return "\r\n".join(parts)
