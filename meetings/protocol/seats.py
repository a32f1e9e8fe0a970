"""People: their roles, who presides; the door: who waits, who is let in, kept out or put out."""

import datetime as dt
from typing import Literal

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request, RoleName


class RoleSet(Request):
    """Give an attendee another role. Needs the right to admit; the chair is handed over instead."""

    type: Literal["role.set"] = "role.set"
    person: Id
    role: RoleName


class ChairHand(Request):
    """Hand floor control to an attendee, at once: who presides, or the meeting's chair."""

    type: Literal["chair.hand"] = "chair.hand"
    person: Id


class ChairTake(Request):
    """Take floor control: the meeting's chair at any time; a co-chair or a secretary when whoever presides is not in the room."""

    type: Literal["chair.take"] = "chair.take"


class LobbyAdmit(Request):
    """Let in somebody who waits, was refused or was put out; without ``person`` everybody who waits, or those of one site."""

    type: Literal["lobby.admit"] = "lobby.admit"
    person: Id | None = None
    site: Id | None = None


class LobbyRefuse(Request):
    """Do not let in somebody who waits; they are told why."""

    type: Literal["lobby.refuse"] = "lobby.refuse"
    person: Id
    reason: str = Field(default="", max_length=2000)


class LockSet(Request):
    """Lock the room: who has not been in it yet must be let in; or unlock it."""

    type: Literal["lock.set"] = "lock.set"
    locked: bool


class PersonRemove(Request):
    """Put somebody out of the room, with a reason they are told. They come back only when let in again."""

    type: Literal["person.remove"] = "person.remove"
    person: Id
    reason: str = Field(max_length=2000)


class LobbyEntry(Message):
    """Somebody at the door: waiting, or kept out."""

    person: Id
    name: str
    title: str
    site: Id
    site_name: str
    state: Literal["waiting", "refused", "put_out"]
    at: dt.datetime
    reason: str


class LobbyWaiting(Event):
    """Comes instead of ``welcome``: wait here, and say something now and then; ``welcome`` or ``bye`` follows by itself.
    ``opens_at``: when the room opens, if that is what I wait for. ``confidential``: the meeting is at an item that is not
    for me; I may have been inside before."""

    type: Literal["lobby.waiting"] = "lobby.waiting"
    reason: Literal["not-open", "locked", "late", "confidential"]
    opens_at: dt.datetime | None
    server_time: dt.datetime


class LobbyChanged(Event):
    """Who is at the door: those that are new or not as they were, and those that are gone. Needs the right to admit."""

    type: Literal["lobby.changed"] = "lobby.changed"
    changed: tuple[LobbyEntry, ...]
    gone: tuple[Id, ...]


class LockChanged(Event):
    """The room is locked, or open again."""

    type: Literal["lock.changed"] = "lock.changed"
    locked: bool
    by: str


class SeatState(Message):
    """Somebody at a site, as the room's page asks for them over HTTP."""

    person: Id
    name: str
    title: str
    role: RoleName
    inside: bool
    note: str = ""
    """For whom they are here, or who is here for them."""
    stands_in: bool = False
    """They are here for somebody else: their role is changed with that one's."""


class MicrophoneClosed(Event):
    """Another site of my agency (``by``) opened its microphone: mine is closed, or the two would echo."""

    type: Literal["microphone.closed"] = "microphone.closed"
    by: str
