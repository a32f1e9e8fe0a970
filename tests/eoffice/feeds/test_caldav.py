"""Calendars for programs that speak CalDAV: found, listed, read; never written."""

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import vobject
from django.test import Client
from django.utils import timezone

from eoffice.feeds import tokens
from eoffice.feeds.models import FeedToken
from eoffice.feeds.subjects import Kind, Subject
from meetings import scheduling
from meetings.models import Meeting
from tests.city import City
from tests.eoffice.feeds.parsers import read
from tests.factories import MeetingFactory

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db
NAMES = {"d": "DAV:", "c": "urn:ietf:params:xml:ns:caldav", "cs": "http://calendarserver.org/ns/"}
WHO = '<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:current-user-principal/><c:calendar-home-set/><d:quota/></d:prop></d:propfind>'
WHAT = '<d:propfind xmlns:d="DAV:" xmlns:cs="http://calendarserver.org/ns/"><d:prop><d:resourcetype/><d:displayname/><cs:getctag/><d:getetag/></d:prop></d:propfind>'
QUERY = '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{start}" end="{end}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>'
BOXES = '<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><c:calendar-home-set/><c:calendar-user-address-set/><c:schedule-inbox-URL/><c:schedule-outbox-URL/></d:prop></d:propfind>'
MULTIGET = '<c:calendar-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><c:calendar-data/></d:prop>{hrefs}</c:calendar-multiget>'


class Phone:
    """A program that knows a host, a name and a password."""

    def __init__(self, password: str) -> None:
        self.headers = {"Authorization": "Basic " + base64.b64encode(f"ai:{password}".encode()).decode()}

    def ask(self, method: str, path: str, body: str = "", depth: str = "0") -> Any:
        headers = {**self.headers, "Depth": depth}
        return Client(enforce_csrf_checks=True).generic(method, path, body, "application/xml", headers=headers)

    def told(self, method: str, path: str, body: str, depth: str = "0") -> dict[str, ElementTree.Element]:
        answer = self.ask(method, path, body, depth)
        assert answer.status_code == 207
        root = ElementTree.fromstring(answer.content)  # noqa: S314  # our own answer
        return {str(one.findtext("d:href", namespaces=NAMES)): one for one in root.findall("d:response", NAMES)}


def _text(response: ElementTree.Element, path: str) -> str:
    found = response.findtext(f"d:propstat/d:prop/{path}", namespaces=NAMES)
    assert found is not None
    return found


def test_a_phone_finds_its_calendar_and_reads_what_changed(city: City) -> None:
    leaders = {"chair": city["chair"], "secretary": city["secretary"], "organiser": city.office}
    meeting: Meeting = MeetingFactory(**leaders, state="invited", issued_at=timezone.now(), title="Họp về Đê điều")
    scheduling.seat_leaders(meeting)
    feed = tokens.make(city.person("secretary"), Subject(Kind.PERSON), key="dien-thoai")
    phone = Phone(tokens.address(feed).rsplit("/", 1)[1].removesuffix(".ics"))
    assert Phone("sai").ask("PROPFIND", "/dav/").status_code == 401
    assert Client().get("/.well-known/caldav")["Location"] == "/dav/"
    assert "calendar-access" in phone.ask("OPTIONS", "/dav/")["DAV"]

    (person,) = phone.told("PROPFIND", "/dav/", WHO).values()
    assert _text(person, "d:current-user-principal/d:href") == "/dav/"
    assert {one.text for one in person.iter("{DAV:}status")} == {"HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"}
    home = _text(person, "c:calendar-home-set/d:href")
    collections = phone.told("PROPFIND", home, WHAT, depth="1")
    (path,) = [one for one, told in collections.items() if told.find(".//c:calendar", NAMES) is not None]
    ctag = _text(collections[path], "cs:getctag")
    inside = phone.told("PROPFIND", path, WHAT, depth="1")
    (event,) = set(inside) - {path}
    etag = _text(inside[event], "d:getetag")

    start, later = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in (meeting.starts_at, meeting.ends_at))
    found = phone.told("REPORT", path, QUERY.format(start=start, end=later))
    assert list(found) == [event]
    text = _text(found[event], "c:calendar-data")
    assert (
        read(text.replace("\r\n", "\n").replace("\n", "\r\n").encode()).agree(f"{meeting.uid}@localhost")["summary"]
        == "Họp về Đê điều"
    )
    assert not phone.told("REPORT", path, QUERY.format(start=later, end=later.replace("2026", "2027")))
    several = phone.told(
        "REPORT", path, MULTIGET.format(hrefs=f"<d:href>{event}</d:href><d:href>{path}khong.ics</d:href>")
    )
    assert _text(several[event], "c:calendar-data") == text
    assert several[f"{path}khong.ics"].findtext("d:status", namespaces=NAMES) == "HTTP/1.1 404 Not Found"
    got = phone.ask("GET", event)
    assert (got.status_code, got["ETag"]) == (200, etag)

    for method in ("PUT", "DELETE", "MKCALENDAR", "PROPPATCH", "POST"):  # nothing is written
        assert phone.ask(method, event, "BEGIN:VCALENDAR").status_code == 403
    assert phone.ask("PROPFIND", path, "<not").status_code == 400
    assert phone.ask("REPORT", path, WHO).status_code == 400
    assert phone.ask("GET", f"{path}khong.ics").status_code == 404

    assert _text(phone.told("PROPFIND", path, WHAT)[path], "cs:getctag") == ctag
    scheduling.cancel_meeting(city["secretary"], meeting, reason="Bão số 5")
    changed = phone.told("PROPFIND", path, WHAT, depth="1")
    assert _text(changed[path], "cs:getctag") != ctag
    assert _text(changed[event], "d:getetag") != etag
    assert b"STATUS:CANCELLED" in phone.ask("GET", event).content
    tokens.revoke(city.person("secretary"), FeedToken.objects.get())
    assert phone.ask("PROPFIND", path, WHAT).status_code == 401


ASKED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
METHOD:REQUEST
BEGIN:VFREEBUSY
DTSTAMP:20261202T010000Z
ORGANIZER:mailto:thuky@eoffice.example
DTSTART:{start}
DTEND:{end}
UID:hoi-1
{attendees}
END:VFREEBUSY
END:VCALENDAR
"""


def test_a_colleague_asks_when_others_are_busy_and_learns_nothing_else(city: City) -> None:
    """As Thunderbird does while an invitation is written: finds inbox and outbox, posts a VFREEBUSY for each guest."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    leaders = {"chair": city["department_head"], "secretary": city["department_clerk"], "organiser": city.department}
    for hour, fields in (
        (0, {"state": "invited", "issued_at": timezone.now(), "title": "Họp kín"}),
        (4, {"title": "Mới soạn"}),
    ):
        at = start + dt.timedelta(hours=hour)
        meeting = MeetingFactory(**leaders, **fields, starts_at=at, ends_at=at + dt.timedelta(hours=2))
        scheduling.seat_leaders(meeting)
    own = tokens.make(city.person("secretary"), Subject(Kind.PERSON), key="may-ban")
    of_unit = tokens.make(city.person("secretary"), Subject(Kind.UNIT, unit=city.office), key="man-hinh")
    program, wall = (Phone(tokens.address(one).rsplit("/", 1)[1].removesuffix(".ics")) for one in (own, of_unit))

    assert "calendar-auto-schedule" in program.ask("OPTIONS", "/dav/")["DAV"]
    (person,) = program.told("PROPFIND", "/dav/", BOXES).values()
    outbox = _text(person, "c:schedule-outbox-URL/d:href")
    assert _text(person, "c:schedule-inbox-URL/d:href")
    assert _text(person, "c:calendar-user-address-set/d:href") == f"mailto:{city.person('secretary').email}"
    told = program.told("PROPFIND", outbox, WHAT)[outbox]
    assert told.find(".//c:schedule-outbox", NAMES) is not None

    guests = [city.person("department_head").email.upper(), city.person("chair").email, "la@example.com"]
    lines = "\n".join(f"ATTENDEE:mailto:{one}" for one in guests)
    span = {"start": f"{start:%Y%m%dT%H%M%SZ}", "end": f"{start + dt.timedelta(days=2):%Y%m%dT%H%M%SZ}"}
    body = ASKED.format(**span, attendees=lines).replace("\n", "\r\n")
    answer = program.ask("POST", outbox, body)
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.content)  # noqa: S314  # our own answer
    assert root.tag == "{urn:ietf:params:xml:ns:caldav}schedule-response"
    busy, free, stranger = root.findall("c:response", NAMES)
    assert [str(one.findtext("c:request-status", namespaces=NAMES))[:3] for one in (busy, free, stranger)] == [
        "2.0", "2.0", "3.7",
    ]  # fmt: skip
    text = str(busy.findtext("c:calendar-data", namespaces=NAMES))
    component = vobject.readOne(text).vfreebusy
    assert component.freebusy.value == [(start, start + dt.timedelta(hours=2))], "a draft is nobody's business"
    assert (component.uid.value, component.attendee.value) == ("hoi-1", f"mailto:{guests[0]}")
    assert "Họp" not in text
    assert "FREEBUSY;" not in str(free.findtext("c:calendar-data", namespaces=NAMES))

    assert wall.ask("POST", outbox, body).status_code == 403, "not from a calendar that hangs on a wall"
    far = f"{start + dt.timedelta(days=90):%Y%m%dT%H%M%SZ}"
    never = body.replace(span["start"], "99991230T000000Z").replace(span["end"], "99991231T000000Z")
    wrong = (
        never,
        body.replace("la@example.com", "la\x01@example.com"),
        "",
        body.replace("REQUEST", "REPLY"),
        body.replace(span["end"], far),
        body.replace(lines.replace("\n", "\r\n"), "X-A:1"),
    )
    assert [program.ask("POST", outbox, one).status_code for one in wrong] == [400] * len(wrong)
