"""A peer on another node: it is placed, not checked, known by what its SSRCs begin with, and repaired like a browser."""

from dataclasses import replace

from meetings.sfu.packet_path import LABEL_SHIFT, Codec, Extensions, PeerLapsed, SlotTable
from meetings.sfu.rtp import parse
from tests.sfu.by_hand import (
    GCM_128,
    LEVEL,
    PAYLOAD_TYPES,
    SOURCE,
    START,
    VP8_KEYFRAME,
    VP8_OTHER,
    WALL,
    AnyPath,
    Browser,
    extension_block,
    is_rtcp,
    media,
    nack,
    picture_slot,
    rtp,
    video,
)

LABEL = 0xABCDE
CHANNEL = LABEL << LABEL_SHIFT


def elsewhere(path: AnyPath, *, host: str = "") -> Browser:
    """Peer 5, which is on another node: keyed, and placed."""
    other = Browser(5)
    path.add_peer(5, other.ufrag, other.password, other.remote, Extensions())
    path.set_keys(5, GCM_128, other.keys.inbound, other.keys.outbound)
    path.place_peer(5, LABEL, host, other.port if host else 0, 0)
    return other


def test_another_node_is_sent_a_stream_without_checks_and_repairs_it(path: AnyPath, sender: Browser) -> None:
    other = elsewhere(path, host="192.0.2.1")
    path.add_slot(picture_slot(1, 5, CHANNEL))
    path.aim(1, 1)
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    sent = media(other.sent(path))
    assert [data[12:] for data in other.opened(sent)] == [VP8_KEYFRAME + b"picture"]
    asked = nack(CHANNEL, [100])
    other.send(path, asked[:4] + (CHANNEL | 1).to_bytes(4, "big") + asked[8:])
    assert media(other.sent(path)) == sent
    path.step_clock(START + 2_000_000, WALL)
    path.step_tick()
    assert [data[1] for data in other.sent(path) if is_rtcp(data)] == [201]


def test_another_node_is_told_how_loud_a_voice_is_and_tells_it_on(path: AnyPath, sender: Browser) -> None:
    other = elsewhere(path, host="192.0.2.1")
    voice, coming = (video(9, 1, 0x7777, Codec.OPUS), video(10, 5, CHANNEL | 2, Codec.OPUS))
    path.add_stream(replace(voice, level_extension=LEVEL))
    path.add_stream(replace(coming, level_extension=1))
    for slot, stream in ((1, 9), (2, 10)):
        path.add_slot(
            SlotTable(slot, 5, CHANNEL | 4 * slot, 48000, is_video=False, payload_types=PAYLOAD_TYPES, level=1)
        )
        path.aim(slot, stream)
    said = [b"\x9a", None, b"\x7f"]  # it speaks at -26 dBov; not told; silence
    for number, level in enumerate(said):
        block = extension_block([(LEVEL, level)]) if level else b""
        sender.send(path, rtp(0x7777, 100 + number, 960 * number, b"a voice", 111, extensions=block))
        block = extension_block([(1, level)]) if level else b""
        other.send(path, rtp(CHANNEL | 2, 100 + number, 960 * number, b"a voice", 111, extensions=block))
    sent = [parsed for data in other.opened(media(other.sent(path))) if (parsed := parse(data))]
    for slot in (1, 2):
        of_slot = [packet for packet in sent if packet.ssrc == CHANNEL | 4 * slot]
        assert [packet.extensions.get(1) for packet in of_slot] == said
        assert {packet.payload for packet in of_slot} == {b"a voice"}


def test_another_node_is_known_by_its_ssrcs_wherever_it_is(path: AnyPath, viewer: Browser) -> None:
    other = elsewhere(path)
    path.add_stream(video(9, 5, CHANNEL))
    path.aim(1, 9)
    path.take_sent()
    for number, port in enumerate((4001, 4002)):
        other.port = port
        other.send(path, rtp(CHANNEL, 100 + number, 1000, (VP8_OTHER if number else VP8_KEYFRAME) + b"picture"))
        path.step_clock(START + 20_000_000 * (number + 1), WALL)
        assert path.counters().packets_in == 1 + number
    assert len(media(viewer.sent(path))) == 2
    path.step_tick()
    assert [event for event in path.take_events() if event == PeerLapsed(5)] == [PeerLapsed(5)]
    other.host = "198.51.100.7"
    stranger = Browser(6)
    path.step_datagram("198.51.100.7", 9, stranger.outbound.protect(rtp(CHANNEL, 102, 1000, VP8_OTHER)))
    assert path.counters().packets_in == 2


def test_a_placed_peer_answers_no_checks_and_its_label_is_its_own(path: AnyPath) -> None:
    other = elsewhere(path)
    other.check(path)
    path.add_peer(6, "ufrag6", "password", "remote", Extensions())
    path.place_peer(6, LABEL, "192.0.2.1", 7, 0)
    path.remove_peer(5)
    other.send(path, rtp(CHANNEL, 100, 1000, VP8_KEYFRAME))
    assert not path.take_sent()
    assert path.counters().packets_in == 0
