"""What a node counts since its start; written everywhere, read by ``Inspect``."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Packets are RTP and RTCP; ``dropped`` are those refused: malformed, unverified, or not sent."""

    packets_in: int = 0
    packets_out: int = 0
    dropped: int = 0
    nacks: int = 0
    retransmitted: int = 0
    keyframe_requests: int = 0
