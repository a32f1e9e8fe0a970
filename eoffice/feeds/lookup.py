"""When colleagues are busy, asked by a calendar program: VFREEBUSY requests posted to a scheduling outbox (RFC 6638, 5).

The answer says when somebody is busy and nothing else (RFC 5546, 3.3.2), as the page "Tìm giờ họp" tells every colleague.
"""

import datetime as dt
import re
from collections.abc import Collection
from email.utils import parseaddr

from django.db.models.functions import Lower
from icalendar import Calendar, FreeBusy, vCalAddress
from lxml import etree

from eoffice.accounts.models import User
from eoffice.calendar.sources import engagements
from eoffice.errors import UserError
from eoffice.feeds import writing
from eoffice.feeds.multistatus import LARGEST, PREFIXES, name
from eoffice.notifications.itip import address_of
from eoffice.organisation.standing import standing_of

LONGEST, YEARS = dt.timedelta(days=62), range(2000, 2200)
MOST = 100
"""Days, years and people of one request."""
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""What no XML has (XML 1.0, 2.2): the answer repeats addresses."""
FOUND, UNKNOWN = "2.0;Success", "3.7;Invalid calendar user"
"""RFC 5546, 3.6."""


def may_look_up(user: User) -> bool:
    """``user`` is a colleague: they hold an appointment."""
    return bool(standing_of(user).member_of)


def answer(asker: User, body: bytes, now: dt.datetime) -> bytes:
    """The schedule-response (RFC 6638, 10.1) to what ``asker`` posted at ``now``. A query a source, and one.

    Raises UserError("bad-free-busy-request").
    """
    asked = _parsed(body)
    start, end = _span(asked)
    addresses = _attendees(asked)
    people = _people(addresses)
    busy: dict[int, list[writing.Span]] = {}
    for one in engagements([person.pk for person in people.values()], start, end):
        if one.firm:
            busy.setdefault(one.person_id, []).append((one.starts_at, one.ends_at))
    root = etree.Element(name("c", "schedule-response"), nsmap=PREFIXES)
    for address in addresses:
        response = etree.SubElement(root, name("c", "response"))
        recipient = etree.SubElement(response, name("c", "recipient"))
        etree.SubElement(recipient, name("d", "href")).text = address
        person = people.get(_mail(address))
        etree.SubElement(response, name("c", "request-status")).text = FOUND if person else UNKNOWN
        if person:
            spans = writing.merged(busy.get(person.pk, []), (start, end))
            text = _reply(asker, address, str(asked["UID"]), spans, (start, end), now)
            etree.SubElement(response, name("c", "calendar-data")).text = text
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _parsed(body: bytes) -> FreeBusy:
    try:
        text = body.decode()
        if len(body) > LARGEST or _UNWRITABLE.search(text):
            raise ValueError
        calendar = Calendar.from_ical(text)
        parts = calendar.walk("VFREEBUSY")
        if str(calendar.get("METHOD", "")).upper() != "REQUEST" or len(parts) != 1 or "UID" not in parts[0]:
            raise ValueError
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise _bad("One VFREEBUSY with METHOD:REQUEST and a UID is answered here.") from error
    found = parts[0]
    assert isinstance(found, FreeBusy)
    return found


def _span(asked: FreeBusy) -> writing.Span:
    ends = [getattr(asked.get(each), "dt", None) for each in ("DTSTART", "DTEND")]
    start, end = ends
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime) or None in (start.tzinfo, end.tzinfo):
        raise _bad("DTSTART and DTEND are times in UTC.")
    if start.year not in YEARS or end.year not in YEARS or not dt.timedelta() < end - start <= LONGEST:
        raise _bad(f"At most {LONGEST.days} days are answered at once.")
    return start, end


def _attendees(asked: FreeBusy) -> list[str]:
    found = asked.get("ATTENDEE", [])
    addresses = [str(one) for one in (found if isinstance(found, list) else [found])]
    if not 0 < len(addresses) <= MOST:
        raise _bad(f"One to {MOST} ATTENDEEs are answered at once.")
    return addresses


def _people(addresses: Collection[str]) -> dict[str, User]:
    """Active people by their mail address in small letters; an address that two have is nobody's. One query."""
    wanted = {_mail(address) for address in addresses} - {""}
    found: dict[str, list[User]] = {}
    for person in User.objects.filter(is_active=True).annotate(lower=Lower("email")).filter(lower__in=wanted):
        found.setdefault(person.email.lower(), []).append(person)
    return {address: people[0] for address, people in found.items() if len(people) == 1}


def _mail(address: str) -> str:
    scheme, _colon, rest = address.partition(":")
    return parseaddr(rest)[1].lower() if scheme.lower() == "mailto" else ""


def _reply(
    asker: User, address: str, uid: str, spans: list[writing.Span], within: writing.Span, now: dt.datetime
) -> str:
    calendar = writing.empty_calendar()
    calendar.add("method", "REPLY")
    component = FreeBusy()
    component.add("uid", uid)
    component.add("dtstamp", now.astimezone(dt.UTC))
    component.add("dtstart", within[0])
    component.add("dtend", within[1])
    component.add("organizer", vCalAddress(address_of(asker)))
    component.add("attendee", vCalAddress(address))
    for span in spans:
        component.add("freebusy", [span], {"FBTYPE": "BUSY"})
    calendar.add_component(component)
    return str(calendar.to_ical().decode())


def _bad(sentence: str) -> UserError:
    return UserError("bad-free-busy-request", sentence)
