"""A meeting as an iCalendar object (RFC 5545) for mail (iTIP, RFC 5546), download and feeds."""

import datetime as dt
from email.utils import parseaddr
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText, vUri

from meetings.models import Meeting

STATUS = {Meeting.State.CANCELLED: "CANCELLED", Meeting.State.POSTPONED: "CANCELLED", Meeting.State.DRAFT: "TENTATIVE"}
PRODUCT = "-//eOffice//Meetings//VI"


class Part(NamedTuple):
    """Somebody takes part from–to only, and the words that say so."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    words: str


def calendar_text(meeting: Meeting, *, method: str, part: Part | None = None) -> str:
    """One VCALENDAR with ``meeting`` as its VEVENT: lines end in CRLF and are folded at 75 octets.

    ``method`` is REQUEST, CANCEL or PUBLISH (RFC 5546, section 3.2). UID is the meeting's for life,
    SEQUENCE grows when time or place change. Attendees are added per recipient when the mail is sent.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(timezone_component())
    event = event_of(meeting, part)
    event.add("dtstamp", dt.datetime.now(dt.UTC))
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def event_of(meeting: Meeting, part: Part | None = None) -> Event:
    """``meeting`` as a VEVENT without DTSTAMP. Reads its chair with person and position, and its organiser.

    RFC 5545 knows no ATTENDEE with a time of their own: for somebody who takes part from–to the event has that time, so that
    calendars block no more than that, and its description the meeting's (ADR 0143).
    """
    event = untold_event(meeting, part)
    event.add("summary", meeting.title)
    event.add("description", _description(meeting, part))
    if meeting.place:
        event.add("location", meeting.place)
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = vText(meeting.organiser.name)
    event.add("organizer", organiser)
    if meeting.form != Meeting.Form.IN_PERSON:
        event.add("conference", _room(meeting))
    return event


def untold_event(meeting: Meeting, part: Part | None = None) -> Event:
    """Only which meeting it is, when, whether it still holds, and where who may know reads the rest."""
    zone = ZoneInfo(settings.TIME_ZONE)
    event = Event()
    event.add("uid", f"{meeting.uid}@{host()}")
    event.add("sequence", meeting.sequence)
    event.add("dtstart", (part or meeting).starts_at.astimezone(zone))
    event.add("dtend", (part or meeting).ends_at.astimezone(zone))
    event.add("status", STATUS.get(Meeting.State(meeting.state), "CONFIRMED"))
    event.add("url", meeting_address(meeting))
    return event


@cache
def timezone_component() -> Timezone:
    """The site's VTIMEZONE."""
    return Timezone.from_tzinfo(ZoneInfo(settings.TIME_ZONE))


def meeting_address(meeting: Meeting) -> str:
    """The full address of the meeting's page, for mail and calendars."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("meeting-detail", args=[meeting.pk])


def host() -> str:
    """What stands behind the "@" of UIDs."""
    return settings.PUBLIC_URL.split("://")[-1].split("/")[0].split(":")[0]


def _room(meeting: Meeting) -> vUri:
    room = vUri(settings.PUBLIC_URL.rstrip("/") + reverse("meeting-room", args=[meeting.pk]))
    room.params["VALUE"] = "URI"
    room.params["FEATURE"] = ["AUDIO", "VIDEO"]
    room.params["LABEL"] = _("Phòng họp trực tuyến")
    return room


def _description(meeting: Meeting, part: Part | None) -> str:
    lines = [f"{meeting.get_form_display()}. {meeting.chair.person.full_name} ({meeting.chair.position.name})."]
    if part is not None:
        start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        told = {"part": part.words, "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
        lines.append(_("Quý vị %(part)s. Cả cuộc họp: %(start)s–%(end)s.") % told)
    if meeting.note:
        lines.append(meeting.note)
    lines.append(meeting_address(meeting))
    return "\n".join(lines)
