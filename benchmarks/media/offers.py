"""SDP of the generator's peers, as lean as a browser's can be, and the other side's credentials read from SDP."""

import re

from benchmarks.media.generator import CannotMeasure, Own, Side
from meetings.sfu.slots import USUAL_SLOTS

VP8, VP8_RTX, H264, H264_RTX, OPUS = 96, 97, 102, 103, 111
EXTENSIONS = {
    "level": (1, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
    "time": (2, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
    "number": (3, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    "mid": (4, "urn:ietf:params:rtp-hdrext:sdes:mid"),
}
FEEDBACK = ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")


def receiving(own: Own) -> str:
    """A viewer's offer: a ``recvonly`` section for each slot."""
    media = [_section(own, str(n), "recvonly", [], audio=_is_audio(slot)) for n, slot in enumerate(USUAL_SLOTS)]
    return _session(own, media)


def sending(own: Own, *, video: bool, ssrc: int, setup: str = "actpass") -> str:
    """A publisher's offer of one track."""
    lines = [f"a=msid:load track{own.number}", f"a=ssrc:{ssrc} cname:load{own.number}"]
    return _session(own, [_section(own, "0", "sendonly", lines, audio=not video, setup=setup, rtx=False)])


def answering(own: Own, offer: str) -> str:
    """A viewer's answer to a server that offers: every section with its first codec, without RTX."""
    media = []
    for section in re.split(r"\r?\n(?=m=)", offer.strip())[1:]:
        kind, formats = re.match(r"m=(\w+) \d+ \S+ ([\d ]+)", section).groups()  # type: ignore[union-attr]
        number = formats.split()[0]
        mid = _found(r"a=mid:(\S+)", section)
        lines = [f"m={kind} 9 UDP/TLS/RTP/SAVPF {number}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}", "a=recvonly"]
        lines += ["a=rtcp-mux", *re.findall(rf"a=rtpmap:{number} [^\r\n]+", section)]
        lines += re.findall(rf"a=rtcp-fb:{number} (?:nack|nack pli|goog-remb)(?=\r?\n|$)", section)
        lines += re.findall(r"a=extmap:\d+ \S+(?:sdes:mid|audio-level)", section)
        media.append([*lines, *_transport(own, "active")])
    return _session(own, media)


def other_side(sdp: str, host: str, *, rtx: bool = True) -> Side:
    """Credentials and the candidate at ``host`` of an offer or answer. Raises CannotMeasure without them."""
    candidates: list[tuple[str, str]] = re.findall(
        r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", sdp, re.IGNORECASE
    )
    port = next((port for address, port in candidates if address == host), "")
    if not port:
        raise CannotMeasure(f"no candidate at {host} in the SDP, but {candidates}")
    format_of_rtx = re.search(r"a=rtpmap:(\d+) rtx/90000", sdp) if rtx else None
    number = re.search(rf"a=extmap:(\d+) {re.escape(EXTENSIONS['number'][1])}", sdp) if rtx else None
    return Side(
        host,
        int(port),
        _found(r"a=ice-ufrag:(\S+)", sdp),
        _found(r"a=ice-pwd:(\S+)", sdp),
        _found(r"a=fingerprint:sha-256 (\S+)", sdp),
        int(format_of_rtx[1]) if format_of_rtx else 0,
        "goog-remb" in sdp,
        int(number[1]) if number else 0,
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if not match:
        raise CannotMeasure(f"no {pattern} in the SDP")
    return match[1]


def _is_audio(slot: str) -> bool:
    return slot.startswith("audio")


def _session(own: Own, media: list[list[str]]) -> str:
    mids = [line.removeprefix("a=mid:") for section in media for line in section if line.startswith("a=mid:")]
    lines = ["v=0", f"o=- {own.number + 1} 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(mids)]
    lines += ["a=extmap-allow-mixed", "a=msid-semantic: WMS *"]
    return "\r\n".join([*lines, *(line for section in media for line in section)]) + "\r\n"


def _section(
    own: Own,
    mid: str,
    direction: str,
    more: list[str],
    *,
    audio: bool,
    setup: str = "actpass",
    rtx: bool = True,
) -> list[str]:
    formats = [OPUS] if audio else [VP8, VP8_RTX, H264, H264_RTX] if rtx else [VP8]
    lines = [f"m={'audio' if audio else 'video'} 9 UDP/TLS/RTP/SAVPF " + " ".join(map(str, formats))]
    lines += [
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=mid:{mid}",
        f"a={direction}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    used = ("level", "number", "mid") if audio else ("time", "number", "mid")
    lines += ["a=extmap:{} {}".format(*EXTENSIONS[name]) for name in used]
    lines += _opus() if audio else _video(rtx=rtx)
    return [*lines, *more, *_transport(own, setup)]


def _opus() -> list[str]:
    return [
        f"a=rtpmap:{OPUS} opus/48000/2",
        f"a=rtcp-fb:{OPUS} transport-cc",
        f"a=fmtp:{OPUS} minptime=10;useinbandfec=1",
    ]


def _video(*, rtx: bool) -> list[str]:
    lines = [f"a=rtpmap:{VP8} VP8/90000", *(f"a=rtcp-fb:{VP8} {kind}" for kind in FEEDBACK)]
    if not rtx:
        return lines
    lines += [f"a=rtpmap:{VP8_RTX} rtx/90000", f"a=fmtp:{VP8_RTX} apt={VP8}", f"a=rtpmap:{H264} H264/90000"]
    lines += [f"a=rtcp-fb:{H264} {kind}" for kind in FEEDBACK]
    profile = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
    return [*lines, f"a=fmtp:{H264} {profile}", f"a=rtpmap:{H264_RTX} rtx/90000", f"a=fmtp:{H264_RTX} apt={H264}"]


def _transport(own: Own, setup: str) -> list[str]:
    return [
        f"a=ice-ufrag:{own.ufrag}",
        f"a=ice-pwd:{own.password}",
        f"a=fingerprint:sha-256 {own.fingerprint}",
        f"a=setup:{setup}",
        f"a=candidate:1 1 udp 2130706431 {own.host} {own.port} typ host",
    ]
