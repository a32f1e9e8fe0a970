"""Padding by which packets become equal in size, so that the kernel sends several at once.

Those of one frame differ by a byte or two. It is settled when a packet comes, for all its viewers and for good: what is
sent again is the same byte for byte.
"""

from meetings.sfu.packet_path import LARGEST_PACKET
from meetings.sfu.rtp import HEADER_SIZE
from meetings.sfu.twin.outbox import Outbox

PICTURE_UNIT = 4
VOICE_UNIT = 16
MOST = 16
TRAILERS = (b"", *(bytes(size - 1) + bytes((size,)) for size in range(1, MOST + 1)))
"""What padding of each size looks like (RFC 3550, section 5.1)."""


class Padding:
    """Of one stream."""

    def __init__(self, outbox: Outbox, *, is_video: bool) -> None:
        self._outbox = outbox
        self._is_video = is_video
        self._frame = self._frame_size = 0
        """Time stamp of the last frame, and the size its packets are padded to."""

    def of(self, timestamp: int, size: int) -> int:
        """How many bytes are to follow a payload of ``size`` bytes."""
        if not self._outbox.joins:
            return 0
        if not self._is_video:
            return -size % VOICE_UNIT
        if timestamp != self._frame or not self._frame_size:
            self._frame = timestamp
            self._frame_size = size + 1 + -(size + 1) % PICTURE_UNIT
        padding = self._frame_size - size
        return padding if 0 < padding <= MOST and self._frame_size + HEADER_SIZE < LARGEST_PACKET else 0
