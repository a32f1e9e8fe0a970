"""A meeting as an iCalendar object (RFC 5545) for mail (iTIP, RFC 5546) and download."""

import datetime as dt
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from meetings.models import Meeting

STATUS = {Meeting.State.CANCELLED: "CANCELLED", Meeting.State.POSTPONED: "CANCELLED", Meeting.State.DRAFT: "TENTATIVE"}


def calendar_text(meeting: Meeting, *, method: str) -> str:
    """One VCALENDAR with ``meeting`` as its VEVENT: lines end in CRLF and are folded at 75 octets.

    ``method`` is REQUEST, CANCEL or PUBLISH (RFC 5546, section 3.2). UID is the meeting's for life,
    SEQUENCE grows when time or place change. Attendees are added per recipient when the mail is sent.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//eOffice//Meetings//VI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_tzinfo(ZoneInfo(settings.TIME_ZONE)))
    calendar.add_component(_event(meeting))
    return str(calendar.to_ical().decode())


def _event(meeting: Meeting) -> Event:
    zone = ZoneInfo(settings.TIME_ZONE)
    event = Event()
    event.add("uid", f"{meeting.uid}@{_host()}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", dt.datetime.now(dt.UTC))
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    event.add("summary", meeting.title)
    event.add("description", _description(meeting))
    if meeting.place:
        event.add("location", meeting.place)
    event.add("status", STATUS.get(Meeting.State(meeting.state), "CONFIRMED"))
    event.add("url", meeting_address(meeting))
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = vText(meeting.organiser.name)
    event.add("organizer", organiser)
    return event


def meeting_address(meeting: Meeting) -> str:
    """The full address of the meeting's page, for mail and calendars."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("meeting-detail", args=[meeting.pk])


def _description(meeting: Meeting) -> str:
    lines = [f"{meeting.get_form_display()}. {meeting.chair.person.full_name} ({meeting.chair.position.name})."]
    if meeting.note:
        lines.append(meeting.note)
    lines.append(meeting_address(meeting))
    return "\n".join(lines)


def _host() -> str:
    return settings.PUBLIC_URL.split("://")[-1].split("/")[0].split(":")[0]
