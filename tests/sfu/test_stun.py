"""STUN against the test vectors of RFC 5769, and against bytes that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.sfu import rtcp, rtp, stun, vp8

KEY = b"VOkJxbRl1RmTxUk/WvJxBt"
REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004e57a3bcf"
)


def test_the_request_of_rfc_5769_verifies() -> None:
    message = stun.parse(REQUEST)
    assert (message.kind, message.username, message.unknown) == (stun.BINDING_REQUEST, "evtj:h6vY", [])
    assert message.verifies(KEY)
    assert not message.verifies(KEY + b"x")


@pytest.mark.parametrize(
    ("host", "xored"),
    [
        ("192.0.2.1", "0001a147e112a643"),
        ("2001:db8:1234:5678:11:2233:4455:6677", "0002a1470113a9faa5d3f179bc25f4b5bed2b9d9"),
    ],
)
def test_the_mapped_addresses_of_rfc_5769(host: str, xored: str) -> None:
    transaction = bytes.fromhex("b7e7a701bc34d686fa87dfae")
    assert stun.xor_address(host, 32853, transaction).hex() == xored


def test_an_answer_verifies_and_is_of_the_same_transaction() -> None:
    answer = stun.parse(stun.success(stun.parse(REQUEST), "192.0.2.1", 5000, KEY))
    assert answer.kind == stun.BINDING_SUCCESS
    assert answer.transaction == stun.parse(REQUEST).transaction
    assert answer.verifies(KEY)


@given(st.integers(0, len(REQUEST) - 9), st.integers(1, 255))
def test_a_changed_byte_before_the_fingerprint_never_verifies(at: int, change: int) -> None:
    data = bytearray(REQUEST)
    data[at] ^= change
    try:
        message = stun.parse(bytes(data))
    except stun.StunError:
        return
    assert message.raw != REQUEST
    assert not message.verifies(KEY)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parsers(data: bytes) -> None:
    for head in (b"", b"\x80\x60", b"\x90\xe0", b"\x81\xc9\x00\x07", b"\x81\xcd", b"\x84\xce"):
        packet = rtp.parse(head + data)
        if packet:
            rtp.unwrap_rtx(packet, 1, 96)
            vp8.parse(packet.payload)
        for block in rtcp.blocks(head + data):
            rtcp.sender_report(block)
            list(rtcp.report_blocks(block))
            rtcp.lost_sequences(block)
            rtcp.keyframes_wanted(block)
    with pytest.raises(stun.StunError):
        stun.parse(b"\x80" + data)


@given(st.integers(1 << 16, 1 << 40), st.integers(-30000, 30000))
def test_counters_are_unwrapped_to_the_nearest(near: int, distance: int) -> None:
    assert rtp.extend((near + distance) & 0xFFFF, near) == near + distance


@given(st.sets(st.integers(0, 65535), min_size=1, max_size=60))
def test_what_is_nacked_is_read_as_it_was_written(numbers: set[int]) -> None:
    (block,) = rtcp.blocks(rtcp.write_nack(1, 2, sorted(numbers)))
    ssrc, read = rtcp.lost_sequences(block)
    assert (ssrc, set(read)) == (2, numbers)


@given(st.integers(0, 32767), st.integers(0, 255), st.binary(max_size=20))
def test_picture_ids_are_moved_on_and_the_picture_left_alone(picture: int, layer: int, body: bytes) -> None:
    payload = bytes((0x90, 0xE0)) + (picture | 0x8000).to_bytes(2, "big") + bytes((layer, 0x20)) + b"\x01" + body
    descriptor = vp8.parse(payload)
    moved = vp8.shift(payload, descriptor, picture + 1, layer + 1)
    again = vp8.parse(moved)
    assert (again.picture_id, again.layer_index) == ((picture + 1) % 32768, (layer + 1) % 256)
    assert moved[again.start :] == payload[descriptor.start :]
