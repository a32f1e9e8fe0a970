"""Calendars for programs that speak CalDAV (RFC 4791), to read only: PROPFIND, REPORT and GET, as much as phones ask for; and the
look-up of when colleagues are busy (RFC 6638).

Who signs in gives the token of one of their addresses as the password (HTTP Basic); the calendar is that of the address. So an
"app password" is made and revoked where addresses are.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from eoffice.errors import UserError
from eoffice.feeds import limits, lookup, multistatus, tokens
from eoffice.feeds.collections import Collection, Item, collection_of
from eoffice.feeds.models import FeedToken
from eoffice.feeds.multistatus import Properties, filled, name
from eoffice.notifications.itip import address_of

PER_MINUTE = 120
"""Requests with one password: a phone that finds its calendar asks half a dozen times."""
GUESSES_PER_MINUTE = 600
SHARED_KINDS = tuple(kind for kind in FeedToken.Kind if kind != FeedToken.Kind.FREE_BUSY)
"""Free/busy is no calendar of events."""
BOXES = ("inbox", "outbox")
"""Programs look for both before they ask when others are busy."""
READ = ("OPTIONS", "PROPFIND", "REPORT", "GET", "HEAD")
Answer = Callable[..., HttpResponse]


@login_not_required
def well_known(request: HttpRequest) -> HttpResponse:
    """Where programs begin that know the host alone (RFC 6764, 5)."""
    return HttpResponsePermanentRedirect(reverse("caldav-root"))


def _spoken(answers: dict[str, Answer]) -> Callable[..., HttpResponse]:
    """A view that signs in by password, and answers the methods it knows; writing is refused with 403."""

    def view(request: HttpRequest, **arguments: str) -> HttpResponse:
        method = str(request.method)
        if method == "OPTIONS":
            return _with_headers(HttpResponse())
        feed = _signed_in(request)
        if isinstance(feed, HttpResponse):
            return feed
        if method not in READ and method not in answers:
            return _with_headers(_plain("This calendar is to be read only.", 403))
        if method not in answers:
            return _with_headers(_plain("There is nothing to read here this way.", 405))
        try:
            return _with_headers(answers[method](request, feed, **arguments))
        except UserError as error:
            return _plain(str(error.message), error.status)

    return csrf_exempt(login_not_required(view))


def _root(request: HttpRequest, feed: FeedToken) -> HttpResponse:
    """The person (RFC 3744) and the home of their calendars in one."""
    found: list[tuple[str, Properties | None]] = [(reverse("caldav-root"), _of_person(feed))]
    if _depth(request):
        found.append((reverse("caldav-calendar"), _of_calendar(_read(feed))))
        found += [(reverse(f"caldav-{box}"), _of_box(box)) for box in BOXES if _schedules(feed)]
    return _multistatus(request, found)


def _box(request: HttpRequest, feed: FeedToken, *, box: str) -> HttpResponse:
    """The scheduling inbox and outbox (RFC 6638, 2): nothing lies in them."""
    there = _of_box(box) if _schedules(feed) else None
    return _multistatus(request, [(reverse(f"caldav-{box}"), there)])


def _look_up(request: HttpRequest, feed: FeedToken, *, box: str) -> HttpResponse:
    """When colleagues are busy (``lookup``); nothing else is taken in."""
    if box != "outbox" or not _schedules(feed):
        return _plain(
            "The free/busy of others is asked for at the outbox, with the address of one's own calendar.", 403
        )
    text = lookup.answer(feed.owner, request.body, timezone.now())
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _calendar(request: HttpRequest, feed: FeedToken) -> HttpResponse:
    calendar = _read(feed)
    found: list[tuple[str, Properties | None]] = [(reverse("caldav-calendar"), _of_calendar(calendar))]
    if _depth(request):
        found += [(_path(item), _of_item(item)) for item in calendar.items.values()]
    return _multistatus(request, found)


def _report(request: HttpRequest, feed: FeedToken) -> HttpResponse:
    """calendar-query (RFC 4791, 7.8) by time, calendar-multiget (7.9)."""
    calendar = _read(feed)
    root = multistatus.parsed(request.body)
    kind = root.tag if root is not None else ""
    if root is not None and kind == name("c", "calendar-multiget"):
        asked = {path: calendar.items.get(unquote(path.rsplit("/", 1)[-1])) for path in multistatus.hrefs(root)}
        found = [(path, _of_item(item, whole=True) if item else None) for path, item in asked.items()]
    elif root is not None and kind == name("c", "calendar-query"):
        items = calendar.between(*multistatus.time_range(root))
        found = [(_path(item), _of_item(item, whole=True)) for item in items]
    else:
        raise UserError("unknown-report", "Only calendar-query and calendar-multiget are known here.")
    return _multistatus(request, found)


def _get(request: HttpRequest, feed: FeedToken, *, item: str) -> HttpResponse:
    found = _read(feed).items.get(item)
    if found is None:
        return _plain("There is no such event.", 404)
    response = HttpResponse(found.text, content_type="text/calendar; charset=utf-8")
    response["ETag"] = found.etag
    return response


def _item(request: HttpRequest, feed: FeedToken, *, item: str) -> HttpResponse:
    found = _read(feed).items.get(item)
    return _multistatus(request, [(request.path, _of_item(found) if found else None)])


root = _spoken({"PROPFIND": _root})
calendar = _spoken({"PROPFIND": _calendar, "REPORT": _report})
item = _spoken({"PROPFIND": _item, "GET": _get, "HEAD": _get})
box = _spoken({"PROPFIND": _box, "POST": _look_up})


def _read(feed: FeedToken) -> Collection:
    return collection_of(feed, timezone.now())


def _schedules(feed: FeedToken) -> bool:
    """A colleague signed in with their own calendar; those of leaders, units and rooms hang on walls and lie on shared desks."""
    return feed.kind == FeedToken.Kind.PERSON and lookup.may_look_up(feed.owner)


# --- properties ---------------------------------------------------------------------------------------------


def _of_person(feed: FeedToken) -> Properties:
    here = filled("href", text=reverse("caldav-root"))
    boxes: Properties = {}
    if _schedules(feed):
        boxes = {name("c", f"schedule-{box}-URL"): filled("href", text=reverse(f"caldav-{box}")) for box in BOXES}
        boxes[name("c", "calendar-user-address-set")] = filled("href", text=address_of(feed.owner))
    return {
        name("d", "resourcetype"): _types(("d", "collection"), ("d", "principal")),
        name("d", "displayname"): "eOffice",
        name("d", "current-user-principal"): here,
        name("d", "principal-URL"): here,
        name("d", "principal-collection-set"): here,
        name("c", "calendar-home-set"): here,
        **boxes,
    }


def _of_box(box: str) -> Properties:
    return {
        name("d", "resourcetype"): _types(("d", "collection"), ("c", f"schedule-{box}")),
        name("d", "current-user-principal"): filled("href", text=reverse("caldav-root")),
        name("d", "owner"): filled("href", text=reverse("caldav-root")),
    }


def _of_calendar(calendar: Collection) -> Properties:
    return {
        name("d", "resourcetype"): _types(("d", "collection"), ("c", "calendar")),
        name("d", "displayname"): calendar.name,
        name("d", "current-user-principal"): filled("href", text=reverse("caldav-root")),
        name("d", "owner"): filled("href", text=reverse("caldav-root")),
        name("d", "principal-collection-set"): filled("href", text=reverse("caldav-root")),
        name("d", "current-user-privilege-set"): filled("privilege", inside=filled("read")),
        name("c", "supported-calendar-component-set"): filled("comp", "c", name="VEVENT"),
        name("cs", "getctag"): calendar.ctag,
    }


def _of_item(item: Item, *, whole: bool = False) -> Properties:
    found: Properties = {
        name("d", "resourcetype"): "",
        name("d", "getetag"): item.etag,
        name("d", "getcontenttype"): "text/calendar; charset=utf-8; component=VEVENT",
    }
    return {**found, name("c", "calendar-data"): item.text} if whole else found


def _types(*types: tuple[str, str]) -> Callable[..., None]:
    def fill(element: Any) -> None:
        for prefix, local in types:
            filled(local, prefix)(element)

    return fill


# --- requests -----------------------------------------------------------------------------------------------


def _signed_in(request: HttpRequest) -> FeedToken | HttpResponse:
    """The feed whose token is the password; what to answer when there is none."""
    feed = tokens.find(_password(request))
    if feed is not None and feed.kind in SHARED_KINDS:
        if limits.too_often(f"dav.{feed.pk}", times=PER_MINUTE, seconds=60):
            return _too_often()
        return feed
    network = request.META.get("REMOTE_ADDR", "")
    if limits.too_often(f"guess.{network}", times=GUESSES_PER_MINUTE, seconds=60):
        return _too_often()
    refused = _with_headers(_plain("The password is a token made at /lich/.", 401))
    refused["WWW-Authenticate"] = 'Basic realm="eOffice", charset="UTF-8"'
    return refused


def _password(request: HttpRequest) -> str:
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2].strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _depth(request: HttpRequest) -> bool:
    """What lies inside is asked for as well."""
    return request.headers.get("Depth", "0") != "0"


def _path(item: Item) -> str:
    return reverse("caldav-calendar") + quote(item.name)


def _multistatus(request: HttpRequest, found: list[tuple[str, Properties | None]]) -> HttpResponse:
    asked = multistatus.wanted(multistatus.parsed(request.body))
    return HttpResponse(multistatus.answer(found, asked), content_type="application/xml; charset=utf-8", status=207)


def _with_headers(response: HttpResponse) -> HttpResponse:
    response["DAV"] = "1, calendar-access, calendar-auto-schedule"
    response["Allow"] = ", ".join((*READ, "POST"))
    response["Cache-Control"] = "private, no-cache"
    return response


def _too_often() -> HttpResponse:
    response = _plain("Too many requests.", 429)
    response["Retry-After"] = "60"
    return response


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
