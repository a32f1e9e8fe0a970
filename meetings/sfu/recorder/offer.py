"""The recorder's offer for a receive connection, as a browser would write it, and what it reads in the answer.

What is touched of aiortc here is its SDP parser.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from aiortc.sdp import SessionDescription

from meetings.sfu.dtls import Fingerprint
from meetings.sfu.slots import USUAL_SLOTS, VIDEO_SLOTS

OPUS, VP8, H264 = 111, 96, 102
"""Payload types."""
CLOCK_RATE = {"audio": 48000, "video": 90000}


@dataclass(frozen=True)
class Credentials:
    """The user name fragment and password of one side of ICE (RFC 8445, section 5.3)."""

    ufrag: str
    password: str

    @classmethod
    def fresh(cls) -> "Credentials":
        """Random ones."""
        return cls(secrets.token_hex(8), secrets.token_hex(16))


@dataclass(frozen=True)
class Answer:
    """Where the node is, who it is, and the SSRC under which it sends each slot."""

    credentials: Credentials
    fingerprints: tuple[Fingerprint, ...]
    addresses: tuple[tuple[str, int], ...]
    """Host and port of its UDP candidates, the preferred one first."""
    slots: dict[int, str]


class BadAnswer(ValueError):
    """The node's answer lacks what a connection needs."""


def media_of(slot: str) -> str:
    """``audio`` or ``video``."""
    return "video" if slot in VIDEO_SLOTS else "audio"


def write_offer(own: Credentials, fingerprint: Fingerprint) -> str:
    """An offer of one ``recvonly`` section per slot, all in one BUNDLE group."""
    lines = ["v=0", f"o=- {secrets.randbelow(1 << 62)} 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += ["a=group:BUNDLE " + " ".join(map(str, range(len(USUAL_SLOTS)))), "a=msid-semantic:WMS *"]
    for mid, slot in enumerate(USUAL_SLOTS):
        lines += _section(mid, media_of(slot))
        lines += [f"a=ice-ufrag:{own.ufrag}", f"a=ice-pwd:{own.password}", "a=setup:active"]
        lines += [f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}"]
    return "\r\n".join(lines) + "\r\n"


def _section(mid: int, media: str) -> list[str]:
    numbers = str(OPUS) if media == "audio" else f"{VP8} {H264}"
    head = [f"m={media} 9 UDP/TLS/RTP/SAVPF {numbers}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
    head += [f"a=mid:{mid}", "a=recvonly", "a=rtcp-mux", "a=rtcp-rsize"]
    if media == "audio":
        return [*head, f"a=rtpmap:{OPUS} opus/48000/2", f"a=fmtp:{OPUS} minptime=10;useinbandfec=1;stereo=1"]
    head += [f"a=rtpmap:{VP8} VP8/90000", f"a=rtpmap:{H264} H264/90000"]
    head += [f"a=fmtp:{H264} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"]
    return head + [f"a=rtcp-fb:{number} {kind}" for number in (VP8, H264) for kind in ("nack", "nack pli")]


def read_answer(text: str) -> Answer:
    """Raises BadAnswer."""
    try:
        session = SessionDescription.parse(text)
    except (ValueError, AssertionError, LookupError, AttributeError, TypeError) as error:
        raise BadAnswer(f"not SDP: {error}") from None
    media = session.media
    if len(media) != len(USUAL_SLOTS) or not all(section.ssrc for section in media):
        raise BadAnswer("a section without its SSRC")
    ice, dtls = media[0].ice, media[0].dtls
    if ice is None or dtls is None or not ice.usernameFragment or not ice.password:
        raise BadAnswer("no credentials")
    candidates = sorted(
        (c for section in media for c in section.ice_candidates if c.protocol.lower() == "udp"),
        key=lambda c: -c.priority,
    )
    addresses = tuple(dict.fromkeys((c.ip, c.port) for c in candidates))
    if not addresses:
        raise BadAnswer("no candidate over UDP")
    return Answer(
        Credentials(ice.usernameFragment, ice.password),
        tuple(Fingerprint(f.algorithm, f.value) for f in dtls.fingerprints),
        addresses,
        _slots([section.ssrc[0].ssrc for section in media]),
    )


def _slots(ssrcs: Sequence[int]) -> dict[int, str]:
    return dict(zip(ssrcs, USUAL_SLOTS, strict=True))
