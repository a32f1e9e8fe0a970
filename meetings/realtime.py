"""Telling everybody in a room: after commit, to the meeting's group, as messages of the protocol.

A group event carries the messages to pass on and, where they changed, the facts of conduct from which each
session works out its own rights.
"""

from collections.abc import Iterable
from typing import Any, TypedDict

from django.db import transaction

from eoffice.realtime import group_send, send_on_commit
from meetings.protocol.base import Event, Message


class Conduct(TypedDict):
    """The facts on which rights depend (``meetings.permissions``)."""

    state: str
    presiding: int
    """Person who has floor control."""
    floor_site: int | None
    free_discussion: bool
    presenter_unit: int | None
    """Unit that presents the current agenda item."""


def meeting_group(meeting_id: int) -> str:
    """Channel-layer group of every session in the room."""
    return f"meeting.{meeting_id}"


def door_group(meeting_id: int) -> str:
    """Channel-layer group of every page that waits at the room's door."""
    return f"meeting.{meeting_id}.door"


def door_changed(meeting_id: int, people: Iterable[int] | None = None) -> None:
    """Have these people (all who wait, when None) look again whether they may enter, once the transaction is committed."""
    event = {"type": "door.changed", "people": None if people is None else sorted(people)}
    send_on_commit(door_group(meeting_id), event)


def dismiss(meeting_id: int, key: str, words: str) -> None:
    """Close one session for good, with ``words``, once the transaction is committed."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.dismiss", "keys": [key], "words": words, "again": False})


def send_to_the_door(meeting_id: int, keys: Iterable[str], words: str) -> None:
    """Close these sessions, with ``words``, once the transaction is committed; their pages wait at the door."""
    event = {"type": "room.dismiss", "keys": list(keys), "words": words, "again": True}
    send_on_commit(meeting_group(meeting_id), event)


def broadcast(meeting_id: int, *messages: Event, conduct: Conduct | None = None, right: str | None = None) -> None:
    """Pass ``messages`` to every session of the meeting (those with ``right`` only) once the transaction is committed."""
    event: dict[str, Any] = {
        "type": "room.told",
        "messages": [message.model_dump(mode="json", exclude={"seq", "re"}) for message in messages],
    }
    if conduct is not None:
        event["conduct"] = conduct
    if right is not None:
        event["right"] = right
    send_on_commit(meeting_group(meeting_id), event)


def roster_changed(meeting_id: int, site_ids: Iterable[int]) -> None:
    """Have every open room tell how these sites are, before long and all together, once the transaction is committed.

    Whose tabs carry their media, the event says itself: the media node speaks of them at once.
    """
    wanted = list(dict.fromkeys(site_ids))

    def send() -> None:
        event = {"type": "room.presence", "sites": wanted, "peers": _peers(meeting_id, wanted)}
        group_send(meeting_group(meeting_id), event)

    if wanted:
        transaction.on_commit(send)


def _peers(meeting_id: int, sites: list[int]) -> list[tuple[int, str | None]]:
    from meetings import attached
    from meetings.models import Connection

    carrying = Connection.objects.filter(site__in=sites, left_at__isnull=True, carries_media=True)
    peers: dict[int, str | None] = {site: str(key) for site, key in carrying.values_list("site_id", "key")}
    peers |= {site: mouth.peer if mouth else None for site, (_guest, mouth) in attached.mouths(meeting_id).items()}
    return [(site, peers.get(site)) for site in sites]


def attachments_changed(meeting_id: int) -> None:
    """Have every open room of the meeting tell to what it is attached, or what is attached to it, before long."""
    from meetings import attachment_state

    def send() -> None:
        event = {"type": "room.attached", "foreign": attachment_state.foreign(meeting_id)}
        group_send(meeting_group(meeting_id), event)

    transaction.on_commit(send)


def sites_added(meeting_id: int) -> None:
    """Have every open room of the meeting show its new sites, once the transaction is committed."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.sites"})


def sites_removed(meeting_id: int) -> None:
    """Have every open room of the meeting begin anew from its full state, once the transaction is committed."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.anew"})


def seats_changed(meeting_id: int, people: Iterable[int]) -> None:
    """Have the sessions of these people work out their rights anew, once the transaction is committed."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.seats", "people": sorted(people)})


def agenda_changed(meeting_id: int) -> None:
    """Have every open room of the meeting show its agenda as it is, once the transaction is committed."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.agenda"})


def chat_changed(meeting_id: int, audiences: Iterable[tuple[str, int]], entry: Message) -> None:
    """Have every open room tell a chat message to its audiences (``meetings.chat``), once the transaction is committed."""
    told = [list(one) for one in audiences]
    kind = "room.chat" if any(channel == "room" for channel, _whose in told) else "room.aside"
    event = {"type": kind, "audiences": told, "entry": entry.model_dump(mode="json")}
    send_on_commit(meeting_group(meeting_id), event)


def consultations_changed(meeting_id: int, rooms: Iterable[int]) -> None:
    """Have every open room of the meeting tell how these consultation rooms are, before long and all together."""
    wanted = sorted(set(rooms))
    if wanted:
        send_on_commit(meeting_group(meeting_id), {"type": "room.consulting", "rooms": wanted})


def tell_connection(meeting_id: int, key: str, message: Event) -> None:
    """Pass ``message`` to one session once the transaction is committed."""
    event = {
        "type": "room.told",
        "only": key,
        "messages": [message.model_dump(mode="json", exclude={"seq", "re"})],
    }
    send_on_commit(meeting_group(meeting_id), event)


def tell_person(meeting_id: int, person_id: int, message: Event) -> None:
    """Pass ``message`` to every session of one person once the transaction is committed."""
    _tell_some(meeting_id, message, person=person_id)


def tell_leaders(meeting_id: int, message: Event) -> None:
    """Pass ``message`` to the sessions of those who lead the meeting once the transaction is committed."""
    _tell_some(meeting_id, message, leaders=True)


def _tell_some(meeting_id: int, message: Event, **whom: int | bool) -> None:
    event = {"type": "room.told", "messages": [message.model_dump(mode="json", exclude={"seq", "re"})], **whom}
    send_on_commit(meeting_group(meeting_id), event)


def poll_counted(meeting_id: int, poll_id: int) -> None:
    """Have every open room tell the turnout of a poll, before long and not for each ballot."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.counted", "poll": poll_id})


def attendance_counted(meeting_id: int) -> None:
    """Have every open room tell how many are present, before long and not for each arrival."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.counted", "poll": None})
