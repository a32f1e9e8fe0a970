"""The published weeks of an agency as events: for those who read them there, and with their public text for everybody."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Event

from eoffice.accounts.models import User
from eoffice.calendar.models import Entry, WeekEdition, WeekLine
from eoffice.calendar.weeks import days, rows
from eoffice.calendar.weeks.rows import Row
from eoffice.feeds.subjects import Subject
from eoffice.feeds.window import KEPT, Window
from eoffice.organisation.models import Unit
from meetings.calendars import host
from meetings.models import AgendaItem

ENTRY, MEETING = "entry:", "meeting:"
"""Beginnings of the keys of rows (``eoffice.calendar.weeks.rows``)."""


@dataclass(frozen=True)
class Line:
    """A row as it was published last. ``sequence`` grows with each edition in which it changed (RFC 5545, 3.8.7.4)."""

    row: Row
    sequence: int
    changed_at: dt.datetime


def week_events(reader: User, subject: Subject, window: Window) -> Iterable[Event]:
    """What was published of a unit's weeks, or of those of one of its leaders, as the agency reads it. Three queries.

    It leaves the building: what is only for those concerned, and meetings with a confidential item, are "Bận" for everybody.
    """
    assert subject.unit is not None
    person = subject.appointment.person_id if subject.appointment else None
    lines = published(subject.unit, window, person=person)
    closed = _closed(lines)
    for line in lines:
        (told,) = rows.for_reader([line.row], 0, compiles=False)
        hidden = line.row.visibility == Entry.Visibility.RESTRICTED or line.row.key in closed
        page = reverse("week", args=[subject.unit.pk, days.monday_of(line.row.day).isoformat()])
        event = _event(subject.unit, line, page)
        if hidden:
            event.add("summary", _("Bận"))
            event.add("class", "CONFIDENTIAL")
        else:
            _tell(event, told, [told.attendees, told.remarks])
        yield event


def public_events(unit: Unit, window: Window, *, busy: bool, person: int | None = None) -> list[Event]:
    """What everybody may read of it; ``busy`` as of ``rows.for_public``. One query."""
    found = []
    for line in published(unit, window, person=person):
        for told in rows.for_public([line.row], busy=busy):
            page = f"{reverse('public-week', args=[unit.pk])}?day={line.row.day.isoformat()}"
            event = _event(unit, line, page)
            _tell(event, told, [])
            found.append(event)
    return found


def published(unit: Unit, window: Window, *, person: int | None = None) -> list[Line]:
    """The rows of the weeks of ``unit`` that touch ``window``, of ``person`` (id) alone if given. One query.

    What moved into another week stands there, and not as put off in the one that it left. What was put off or called off stays
    for ``KEPT`` from the edition that said so.
    """
    editions = WeekEdition.objects.filter(
        schedule__unit=unit,
        schedule__monday__gte=window.start.date() - dt.timedelta(days=7),
        schedule__monday__lte=window.end.date(),
    )
    chains: dict[str, dict[int, Line]] = {}
    sequences: dict[str, int] = {}
    for edition in editions.order_by("at", "pk"):
        for row in rows.kept(edition):
            chain = chains.setdefault(row.key, {})
            before = chain.get(edition.schedule_id)
            if before is not None and before.row.same_as(row):
                chain[edition.schedule_id] = Line(row, 0, before.changed_at)
                continue
            sequences[row.key] = sequences.get(row.key, -1) + 1
            chain[edition.schedule_id] = Line(row, 0, edition.at)
    found = []
    for key, chain in chains.items():
        last = max(chain.values(), key=lambda line: (not line.row.gone, line.changed_at))
        row = last.row
        touches = row.starts_at < window.end and row.ends_at > window.start
        stays = not row.gone or last.changed_at > window.now - KEPT
        if touches and stays and (person is None or person in row.people):
            found.append(Line(row, sequences[key], last.changed_at))
    return sorted(found, key=lambda line: (line.row.starts_at, line.row.ends_at, line.row.key))


def _closed(lines: list[Line]) -> set[str]:
    """Keys of rows that are meetings with a confidential item, or became one. Two queries."""
    keys = {line.row.key for line in lines}
    entries = [int(key.removeprefix(ENTRY)) for key in keys if key.startswith(ENTRY)]
    became = WeekLine.objects.filter(entry__in=entries, became__startswith=MEETING).order_by()
    meetings = {key: key for key in keys if key.startswith(MEETING)}
    meetings |= {f"{ENTRY}{entry}": made for entry, made in became.values_list("entry", "became")}
    numbers = [int(made.removeprefix(MEETING)) for made in meetings.values()]
    items = AgendaItem.objects.filter(meeting__in=numbers, confidential=True).order_by()
    closed = {f"{MEETING}{pk}" for pk in items.values_list("meeting", flat=True)}
    return {key for key, made in meetings.items() if made in closed}


def _event(unit: Unit, line: Line, page: str) -> Event:
    zone, row = ZoneInfo(settings.TIME_ZONE), line.row
    event = Event()
    event.add("uid", f"week-{unit.pk}-{row.key.replace(':', '-')}@{host()}")
    event.add("sequence", line.sequence)
    event.add("dtstamp", line.changed_at)
    event.add("dtstart", row.starts_at.astimezone(zone))
    event.add("dtend", row.ends_at.astimezone(zone))
    event.add("status", "CANCELLED" if row.gone else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # it is the leaders' time, not the reader's
    event.add("url", urljoin(settings.PUBLIC_URL, page))
    return event


def _tell(event: Event, row: Row, more: list[str]) -> None:
    event.add("summary", row.title)
    if row.place:
        event.add("location", row.place)
    said = [leader for leader in row.leaders if leader] + [one for one in more if one]
    if said:
        event.add("description", "\n".join(said))
    event.add("class", "PUBLIC" if row.visibility == Entry.Visibility.PUBLIC else "PRIVATE")
