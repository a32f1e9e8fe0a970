"""Browser to server: intents, in the imperative."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from meetings.protocol.attachments import AttachmentRequest, AttachmentSearch
from meetings.protocol.base import Id, Request, Slot, WallSlot
from meetings.protocol.board import BoardFollow
from meetings.protocol.captions import CaptionPost
from meetings.protocol.chat import ChatRequest
from meetings.protocol.consultations import ConsultationRequest
from meetings.protocol.direction import DirectionIntent
from meetings.protocol.floor import FloorIntent
from meetings.protocol.line import LineMeasureAsked
from meetings.protocol.presenting import PassingIntent, ShowingIntent
from meetings.protocol.seats import ChairHand, ChairTake, LobbyAdmit, LobbyRefuse, LockSet, PersonRemove, RoleSet
from meetings.protocol.voting import VotingRequest
from meetings.sfu.messages import ConnectionName, Kind


class Hello(Request):
    """First message of a new tab. ``site``: which of my sites; none: the only or first one.
    ``carry_media`` false: follow beside the device that carries the site's camera and microphone."""

    type: Literal["hello"] = "hello"
    version: int
    site: Id | None = None
    carry_media: bool = True


class Resume(Request):
    """First message after a lost socket: the secret from ``welcome`` and the highest ``seq`` seen."""

    type: Literal["resume"] = "resume"
    version: int
    secret: str = Field(max_length=300)


class Offer(Request):
    """A new connection for media. ``kinds``: what each section of a ``send`` offer carries, in order.
    It replaces the connection of that name once it carries media. Answered by ``answer``."""

    type: Literal["offer"] = "offer"
    connection: ConnectionName
    sdp: str = Field(max_length=100_000)
    kinds: tuple[Kind, ...] = Field(default=(), max_length=4)


class View(Request):
    """Which sites my wall slots show, and which shared slots I do not look at: those are not sent. ``common``: wall slots in
    which I look at the wall that all share. ``large``: wall slots that are large on my screen."""

    type: Literal["view"] = "view"
    wall: dict[WallSlot, Id] = Field(default_factory=dict, max_length=26)
    hidden: tuple[Slot, ...] = Field(default=(), max_length=32)
    common: tuple[WallSlot, ...] = Field(default=(), max_length=26)
    large: tuple[WallSlot, ...] = Field(default=(), max_length=2)


class Mute(Request):
    """Close or open my microphone or camera. Opening the microphone needs the right to speak."""

    type: Literal["mute"] = "mute"
    source: Literal["microphone", "camera"]
    muted: bool


class MediaTake(Request):
    """This tab carries the site's camera and microphone from now on; the other one follows beside it."""

    type: Literal["media.take"] = "media.take"


class ContentShare(Request):
    """Share my screen with everybody, or stop. Needs the right to present."""

    type: Literal["content.share"] = "content.share"
    on: bool


class DiscussionSet(Request):
    """The chair lets every site open its microphone, or only the holder of the floor."""

    type: Literal["discussion.set"] = "discussion.set"
    free: bool


class MeetingOpen(Request):
    """The chair opens the meeting."""

    type: Literal["meeting.open"] = "meeting.open"


class MeetingEnd(Request):
    """The chair ends the meeting for everybody."""

    type: Literal["meeting.end"] = "meeting.end"


class ItemOpen(Request):
    """The chair or the secretary moves to an agenda item; its first paper opens for everybody."""

    type: Literal["item.open"] = "item.open"
    item: Id


class DocumentOpen(Request):
    """Put a paper version before everybody and become its presenter; none closes it."""

    type: Literal["document.open"] = "document.open"
    version: Id | None
    page: int = Field(default=1, ge=1, le=100_000)


class RecordingStart(Request):
    """The chair or the secretary has the meeting recorded; everybody is told."""

    type: Literal["recording.start"] = "recording.start"


class RecordingStop(Request):
    """The chair or the secretary ends the recording."""

    type: Literal["recording.stop"] = "recording.stop"


class RecordingNote(Request):
    """I was told of the recording and go on. ``notice``: version of the text I was shown."""

    type: Literal["recording.note"] = "recording.note"
    recording: Id
    notice: int


class Stat(Request):
    """What my receive connection measured in the last interval: loss 0–1, times in milliseconds."""

    type: Literal["stat"] = "stat"
    loss: float = Field(ge=0, le=1)
    rtt_ms: float = Field(ge=0, le=600_000)
    jitter_ms: float = Field(ge=0, le=600_000)


class Simulate(Request):
    """Test settings only: make something fail. ``seconds``: how long the network is lost, or how far ahead the clock is
    that I am told."""

    type: Literal["simulate"] = "simulate"
    kind: Literal["drop-socket", "forget-session", "lose-media", "lose-network", "lose-node", "skew-clock"]
    seconds: float = Field(default=0, ge=-86_400, le=86_400)


class Bye(Request):
    """I leave; do not wait for me to come back."""

    type: Literal["bye"] = "bye"


Opening = Hello | Resume
Intent = (
    Offer
    | View
    | BoardFollow
    | Mute
    | MediaTake
    | ContentShare
    | FloorIntent
    | DirectionIntent
    | DiscussionSet
    | MeetingOpen
    | MeetingEnd
    | ItemOpen
    | DocumentOpen
    | ShowingIntent
    | PassingIntent
    | ChatRequest
    | CaptionPost
    | ConsultationRequest
    | AttachmentSearch
    | AttachmentRequest
    | RecordingStart
    | RecordingStop
    | RecordingNote
    | RoleSet
    | ChairHand
    | ChairTake
    | LobbyAdmit
    | LobbyRefuse
    | LockSet
    | PersonRemove
    | Stat
    | LineMeasureAsked
    | Simulate
    | VotingRequest
    | Bye
)
ClientMessage = Annotated[Opening | Intent, Field(discriminator="type")]
CLIENT_MESSAGE: TypeAdapter[Opening | Intent] = TypeAdapter(ClientMessage)
