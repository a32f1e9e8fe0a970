"""What the web side tells a media node (commands), what it answers, and what it reports (events).

One JSON object per line over a stream socket. ``docs/media-node.md`` describes the exchange.

Words: a *room* is one meeting on this node; a *peer* is one browser tab in it, with up to two peer
connections, ``send`` (its tracks) and ``receive`` (a fixed number of slots); a *source* is one track a
peer sends (``camera``, ``microphone``, ``content``, ``content-audio``); a *slot* is one ``recvonly``
transceiver of a receive connection, named by ``SLOTS``, into which the node switches sources without
any renegotiation.

Rooms and peers are made when a command first names them. A peer that had no connection for 60 s is forgotten
with its wall, and a room that had neither a connection nor a command for 60 s with all that was said about it;
whoever speaks for the room says it again when it hears ``Connected``.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

WALL_SLOTS = 9
AUDIO_SLOTS = 3
VIDEO_SLOTS: tuple[str, ...] = ("floor", "chair", "content", *(f"wall{n}" for n in range(WALL_SLOTS)))
"""In the order of the video ``m=`` lines of the browser's receive offer."""
SLOTS: tuple[str, ...] = (*(f"audio{n}" for n in range(AUDIO_SLOTS)), *VIDEO_SLOTS)
"""All slots, in the order of the ``m=`` lines of the browser's receive offer: audio first, then video."""

Kind = Literal["camera", "microphone", "content", "content-audio"]
ConnectionName = Literal["send", "receive"]


class Model(BaseModel):
    """Frozen, and strict about unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Model):
    """One track of one peer."""

    peer: str
    kind: Kind


# --- commands: each is answered by ``Done`` (or its own answer) or ``Failed`` with the same ``id`` -----


class Command(Model):
    """Base of the commands; ``id`` is chosen by the caller and comes back in the answer."""

    id: int


class Authenticate(Command):
    """First line on a TCP connection. ``secret`` is the node's shared secret."""

    type: Literal["authenticate"] = "authenticate"
    secret: str


class Negotiate(Command):
    """Answer a browser's offer; opens the room and the peer when they do not exist.

    A ``send`` offer lists in ``kinds`` what each of its media sections carries, in order. An offer for a
    connection that exists replaces it (the old one is closed when the new one is connected).
    Answered by ``Negotiated``; ``Failed("no-usable-codec")``, ``Failed("bad-offer")``.
    """

    type: Literal["negotiate"] = "negotiate"
    room: str
    peer: str
    connection: ConnectionName
    sdp: str
    kinds: tuple[Kind, ...] = ()


class Show(Command):
    """What every viewer of a room has in a slot (``floor``, ``chair``, ``content``); None empties it."""

    type: Literal["show"] = "show"
    room: str
    slot: Literal["floor", "chair", "content"]
    source: Source | None


class View(Command):
    """What one viewer has in its wall slots, and which of the shared slots it does not want (hidden)."""

    type: Literal["view"] = "view"
    room: str
    peer: str
    wall: dict[str, Source]
    hidden: tuple[str, ...] = ()


class Listen(Command):
    """Which peers' microphones may be heard in a room; the loudest ``AUDIO_SLOTS`` of them are forwarded."""

    type: Literal["listen"] = "listen"
    room: str
    peers: tuple[str, ...]


class Leave(Command):
    """Close both connections of a peer and forget it. Leaving twice is harmless."""

    type: Literal["leave"] = "leave"
    room: str
    peer: str


class CloseRoom(Command):
    """Close every connection of a room and forget it at once, not only when it has been unused for a while."""

    type: Literal["close-room"] = "close-room"
    room: str


class Inspect(Command):
    """Ask for counts: answered by ``Report``."""

    type: Literal["inspect"] = "inspect"


AnyCommand = Annotated[
    Authenticate | Negotiate | Show | View | Listen | Leave | CloseRoom | Inspect, Field(discriminator="type")
]


# --- answers ------------------------------------------------------------------------------------------


class Done(Model):
    """The command was carried out."""

    type: Literal["done"] = "done"
    id: int


class Failed(Model):
    """The command was not carried out; ``code`` is stable."""

    type: Literal["failed"] = "failed"
    id: int
    code: str
    message: str


class Negotiated(Model):
    """The node's answer, with all its candidates in it: there is nothing to trickle."""

    type: Literal["negotiated"] = "negotiated"
    id: int
    sdp: str


class Report(Model):
    """Counts of the node since its start, and what it holds now."""

    type: Literal["report"] = "report"
    id: int
    node: str
    """Identifies the process: another one after a restart."""
    rooms: int
    peers: int
    connections: int
    tasks: int
    file_descriptors: int
    memory_kb: int
    packets_in: int
    packets_out: int
    dropped: int
    nacks: int
    retransmitted: int
    keyframe_requests: int


AnyAnswer = Done | Failed | Negotiated | Report


# --- events: sent to every control connection -----------------------------------------------------------


class Connected(Model):
    """ICE and DTLS are up: media can flow."""

    type: Literal["connected"] = "connected"
    room: str
    peer: str
    connection: ConnectionName


class Lost(Model):
    """A connection died (no consent for 15 s, or DTLS closed); the browser must offer a new one."""

    type: Literal["lost"] = "lost"
    room: str
    peer: str
    connection: ConnectionName


class Switched(Model):
    """A slot now shows ``source`` (None: nothing). ``peer`` None: for every viewer of the room."""

    type: Literal["switched"] = "switched"
    room: str
    peer: str | None
    slot: str
    source: Source | None


class Speaking(Model):
    """The loudest open microphones, loudest first; at most twice a second, only when it changes."""

    type: Literal["speaking"] = "speaking"
    room: str
    peers: tuple[str, ...]


class Wanted(Model):
    """Whether anybody watches a source: a camera nobody wants may pause."""

    type: Literal["wanted"] = "wanted"
    room: str
    source: Source
    on: bool


AnyEvent = Annotated[Connected | Lost | Switched | Speaking | Wanted, Field(discriminator="type")]
AnyReply = Annotated[
    Done | Failed | Negotiated | Report | Connected | Lost | Switched | Speaking | Wanted,
    Field(discriminator="type"),
]
