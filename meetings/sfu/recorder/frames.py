"""Pictures put together from RTP packets of VP8 (RFC 7741), nothing decoded."""

from collections.abc import Callable
from dataclasses import dataclass

from meetings.sfu import vp8
from meetings.sfu.rtp import Packet

LARGEST_FRAME = 8 << 20


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture as the encoder made it. ``timestamp`` in units of 90 kHz, ``arrived`` by the local clock."""

    data: bytes
    keyframe: bool
    timestamp: int
    arrived: float
    codec: str = "vp8"
    """``vp8`` or ``h264``; the latter with start codes (annex B)."""


class FrameAssembler:
    """Takes packets in order; ``deliver`` gets whole pictures, of which each can be decoded.

    After a loss pictures are left out until the next keyframe; ``needs_keyframe`` says so.
    """

    def __init__(self, deliver: Callable[[Frame], None]) -> None:
        self.needs_keyframe = True
        self._deliver = deliver
        self._parts: list[bytes] = []
        self._size = 0
        self._timestamp = -1

    def receive(self, packet: Packet, arrived: float, gone: int) -> None:
        """Take the next packet; ``gone``: how many before it are lost."""
        if gone:
            self._drop()
            self.needs_keyframe = True
        descriptor = vp8.parse(packet.payload)
        if descriptor is None:
            return
        begins = packet.payload[0] & 0x17 == 0x10
        if begins:
            if self._parts:  # it ended without its mark, and nothing was lost
                self._finish(arrived)
            self._timestamp = packet.timestamp
        elif packet.timestamp != self._timestamp or not self._parts:
            return  # the rest of a picture whose beginning is gone
        self._size += len(packet.payload) - descriptor.start
        if self._size > LARGEST_FRAME:
            self._drop()
            self.needs_keyframe = True
            return
        self._parts.append(packet.payload[descriptor.start :])
        if packet.marker:
            self._finish(arrived)

    def _finish(self, arrived: float) -> None:
        data = b"".join(self._parts)
        self._drop()
        keyframe = bool(data) and data[0] & 0x01 == 0
        if not data or (self.needs_keyframe and not keyframe):
            return
        self.needs_keyframe = False
        self._deliver(Frame(data, keyframe, self._timestamp, arrived))

    def _drop(self) -> None:
        self._parts.clear()
        self._size = 0


def size_of(keyframe: bytes) -> tuple[int, int]:
    """Width and height of a VP8 keyframe (RFC 6386, section 9.1); (0, 0) when it is cut off."""
    if len(keyframe) < 10 or keyframe[3:6] != b"\x9d\x01\x2a":
        return 0, 0
    return int.from_bytes(keyframe[6:8], "little") & 0x3FFF, int.from_bytes(keyframe[8:10], "little") & 0x3FFF
