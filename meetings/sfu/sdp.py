"""The node's answer written (RFC 8829, RFC 8843, RFC 8840)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meetings.sfu.dtls import Fingerprint
from meetings.sfu.messages import Kind
from meetings.sfu.offer import NAMES, TRANSPORT_NUMBER, Offer, OfferedCodec, Section
from meetings.sfu.port import Candidate
from meetings.sfu.slots import SLOTS

CNAME = "eoffice"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
_UNDERSTOOD = (AUDIO_LEVEL, MID, RID, REPAIRED_RID, TRANSPORT_NUMBER)
_OPUS_FOR = {
    "microphone": "minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=32000",
    "content-audio": "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1;maxaveragebitrate=96000",
}


class Ssrcs(NamedTuple):
    """Under which a slot is sent, and sent again (RFC 4588)."""

    own: int
    repairs: int


@dataclass(frozen=True)
class Local:
    """The node's side of a connection."""

    ufrag: str
    password: str
    fingerprint: Fingerprint
    candidates: Sequence[Candidate]
    tcp_candidates: Sequence[Candidate] = ()
    """Passive ones (RFC 6544)."""


def answer_sending(offer: Offer, local: Local, kinds: dict[int, Kind]) -> str:
    """The answer to a browser that sends: the node receives every section."""
    parts = {}
    for section in offer.sections:
        lines = ["a=recvonly", *_codec_lines(section, _OPUS_FOR.get(kinds[section.index], ""), is_sent=True)]
        for uri in _UNDERSTOOD:
            if uri in section.extensions:
                lines.append(f"a=extmap:{section.extensions[uri]} {uri}")
        parts[section.index] = lines + _simulcast_lines(section)
    return _answer(offer, local, parts, is_sent=True)


def answer_receiving(offer: Offer, local: Local, ssrcs: dict[str, Ssrcs]) -> str:
    """The answer to a browser that receives: section n carries slot n of ``SLOTS`` under its SSRCs.

    ``floor`` and ``audio0`` share a stream, so that browsers keep lips and voice together.
    """
    parts = {}
    for section in offer.sections:
        slot = SLOTS[section.index]
        stream = "floor" if slot == "audio0" else slot
        parts[section.index] = [
            "a=sendonly",
            f"a=msid:{stream} {slot}",
            *_codec_lines(section, "minptime=10;useinbandfec=1;stereo=1", is_sent=False),
            *_number_lines(section),
            *_ssrc_lines(section, ssrcs[slot], f"{stream} {slot}"),
        ]
    return _answer(offer, local, parts, is_sent=False)


def _number_lines(section: Section) -> list[str]:
    """All packets of pictures are numbered, so that the browser can tell when each came."""
    number = section.feedback_number
    return [f"a=extmap:{number} {TRANSPORT_NUMBER}"] if number else []


def _ssrc_lines(section: Section, ssrcs: Ssrcs, msid: str) -> list[str]:
    used = ssrcs if section.has_repairs else ssrcs[:1]
    lines = [f"a=ssrc-group:FID {ssrcs.own} {ssrcs.repairs}"] * section.has_repairs
    return lines + [f"a=ssrc:{ssrc} {said}" for ssrc in used for said in (f"cname:{CNAME}", f"msid:{msid}")]


def _simulcast_lines(section: Section) -> list[str]:
    if not section.rids:
        return []
    return [*(f"a=rid:{rid} recv" for rid in section.rids), "a=simulcast:recv " + ";".join(section.rids)]


def _codec_lines(section: Section, opus: str, *, is_sent: bool) -> list[str]:
    """``is_sent``: by the browser."""
    if section.media == "audio":
        number = section.codec.payload_type
        lines = [f"a=rtpmap:{number} opus/48000/2", f"a=fmtp:{number} {opus}"]
        return lines + [f"a=rtcp-fb:{number} transport-cc"] * (is_sent and "transport-cc" in section.codec.feedback)
    lines = []
    for codec in _answered(section, is_sent=is_sent):
        lines += _video_lines(codec, is_sent=is_sent)
    return lines


def _answered(section: Section, *, is_sent: bool) -> tuple[OfferedCodec, ...]:
    """A browser that sends is to take one codec; one that receives is told all that may come."""
    return section.codecs[:1] if is_sent else section.codecs


def _video_lines(codec: OfferedCodec, *, is_sent: bool) -> list[str]:
    number = codec.payload_type
    kinds = ["nack", "nack pli", "goog-remb"] + ["transport-cc"] * (is_sent or codec.rtx is not None)
    lines = [f"a=rtpmap:{number} {NAMES[codec.kind]}/90000"]
    lines += [f"a=fmtp:{number} {codec.parameters}"] * bool(codec.parameters)
    lines += [f"a=rtcp-fb:{number} {kind}" for kind in kinds if kind in codec.feedback]
    if codec.rtx is not None:
        lines += [f"a=rtpmap:{codec.rtx} rtx/90000", f"a=fmtp:{codec.rtx} apt={number}"]
    return lines


def _answer(offer: Offer, local: Local, parts: dict[int, list[str]], *, is_sent: bool) -> str:
    lines = ["v=0", f"o=- {secrets.randbelow(1 << 62)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += ["a=group:BUNDLE " + " ".join(section.mid for section in offer.sections)]
    lines += ["a=ice-lite", "a=msid-semantic: WMS *"]
    for index in range(len(offer.sections) + len(offer.refused)):
        section = offer.by_index.get(index)
        if section is None:
            lines += _refusal(*offer.refused[index])
            continue
        answered = _answered(section, is_sent=is_sent)
        formats = [number for codec in answered for number in (codec.payload_type, codec.rtx) if number is not None]
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
        *(
            f"a=candidate:{n} 1 tcp {c.priority} {c.host} {c.port} typ host tcptype passive"
            for n, c in enumerate(local.tcp_candidates, start=len(local.candidates) + 1)
        ),
        "a=end-of-candidates",
    ]
