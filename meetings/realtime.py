"""Telling everybody in a room: after commit, to the meeting's group, as messages of the protocol.

A group event carries the messages to pass on and, where they changed, the facts of conduct from which each
session works out its own rights.
"""

from collections.abc import Iterable
from typing import Any, TypedDict

from django.db import transaction

from eoffice.realtime import group_send, send_on_commit
from meetings.protocol.events import Event
from meetings.protocol.parts import SiteState


class Conduct(TypedDict):
    """The facts on which rights depend (``meetings.permissions``)."""

    state: str
    floor_site: int | None
    free_discussion: bool
    presenter_unit: int | None
    """Unit that presents the current agenda item."""


class RosterEntry(TypedDict):
    """A site for the roster, and the peer that carries its media: the media node's name for it."""

    site: dict[str, Any]
    peer: str | None


def meeting_group(meeting_id: int) -> str:
    """Channel-layer group of every session in the room."""
    return f"meeting.{meeting_id}"


def broadcast(meeting_id: int, *messages: Event, conduct: Conduct | None = None) -> None:
    """Pass ``messages`` to every session of the meeting once the transaction is committed."""
    event: dict[str, Any] = {
        "type": "room.told",
        "messages": [message.model_dump(mode="json", exclude={"seq", "re"}) for message in messages],
    }
    if conduct is not None:
        event["conduct"] = conduct
    send_on_commit(meeting_group(meeting_id), event)


def roster_changed(meeting_id: int, site_ids: Iterable[int]) -> None:
    """Tell every session how these sites are now, once the transaction is committed."""
    from meetings import roster

    wanted = list(dict.fromkeys(site_ids))

    def send() -> None:
        entries = roster.entries(meeting_id, wanted)
        event = {"type": "room.roster", "entries": entries}
        group_send(meeting_group(meeting_id), event)

    if wanted:
        transaction.on_commit(send)


def agenda_changed(meeting_id: int) -> None:
    """Have every open room of the meeting show its agenda as it is, once the transaction is committed."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.agenda"})


def tell_connection(meeting_id: int, key: str, message: Event) -> None:
    """Pass ``message`` to one session once the transaction is committed."""
    event = {
        "type": "room.told",
        "only": key,
        "messages": [message.model_dump(mode="json", exclude={"seq", "re"})],
    }
    send_on_commit(meeting_group(meeting_id), event)


def site_state(entry: RosterEntry) -> SiteState:
    """The part of a roster entry that browsers see."""
    return SiteState.model_validate(entry["site"])
