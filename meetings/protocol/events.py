"""Server to browser: what happened, in the past tense."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from meetings.protocol.attachments import AttachmentChanged, AttachmentFound, AttachmentState
from meetings.protocol.base import Event, Id, Lamp, Slot
from meetings.protocol.board import BoardChanged, BoardShown
from meetings.protocol.captions import Caption, CaptionPosted
from meetings.protocol.chat import ChatClosed, ChatEntry, ChatSent
from meetings.protocol.consultations import (
    ConsultationChanged,
    ConsultationClosed,
    ConsultationMoved,
    ConsultationState,
    ConsultationVisited,
)
from meetings.protocol.direction import DirectionEvent, LayoutState, WallState
from meetings.protocol.floor import CallState, FloorEvent, FloorState, QuestionState, SpeechRequestState, SpokenState
from meetings.protocol.line import LineMeasured
from meetings.protocol.parts import (
    BranchState,
    DocumentState,
    IceServer,
    ItemState,
    Marks,
    Me,
    Presiding,
    RecordingState,
    Rights,
    SiteState,
)
from meetings.protocol.presenting import PresentingEvent
from meetings.protocol.seats import LobbyChanged, LobbyEntry, LobbyWaiting, LockChanged, MicrophoneClosed
from meetings.protocol.voting import AttendanceState, VotingEvent, VotingState
from meetings.sfu.messages import ConnectionName, Kind


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
    """Everything the room shows: after ``welcome``, when what was missed is too old to replay, when sites were taken out."""

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
    presiding: Presiding
    locked: bool
    lobby: tuple[LobbyEntry, ...]
    """Who is at the door; for those with the right to admit."""
    branches: tuple[BranchState, ...]
    sites: tuple[SiteState, ...]
    items: tuple[ItemState, ...]
    item: Id | None
    floor: FloorState | None
    call: CallState | None
    queue: tuple[SpeechRequestState, ...]
    questions: tuple[QuestionState, ...]
    spoken: tuple[SpokenState, ...]
    free_discussion: bool
    content_site: Id | None
    layout: LayoutState
    wall: WallState | None
    """The wall that all share."""
    programme: Id | None
    """The site whose picture is on air."""
    document: DocumentState | None
    document_barred: bool = False
    """A paper lies before everybody that I am not to see."""
    chat: tuple[ChatEntry, ...]
    """The latest of every channel that I read, oldest first."""
    chat_closed: bool
    """Only those who keep the door write to everybody."""
    captions: tuple[Caption, ...]
    """The last lines, oldest first."""
    consultations: tuple[ConsultationState, ...]
    """Open rooms to which my site is invited; who leads is told of all."""
    consulting: Id | None
    """The one in which my tab is; none: the main room."""
    attachments: tuple[AttachmentState, ...]
    """Meetings attached to this one, or the one to which it is."""
    slots: dict[Slot, Id]
    """Site in each slot, as far as it is known."""
    recording: RecordingState | None
    recording_noted: bool
    """Whether this person has said of the recording that they were told of it."""
    voting: VotingState
    attendance: AttendanceState


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
    """Sites that are not as they were, told in `marks`; new ones whole, then with all branches. At most twice a second."""

    type: Literal["roster.changed"] = "roster.changed"
    marks: dict[Id, Marks]
    sites: tuple[SiteState, ...] = ()
    branches: tuple[BranchState, ...] = ()


class RightsChanged(Event):
    """What I may do now. A microphone that may no longer be open is closed by the server, too."""

    type: Literal["rights.changed"] = "rights.changed"
    rights: Rights


class ChairChanged(Event):
    """Somebody else has floor control from now on."""

    type: Literal["chair.changed"] = "chair.changed"
    presiding: Presiding
    by: str


class SlotSwitched(Event):
    """A slot shows another site from now on; nothing is negotiated."""

    type: Literal["slot.switched"] = "slot.switched"
    slot: Slot
    site: Id | None


class TrackWanted(Event):
    """How many layers of what I send, from the smallest on, somebody looks at; those above may pause, at 0 all."""

    type: Literal["track.wanted"] = "track.wanted"
    source: Kind
    layers: int


class PicturesReduced(Event):
    """Slots that show me less than they should because my line carries no more; of them those that are ``off``."""

    type: Literal["pictures.reduced"] = "pictures.reduced"
    slots: tuple[str, ...]
    off: tuple[str, ...]


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
    """A paper lies before everybody; none: it was put away, or (`barred`) it is one that I am not to see."""

    type: Literal["document.opened"] = "document.opened"
    document: DocumentState | None
    barred: bool = False


class PaperWithdrawn(Event):
    """A paper was withdrawn: nobody reads its versions any more. What the agenda is without it follows."""

    type: Literal["paper.withdrawn"] = "paper.withdrawn"
    paper: Id
    title: str
    versions: tuple[Id, ...]


class RecordingChanged(Event):
    """The meeting is recorded from now on, or no longer (none); or the recorder lost or found its line."""

    type: Literal["recording.changed"] = "recording.changed"
    recording: RecordingState | None


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
    | BoardShown
    | BoardChanged
    | RightsChanged
    | ChairChanged
    | LobbyWaiting
    | LobbyChanged
    | LockChanged
    | MicrophoneClosed
    | SlotSwitched
    | TrackWanted
    | SpeakingChanged
    | MediaTaken
    | MediaLost
    | PicturesReduced
    | ContentChanged
    | FloorEvent
    | DirectionEvent
    | DiscussionChanged
    | MeetingOpened
    | MeetingEnded
    | AgendaChanged
    | ItemOpened
    | DocumentOpened
    | PresentingEvent
    | PaperWithdrawn
    | ChatSent
    | ChatClosed
    | CaptionPosted
    | ConsultationChanged
    | ConsultationClosed
    | ConsultationMoved
    | ConsultationVisited
    | AttachmentChanged
    | AttachmentFound
    | RecordingChanged
    | QualityChanged
    | VotingEvent
    | LineMeasured
    | Farewell,
    Field(discriminator="type"),
]
SERVER_MESSAGE: TypeAdapter[Event] = TypeAdapter(ServerMessage)
