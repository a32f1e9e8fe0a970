"""One tab at the room's door: it waits until it may enter, is sent away, or goes."""

import asyncio
import contextlib
import random

from channels.db import database_sync_to_async
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.errors import NotAllowed
from eoffice.hearing import Ear, Event
from meetings import entry, lobby
from meetings.models import Meeting, MeetingSite
from meetings.protocol.events import SERVER_MESSAGE
from meetings.protocol.seats import LobbyWaiting
from meetings.realtime import door_group

LOOK_EVERY_S = 20
"""So often who knocked says that they still wait."""
LOOK_AT_LEAST_S = 600
CROWD_S = 2.0
"""When the room opens, those at the door come in over this long, not all in one instant."""


async def until_allowed(person: User, site: MeetingSite, socket: "asyncio.Queue[str | None]") -> None:
    """Wait until ``person`` may enter at ``site``; ``socket`` is told what for.

    Returns at once for those who may walk in. Raises NotAllowed for those who are kept out.
    """
    verdict = await _verdict(person, site)
    if verdict.waits is None:
        return
    changed, told = asyncio.Event(), None
    ear = Ear(door_group(site.meeting_id), lambda event: _heard(event, person, changed), changed.set)
    await ear.open()
    try:
        while (verdict := await _verdict(person, site)).waits:
            meeting = await Meeting.objects.aget(pk=site.meeting_id)
            words = _words(verdict.waits, meeting)
            if (verdict.waits, words.opens_at) != told:
                told = verdict.waits, words.opens_at
                socket.put_nowait(SERVER_MESSAGE.dump_json(words).decode())
            if verdict.waits not in ("not-open", "confidential"):  # nobody is to be asked to let them in
                await database_sync_to_async(lobby.knock)(person, site)
            await _something_changes(changed, _patience(verdict.waits, meeting))
    finally:
        await ear.close()
        await database_sync_to_async(lobby.stop_waiting)(person, site.meeting_id)


async def _verdict(person: User, site: MeetingSite) -> entry.Verdict:
    verdict = await database_sync_to_async(entry.verdict)(person, site)
    if verdict.out == "put-out":
        raise NotAllowed(
            "put-out", lobby.put_out_words(verdict.why), hint=_("Liên hệ thư ký cuộc họp để được vào lại.")
        )
    if verdict.out == "refused":
        raise NotAllowed("refused", lobby.refused_words(verdict.why), hint=_("Liên hệ thư ký cuộc họp."))
    if verdict.out:
        raise NotAllowed("meeting-over", _("Cuộc họp đã kết thúc."))
    return verdict


def _words(waits: entry.Waiting, meeting: Meeting) -> LobbyWaiting:
    opens_at = entry.opens_at(meeting) if waits == "not-open" else None
    return LobbyWaiting(reason=waits, opens_at=opens_at, server_time=timezone.now())


def _patience(waits: entry.Waiting, meeting: Meeting) -> float:
    if waits != "not-open":
        return LOOK_EVERY_S
    left = (entry.opens_at(meeting) - timezone.now()).total_seconds()
    return min(max(left, 0) + random.uniform(0.05, CROWD_S), LOOK_AT_LEAST_S)  # noqa: S311 - spreads a crowd


def _heard(event: Event, person: User, changed: asyncio.Event) -> None:
    if event["people"] is None or person.pk in event["people"]:
        changed.set()


async def _something_changes(changed: asyncio.Event, seconds: float) -> None:
    """Return at the first change since the last one, or after a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await changed.wait()
    changed.clear()
