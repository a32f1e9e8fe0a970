"""A packet path moved on by hand: browsers that are nothing but keys and addresses, and packets built byte by byte."""

import itertools
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pylibsrtp

from meetings.sfu import stun
from meetings.sfu.dtls import SrtpKeys
from meetings.sfu.native.binding import NativePath
from meetings.sfu.packet_path import Codec, Extensions, SlotTable, StreamTable
from meetings.sfu.twin.arrivals import ArrivalLog
from meetings.sfu.twin.path import TwinPath

AES_CM, GCM_128, GCM_256 = 1, 7, 8
KEY_SIZES = {AES_CM: 30, GCM_128: 28, GCM_256: 44}
MID, RID, REPAIRED_RID, TRANSPORT_NUMBER, LEVEL = 1, 2, 3, 4, 5
EXTENSIONS = Extensions(MID, RID, REPAIRED_RID, TRANSPORT_NUMBER)
PAYLOAD_TYPES = {Codec.OPUS: 111, Codec.VP8: 96, Codec.H264: 102}
CLOCK_RATES = {Codec.OPUS: 48000, Codec.VP8: 90000, Codec.H264: 90000}
VP8_KEYFRAME, VP8_OTHER = b"\x10\x00", b"\x10\x01"
START = 10_000_000
WALL = 1_700_000_000_000_000
SOURCE, SLOT = 0x1111, 0x2222
"""SSRCs of the one picture that is sent, and of the one slot in which it is seen."""

AnyPath = NativePath | TwinPath


def key_of(profile: int, seed: int) -> bytes:
    """A key with its salt, different for every seed."""
    return bytes((seed * 37 + i * 11 + 5) & 0xFF for i in range(KEY_SIZES[profile]))


@dataclass(eq=False)
class Browser:
    """One connection: ``seal`` what it sends, ``open`` what it is sent."""

    name: int
    profile: int = GCM_128
    host: str = "192.0.2.1"
    port: int = 0
    extensions: Extensions = EXTENSIONS
    _checks: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.port = self.port or 10_000 + self.name
        self.ufrag, self.password, self.remote = f"node{self.name}", f"password of {self.name:013}", f"web{self.name}"
        self.keys = SrtpKeys(self.profile, key_of(self.profile, 2 * self.name), key_of(self.profile, 2 * self.name + 1))
        mine = SrtpKeys(self.profile, self.keys.outbound, self.keys.inbound)
        self.inbound, self.outbound = mine.sessions().inbound, mine.sessions().outbound

    def join(self, path: AnyPath) -> None:
        """Known to the path, keyed, and heard at its address."""
        self.introduce(path)
        self.check(path)

    def introduce(self, path: AnyPath) -> None:
        """Known to the path and keyed."""
        path.add_peer(self.name, self.ufrag, self.password, self.remote, self.extensions)
        path.set_keys(self.name, self.profile, self.keys.inbound, self.keys.outbound)

    def check(self, path: AnyPath, *, nominated: bool = True) -> None:
        """A connectivity check from where the browser is now."""
        path.step_datagram(self.host, self.port, self.request(nominated=nominated))

    def request(self, *, nominated: bool = True, more: Iterable[tuple[int, bytes]] = ()) -> bytes:
        """A binding request."""
        transaction = struct.pack("!III", 7, self.name, next(self._checks))
        attributes = [(stun.USERNAME, f"{self.ufrag}:{self.remote}".encode()), (stun.PRIORITY, b"\0\0\0\1"), *more]
        if nominated:
            attributes.append((stun.USE_CANDIDATE, b""))
        return stun.build(stun.BINDING_REQUEST, transaction, attributes, self.password.encode())

    def send(self, path: AnyPath, plain: bytes) -> None:
        """Send one plain RTP or RTCP packet, sealed."""
        path.step_datagram(self.host, self.port, self.seal(plain))

    def seal(self, plain: bytes) -> bytes:
        """RTP or RTCP under the browser's keys."""
        return self.outbound.protect_rtcp(plain) if is_rtcp(plain) else self.outbound.protect(plain)

    def sent(self, path: AnyPath) -> list[bytes]:
        """What the path has sent to where the browser is; the rest is forgotten."""
        return [data for host, port, data in path.take_sent() if (host, port) == (self.host, self.port)]

    def opened(self, datagrams: Iterable[bytes]) -> list[bytes]:
        """The RTP among what was sent, plain; what does not verify or came before is left out."""
        found = []
        for data in datagrams:
            if not 127 < data[0] < 192 or is_rtcp(data):
                continue
            try:
                found.append(self.inbound.unprotect(data))
            except pylibsrtp.Error:
                continue
        return found


def is_rtcp(data: bytes) -> bool:
    """RFC 5761, section 4."""
    return 192 <= data[1] <= 223


def media(datagrams: list[bytes]) -> list[bytes]:
    """The RTP packets among them."""
    return [data for data in datagrams if data[0] > 127 and not is_rtcp(data)]


def extension_block(values: Iterable[tuple[int, bytes]]) -> bytes:
    """Header extensions in their one-byte form (RFC 8285), with the word in front; empty without any."""
    body = b"".join(bytes((name << 4 | len(value) - 1,)) + value for name, value in values)
    body += b"\0" * (-len(body) % 4)
    return struct.pack("!HH", 0xBEDE, len(body) // 4) + body if body else b""


def rtp(
    ssrc: int, number: int, timestamp: int, payload: bytes, payload_type: int = 96, *, marker: bool = False,
    extensions: bytes = b"", csrcs: tuple[int, ...] = (), padding: int = 0,
) -> bytes:  # fmt: skip
    """A plain RTP packet; ``extensions`` is the whole block."""
    first = 0x80 | (0x20 if padding else 0) | (0x10 if extensions else 0) | len(csrcs)
    head = struct.pack(
        "!BBHII", first, marker << 7 | payload_type, number & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    ) + struct.pack(f"!{len(csrcs)}I", *csrcs)
    tail = b"\0" * (padding - 1) + bytes((padding,)) if padding else b""
    return head + extensions + payload + tail


def layered(number: int, *, packets: int = 2) -> bytes:
    """How the packet of a number begins, of pictures in three temporal layers of so many packets, as Chromium makes them."""
    picture = number // packets
    begins, layer, is_sync = number % packets == 0, (0, 2, 1, 2)[picture % 4], picture % 8 in (1, 2)
    is_key = begins and picture % 64 == 0
    head = struct.pack(
        "!BBHBB", 0x80 | begins << 4, 0xE0, 0x8000 | picture & 0x7FFF, picture // 4 & 0xFF, layer << 6 | is_sync << 5
    )
    return head + (b"\x00" if is_key else b"\x01")


def nack(ssrc: int, numbers: Iterable[int]) -> bytes:
    """A generic NACK that names each packet on its own."""
    pairs = b"".join(struct.pack("!HH", number & 0xFFFF, 0) for number in numbers)
    return struct.pack("!BBHII", 0x81, 205, 2 + len(pairs) // 4, 1, ssrc) + pairs


def transport_feedback(arrivals: Mapping[int, int]) -> bytes:
    """Which of the numbered packets came, and when (µs): as the node itself tells senders."""
    log = ArrivalLog()
    for number, at in arrivals.items():
        log.add(number, at)
    return log.feedback(1, 2)


def sender_report(ssrc: int, ntp: int, timestamp: int) -> bytes:
    """An SR without report blocks."""
    return struct.pack("!BBHIQIII", 0x80, 200, 6, ssrc, ntp, timestamp, 0, 0)


def video(stream: int, peer: int, ssrc: int, codec: Codec = Codec.VP8) -> StreamTable:
    """A stream of pictures with retransmissions."""
    return StreamTable(stream, peer, codec, PAYLOAD_TYPES[codec], 90000, ssrc, ssrc + 1, 97)


def picture_slot(slot: int, peer: int, ssrc: int) -> SlotTable:
    """A slot that takes every codec."""
    return SlotTable(slot, peer, ssrc, 90000, is_video=True, payload_types=dict(PAYLOAD_TYPES))
