"""What the web side tells a media node (commands), what it answers, and what it reports (events).

One JSON object per line over a stream socket. ``docs/media-node.md`` describes the exchange.

Words: a *room* is one meeting on this node; a *peer* is one browser tab in it, with up to two peer
connections, ``send`` (its tracks) and ``receive`` (a fixed number of slots); a *source* is one track a
peer sends (``camera``, ``microphone``, ``content``, ``content-audio``); a *slot* is one ``recvonly``
transceiver of a receive connection (``meetings.sfu.slots``), into which the node switches sources without
any renegotiation.

Rooms and peers are made when a command first names them. A peer that had no connection for 60 s is forgotten
with its wall, and a room that had neither a connection nor a command for 60 s with all that was said about it;
whoever speaks for the room says it again when it hears ``Connected``.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from meetings.sfu.measures import LineMeasure

MOST_LAYERS = 3
"""Encodings of one source that are taken (RFC 8853): browsers send three."""

CodecName = Literal["opus", "vp8", "h264"]
Kind = Literal["camera", "microphone", "content", "content-audio"]
ConnectionName = Literal["send", "receive"]


class Model(BaseModel):
    """Frozen, and strict about unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Model):
    """One track of one peer."""

    peer: str
    kind: Kind


class Crossing(Model):
    """How a source crosses to another node: SRTP (AES-128-GCM, RFC 7714) towards its media address.

    All SSRCs of both directions begin with ``label`` (20 bits); layer n has ``2 * n`` in the 12 bits that follow.
    ``key`` and ``back_key`` are key and salt, in hexadecimal, of what goes there and of what comes back.
    """

    address: str
    port: int
    label: Annotated[int, Field(gt=0, lt=1 << 20)]
    key: Annotated[str, Field(pattern="^[0-9a-f]{56}$", repr=False)]
    back_key: Annotated[str, Field(pattern="^[0-9a-f]{56}$", repr=False)]


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
    """What every viewer of a room has in these slots (``floor``, ``chair``, ``content``, and, for viewers whose ``View``
    follows them, wall slots); None empties one."""

    type: Literal["show"] = "show"
    room: str
    sources: dict[str, Source | None]


class View(Command):
    """What one viewer has in its wall slots, or in others by its own wish, and which shared slots it does not want (hidden).

    ``common``: wall slots that show it what everybody's do; ``large``: wall slots that it shows large.
    """

    type: Literal["view"] = "view"
    room: str
    peer: str
    wall: dict[str, Source]
    hidden: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    large: tuple[str, ...] = ()


class Listen(Command):
    """Which peers' microphones may be heard in a room; the loudest ``AUDIO_SLOTS`` of them are forwarded.

    ``first`` has the floor: in ``audio0`` whenever it is heard. None: whose picture is in the ``floor`` slot.
    """

    type: Literal["listen"] = "listen"
    room: str
    peers: tuple[str, ...]
    first: str | None = None


class Borrow(Command):
    """All sources of other rooms of this node that a room has as if their peers were in it, by the room they are in."""

    type: Literal["borrow"] = "borrow"
    room: str
    sources: dict[str, tuple[Source, ...]]


class Leave(Command):
    """Close both connections of a peer and forget it. Leaving twice is harmless."""

    type: Literal["leave"] = "leave"
    room: str
    peer: str


class CloseRoom(Command):
    """Close every connection of a room and forget it at once, not only when it has been unused for a while."""

    type: Literal["close-room"] = "close-room"
    room: str


class Span(Command):
    """A room is on several nodes: tell ``Spread`` now and whenever it changes. ``on`` false: it is on this one only."""

    type: Literal["span"] = "span"
    room: str
    on: bool = True


class Expect(Command):
    """A source of a room comes from another node, whose process is ``sender``: say how it is to be sent.

    Answered by ``Expected``, the same for as long as the same is asked; ``Failed("is-here")`` for a source of its own.
    """

    type: Literal["expect"] = "expect"
    room: str
    source: Source
    codec: CodecName
    layers: Annotated[int, Field(ge=1, le=MOST_LAYERS)]
    sender: str


class Carry(Command):
    """Send a source to another node, its first ``layers`` layers; ``to`` names that node, for ``Drop`` and ``Spread``.

    Answered by ``Done``; ``Failed("no-such-source")``; ``Failed("another-process")`` when this is not the process
    that the crossing was made for; ``Failed("used-keys")`` for a crossing that has ended.
    """

    type: Literal["carry"] = "carry"
    room: str
    source: Source
    to: str
    layers: Annotated[int, Field(ge=0, le=MOST_LAYERS)]
    sender: str
    crossing: Crossing


class Drop(Command):
    """Send a source to the node ``to`` no more, or, when that is None, expect it no more. Harmless when repeated.

    ``label`` is that of the crossing that is meant: one that was made meanwhile stays.
    """

    type: Literal["drop"] = "drop"
    room: str
    source: Source
    label: int
    to: str | None = None


class Measure(Command):
    """How one viewer's line fares: answered by ``Measured``; ``Failed("no-such-viewer")``."""

    type: Literal["measure"] = "measure"
    room: str
    peer: str


class Inspect(Command):
    """Ask for counts: answered by ``Report``."""

    type: Literal["inspect"] = "inspect"


class Ping(Command):
    """Answered by ``Done`` at once: the web side hears that the node lives."""

    type: Literal["ping"] = "ping"


AnyCommand = Annotated[
    (Authenticate | Negotiate | Show | View | Listen | Leave | CloseRoom)
    | (Borrow | Span | Expect | Carry | Drop | Measure | Inspect | Ping),
    Field(discriminator="type"),
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


class Expected(Model):
    """How a source that is expected is to be sent."""

    type: Literal["expected"] = "expected"
    id: int
    crossing: Crossing


class Measured(Model):
    """How a viewer's line fares."""

    type: Literal["measured"] = "measured"
    id: int
    line: LineMeasure


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


AnyAnswer = Done | Failed | Negotiated | Expected | Measured | Report


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
    """How many layers of a picture, from the smallest on, somebody is shown: those above may pause, at 0 all."""

    type: Literal["wanted"] = "wanted"
    room: str
    source: Source
    layers: int


class Reduced(Model):
    """Which slots of a viewer show less than they should because its line carries no more; ``off``: those that show nothing."""

    type: Literal["reduced"] = "reduced"
    room: str
    peer: str
    slots: tuple[str, ...]
    off: tuple[str, ...] = ()


class Offered(Model):
    """A source of this node that others may be sent: every picture, and of the voices the loudest."""

    source: Source
    codec: CodecName
    layers: int


class Sought(Model):
    """A picture that viewers of this node are to be shown and that another node has: its first ``layers`` layers."""

    source: Source
    layers: int


class Awaited(Model):
    """A source that this node expects from another one, by the crossing of that ``label``."""

    source: Source
    label: int


class Carried(Model):
    """A source that this node sends to another one, its first ``layers`` layers, by the crossing of that ``label``."""

    source: Source
    to: str
    layers: int
    label: int


class Spread(Model):
    """What a room on several nodes has here, lacks here, and exchanges: all of it, whenever it changes.

    ``hears``: there are viewers here, who are to hear every voice.
    """

    type: Literal["spread"] = "spread"
    room: str
    offers: tuple[Offered, ...] = ()
    seeks: tuple[Sought, ...] = ()
    hears: bool = False
    expected: tuple[Awaited, ...] = ()
    carried: tuple[Carried, ...] = ()


AnyEvent = Annotated[Connected | Lost | Switched | Speaking | Wanted | Reduced | Spread, Field(discriminator="type")]
AnyReply = Annotated[
    AnyAnswer | Connected | Lost | Switched | Speaking | Wanted | Reduced | Spread, Field(discriminator="type")
]
