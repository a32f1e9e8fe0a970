"""What stands in a feed, asked of each product: a function that gives the events of a subject as its reader may know them.

A further product is a further function in ``SOURCES``.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from icalendar import Event, vText

from eoffice.accounts.models import User
from eoffice.audit import history
from eoffice.calendar import queries
from eoffice.calendar.models import Blocking, Booking, Entry, Participation
from eoffice.feeds.models import FeedToken
from eoffice.feeds.published import week_events
from eoffice.feeds.subjects import Subject
from eoffice.feeds.window import KEPT, Window
from eoffice.feeds.writing import plain_event
from meetings import calendars, participation
from meetings.models import AgendaItem, Attendee, Meeting, MeetingSite, Substitution
from meetings.queries import MeetingQuerySet

Kind = FeedToken.Kind
MADE = "meeting:"
"""So begins what a line of a week became, when that is a meeting."""
GONE = (Meeting.State.CANCELLED, Meeting.State.POSTPONED)
Row = TypeVar("Row", Meeting, Booking)


def meeting_events(reader: User, subject: Subject, window: Window) -> Iterable[Event]:
    """Issued meetings of ``subject``. Those of a leader of which ``reader`` may not know are "Bận". A fixed number of queries."""
    meetings = _meetings(reader, subject).between(window.start, window.end).exclude(state=Meeting.State.DRAFT)
    meetings = meetings.exclude(state__in=GONE, issued_at=None)
    visible = Meeting.objects.visible_to(reader).order_by().values("pk")
    meetings = meetings.annotate(
        known=Exists(visible.filter(pk=OuterRef("pk"))),
        closed=Exists(AgendaItem.objects.filter(meeting=OuterRef("pk"), confidential=True)),
    )
    meetings = meetings.select_related("organiser", "chair__person", "chair__position").order_by("starts_at", "pk")
    prepared = set(meetings.prepared_by(reader).values_list("pk", flat=True))
    rows = _lasting(meetings, window, GONE, "meeting.cancelled", "meeting.postponed")
    listed = _attendees([one for one in rows if one.pk in prepared])
    person = _person(reader, subject)
    own = {one.meeting_id: one for one in _seats(person).filter(meeting__in=rows)} if person else {}
    own_parts = participation.parts_of(person, rows) if person else {}
    for meeting in rows:
        yield _meeting_event(meeting, own.get(meeting.pk), listed.get(meeting.pk, []), own_parts.get(meeting.pk))


def entry_events(reader: User, subject: Subject, window: Window) -> Iterable[str]:
    """Approved entries of schedules: of a person's own, and those of others of which ``reader`` may know; not those that became
    a meeting which stands there already. Four queries at most.
    """
    entries = Entry.objects.between(window.start, window.end)
    person = _person(reader, subject)
    if person is not None:
        entries = entries.filter(pk__in=Participation.objects.filter(person=person).order_by().values("entry"))
    else:
        entries = entries.filter(unit=subject.unit)
    states = Entry.State
    gone = Q(state__in=[states.CANCELLED, states.POSTPONED], changed_at__gte=window.now - KEPT)
    entries = entries.filter(gone | Q(state=states.APPROVED)).annotate(became=F("week_line__became"))
    rows = list(entries.order_by("starts_at", "pk"))
    known = queries.known(reader, [entry.pk for entry in rows])
    shown = _made_and_shown(reader, subject, rows)
    for entry in rows:
        if entry.pk not in shown and (person is not None or entry.pk in known):
            yield _entry_event(entry, known=entry.pk in known)


def _made_and_shown(reader: User, subject: Subject, entries: list[Entry]) -> set[int]:
    """Those of ``entries`` that became a meeting which stands in the same calendar. One query, none without such."""
    became = {entry.pk: entry.became or "" for entry in entries}  # type: ignore[attr-defined]  # an annotation
    made = {pk: int(what.removeprefix(MADE)) for pk, what in became.items() if what.startswith(MADE)}
    if not made:
        return set()
    meetings = _meetings(reader, subject).filter(pk__in=made.values()).exclude(state=Meeting.State.DRAFT)
    shown = set(meetings.order_by().values_list("pk", flat=True))
    return {pk for pk, meeting in made.items() if meeting in shown}


def booking_events(reader: User, subject: Subject, window: Window) -> Iterable[str]:
    """Who has a resource when, and what it was booked for where ``reader`` may know that; and when nobody can have it."""
    states = Booking.State
    taken = Booking.objects.filter(resource=subject.resource).between(window.start, window.end)
    gone = (states.CANCELLED, states.RELEASED)
    told = taken.filter(state__in=(*gone, *Booking.HOLDING)).select_related("unit").order_by("starts_at", "pk")
    rows = _lasting(told, window, gone, "booking.cancelled", "booking.released")
    known = set(taken.visible_to(reader).values_list("pk", flat=True))
    for booking in rows:
        status = {states.ACCEPTED: "CONFIRMED", states.PENDING: "TENTATIVE"}.get(states(booking.state), "CANCELLED")
        what = booking.purpose if booking.pk in known else _("Bận")
        yield plain_event(
            str(booking.key), booking.version, booking.starts_at, booking.ends_at,
            ("status", status),
            ("summary", f"{what} ({booking.unit.short_name})"),
            ("class", "PUBLIC" if booking.pk in known else "PRIVATE"),
        )  # fmt: skip
    blockings = Blocking.objects.filter(resource=subject.resource)
    for block in blockings.filter(starts_at__lt=window.end, ends_at__gt=window.start).order_by("starts_at", "pk"):
        summary = _("Tạm ngừng: %(reason)s") % {"reason": block.reason}
        words = (("status", "CONFIRMED"), ("summary", summary), ("class", "PUBLIC"))
        yield plain_event(f"blocking-{block.pk}", 0, block.starts_at, block.ends_at, *words)


Source = Callable[[User, Subject, Window], Iterable[Event | str]]
SOURCES: list[Source] = [meeting_events, entry_events]
OTHERS: dict[str, Source] = {Kind.RESOURCE: booking_events, Kind.WEEK: week_events}
"""Calendars that are of something else than somebody's time."""


def events(reader: User, subject: Subject, window: Window) -> list[Event | str]:
    """Everything that stands in the calendar of ``subject`` for ``reader``, without DTSTAMP."""
    sources = [OTHERS[subject.kind]] if subject.kind in OTHERS else SOURCES
    return [event for source in sources for event in source(reader, subject, window)]


def _lasting(found: "QuerySet[Row]", window: Window, gone: Collection[str], *acts: str) -> list[Row]:
    """Of ``found`` what holds, and what is ``gone`` (states) for no longer than ``KEPT``. The log says since when, by one of ``acts``; what it
    does not know of counts from its own time. Two queries, one where nothing is gone.
    """
    rows: list[Any] = list(found)
    ended = [row.pk for row in rows if row.state in gone]
    since = history.last_at(found.model, ended, acts) if ended else {}
    return [row for row in rows if row.state not in gone or since.get(row.pk, row.ends_at) >= window.now - KEPT]


# --- meetings ---------------------------------------------------------------------------------------------


def _meetings(reader: User, subject: Subject) -> MeetingQuerySet:
    person = _person(reader, subject)
    if person is None:
        of_unit = MeetingSite.objects.filter(unit=subject.unit, person__isnull=True).order_by().values("meeting")
        return Meeting.objects.visible_to(reader).filter(Q(organiser=subject.unit) | Q(pk__in=of_unit))
    sites = MeetingSite.objects.filter(Q(chair__person=person) | Q(technician__person=person)).order_by()
    coming = Substitution.objects.filter(appointment__person=person, ended_at__isnull=True).order_by()
    concerned = Q(pk__in=_seats(person).values("meeting")) | Q(pk__in=sites.values("meeting"))
    return Meeting.objects.filter(concerned | Q(pk__in=coming.values("meeting")))


def _person(reader: User, subject: Subject) -> User | None:
    if subject.kind == Kind.LEADER and subject.appointment is not None:
        return subject.appointment.person
    return None if subject.kind == Kind.UNIT else reader


def _seats(person: User) -> "QuerySet[Attendee]":
    seats = Attendee.objects.filter(person=person).order_by()
    return seats.select_related("substitute__person", "stands_for__person")


def _attendees(meetings: list[Meeting]) -> dict[int, list[Attendee]]:
    listed: dict[int, list[Attendee]] = {}
    rows = Attendee.objects.filter(meeting__in=meetings).order_by("meeting", "appointment__position__rank", "pk")
    for one in rows.select_related("person", "substitute__person", "stands_for__person"):
        listed.setdefault(one.meeting_id, []).append(one)
    return listed


def _meeting_event(
    meeting: Meeting, own: Attendee | None, listed: list[Attendee], part: calendars.Part | None
) -> Event:
    if not meeting.known or meeting.closed:  # type: ignore[attr-defined]  # annotations of ``meeting_events``
        event = calendars.untold_event(meeting, part)
        return _as_busy(event, "CONFIDENTIAL" if meeting.closed else "PRIVATE")  # type: ignore[attr-defined]
    event = calendars.event_of(meeting, part)
    event.add("class", "PUBLIC")
    note = part.words if part else own.note if own else ""
    if note:
        event["SUMMARY"] = vText(f"{meeting.title} ({note})")
    away = own is not None and own.substitute_id and part is None
    event.add("transp", "TRANSPARENT" if away else "OPAQUE")
    for one in listed:
        event.add("attendee", participation.property_of(one))
    return event


def _as_busy(event: Event, secrecy: str) -> Event:
    event.add("summary", _("Bận"))
    event.add("class", secrecy)
    event.add("transp", "OPAQUE")
    return event


# --- entries of schedules -----------------------------------------------------------------------------------


def _entry_event(entry: Entry, *, known: bool) -> str:
    told = known and entry.visibility != Entry.Visibility.RESTRICTED
    if told:
        secrecy = "PRIVATE" if entry.kind == Entry.Kind.BLOCKED else "PUBLIC"
    else:
        secrecy = "CONFIDENTIAL" if known else "PRIVATE"
    words = [
        ("status", "CONFIRMED" if entry.state == Entry.State.APPROVED else "CANCELLED"),
        ("summary", entry.title if told else _("Bận")),
        ("class", secrecy),
        ("transp", "OPAQUE"),
    ]
    if told and entry.place:
        words.append(("location", entry.place))
    return plain_event(str(entry.uid), entry.sequence, entry.starts_at, entry.ends_at, *words)
