"""The VP8 payload descriptor (RFC 7741, section 4.2): found, and written anew when a slot changes its source."""

from dataclasses import dataclass

PICTURE_IDS = 1 << 15
LAYER_INDEXES = 1 << 8


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a switch between sources must continue, and where the payload proper begins."""

    start: int
    """Offset of the VP8 payload header, behind the descriptor."""
    keyframe: bool
    """Whether this packet begins a keyframe."""
    picture_id: int | None
    picture_id_bits: int
    layer_index: int | None
    """TL0PICIDX."""
    first: int
    extension: int
    tail: int | None
    """The byte of TID, Y and KEYIDX."""
    begins: bool = False
    """Whether this packet begins a frame."""

    @property
    def temporal_layer(self) -> int:
        """TID, 0 where none is told. Frames can be left out only where pictures are numbered: the gap has to be closed."""
        return self.tail >> 6 if self.tail is not None and self.extension & 0x20 and self.picture_id is not None else 0

    @property
    def is_sync(self) -> bool:
        """Whether a frame needs of the layers below its own only the lowest (Y)."""
        return self.tail is not None and bool(self.extension & 0x20) and bool(self.tail & 0x20)


def parse(payload: bytes) -> Descriptor | None:
    """The descriptor at the start of ``payload``; None when it is cut off or nothing follows."""
    try:
        return _parse(payload)
    except IndexError:
        return None


def _parse(payload: bytes) -> Descriptor:
    first, offset = payload[0], 1
    extension = 0
    picture_id = layer_index = tail = None
    bits = 15
    if first & 0x80:
        extension, offset = payload[1], 2
        if extension & 0x80:
            picture_id, bits = payload[offset], 7
            if picture_id & 0x80:
                picture_id, bits = (picture_id & 0x7F) << 8 | payload[offset + 1], 15
            offset += 1 if bits == 7 else 2
        if extension & 0x40:
            layer_index = payload[offset]
            offset += 1
        if extension & 0x30:
            tail = payload[offset]
            offset += 1
    # a frame begins with the start bit in partition 0; its first bit is 0 in a keyframe (section 4.3)
    begins = first & 0x17 == 0x10
    keyframe = begins and payload[offset] & 0x01 == 0
    return Descriptor(offset, keyframe, picture_id, bits, layer_index, first, extension, tail, begins)


def shift(payload: bytes, descriptor: Descriptor, picture_id: int, layer_index: int) -> bytes:
    """``payload`` with another picture id (always in 15 bits then) and TL0PICIDX, where it has them."""
    head = bytearray((descriptor.first,))
    if descriptor.first & 0x80:
        head.append(descriptor.extension)
    if descriptor.picture_id is not None:
        head += (picture_id % PICTURE_IDS | 0x8000).to_bytes(2, "big")
    if descriptor.layer_index is not None:
        head.append(layer_index % LAYER_INDEXES)
    if descriptor.tail is not None:
        head.append(descriptor.tail)
    return bytes(head) + payload[descriptor.start :]
