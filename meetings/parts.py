"""Parts of a meeting (dự một phần): from–to, in clock times or as items of its agenda; who of two has the place when."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.errors import UserError
from meetings import confidential
from meetings.models import AgendaItem, Meeting, Substitution

Ends = tuple[dt.datetime | None, dt.datetime | None]
"""Half-open; an empty end is that of the meeting, wherever that is moved by the room."""
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class TimedItem:
    """An item of the agenda, and when it is planned: the items follow one another from the meeting's beginning."""

    item: AgendaItem
    starts_at: dt.datetime
    ends_at: dt.datetime


def items_of(meeting: Meeting, reader: User) -> list[TimedItem]:
    """The agenda by the clock; what ``reader`` may not know is masked."""
    hidden = confidential.hidden_items(reader, meeting.pk)
    timed, at = [], meeting.starts_at
    for item in meeting.items.order_by("order", "pk"):
        if item.pk in hidden:
            item.mask()
        after = at + dt.timedelta(minutes=item.minutes)
        timed.append(TimedItem(item, at, after))
        at = after
    return timed


def of_items(timed: Sequence[TimedItem], chosen: Collection[int]) -> Span:
    """From the beginning of the first to the end of the last of the ``chosen`` items (ids), which follow one another.

    Raises UserError("bad-part") with ``fields``.
    """
    places = [place for place, one in enumerate(timed) if one.item.pk in chosen]
    if not places or places[-1] - places[0] + 1 != len(places):
        sentence = _("Chọn các nội dung liền nhau trong chương trình.")
        raise UserError("bad-part", sentence, fields={"items": sentence})
    return timed[places[0]].starts_at, timed[places[-1]].ends_at


def inside(meeting: Meeting, start: dt.datetime | None, end: dt.datetime | None) -> Ends:
    """From–to without ends that are not inside the time of ``meeting``.

    Raises UserError("bad-part") with ``fields`` when nothing of the meeting would be left.
    """
    if start is not None and start <= meeting.starts_at:
        start = None
    if end is not None and end >= meeting.ends_at:
        end = None
    if (start or meeting.starts_at) >= (end or meeting.ends_at):
        sentence = _("Giờ dự phải nằm trong thời gian họp, giờ đến trước giờ về.")
        raise UserError("bad-part", sentence, fields={"attends_from": sentence, "starts_at": sentence})
    return start, end


def of(meeting: Meeting, start: dt.datetime | None, end: dt.datetime | None) -> Span:
    """From–to with the ends of ``meeting`` where it has none of its own."""
    return start or meeting.starts_at, end or meeting.ends_at


def rest(meeting: Meeting, start: dt.datetime | None, end: dt.datetime | None) -> list[Ends]:
    """What of ``meeting`` is left beside from–to."""
    left: list[Ends] = []
    if start is not None and start > meeting.starts_at:
        left.append((None, start))
    if end is not None and end < meeting.ends_at:
        left.append((end, None))
    return left


def touch(one: Ends, other: Ends) -> bool:
    """Whether two parts of one meeting have a moment in common."""
    return not (
        (one[1] is not None and other[0] is not None and one[1] <= other[0])
        or (other[1] is not None and one[0] is not None and other[1] <= one[0])
    )


def without(spans: list[Span], taken: Span) -> list[Span]:
    """``spans`` less the time ``taken``."""
    left: list[Span] = []
    for start, end in spans:
        if start < min(end, taken[0]):
            left.append((start, min(end, taken[0])))
        if max(start, taken[1]) < end:
            left.append((max(start, taken[1]), end))
    return left


def planned(meeting: Meeting) -> "list[Substitution]":
    """Substitutions for a part of ``meeting`` that are to come or in force, by time."""
    part = Q(starts_at__isnull=False) | Q(ends_at__isnull=False)
    rows = Substitution.objects.filter(part, meeting=meeting, ended_at__isnull=True)
    related = ("absent__person", "appointment__person", "appointment__position", "appointment__unit")
    return sorted(rows.select_related(*related), key=lambda one: (one.starts_at or meeting.starts_at, one.pk))
