"""Offers that cannot be answered are refused with a code, and nothing an offer says ends the node."""

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from hypothesis import given
from hypothesis import strategies as st

from meetings.sfu.offer import BadOffer, NoUsableCodec, check_kinds, check_slots, parse_offer
from meetings.sfu.packet_path import Codec


async def offer(*media: str) -> str:
    browser = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in media:
        browser.addTransceiver(kind, direction="sendonly")
    await browser.setLocalDescription(await browser.createOffer())
    text = browser.localDescription.sdp
    await browser.close()
    return text


async def test_an_offer_without_vp8_h264_or_opus_has_no_usable_codec() -> None:
    video = (await offer("video")).replace("VP8/90000", "VP9/90000")
    assert [codec.kind for codec in parse_offer(video).sections[0].codecs] == [Codec.H264]
    with pytest.raises(NoUsableCodec):
        parse_offer(video.replace("H264/90000", "H265/90000"))
    with pytest.raises(NoUsableCodec):
        parse_offer((await offer("audio")).replace("opus/48000", "G722/8000"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("a=rtcp-mux", "a=x"), ("a=group:BUNDLE", "a=group:LS"), ("a=ice-ufrag", "a=x"), ("a=fingerprint", "a=x"),
     ("a=setup:actpass", "a=setup:passive"), ("a=setup:actpass", "a=setup:nobody"), ("m=", "m=audio")],
)  # fmt: skip
async def test_an_offer_that_lacks_what_a_connection_needs_is_bad(old: str, new: str) -> None:
    text = (await offer("video")).replace(old, new)
    with pytest.raises(BadOffer):
        parse_offer(text)


@pytest.mark.parametrize("kinds", [(), ("microphone",), ("camera", "camera"), ("camera", "microphone")])
async def test_kinds_must_name_every_section_once(kinds: tuple[str, ...]) -> None:
    parsed = parse_offer(await offer("audio", "video"))
    with pytest.raises(BadOffer):
        check_kinds(parsed, kinds)


async def test_a_receive_offer_has_the_sections_of_the_slots() -> None:
    with pytest.raises(BadOffer):
        check_slots(parse_offer(await offer("audio", "video")))


LINES = ["v=0", "a=group:BUNDLE 0", "a=mid:0", "a=rtcp-mux", "a=rtcp-fb:* nack", "a=ssrc:1 cname:x", "a=ice-pwd:p",
         "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000", "a=fmtp:97 apt=96", "a=setup:active"]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=30)), max_size=20))
def test_no_text_does_more_than_be_refused(lines: list[str]) -> None:
    try:
        parse_offer("\r\n".join(lines))
    except (BadOffer, NoUsableCodec):
        return
