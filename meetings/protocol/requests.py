"""Browser to server: intents, in the imperative."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from meetings.protocol.base import Id, Message, Slot, WallSlot
from meetings.sfu.messages import ConnectionName, Kind


class Request(Message):
    """``id`` asks for an outcome (``done``, ``answer`` or ``refused`` with the same number as ``re``);
    ``ack`` is the highest ``seq`` the browser has handled."""

    id: Id | None = None
    ack: int | None = Field(default=None, ge=0)


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
    """Which sites my wall slots show, and which slots I do not look at: those are not sent."""

    type: Literal["view"] = "view"
    wall: dict[WallSlot, Id] = Field(default_factory=dict, max_length=9)
    hidden: tuple[Slot, ...] = Field(default=(), max_length=15)


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


class FloorRequest(Request):
    """My site asks for the floor; the server stamps the order."""

    type: Literal["floor.request"] = "floor.request"


class FloorWithdraw(Request):
    """My site no longer asks for the floor."""

    type: Literal["floor.withdraw"] = "floor.withdraw"


class FloorGrant(Request):
    """The chair gives the floor to a site; whoever had it loses it."""

    type: Literal["floor.grant"] = "floor.grant"
    site: Id


class FloorEnd(Request):
    """The chair takes the floor back, or the holder gives it back."""

    type: Literal["floor.end"] = "floor.end"


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


class DocumentPage(Request):
    """The presenter turns the page for everybody."""

    type: Literal["document.page"] = "document.page"
    page: int = Field(ge=1, le=100_000)


class ChatSend(Request):
    """Write to everybody. ``key`` is mine: sending again after a lost line does not write twice."""

    type: Literal["chat.send"] = "chat.send"
    key: UUID
    text: str = Field(max_length=20_000)


class Stat(Request):
    """What my receive connection measured in the last interval: loss 0–1, times in milliseconds."""

    type: Literal["stat"] = "stat"
    loss: float = Field(ge=0, le=1)
    rtt_ms: float = Field(ge=0, le=600_000)
    jitter_ms: float = Field(ge=0, le=600_000)


class Simulate(Request):
    """Test settings only: make something fail."""

    type: Literal["simulate"] = "simulate"
    kind: Literal["drop-socket", "forget-session", "lose-media"]


class Bye(Request):
    """I leave; do not wait for me to come back."""

    type: Literal["bye"] = "bye"


Opening = Hello | Resume
Intent = (
    Offer
    | View
    | Mute
    | MediaTake
    | ContentShare
    | FloorRequest
    | FloorWithdraw
    | FloorGrant
    | FloorEnd
    | DiscussionSet
    | MeetingOpen
    | MeetingEnd
    | ItemOpen
    | DocumentOpen
    | DocumentPage
    | ChatSend
    | Stat
    | Simulate
    | Bye
)
ClientMessage = Annotated[Opening | Intent, Field(discriminator="type")]
CLIENT_MESSAGE: TypeAdapter[Opening | Intent] = TypeAdapter(ClientMessage)
