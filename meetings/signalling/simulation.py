"""Failures on demand, for tests: what ``simulate`` asks for. Refused outside of the tests' settings."""

import datetime as dt
import time

from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.errors import NotAllowed
from meetings import hosting, placement
from meetings.protocol.requests import Simulate
from meetings.signalling.openings import welcome
from meetings.signalling.session import Session

_cut_off: dict[tuple[int, int], float] = {}
"""(meeting, person) → moment of the monotonic clock until which their sockets are turned away."""


async def carry_out(session: Session, message: Simulate) -> None:
    """Have it fail. Raises NotAllowed("not-here")."""
    if not settings.SOCKET_SIMULATION:
        raise NotAllowed("not-here", _("Chỉ dùng khi thử nghiệm."))
    if message.kind == "forget-session":
        await session.close()
        return
    match message.kind:
        case "drop-socket":
            session.drop_socket()
        case "lose-media":
            session.lose_media("send")
            session.lose_media("receive")
        case "lose-node":
            await _lose_node(session)
        case "lose-network":
            _lose_network(session, message.seconds)
        case "skew-clock":
            _skew_clock(session, message.seconds)


def _lose_network(session: Session, seconds: float) -> None:
    _cut_off[session.meeting.pk, session.person.pk] = time.monotonic() + seconds
    if session.node:
        hosting.leave(session.meeting.pk, session.key, session.node)
    session.drop_socket()


def _skew_clock(session: Session, seconds: float) -> None:
    told = timezone.now() + dt.timedelta(seconds=seconds)
    session.say_aside(welcome(session, resumed=True).model_copy(update={"server_time": told}))


async def _lose_node(session: Session) -> None:
    """The node forgets the meeting, as one that was killed and started again has."""
    for address in await database_sync_to_async(placement.nodes)(session.meeting.pk):
        await hosting.forget_room(address, session.meeting.pk)
        session.room.media.found(address, restarted=True)


def is_cut_off(meeting: int, person: int) -> bool:
    """Whether a simulated loss of the network still lasts."""
    return _cut_off.get((meeting, person), 0.0) > time.monotonic()
