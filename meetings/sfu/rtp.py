"""RTP packets as the node sees them (RFC 3550, RFC 8285, RFC 4588): headers read, payloads left alone."""

import struct
from dataclasses import dataclass

HEADER = struct.Struct("!BBHII")
HEADER_SIZE = 12
MAX_PACKET = 1356
"""Bytes: what libsrtp's buffer in pylibsrtp holds, less the longest trailer it may append."""


@dataclass(slots=True)
class Packet:
    """One RTP packet, its extensions read and its padding gone.

    ``sequence`` is the 16-bit number until the receiving stream has unwrapped it.
    """

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    extensions: dict[int, bytes]


def is_rtcp(data: bytes) -> bool:
    """Whether a datagram whose first byte is 128–191 is RTCP and not RTP (RFC 5761, section 4)."""
    return len(data) > 1 and 192 <= data[1] <= 223


def parse(data: bytes) -> Packet | None:
    """The packet in ``data`` (SRTP already removed); None when it is malformed."""
    if len(data) < HEADER_SIZE:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first >> 6 != 2:
        return None
    start = HEADER_SIZE + 4 * (first & 0x0F)
    end = len(data)
    extensions: dict[int, bytes] = {}
    if first & 0x10:
        if start + 4 > end:
            return None
        profile, words = struct.unpack_from("!HH", data, start)
        extensions = _extensions(profile, data[start + 4 : start + 4 + 4 * words])
        start += 4 + 4 * words
    if first & 0x20:
        end -= data[-1]
    if start > end:
        return None
    return Packet(second & 0x7F, bool(second & 0x80), sequence, timestamp, ssrc, data[start:end], extensions)


def _extensions(profile: int, block: bytes) -> dict[int, bytes]:
    """Header extensions by their id, one-byte or two-byte form (RFC 8285); what is cut off is left out."""
    two_bytes = profile & 0xFFF0 == 0x1000
    if profile != 0xBEDE and not two_bytes:
        return {}
    found: dict[int, bytes] = {}
    offset = 0
    while offset < len(block):
        if block[offset] == 0:  # padding
            offset += 1
            continue
        if two_bytes:
            name, size, offset = block[offset], block[offset + 1] if offset + 1 < len(block) else 0, offset + 2
        else:
            name, size, offset = block[offset] >> 4, (block[offset] & 0x0F) + 1, offset + 1
            if name == 15:  # reserved: stop
                break
        if offset + size <= len(block):
            found[name] = block[offset : offset + size]
        offset += size
    return found


def unwrap_rtx(packet: Packet, ssrc: int, payload_type: int) -> Packet | None:
    """The original of a retransmission (RFC 4588, section 4); None for one that only pads, as probes do."""
    if len(packet.payload) <= 2:
        return None
    sequence = int.from_bytes(packet.payload[:2], "big")
    return Packet(payload_type, packet.marker, sequence, packet.timestamp, ssrc, packet.payload[2:], packet.extensions)


def extend(value: int, near: int, bits: int = 16) -> int:
    """The number closest to ``near`` whose lowest ``bits`` bits are ``value``: counters without wrap-around."""
    span = 1 << bits
    candidate = (near & ~(span - 1)) | value
    if candidate - near > span // 2:
        return candidate - span
    if near - candidate > span // 2:
        return candidate + span
    return candidate
