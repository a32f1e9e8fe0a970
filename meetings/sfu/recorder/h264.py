"""Pictures put together from RTP packets of H.264 (RFC 6184, packetization mode 1), nothing decoded."""

from collections.abc import Callable, Iterator

from meetings.sfu.recorder.frames import LARGEST_FRAME, Frame
from meetings.sfu.rtp import Packet

START = b"\0\0\0\1"
PICTURE_OF_A_KEYFRAME, SEQUENCE_PARAMETERS, PICTURE_PARAMETERS = 5, 7, 8
AGGREGATE, FRAGMENT = 24, 28
"""STAP-A and FU-A."""


class H264Assembler:
    """As ``FrameAssembler``, for H.264: pictures with start codes, keyframes with their parameter sets in front."""

    def __init__(self, deliver: Callable[[Frame], None]) -> None:
        self.needs_keyframe = True
        self._deliver = deliver
        self._units: list[bytearray] = []
        self._size = 0
        self._is_broken = False
        self._timestamp = -1
        self._parameters: dict[int, bytes] = {}

    def receive(self, packet: Packet, arrived: float, gone: int) -> None:
        """Take the next packet; ``gone``: how many before it are lost."""
        if gone:
            self._drop()
            self.needs_keyframe = self._is_broken = True
        if packet.timestamp != self._timestamp:
            if self._units:  # it ended without its mark, and nothing was lost
                self._finish(arrived)
            self._timestamp, self._is_broken = packet.timestamp, bool(gone)
        self._size += len(packet.payload)
        if self._size > LARGEST_FRAME:
            self._drop()
            self.needs_keyframe = self._is_broken = True
            return
        self._take(packet.payload)
        if packet.marker:
            self._finish(arrived)

    def _take(self, payload: bytes) -> None:
        kind = payload[0] & 0x1F if payload else 0
        if 0 < kind < AGGREGATE:
            self._units.append(bytearray(payload))
        elif kind == AGGREGATE:
            self._units += _aggregated(payload)
        elif kind == FRAGMENT and len(payload) > 2:
            self._fragment(payload)

    def _fragment(self, payload: bytes) -> None:
        if payload[1] & 0x80:
            self._units.append(bytearray([payload[0] & 0xE0 | payload[1] & 0x1F]) + payload[2:])
        elif self._units:
            self._units[-1] += payload[2:]
        else:
            self._is_broken = True

    def _finish(self, arrived: float) -> None:
        units, broken = [bytes(unit) for unit in self._units], self._is_broken
        self._drop()
        kinds = {unit[0] & 0x1F: unit for unit in units}
        self._parameters.update({k: u for k, u in kinds.items() if k in (SEQUENCE_PARAMETERS, PICTURE_PARAMETERS)})
        keyframe = PICTURE_OF_A_KEYFRAME in kinds and len(self._parameters) == 2
        if broken or not units or (self.needs_keyframe and not keyframe):
            self.needs_keyframe = self.needs_keyframe or broken
            return
        self.needs_keyframe = False
        if keyframe and SEQUENCE_PARAMETERS not in kinds:
            units = [self._parameters[SEQUENCE_PARAMETERS], self._parameters[PICTURE_PARAMETERS], *units]
        data = b"".join(START + unit for unit in units)
        self._deliver(Frame(data, keyframe, self._timestamp, arrived, "h264"))

    def _drop(self) -> None:
        self._units.clear()
        self._size = 0


def _aggregated(payload: bytes) -> Iterator[bytearray]:
    offset = 1
    while offset + 2 < len(payload):
        size = int.from_bytes(payload[offset : offset + 2], "big")
        if size:
            yield bytearray(payload[offset + 2 : offset + 2 + size])
        offset += 2 + size
