"""The packet path: everything that happens to a datagram, behind one interface with two implementations.

``native`` is a small C library whose thread serves the sockets without the interpreter; ``twin`` is the same in
Python, for machines where the library cannot be built, and its reference in tests. A path knows *peers* (one
connection of a browser each), *streams* (what a peer sends under one SSRC) and *slots* (what a peer is sent under
one SSRC), by numbers its user chooses. Handshakes, SDP, rooms and every policy are the user's: it fills tables by
the calls below and hears what happened by events. Calls that name something which is not there do nothing.

Times are microseconds of the monotonic clock.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Protocol

logger = logging.getLogger(__name__)

LARGEST_PACKET = 1356
"""Bytes of plain RTP or RTCP, so that a packet fits any network with its SRTP trailer."""
LARGEST_DATAGRAM = 1500
TICK = 50_000
ALL_LAYERS = 3
"""The highest number that a temporal layer may have (RFC 7741, section 4.2)."""
LABEL_SHIFT = 12
"""Bits of an SSRC below the label of a peer on another node."""


class Codec(IntEnum):
    """What a stream is coded in; the index of a slot's payload types."""

    OPUS = 0
    VP8 = 1
    H264 = 2


@dataclass(frozen=True)
class Extensions:
    """Ids of the header extensions of what a peer sends, 1 to 14; 0 where it has none."""

    mid: int = 0
    rid: int = 0
    repaired_rid: int = 0
    transport_number: int = 0


@dataclass(frozen=True)
class StreamTable:
    """One stream of a peer. It is known by its SSRCs or, where these are 0, by its ``mid`` and ``rid``
    (RFC 8843 section 9.2, RFC 8852); an empty ``rid`` is that of packets without one."""

    stream: int
    peer: int
    codec: Codec
    payload_type: int
    clock_rate: int
    ssrc: int = 0
    rtx_ssrc: int = 0
    rtx_payload_type: int | None = None
    level_extension: int = 0
    mid: str = ""
    rid: str = ""


@dataclass(frozen=True)
class SlotTable:
    """One slot of a peer; ``payload_types`` by codec, those it cannot take left out.

    What is of a codec in ``rtx_payload_types`` is sent again under ``rtx_ssrc`` (RFC 4588), the rest as it was sent.
    ``transport_number`` is the id of the header extension that numbers all pictures' packets of the former to one
    peer, by which its browser tells when each came.
    ``level`` is that of the one that says how loud a voice is, as its own peer said it (RFC 6464).
    """

    slot: int
    peer: int
    ssrc: int
    clock_rate: int
    is_video: bool
    payload_types: dict[Codec, int]
    rtx_ssrc: int = 0
    rtx_payload_types: dict[Codec, int] = field(default_factory=dict)
    transport_number: int = 0
    level: int = 0

    def repairs_apart(self, codec: Codec) -> bool:
        """Whether what is sent again goes under an SSRC of its own; only then are packets numbered: under the
        same index they may not change."""
        return bool(self.rtx_ssrc) and codec in self.rtx_payload_types

    def number_of(self, codec: Codec) -> int:
        """The id under which packets of a codec are numbered; 0: they are not."""
        return self.transport_number if codec is not Codec.OPUS and self.repairs_apart(codec) else 0


# --- events -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DtlsReceived:
    """A datagram of a peer's handshake, or an alert after it."""

    peer: int
    data: bytes


@dataclass(frozen=True)
class SlotSwitched:
    """A slot shows another stream from now on."""

    slot: int
    stream: int


@dataclass(frozen=True)
class Loudness:
    """How loud a stream is, in decibels above −127 dBov; ten times a second while it is not silent."""

    stream: int
    decibels: int


@dataclass(frozen=True)
class PeerLapsed:
    """A peer did not consent for 15 s (RFC 7675)."""

    peer: int


@dataclass(frozen=True)
class ViewerFares:
    """How a viewer fares, once a second, and four times while packets wait on its line for more than 60 ms.

    ``lost`` in 1/256 over all slots, times in µs, rates in bit/s.

    ``limit`` is what its browser says it can take (REMB), 0 when it says nothing. ``carried`` is what came of the numbered
    packets, ``queued`` how long they waited on the line; both are 0 when the browser did not tell. ``numbered`` is what went
    of them.
    """

    peer: int
    lost: int
    round_trip: int
    jitter: int
    sent_rate: int
    limit: int
    nacked: int
    carried: int = 0
    queued: int = 0
    numbered: int = 0


@dataclass(frozen=True)
class StreamArrives:
    """How a stream arrives, once a second while it does: bit/s, losses in 1/256, jitter in µs.

    ``lowest`` is the rate of its lowest temporal layer, ``lower`` that of the lowest two (of VP8; else both are ``rate``).
    All are 0 when it pauses while another encoding of the same picture goes on.
    """

    stream: int
    rate: int
    lost: int
    jitter: int
    lowest: int = 0
    lower: int = 0


Event = DtlsReceived | SlotSwitched | Loudness | PeerLapsed | ViewerFares | StreamArrives
Listener = Callable[[Event], None]


def guarded(listener: Listener, event: Event) -> None:
    """Tell one event; a fault in what hears it is logged, and keeps nobody from hearing the next."""
    try:
        listener(event)
    except Exception:
        logger.exception("an event could not be handled")


@dataclass
class Counters:
    """Since the start. Packets are what was verified or sent; ``dropped`` did not verify or could not be sent,
    ``datagrams_refused`` came from nowhere we know, ``over_limit`` is what one connection sent too much."""

    packets_in: int = 0
    packets_out: int = 0
    bytes_out: int = 0
    dropped: int = 0
    nacks: int = 0
    retransmitted: int = 0
    keyframe_requests: int = 0
    events_lost: int = 0
    datagrams_refused: int = 0
    sends_failed: int = 0
    over_limit: int = 0


COUNTERS = tuple(each.name for each in fields(Counters))


class PacketPath(Protocol):
    """What both implementations do."""

    is_native: bool

    def open_link(self, address: str, port: int) -> int:
        """Listen at a local address on a UDP port (0: any); the port. Raises OSError."""

    def start(self, listener: Listener) -> None:
        """Serve the links from now on; ``listener`` hears every event in the running event loop."""

    def close(self) -> None:
        """Stop serving, after what was asked so far is done; nothing is told afterwards."""

    def add_peer(self, peer: int, ufrag: str, password: str, remote_ufrag: str, extensions: Extensions) -> None:
        """Answer a browser's checks, and send to where they come from."""

    def set_keys(self, peer: int, profile: int, inbound: bytes, outbound: bytes) -> None:
        """SRTP from now on: number of the profile (RFC 5764, RFC 7714), key and salt of each direction."""

    def send_dtls(self, peer: int, data: bytes) -> None:
        """Send one datagram of the handshake."""

    def limit_peer(self, peer: int, bitrate: int) -> None:
        """What a browser without transport-wide feedback is told it may send (REMB), bit/s."""

    def place_peer(self, peer: int, label: int, address: str, port: int, link: int) -> None:
        """Have a peer on another node: it makes no checks, a right packet is its consent.

        Whatever it sends has SSRCs whose upper 20 bits are ``label`` (not 0), and so have its slots. It is sent to
        at an address by the link of that number; where the address is empty, to where it is heard.
        """

    def remove_peer(self, peer: int) -> None:
        """Forget a peer, its streams and its slots."""

    def add_stream(self, table: StreamTable) -> None:
        """Take packets of a stream."""

    def add_slot(self, table: SlotTable) -> None:
        """Have a slot, which shows nothing yet."""

    def aim(self, slot: int, stream: int, layers: int = ALL_LAYERS) -> None:
        """Show a stream as soon as it can be (video: from its next keyframe); 0 shows nothing at once.

        Of its temporal layers those up to number ``layers`` are sent: fewer from the next picture on, more from where that
        can begin.
        """

    def counters(self) -> Counters:
        """Counts since the start."""


class StepPath(PacketPath, Protocol):
    """A path without sockets, moved on by hand: what it sends depends on nothing but what it was given."""

    def step_clock(self, now: int, wall: int) -> None:
        """It is ``now``; ``wall`` is what to add for the time since 1970."""

    def step_datagram(self, address: str, port: int, data: bytes) -> None:
        """One datagram came."""

    def step_tick(self) -> None:
        """A tick passed."""

    def take_sent(self) -> list[tuple[str, int, bytes]]:
        """What was sent since the last call: address, port, datagram."""

    def take_events(self) -> list[Event]:
        """What happened since the last call."""
