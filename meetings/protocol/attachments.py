"""Attaching one meeting to another as one of its sites (nối cầu)."""

import datetime as dt
from typing import Literal

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request

Side = Literal["guest", "host"]
"""The ``guest`` is the agency's own meeting, the ``host`` the one whose site it becomes."""


class AttachmentSearch(Request):
    """Who leads: to which meetings mine may be attached. Answered by `attachment.found`."""

    type: Literal["attachment.search"] = "attachment.search"


class AttachmentAsk(Request):
    """Who leads: ask that my meeting be attached to another one, as that `site` of it."""

    type: Literal["attachment.ask"] = "attachment.ask"
    site: Id


class AttachmentInvite(Request):
    """Who leads or directs: ask the agency at one of my meeting's sites to attach the meeting that it holds."""

    type: Literal["attachment.invite"] = "attachment.invite"
    site: Id


class AttachmentAccept(Request):
    """The other side accepts: the two meetings see and hear each other from now on."""

    type: Literal["attachment.accept"] = "attachment.accept"
    attachment: Id


class AttachmentEnd(Request):
    """Either side: detach, or no longer ask, or decline."""

    type: Literal["attachment.end"] = "attachment.end"
    attachment: Id


class AttachmentSpeak(Request):
    """Who leads an attached meeting, for its site in the host: ask for the floor or no longer, take it or not, give it back."""

    type: Literal["attachment.speak"] = "attachment.speak"
    act: Literal["ask", "withdraw", "accept", "decline", "end"]


AttachmentRequest = AttachmentAsk | AttachmentInvite | AttachmentAccept | AttachmentEnd | AttachmentSpeak
"""Those that change the database."""


class HostSite(Message):
    """A site of the host that its guests see or hear, by an id of its own."""

    id: Id
    name: str
    camera: bool
    microphone: bool


class HostShown(Message):
    """What a guest is shown of its host."""

    large: Id | None
    inset: Id | None
    content: Id | None
    """Whose screen the host shows."""
    sites: tuple[HostSite, ...]
    """Names of those, and of who is heard; one's own are not among them."""
    recorded: bool
    """The host is being recorded."""
    floor: Literal["none", "waiting", "asked", "speaking"]
    """Where my meeting's site stands in the host."""
    answer_by: dt.datetime | None = None
    deadline: dt.datetime | None = None


class AttachmentState(Message):
    """My meeting and another one: `attached`, or asked for by one `side` of them."""

    id: Id
    side: Side
    """What my meeting is, or would be."""
    attached: bool
    asked_by: Side
    by: str
    at: dt.datetime
    site: Id
    """Of the host."""
    title: str
    """Of the other meeting; empty while an invited agency has not answered."""
    agency: str
    """Whose that meeting is."""
    shown: HostShown | None = None
    """To a guest."""


class AttachmentChanged(Event):
    """All attachments of my meeting as they are now; those only asked for are told to who leads or directs."""

    type: Literal["attachment.changed"] = "attachment.changed"
    attachments: tuple[AttachmentState, ...]


class HostFound(Message):
    """A meeting to which mine may be attached."""

    site: Id
    """The site that mine would be."""
    title: str
    agency: str
    starts_at: dt.datetime


class AttachmentFound(Event):
    """Answers `attachment.search`: meetings that sit now and have invited my agency."""

    type: Literal["attachment.found"] = "attachment.found"
    hosts: tuple[HostFound, ...] = Field(max_length=100)
