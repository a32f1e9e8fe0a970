"""Server to browser: what happened, in the past tense."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from meetings.protocol.base import Id, Lamp, Message, Slot
from meetings.protocol.parts import (
    ChatEntry,
    DocumentState,
    FloorState,
    IceServer,
    ItemState,
    Me,
    Rights,
    SiteState,
    SpeechRequestState,
)
from meetings.sfu.messages import ConnectionName, Kind


class Event(Message):
    """``seq`` counts the messages of one session, from 1; ``re`` names the request that is answered."""

    seq: int = 0
    re: Id | None = None


class Welcome(Event):
    """Answers ``hello`` and ``resume``. ``resumed``: what was missed follows; otherwise ``state`` does."""

    type: Literal["welcome"] = "welcome"
    session: UUID
    secret: str
    resumed: bool
    server_time: dt.datetime
    ice_servers: tuple[IceServer, ...]
    heartbeat_s: int
    """Send something at least this often."""


class State(Event):
    """Everything the room shows: after ``welcome``, and whenever what was missed is too old to replay."""

    type: Literal["state"] = "state"
    meeting: Id
    title: str
    meeting_state: Literal["invited", "in_session", "ended", "concluded"]
    starts_at: dt.datetime
    ends_at: dt.datetime
    opened_at: dt.datetime | None
    me: Me
    carries_media: bool
    main_site: Id
    rights: Rights
    sites: tuple[SiteState, ...]
    items: tuple[ItemState, ...]
    item: Id | None
    floor: FloorState | None
    queue: tuple[SpeechRequestState, ...]
    free_discussion: bool
    content_site: Id | None
    document: DocumentState | None
    chat: tuple[ChatEntry, ...]
    slots: dict[Slot, Id]
    """Site in each slot, as far as it is known."""


class Done(Event):
    """The request was carried out."""

    type: Literal["done"] = "done"


class Refused(Event):
    """The request was not carried out; the socket stays. ``code`` is stable, the sentences are for people."""

    type: Literal["refused"] = "refused"
    code: str
    message: str
    hint: str = ""


class Answer(Event):
    """The media node's answer to ``offer``, all its candidates in it."""

    type: Literal["answer"] = "answer"
    connection: ConnectionName
    sdp: str


class RosterChanged(Event):
    """Sites that are not as they were; sent at most twice a second."""

    type: Literal["roster.changed"] = "roster.changed"
    sites: tuple[SiteState, ...]


class RightsChanged(Event):
    """What I may do now. A microphone that may no longer be open is closed by the server, too."""

    type: Literal["rights.changed"] = "rights.changed"
    rights: Rights


class SlotSwitched(Event):
    """A slot shows another site from now on; nothing is negotiated."""

    type: Literal["slot.switched"] = "slot.switched"
    slot: Slot
    site: Id | None


class TrackWanted(Event):
    """Whether anybody looks at what I send: nobody wants it, so it may pause."""

    type: Literal["track.wanted"] = "track.wanted"
    source: Kind
    on: bool


class SpeakingChanged(Event):
    """Sites that are heard now, loudest first."""

    type: Literal["speaking.changed"] = "speaking.changed"
    sites: tuple[Id, ...]


class MediaTaken(Event):
    """Another device of this site carries camera and microphone now (``by``), or this one does (``mine``)."""

    type: Literal["media.taken"] = "media.taken"
    mine: bool
    by: str


class MediaLost(Event):
    """A connection died: offer a new one."""

    type: Literal["media.lost"] = "media.lost"
    connection: ConnectionName


class ContentChanged(Event):
    """Whose screen everybody sees; none: nobody's."""

    type: Literal["content.changed"] = "content.changed"
    site: Id | None


class FloorRequested(Event):
    """A site asks for the floor."""

    type: Literal["floor.requested"] = "floor.requested"
    site: Id
    at: dt.datetime


class FloorWithdrawn(Event):
    """A site no longer asks."""

    type: Literal["floor.withdrawn"] = "floor.withdrawn"
    site: Id


class FloorGranted(Event):
    """A site has the floor: it leaves the queue, and everybody sees it large."""

    type: Literal["floor.granted"] = "floor.granted"
    site: Id
    at: dt.datetime
    by: str


class FloorEnded(Event):
    """The floor is back with the chair."""

    type: Literal["floor.ended"] = "floor.ended"
    site: Id


class DiscussionChanged(Event):
    """Whether every site may open its microphone."""

    type: Literal["discussion.changed"] = "discussion.changed"
    free: bool


class MeetingOpened(Event):
    """The meeting sits."""

    type: Literal["meeting.opened"] = "meeting.opened"
    at: dt.datetime


class MeetingEnded(Event):
    """The meeting is over; media stop."""

    type: Literal["meeting.ended"] = "meeting.ended"
    at: dt.datetime


class AgendaChanged(Event):
    """The agenda or its papers are not as they were."""

    type: Literal["agenda.changed"] = "agenda.changed"
    items: tuple[ItemState, ...]


class ItemOpened(Event):
    """The meeting is at this item now."""

    type: Literal["item.opened"] = "item.opened"
    item: Id
    by: str


class DocumentOpened(Event):
    """A paper lies before everybody; none: it was put away."""

    type: Literal["document.opened"] = "document.opened"
    document: DocumentState | None


class DocumentTurned(Event):
    """The presenter turned the page."""

    type: Literal["document.turned"] = "document.turned"
    version: Id
    page: int


class ChatSent(Event):
    """Somebody wrote."""

    type: Literal["chat.sent"] = "chat.sent"
    entry: ChatEntry


class QualityChanged(Event):
    """How good my line is, from what I measured."""

    type: Literal["quality.changed"] = "quality.changed"
    lamp: Lamp


class Farewell(Event):
    """The server closes the socket. ``action``: ``stop`` and stay out, or come back with ``rejoin``."""

    type: Literal["bye"] = "bye"
    reason: str
    action: Literal["stop", "rejoin"]


ServerMessage = Annotated[
    Welcome
    | State
    | Done
    | Refused
    | Answer
    | RosterChanged
    | RightsChanged
    | SlotSwitched
    | TrackWanted
    | SpeakingChanged
    | MediaTaken
    | MediaLost
    | ContentChanged
    | FloorRequested
    | FloorWithdrawn
    | FloorGranted
    | FloorEnded
    | DiscussionChanged
    | MeetingOpened
    | MeetingEnded
    | AgendaChanged
    | ItemOpened
    | DocumentOpened
    | DocumentTurned
    | ChatSent
    | QualityChanged
    | Farewell,
    Field(discriminator="type"),
]
SERVER_MESSAGE: TypeAdapter[Event] = TypeAdapter(ServerMessage)
