"""A browser's offer read, and the node's answer written (RFC 8829, RFC 8843, RFC 8840).

What is touched of aiortc here is its SDP parser.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiortc.sdp import MediaDescription, SessionDescription

from meetings.sfu.dtls import Fingerprint
from meetings.sfu.messages import SLOTS, VIDEO_SLOTS, Kind
from meetings.sfu.port import Candidate

CNAME = "eoffice"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
TRANSPORT_NUMBER = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
MEDIA_OF_KIND = {"camera": "video", "content": "video", "microphone": "audio", "content-audio": "audio"}
_OPUS_FOR = {
    "microphone": "minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=32000",
    "content-audio": "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1;maxaveragebitrate=96000",
}


class BadOffer(ValueError):
    """The offer cannot be answered."""


class NoUsableCodec(ValueError):
    """A section offers neither Opus nor VP8, of which it needs one."""


@dataclass(frozen=True)
class Codec:
    """Opus or VP8 under the number the browser gave it, with its retransmission format if offered."""

    name: str
    payload_type: int
    clock_rate: int
    feedback: frozenset[str]
    rtx: int | None


@dataclass(frozen=True)
class Section:
    """One ``m=`` line that is in use. ``ssrcs`` is the stream's own and that of its retransmissions."""

    index: int
    media: str
    mid: str
    codec: Codec
    extensions: dict[str, int]
    ssrcs: tuple[int, ...]


@dataclass(frozen=True)
class Offer:
    """What the node needs of an offer. ``refused`` are the indexes of sections that are not taken."""

    ufrag: str
    fingerprints: tuple[Fingerprint, ...]
    sections: tuple[Section, ...]
    refused: dict[int, tuple[str, str]]

    def section(self, index: int) -> Section | None:
        """The section in use at ``index``."""
        return next((section for section in self.sections if section.index == index), None)


def parse_offer(text: str) -> Offer:
    """Raises BadOffer (not SDP, no BUNDLE, no rtcp-mux, not for an ICE-lite passive side), NoUsableCodec."""
    try:
        session = SessionDescription.parse(text)
    except (ValueError, AssertionError, LookupError, AttributeError, TypeError, StopIteration, RuntimeError) as error:
        raise BadOffer(f"not SDP: {type(error).__name__} {error}") from None
    media = list(enumerate(session.media))
    refused = {i: (m.kind, m.rtp.muxId or "") for i, m in media if _is_refused(m)}
    taken = [(i, m) for i, m in media if i not in refused]
    if not taken:
        raise BadOffer("no section in use")
    _check_bundle(session, [m for _, m in taken])
    first = taken[0][1]
    if not first.ice or not first.ice.usernameFragment or not first.ice.password:
        raise BadOffer("no ICE credentials")
    if not first.dtls or not first.dtls.fingerprints or first.dtls.role == "server":
        raise BadOffer("no fingerprint, or not offering to be the DTLS client")
    return Offer(
        first.ice.usernameFragment,
        tuple(Fingerprint(f.algorithm, f.value) for f in first.dtls.fingerprints),
        tuple(_section(i, m) for i, m in taken),
        refused,
    )


def _is_refused(media: MediaDescription) -> bool:
    return media.kind not in ("audio", "video") or media.direction == "inactive" or not media.rtp.codecs


def _check_bundle(session: SessionDescription, media: Sequence[MediaDescription]) -> None:
    mids = [m.rtp.muxId for m in media]
    bundled = {str(item) for group in session.group if group.semantic == "BUNDLE" for item in group.items}
    if not all(mids) or len(set(mids)) != len(mids) or not set(mids) <= bundled:
        raise BadOffer("every section needs its own mid, all in one BUNDLE group")
    if not all(m.rtcp_mux for m in media):
        raise BadOffer("rtcp-mux is needed")
    if any(not 0 < len(mid) <= 32 or not mid.isascii() or not mid.isprintable() or " " in mid for mid in mids):
        raise BadOffer("a mid that is no token")


def _section(index: int, media: MediaDescription) -> Section:
    groups = [group.items for group in media.ssrc_group if group.semantic == "FID" and len(group.items) == 2]
    ssrcs = tuple(int(number) for number in groups[0]) if groups else tuple(s.ssrc for s in media.ssrc[:1])
    extensions = {header.uri: header.id for header in media.rtp.headerExtensions if 0 < header.id < 256}
    return Section(index, media.kind, media.rtp.muxId, _codec(media), extensions, ssrcs)


def _codec(media: MediaDescription) -> Codec:
    wanted, rate = ("opus", 48000) if media.kind == "audio" else ("VP8", 90000)
    for codec in media.rtp.codecs:
        if codec.name.lower() == wanted.lower() and codec.clockRate == rate and codec.payloadType in media.fmt:
            break
    else:
        raise NoUsableCodec(f"section {media.rtp.muxId} offers no {wanted}")
    feedback = frozenset(f"{f.type} {f.parameter}" if f.parameter else f.type for f in codec.rtcpFeedback)
    number: Any = codec.payloadType
    return Codec(wanted, number, rate, feedback, _rtx_of(media, number))


def _rtx_of(media: MediaDescription, payload_type: int) -> int | None:
    for codec in media.rtp.codecs:
        if codec.name.lower() == "rtx" and codec.parameters.get("apt") == payload_type:
            number: Any = codec.payloadType
            return int(number)
    return None


# --- answers --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Local:
    """The node's side of a connection."""

    ufrag: str
    password: str
    fingerprint: Fingerprint
    candidates: Sequence[Candidate]


def check_kinds(offer: Offer, kinds: Sequence[Kind]) -> dict[int, Kind]:
    """Which kind each section in use carries; ``kinds`` names every section of the offer, in order.

    Raises BadOffer when number or media differ, or a kind occurs twice.
    """
    if len(kinds) != len(offer.sections) + len(offer.refused):
        raise BadOffer("kinds must name every section")
    carried = {section.index: kinds[section.index] for section in offer.sections}
    if len(set(carried.values())) != len(carried):
        raise BadOffer("a kind occurs twice")
    if any(MEDIA_OF_KIND[carried[section.index]] != section.media for section in offer.sections):
        raise BadOffer("a kind does not fit its section")
    return carried


def check_slots(offer: Offer) -> None:
    """The sections of a receive offer must be ``SLOTS``, in order. Raises BadOffer."""
    media = [section.media for section in offer.sections]
    expected = ["video" if slot in VIDEO_SLOTS else "audio" for slot in SLOTS]
    if offer.refused or media != expected:
        raise BadOffer(f"a receive offer has {len(SLOTS)} sections: audio first, then video")


def answer_sending(offer: Offer, local: Local, kinds: dict[int, Kind]) -> str:
    """The answer to a browser that sends: the node receives every section."""
    parts = {}
    for section in offer.sections:
        lines = ["a=recvonly", *_codec_lines(section, _OPUS_FOR.get(kinds[section.index], ""), with_rtx=True)]
        for uri in (AUDIO_LEVEL, MID, TRANSPORT_NUMBER):
            if uri in section.extensions:
                lines.append(f"a=extmap:{section.extensions[uri]} {uri}")
        parts[section.index] = lines
    return _answer(offer, local, parts, with_rtx=True)


def answer_receiving(offer: Offer, local: Local, ssrcs: dict[str, int]) -> str:
    """The answer to a browser that receives: section n carries slot n of ``SLOTS`` under its SSRC.

    ``floor`` and ``audio0`` share a stream, so that browsers keep lips and voice together.
    """
    parts = {}
    for section in offer.sections:
        slot = SLOTS[section.index]
        stream = "floor" if slot == "audio0" else slot
        parts[section.index] = [
            "a=sendonly",
            f"a=msid:{stream} {slot}",
            *_codec_lines(section, "minptime=10;useinbandfec=1;stereo=1", with_rtx=False),
            f"a=ssrc:{ssrcs[slot]} cname:{CNAME}",
            f"a=ssrc:{ssrcs[slot]} msid:{stream} {slot}",
        ]
    return _answer(offer, local, parts, with_rtx=False)


def _codec_lines(section: Section, opus: str, *, with_rtx: bool) -> list[str]:
    codec = section.codec
    number = codec.payload_type
    if section.media == "audio":
        lines = [f"a=rtpmap:{number} opus/48000/2", f"a=fmtp:{number} {opus}"]
        return lines + [f"a=rtcp-fb:{number} transport-cc"] * (with_rtx and "transport-cc" in codec.feedback)
    kinds = ("nack", "nack pli") + (("transport-cc", "goog-remb") if with_rtx else ())
    lines = [f"a=rtpmap:{number} VP8/90000"]
    lines += [f"a=rtcp-fb:{number} {kind}" for kind in kinds if kind in codec.feedback]
    if with_rtx and codec.rtx is not None:
        lines += [f"a=rtpmap:{codec.rtx} rtx/90000", f"a=fmtp:{codec.rtx} apt={number}"]
    return lines


def _answer(offer: Offer, local: Local, parts: dict[int, list[str]], *, with_rtx: bool) -> str:
    lines = ["v=0", f"o=- {secrets.randbelow(1 << 62)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += ["a=group:BUNDLE " + " ".join(section.mid for section in offer.sections)]
    lines += ["a=ice-lite", "a=msid-semantic: WMS *"]
    for index in range(len(offer.sections) + len(offer.refused)):
        section = offer.section(index)
        if section is None:
            lines += _refusal(*offer.refused[index])
            continue
        formats = [section.codec.payload_type]
        if with_rtx and section.codec.rtx is not None and section.media == "video":
            formats.append(section.codec.rtx)
        lines += [f"m={section.media} 9 UDP/TLS/RTP/SAVPF " + " ".join(map(str, formats)), "c=IN IP4 0.0.0.0"]
        lines += [f"a=mid:{section.mid}", "a=rtcp-mux", "a=rtcp-rsize", "a=rtcp:9 IN IP4 0.0.0.0"]
        lines += parts[index] + _transport_lines(local)
    return "\r\n".join(lines) + "\r\n"


def _refusal(media: str, mid: str) -> list[str]:
    profile, fmt = ("UDP/DTLS/SCTP", "webrtc-datachannel") if media == "application" else ("UDP/TLS/RTP/SAVPF", "0")
    lines = [f"m={media} 0 {profile} {fmt}", "c=IN IP4 0.0.0.0", "a=inactive"]
    return [*lines, f"a=mid:{mid}"] if mid else lines


def _transport_lines(local: Local) -> list[str]:
    """The same in every section: bundled ones need it once (RFC 8843, section 7.1.3), but aiortc reads the last."""
    return [
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:{local.fingerprint.algorithm} {local.fingerprint.value}",
        "a=setup:passive",
        *(
            f"a=candidate:{n} 1 udp {c.priority} {c.host} {c.port} typ host"
            for n, c in enumerate(local.candidates, start=1)
        ),
        "a=end-of-candidates",
    ]
