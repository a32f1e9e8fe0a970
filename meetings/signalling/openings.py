"""Entering the room: who may, and how a socket gets its session."""

import asyncio
import contextlib
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from channels.db import database_sync_to_async
from django.core import signing
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.connections import keep_connection
from eoffice.errors import Conflict, NotAllowed
from meetings import attendance
from meetings.ice import ice_servers
from meetings.models import Connection, Meeting, MeetingSite
from meetings.permissions import enterable_sites
from meetings.protocol.base import VERSION
from meetings.protocol.events import Welcome
from meetings.protocol.requests import Hello, Resume
from meetings.signalling import waiting
from meetings.signalling.registry import registry
from meetings.signalling.session import Outgoing, Session

SALT = "room-session"
SECRET_VALID = dt.timedelta(hours=12)
HEARTBEAT_S = 10


@dataclass(frozen=True)
class Door:
    """Somebody who may enter, with the sites they may represent, the one they would take first in front."""

    user: User
    meeting: Meeting
    sites: list[MeetingSite]
    passed: asyncio.Event = field(default_factory=asyncio.Event)
    """They have not to wait any more: what they say from now on is heard in the room, however long coming in takes."""


def door(scope: dict[str, Any]) -> Door | None:
    """Who stands at the door; None for those who may not enter."""
    keep_connection()
    translation.activate(language(scope))
    user = scope["user"]
    meeting = Meeting.objects.filter(pk=scope["url_route"]["kwargs"]["meeting_id"]).first()
    if meeting is None or not isinstance(user, User):
        return None
    sites = enterable_sites(user, meeting)
    return Door(user, meeting, sites) if sites else None


def language(scope: dict[str, Any]) -> str:
    """The language of whoever opens a socket."""
    wanted = scope.get("cookies", {}).get("django_language", "")
    return wanted if translation.check_for_language(wanted) and wanted else "vi"


async def open_session(door: Door, message: Hello | Resume, socket: Outgoing) -> Session:
    """The session that ``socket`` speaks for; the browser is welcomed and brought up to date.

    Waits until the door is open to them. Raises UserError for a wrong version, a site that is not theirs, a place
    that a newer tab has taken, and for those who are kept out.
    """
    if message.version != VERSION:
        raise Conflict("wrong-version", _("Trang này đã cũ. Hãy tải lại trang."))
    if isinstance(message, Resume):
        resumed = await _resumed(door, message)
        if resumed is not None:
            door.passed.set()
            resumed.attach(socket)
            ack = message.ack or 0
            replayable = resumed.can_replay(ack)
            socket.put_nowait(welcome_text(resumed, resumed=replayable))
            if replayable:
                resumed.replay(ack)
            else:
                await resumed.send_state()
            return resumed
    return await _new_session(door, message, socket)


async def _new_session(door: Door, message: Hello | Resume, socket: Outgoing) -> Session:
    """A first visit, or one after a break that was too long: the same site as before, if it still is theirs."""
    if isinstance(message, Hello):
        wanted, carry_media = message.site, message.carry_media
    else:
        wanted, carry_media = await database_sync_to_async(_place_before)(door, message)
    site = next((site for site in door.sites if wanted in (None, site.pk)), None)
    if site is None:
        raise NotAllowed("not-your-site", _("Quý vị không được phân công tham dự tại điểm cầu này."))
    while True:
        await waiting.until_allowed(door.user, site, socket)
        door.passed.set()
        with contextlib.suppress(attendance.AtClosedDoors):  # the meeting came to a confidential item in between
            return await _come_in(door, site, socket, carry_media=carry_media)
        door.passed.clear()


async def _come_in(door: Door, site: MeetingSite, socket: Outgoing, *, carry_media: bool) -> Session:
    entering = asyncio.ensure_future(_enter(door, site, socket, carry_media=carry_media))
    try:
        return await asyncio.shield(entering)
    except asyncio.CancelledError:  # the socket went while they came in: their place must not stay taken for ever
        entering.add_done_callback(lambda done: None if done.exception() else done.result().detach(socket))
        raise


async def _enter(door: Door, site: MeetingSite, socket: Outgoing, *, carry_media: bool) -> Session:
    session = await registry.join(site, door.sites, door.user, carry_media=carry_media)
    session.attach(socket)
    socket.put_nowait(welcome_text(session, resumed=False))
    await session.send_state()
    return session


async def _resumed(door: Door, message: Resume) -> Session | None:
    key = _key_in(message.secret)
    session = registry.find(key) if key else None
    if session is None or session.person.pk != door.user.pk or session.meeting.pk != door.meeting.pk:
        return None
    return session


def _place_before(door: Door, message: Resume) -> tuple[int | None, bool]:
    """Site of the expired session, and whether it carried the site's media."""
    key = _key_in(message.secret)
    connection = Connection.objects.filter(key=key, person=door.user).first() if key else None
    if connection and connection.left_how == Connection.Leaving.REPLACED:
        raise Conflict("replaced", attendance.replaced_words())
    return (connection.site_id, connection.carries_media) if connection else (None, True)


def welcome_text(session: Session, *, resumed: bool) -> str:
    """``welcome`` as sent: it bears no number, since it belongs to the socket and not to the session."""
    return welcome(session, resumed=resumed).model_dump_json()


def welcome(session: Session, *, resumed: bool) -> Welcome:
    """What a socket of ``session`` is told first."""
    return Welcome(
        session=session.connection.key,
        secret=signing.dumps(session.key, salt=SALT),
        resumed=resumed,
        server_time=timezone.now(),
        ice_servers=ice_servers(session.person.pk),
        heartbeat_s=HEARTBEAT_S,
    )


def _key_in(secret: str) -> str | None:
    try:
        return str(signing.loads(secret, salt=SALT, max_age=SECRET_VALID))
    except signing.BadSignature:
        return None
