"""Chat: the room, one's own agency, and the desks of chair, secretary and technicians."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request

DeskName = Literal["chair", "secretary", "technician"]
ChannelName = Literal["room", "agency", "chair", "secretary", "technician", "consultation"]
"""``room``: everybody. ``agency``: who sits at a site of the sender's own unit. A desk: those who sit there and
the one person who wrote to it. ``consultation``: who is in the sender's consultation room."""


class ChatSend(Request):
    """Write into a channel. ``key`` is mine: sending again after a lost line does not write twice. ``asker``: from a desk,
    whom it answers."""

    type: Literal["chat.send"] = "chat.send"
    key: UUID
    text: str = Field(max_length=20_000)
    channel: ChannelName = "room"
    asker: Id | None = None


class ChatRemove(Request):
    """Take back my message, or remove that of somebody else (chair and secretary). That one was there stays to be seen."""

    type: Literal["chat.remove"] = "chat.remove"
    message: Id
    reason: str = Field(default="", max_length=2000)


class ChatClose(Request):
    """Chair or secretary: nobody but those who keep the door writes to everybody any more; or they do again."""

    type: Literal["chat.close"] = "chat.close"
    closed: bool


ChatRequest = ChatSend | ChatRemove | ChatClose


class ChatEntry(Message):
    """One chat message. ``asker``: whose conversation with a desk it belongs to. ``removed_by``: its text is gone."""

    id: Id
    key: UUID
    channel: ChannelName
    asker: Id | None
    asker_name: str
    site: str
    sender: str
    sender_id: Id
    text: str
    at: dt.datetime
    removed_by: str


class ChatSent(Event):
    """Somebody wrote, or a message was removed: entries that are new, or not as they were. At most four times a second."""

    type: Literal["chat.sent"] = "chat.sent"
    entries: tuple[ChatEntry, ...]


class ChatClosed(Event):
    """Writing to everybody is closed, or open again."""

    type: Literal["chat.closed"] = "chat.closed"
    closed: bool
    by: str
