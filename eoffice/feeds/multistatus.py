"""The XML of WebDAV (RFC 4918) and CalDAV (RFC 4791): what is asked for, and the answer 207."""

import datetime as dt
from collections.abc import Callable, Iterable

from lxml import etree

from eoffice.errors import UserError

DAV, CALDAV, CALENDAR_SERVER = "DAV:", "urn:ietf:params:xml:ns:caldav", "http://calendarserver.org/ns/"
PREFIXES = {"d": DAV, "c": CALDAV, "cs": CALENDAR_SERVER}
LARGEST = 256 * 1024
Fill = Callable[[etree._Element], None]
Value = str | Fill
"""The text of a property, or what fills its element."""
Properties = dict[str, Value]
"""By their names in Clark's notation: ``{DAV:}displayname``."""


def name(prefix: str, local: str) -> str:
    """``local`` in the namespace of ``prefix``."""
    return f"{{{PREFIXES[prefix]}}}{local}"


def parsed(body: bytes) -> etree._Element | None:
    """The root of a request's body, None when it is empty. Raises UserError("bad-xml")."""
    if not body.strip():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        if len(body) > LARGEST:
            raise ValueError
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UserError("bad-xml", "The body is no XML document of this size.") from error


def wanted(root: etree._Element | None) -> list[str] | None:
    """Names of the properties that are asked for; None: all that there are."""
    found = root.find(name("d", "prop")) if root is not None else None
    return None if found is None else [str(child.tag) for child in found if isinstance(child.tag, str)]


def hrefs(root: etree._Element) -> list[str]:
    """Paths that a calendar-multiget asks for."""
    return [(one.text or "").strip() for one in root.iter(name("d", "href"))]


def time_range(root: etree._Element) -> tuple[dt.datetime | None, dt.datetime | None]:
    """``start`` and ``end`` of a calendar-query's first time-range (RFC 4791, 9.9). Raises UserError("bad-xml")."""
    found = next(root.iter(name("c", "time-range")), None)
    if found is None:
        return None, None
    return _moment(found.get("start")), _moment(found.get("end"))


def filled(local: str, prefix: str = "d", *, text: str = "", inside: Fill | None = None, **attributes: str) -> Fill:
    """What puts one element into a property, with ``text``, or with what ``inside`` puts into it."""

    def fill(element: etree._Element) -> None:
        child = etree.SubElement(element, name(prefix, local), **attributes)
        child.text = text or None
        if inside is not None:
            inside(child)

    return fill


def answer(responses: Iterable[tuple[str, Properties | None]], asked: list[str] | None) -> bytes:
    """A multistatus: of each path the properties that are asked for, 404 for those it has not; None: it does not exist itself."""
    root = etree.Element(name("d", "multistatus"), nsmap=PREFIXES)
    for path, properties in responses:
        response = etree.SubElement(root, name("d", "response"))
        etree.SubElement(response, name("d", "href")).text = path
        if properties is None:
            etree.SubElement(response, name("d", "status")).text = "HTTP/1.1 404 Not Found"
            continue
        names = list(properties) if asked is None else asked
        _propstat(response, {one: properties[one] for one in names if one in properties}, "200 OK")
        _propstat(response, {one: "" for one in names if one not in properties}, "404 Not Found")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _propstat(response: etree._Element, properties: Properties, status: str) -> None:
    if not properties:
        return
    propstat = etree.SubElement(response, name("d", "propstat"))
    prop = etree.SubElement(propstat, name("d", "prop"))
    for tag, value in properties.items():
        element = etree.SubElement(prop, tag)
        if callable(value):
            value(element)
        else:
            element.text = value or None
    etree.SubElement(propstat, name("d", "status")).text = f"HTTP/1.1 {status}"


def _moment(text: str | None) -> dt.datetime | None:
    if not text:
        return None
    try:
        return dt.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise UserError("bad-xml", "A time-range is written as 20261202T010000Z.") from error
