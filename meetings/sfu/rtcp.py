"""RTCP read and written (RFC 3550 section 6, RFC 4585, RFC 5104, REMB): pure functions on bytes."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
FMT_NACK = 1
FMT_PLI = 1
FMT_FIR = 4
FMT_APPLICATION = 15
FMT_TRANSPORT = 15
NTP_EPOCH = 2_208_988_800
"""Seconds from 1900, where NTP begins, to 1970."""

_HEADER = struct.Struct("!BBH")
_REPORT = struct.Struct("!IIIIII")
_SENDER_INFO = struct.Struct("!IQIII")
_FEEDBACK = struct.Struct("!II")


@dataclass(slots=True)  # frozen ones are made at three times the price
class Block:
    """One RTCP packet of a compound: its type, its count or format field, and what follows the first word."""

    kind: int
    count: int
    body: bytes


@dataclass(frozen=True, slots=True)
class SenderReport:
    """That ``rtp_time`` of ``ssrc`` was sampled at ``ntp`` (64 bits, seconds since 1900 in 32.32)."""

    ssrc: int
    ntp: int
    rtp_time: int
    packets: int = 0
    octets: int = 0


class ReportBlock(NamedTuple):
    """What a receiver has of ``ssrc``; ``lost`` is a fraction in 1/256, ``jitter`` in clock units."""

    ssrc: int
    lost: int
    lost_total: int
    highest: int
    jitter: int
    last_report: int
    delay: int


def blocks(data: bytes) -> Iterator[Block]:
    """The packets of a compound, up to the first malformed one."""
    offset = 0
    while offset + 4 <= len(data):
        first, kind, words = _HEADER.unpack_from(data, offset)
        end = offset + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            return
        yield Block(kind, first & 0x1F, data[offset + 4 : end])
        offset = end


def sender_report(block: Block) -> SenderReport | None:
    """The sender information of an SR; None when it is cut off."""
    if len(block.body) < _SENDER_INFO.size:
        return None
    return SenderReport(*_SENDER_INFO.unpack_from(block.body))


def report_blocks(block: Block) -> Iterator[ReportBlock]:
    """The report blocks of an SR or RR."""
    offset = _SENDER_INFO.size if block.kind == SR else 4
    for _ in range(block.count):
        if offset + _REPORT.size > len(block.body):
            return
        ssrc, lost, highest, jitter, last_report, delay = _REPORT.unpack_from(block.body, offset)
        yield ReportBlock(ssrc, lost >> 24, lost & 0xFFFFFF, highest, jitter, last_report, delay)
        offset += _REPORT.size


def lost_sequences(block: Block) -> tuple[int, list[int]]:
    """Media SSRC and 16-bit sequence numbers of a generic NACK (RFC 4585, section 6.2.1)."""
    if len(block.body) < 8:
        return 0, []
    numbers: list[int] = []
    for offset in range(8, len(block.body) - 3, 4):
        first, mask = struct.unpack_from("!HH", block.body, offset)
        numbers.append(first)
        numbers.extend((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
    return struct.unpack_from("!I", block.body, 4)[0], numbers


def keyframes_wanted(block: Block) -> list[int]:
    """SSRCs for which a PLI or FIR asks for a keyframe."""
    if block.count == FMT_PLI and len(block.body) >= 8:
        return [struct.unpack_from("!I", block.body, 4)[0]]
    if block.count == FMT_FIR:
        return [struct.unpack_from("!I", block.body, at)[0] for at in range(8, len(block.body) - 7, 8)]
    return []


# --- writing --------------------------------------------------------------------------------------------


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def write_sender_report(report: SenderReport) -> bytes:
    """An SR without report blocks."""
    return _packet(SR, 0, _SENDER_INFO.pack(report.ssrc, report.ntp, report.rtp_time, report.packets, report.octets))


def write_receiver_report(own_ssrc: int, reports: Sequence[ReportBlock]) -> bytes:
    """An RR of up to 31 blocks."""
    body = own_ssrc.to_bytes(4, "big") + b"".join(
        _REPORT.pack(r.ssrc, r.lost << 24 | r.lost_total, r.highest, r.jitter, r.last_report, r.delay)
        for r in reports[:31]
    )
    return _packet(RR, len(reports[:31]), body)


def write_description(ssrc: int, name: bytes) -> bytes:
    """An SDES that gives ``ssrc`` its CNAME."""
    item = bytes((1, len(name))) + name + b"\0"
    chunk = ssrc.to_bytes(4, "big") + item
    return _packet(SDES, 1, chunk + b"\0" * (-len(chunk) % 4))


def write_nack(own_ssrc: int, ssrc: int, numbers: Iterable[int]) -> bytes:
    """A generic NACK for 16-bit sequence numbers in ascending order of age."""
    pairs: list[list[int]] = []
    for number in numbers:
        distance = (number - pairs[-1][0] - 1) & 0xFFFF if pairs else 16
        if distance < 16:
            pairs[-1][1] |= 1 << distance
        else:
            pairs.append([number, 0])
    body = b"".join(struct.pack("!HH", first, mask) for first, mask in pairs)
    return _packet(RTPFB, FMT_NACK, _FEEDBACK.pack(own_ssrc, ssrc) + body)


def write_keyframe_request(own_ssrc: int, ssrc: int) -> bytes:
    """A PLI (RFC 4585, section 6.3.1)."""
    return _packet(PSFB, FMT_PLI, _FEEDBACK.pack(own_ssrc, ssrc))


def bitrate_limit(block: Block) -> int:
    """Bits per second of a REMB; 0 when the block is none."""
    if block.kind != PSFB or block.count != FMT_APPLICATION or len(block.body) < 16 or block.body[8:12] != b"REMB":
        return 0
    word = int.from_bytes(block.body[12:16], "big")
    return int(min((word & 0x3FFFF) << (word >> 18 & 0x3F), 0xFFFFFFFF))


def write_bitrate_limit(own_ssrc: int, bitrate: int, ssrcs: Sequence[int]) -> bytes:
    """A REMB of ``bitrate`` bits per second (draft-alvestrand-rmcat-remb-03)."""
    exponent = max(0, bitrate.bit_length() - 18)
    value = exponent << 18 | bitrate >> exponent
    head = struct.pack("!4sI", b"REMB", len(ssrcs) << 24 | value)
    tail = struct.pack(f"!{len(ssrcs)}I", *ssrcs)
    return _packet(PSFB, FMT_APPLICATION, _FEEDBACK.pack(own_ssrc, 0) + head + tail)


def ntp(microseconds: int) -> int:
    """Unix time as a 64-bit NTP time stamp."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return (seconds + NTP_EPOCH & 0xFFFFFFFF) << 32 | (rest << 32) // 1_000_000


def unix(stamp: int) -> int:
    """A 64-bit NTP time stamp as Unix time, in microseconds."""
    return ((stamp >> 32) - NTP_EPOCH) * 1_000_000 + ((stamp & 0xFFFFFFFF) * 1_000_000 >> 32)
