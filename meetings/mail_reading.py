"""A mail from outside as what it says: nothing in it is believed, and nothing in it is an error of ours."""

import datetime as dt
import email
import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

DELIVERED_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
LARGEST_CALENDAR = 200_000
"""Characters."""
COMMENT_LIMIT = 500
EARLY = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST_YEAR = 2200


@dataclass
class Mail:
    """A mail, and the first VEVENT of the calendar object in it."""

    message_id: str
    sender: str
    """Address of From, in lower case."""
    subject: str
    recipients: list[str]
    automatic: str
    """Auto-Submitted (RFC 3834), in lower case: "" and "no" are people's."""
    calendar: str = ""
    method: str = ""
    event: Event | None = None
    fault: str = ""
    """Why the calendar object could not be read."""
    uid: str = ""
    sequence: int = 0
    stamp: dt.datetime = field(default=EARLY)

    @property
    def is_automatic(self) -> bool:
        """An answer that a machine gave: out of office, a bounce. Calendars that send replies call them auto-generated: not these."""
        return self.automatic not in ("", "no") and (self.automatic != "auto-generated" or not self.calendar)

    def attendees(self, event: Event) -> list[str]:
        """Addresses of ATTENDEE, in lower case."""
        return [_bare(value) for value in _all(event, "ATTENDEE")]

    def params(self, event: Event) -> dict[str, str]:
        """Parameters of the ATTENDEE that is the sender."""
        for value in _all(event, "ATTENDEE"):
            if _bare(value) == self.sender:
                return {name.upper(): _first(param) for name, param in value.params.items()}
        return {}

    def delegate(self, event: Event) -> str:
        """Whom the sender names as DELEGATED-TO; "": nobody."""
        return _bare(self.params(event).get("DELEGATED-TO", "").strip('"'))

    def sent_to(self, event: Event) -> list[str]:
        """Every address to which it was sent, ORGANIZER included."""
        return [*self.recipients, *(_bare(value) for value in _all(event, "ORGANIZER"))]

    def comment(self, event: Event) -> str:
        """COMMENT in one line."""
        return " ".join(" ".join(str(value) for value in _all(event, "COMMENT")).split())[:COMMENT_LIMIT]

    def span(self, event: Event) -> tuple[dt.datetime, dt.datetime]:
        """DTSTART and DTEND (or DTSTART and DURATION); times without a zone are local, a missing one gives nothing: (EARLY, EARLY)."""
        start, end, lasting = (getattr(event.get(name), "dt", None) for name in ("DTSTART", "DTEND", "DURATION"))
        if end is None and isinstance(start, dt.datetime) and isinstance(lasting, dt.timedelta):
            end = start + lasting
        if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
            return EARLY, EARLY
        return _aware(start), _aware(end)


def read(raw: bytes) -> Mail:
    """What ``raw`` says."""
    message = email.message_from_bytes(raw)
    identity = "".join(_text(message, "Message-ID").split())[:250]
    mail = Mail(
        message_id=identity or hashlib.sha256(raw).hexdigest(),
        sender=parseaddr(_text(message, "From"))[1].lower()[:254],
        subject=_text(message, "Subject")[:250],
        recipients=_recipients(message),
        automatic=_text(message, "Auto-Submitted").split(";")[0].strip().lower(),
    )
    mail.calendar = _calendar(message)
    if mail.calendar:
        _understand(mail)
    return mail


def _understand(mail: Mail) -> None:
    try:
        calendar = Calendar.from_ical(mail.calendar)
        mail.event = next((part for part in calendar.walk("VEVENT") if isinstance(part, Event)), None)
        mail.method = str(calendar.get("METHOD", "")).upper()
        if mail.event is None:
            mail.fault = "There is no event in its calendar object."
            return
        mail.uid = str(mail.event.get("UID", ""))
        mail.sequence = int(mail.event.get("SEQUENCE", 0))
        stamp = getattr(mail.event.get("DTSTAMP"), "dt", None)
        mail.stamp = _aware(stamp) if isinstance(stamp, dt.datetime) else EARLY
    except Exception as error:  # whatever stands in it, it is not ours
        mail.event, mail.fault = None, f"Its calendar object cannot be read: {type(error).__name__}."


def _calendar(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content.decode("utf-8", "replace").replace("\x00", "")[:LARGEST_CALENDAR]
    return ""


def _recipients(message: Message) -> list[str]:
    fields = [str(value) for name in DELIVERED_TO for value in message.get_all(name, [])]
    return [address.lower() for _name, address in getaddresses(fields) if address]


def _text(message: Message, name: str) -> str:
    """A header in one line, its words decoded (RFC 2047); as it stands where they cannot be."""
    value = str(message.get(name, ""))
    with suppress(ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.replace("\x00", "").split())


def _all(event: Event, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _bare(value: object) -> str:
    return str(value).strip().lower().removeprefix("mailto:")


def _first(param: object) -> str:
    return str(param[0]) if isinstance(param, list) and param else str(param)


def _aware(moment: dt.datetime) -> dt.datetime:
    """``moment`` in its zone, else local; EARLY where no database could keep it."""
    if not EARLY.year < moment.year < LATEST_YEAR:
        return EARLY
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
