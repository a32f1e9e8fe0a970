"""A feed as text: content lines of 75 octets that end in CRLF (RFC 5545, 3.1)."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, FreeBusy, vCalAddress, vText

from eoffice.accounts.models import User
from eoffice.notifications.itip import address_of
from meetings.calendars import host, timezone_component

PRODUCT = "-//eOffice//Feeds//VI"
EVERY = dt.timedelta(minutes=30)
"""How often programs are asked to read a feed (RFC 7986, 5.7)."""
UNSTAMPED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Stands for when a feed changed last, until that is known (``reading``)."""
_END = "END:VCALENDAR\r\n"
Span = tuple[dt.datetime, dt.datetime]


def calendar_of(name: str, events: Sequence[Event | str], stamp: dt.datetime) -> str:
    """The calendar called ``name`` as it stood at ``stamp``, which each of its events says that has no moment of its own.

    Events that are text already (``plain_event``) stand at the end as they are.
    """
    calendar = empty_calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", EVERY, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{EVERY.seconds // 60}M")
    calendar.add_component(timezone_component())
    for event in events:
        if isinstance(event, str):
            continue
        if "DTSTAMP" not in event:
            event.add("dtstamp", stamp)
        calendar.add_component(event)
    written = str(calendar.to_ical().decode()).removesuffix(_END)
    return "".join([written, *(event for event in events if isinstance(event, str)), _END])


@lru_cache(maxsize=20_000)
def plain_event(
    identity: str, sequence: int, starts_at: dt.datetime, ends_at: dt.datetime, *words: tuple[str, str]
) -> str:
    """A VEVENT of times and ``words`` (property, value), as text with ``UNSTAMPED`` as its DTSTAMP.

    Written once in a process: half a year of an agency has more than a thousand of them, each of which takes half a millisecond.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    event = Event()
    event.add("uid", f"{identity}@{host()}")
    event.add("sequence", sequence)
    event.add("dtstamp", UNSTAMPED)
    event.add("dtstart", starts_at.astimezone(zone))
    event.add("dtend", ends_at.astimezone(zone))
    for name, value in words:
        event.add(name, value)
    return str(event.to_ical().decode())


def free_busy_of(person: User, busy: list[Span], within: Span, stamp: dt.datetime) -> str:
    """When ``person`` is busy between the two ends of ``within``, and nothing else (RFC 5546, 3.3.1)."""
    calendar = empty_calendar()
    calendar.add("method", "PUBLISH")
    component = FreeBusy()
    component.add("uid", f"free-busy-{person.pk}@{host()}")
    component.add("dtstamp", stamp)
    component.add("dtstart", within[0])
    component.add("dtend", within[1])
    organiser = vCalAddress(address_of(person))
    organiser.params["CN"] = vText(person.full_name)
    component.add("organizer", organiser)
    component.add("url", urljoin(settings.PUBLIC_URL, reverse("feeds")))
    for span in merged(busy, within):
        component.add("freebusy", [span], {"FBTYPE": "BUSY"})
    calendar.add_component(component)
    return str(calendar.to_ical().decode())


def object_of(event: Event) -> str:
    """``event`` alone, with the time zone it names: a calendar object resource (RFC 4791, 4.1)."""
    calendar = empty_calendar()
    calendar.add_component(timezone_component())
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def merged(spans: list[Span], within: Span) -> list[Span]:
    """``spans`` in order, cut to ``within``, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted((max(start, within[0]), min(end, within[1])) for start, end in spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def empty_calendar() -> Calendar:
    """With what every calendar says (RFC 5545, 3.6)."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def basic(moment: dt.datetime) -> str:
    """``moment`` as a UTC time of content lines (RFC 5545, 3.3.5): "20261202T010000Z"."""
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
