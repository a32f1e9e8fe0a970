"""How packets of a source look in a slot: its headers and picture ids, and nothing of temporal layers that it does not get.

The packets of a source are rewritten by a ``Form``; viewers whose forms are equal share the rewritten bytes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from meetings.sfu import vp8
from meetings.sfu.packet_path import SlotTable
from meetings.sfu.rtp import HEADER
from meetings.sfu.twin.padding import TRAILERS

if TYPE_CHECKING:
    from meetings.sfu.twin.stream import Stored

_EXTENSION = struct.Struct("!II")


NOTHING = (b"", 0, 0)
"""What a viewer gets of a packet that is left out."""


class Mapping(NamedTuple):
    """What is added to a source's numbers to continue the slot's."""

    sequence: int
    timestamp: int
    picture: int
    layer: int


Form = tuple[int, int, Mapping, int, int, int]
"""How packets of one source look in a slot: payload type, SSRC, mapping, the ids under which they are numbered
and say how loud they are, and the highest temporal layer that is sent."""


Outgoing = tuple[bytes, int, int]
"""A packet as a viewer gets it (empty: it does not), its number in the slot, and the size of its payload."""


def rewrite(
    packet: Stored, payload_type: int, ssrc: int, mapping: Mapping, number: int, level: int, layers: int
) -> bytes:
    """The RTP packet as a viewer gets it; the same arguments give the same bytes, as SRTP demands.

    ``number`` is the id of the extension whose value ``Outlet.numbered`` puts in. What is above the temporal ``layers`` has
    nothing but its number.
    """
    is_blank = packet.temporal > layers
    padding, marker = (0, False) if is_blank else (packet.padding, packet.marker)
    extension = level_of(level, packet.level) or extension_of(number)
    header = HEADER.pack(
        0x80 | (0x10 if extension else 0) | (0x20 if padding else 0),
        marker << 7 | payload_type,
        (packet.place(layers) + mapping.sequence) & 0xFFFF,
        (packet.timestamp + mapping.timestamp) & 0xFFFFFFFF,
        ssrc,
    )
    return header + extension + payload_of(packet, mapping, layers) + TRAILERS[padding]


def rewrite_repair(packet: Stored, number: int, table: SlotTable, mapping: Mapping, layers: int) -> bytes:
    """The packet sent again under an SSRC and a ``number`` of its own, the original's in front (RFC 4588, section 4)."""
    extension = extension_of(table.number_of(packet.codec))
    header = HEADER.pack(
        0x90 if extension else 0x80,
        (packet.marker and packet.temporal <= layers) << 7 | table.rtx_payload_types[packet.codec],
        number & 0xFFFF,
        (packet.timestamp + mapping.timestamp) & 0xFFFFFFFF,
        table.rtx_ssrc,
    )
    original = (packet.place(layers) + mapping.sequence & 0xFFFF).to_bytes(2, "big")
    return header + extension + original + payload_of(packet, mapping, layers)


def payload_of(packet: Stored, mapping: Mapping, layers: int) -> bytes:
    """The payload in the slot's picture ids."""
    if packet.temporal > layers:
        return b""
    picture = packet.picture_place(layers) + mapping.picture
    if packet.descriptor and ((picture - packet.picture) % vp8.PICTURE_IDS or mapping.layer):
        return vp8.shift(packet.payload, packet.descriptor, picture, packet.layer + mapping.layer)
    return packet.payload


def outgoing(packet: Stored, form: Form) -> Outgoing:
    """A packet in a form; one that is above the temporal layers goes out only to fill a place that was kept for it."""
    layers = form[5]
    if packet.temporal > layers and not packet.is_late:
        return NOTHING
    size = 0 if packet.temporal > layers else len(packet.payload)
    return rewrite(packet, *form), packet.place(layers) + form[2].sequence, size


def extension_of(number: int) -> bytes:
    """The header extension for a transport-wide number, which is yet to be put in; empty without an id."""
    return _EXTENSION.pack(0xBEDE0001, number << 28 | 1 << 24) if number else b""


def level_of(name: int, level: int | None) -> bytes:
    """The header extension that says how loud a voice is (RFC 6464); empty without one."""
    return _EXTENSION.pack(0xBEDE0001, name << 28 | level << 16) if name and level is not None else b""


def numbers(packet: Stored, form: Form) -> tuple[int, int, int]:
    """Time stamp, picture and TL0PICIDX of a packet in a form."""
    mapping = form[2]
    return (
        packet.timestamp + mapping.timestamp,
        packet.picture_place(form[5]) + mapping.picture,
        packet.layer + mapping.layer,
    )
