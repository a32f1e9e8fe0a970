"""SRTP of the native path is libsrtp's: byte for byte what it sends, packet for packet what it takes (RFC 3711, RFC 7714).

It keeps more of a connection's RTCP apart from replays (1024 packets) than libsrtp does (128), so reports are here
not reordered further than that.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import SRTP_PROFILES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from meetings.sfu.dtls import REPLAY_WINDOW
from meetings.sfu.native.binding import NativePath
from tests.sfu.by_hand import (
    AES_CM,
    GCM_128,
    GCM_256,
    KEY_SIZES,
    START,
    VP8_KEYFRAME,
    WALL,
    Browser,
    extension_block,
    is_rtcp,
    nack,
    picture_slot,
    rtp,
    video,
)

EXAMPLES = int(os.environ.get("EOFFICE_EXAMPLES", "1"))
"""How many times as many examples are tried as usual."""
SOURCE, SLOT = 0xABCD0001, 0x12345678
PROFILES = pytest.mark.parametrize("profile", [AES_CM, GCM_128, GCM_256], ids=["aes-cm", "gcm-128", "gcm-256"])
at_random = settings(max_examples=25 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

payloads = st.binary(max_size=60) | st.integers(1, 1100).map(bytes)
blocks = st.just(b"") | st.lists(st.tuples(st.integers(6, 14), st.binary(min_size=1, max_size=16)), max_size=5).map(
    extension_block
)
headers = st.fixed_dictionaries(
    {
        "marker": st.booleans(),
        "extensions": blocks,
        "csrcs": st.lists(st.integers(0, 0xFFFFFFFF), max_size=15).map(tuple),
        "padding": st.integers(0, 40),
    }
)
beginnings = st.integers(0, 0xFFFF) | st.integers(0xFFD0, 0xFFFF)


def session(profile: int, key: bytes, direction: int, window: int) -> Session:
    """libsrtp's state of one direction, as ``SrtpKeys.sessions`` makes it but for the window."""
    sizes = {p.key_length + p.salt_length: p.libsrtp_profile for p in SRTP_PROFILES}
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=sizes[KEY_SIZES[profile]])
    policy.window_size = window
    policy.allow_repeat_tx = True
    return Session(policy)


def sealing(profile: int, key: bytes) -> Session:
    return session(profile, key, Policy.SSRC_ANY_OUTBOUND, 0x7FFF)


def opening(profile: int, key: bytes) -> Session:
    return session(profile, key, Policy.SSRC_ANY_INBOUND, REPLAY_WINDOW)


@contextmanager
def call(profile: int) -> Iterator[tuple[NativePath, Browser, Browser]]:
    """A sender, and a viewer whose slot shows it."""
    path = NativePath()
    path.gather(0)
    path.step_clock(START, WALL)
    sender, viewer = Browser(1, profile), Browser(2, profile)
    sender.join(path)
    viewer.join(path)
    path.add_stream(video(1, 1, SOURCE))
    path.add_slot(picture_slot(1, 2, SLOT))
    path.aim(1, 1)
    sender.outbound = sealing(profile, sender.keys.inbound)
    yield path, sender, viewer
    path.close()


# --- what is sent -----------------------------------------------------------------------------------------


@PROFILES
@at_random
@given(
    first=beginnings,
    steps=st.lists(st.tuples(st.sampled_from((1, 1, 1, 2, 7, 900, 2900)), payloads, headers), min_size=1, max_size=80),
    lost=st.sets(st.integers(0, 40), max_size=10),
)
def test_what_is_sent_is_what_libsrtp_sends(
    profile: int, first: int, steps: list[tuple[int, bytes, dict[str, object]]], lost: set[int]
) -> None:
    with call(profile) as (path, sender, viewer):
        number, expected = first, []
        for step, payload, header in steps:
            plain = rtp(SOURCE, number, number, VP8_KEYFRAME + payload, **header)  # type: ignore[arg-type]
            sender.send(path, plain)
            expected.append(VP8_KEYFRAME + payload)
            number += step
        path.step_tick()
        reference = sealing(profile, viewer.keys.outbound)
        reports = sealing(profile, sender.keys.outbound)
        shown, sent = [], []
        for _, port, data in path.take_sent():
            if port == sender.port and is_rtcp(data):
                assert data == reports.protect_rtcp(sender.inbound.unprotect_rtcp(data))
            if port == viewer.port and data[0] > 127:
                plain = viewer.inbound.unprotect(data)
                assert data == reference.protect(plain)
                assert plain[8:12] == SLOT.to_bytes(4, "big")
                shown.append(plain[12:])
                sent.append(data)
        assert shown == expected
        viewer.send(path, nack(SLOT, [int.from_bytes(sent[-1 - n][2:4], "big") for n in lost if n < len(sent)]))
        assert set(viewer.sent(path)) <= set(sent), "what is sent again is the same, byte for byte"


# --- what is taken ----------------------------------------------------------------------------------------

moves = st.one_of(
    st.tuples(st.just("go on"), st.sampled_from((1, 1, 1, 2, 3, 50, 3000, 20_000, 32_000))),
    st.tuples(st.just("late"), st.integers(1, 1100)),
    st.tuples(st.just("again"), st.integers(0, 30)),
    st.tuples(st.just("tampered"), st.integers(0, 1 << 16)),
    st.tuples(st.just("cut"), st.integers(0, 1 << 16)),
)


class Sealer:
    """Datagrams in the order of ``moves``, sealed by libsrtp."""

    def __init__(self, first: int) -> None:
        self.highest = first
        self.sent: list[bytes] = []

    def number(self, move: str, value: int) -> int | None:
        """The number of a new packet; None when an old one is sent again."""
        if move == "go on":
            self.highest += value
            return self.highest
        if move == "late":
            return self.highest - value
        return None

    def broken(self, move: str, value: int) -> bytes:
        if not self.sent:
            return b"\x80\x60"
        if move == "again":
            return self.sent[-1 - value % len(self.sent)]
        data = bytearray(self.sent[-1])
        if move == "cut":
            return bytes(data[: value % len(data)]) or b"\x80"
        data[value % len(data)] ^= 1 << value % 7
        return bytes(data)


def takes(unprotect: object, data: bytes) -> bool:
    """Whether libsrtp takes a datagram."""
    try:
        unprotect(data)  # type: ignore[operator]
    except pylibsrtp.Error:
        return False
    return True


@PROFILES
@at_random
@given(first=beginnings, script=st.lists(st.tuples(moves, payloads, headers), min_size=1, max_size=60))
def test_what_is_taken_is_what_libsrtp_takes(
    profile: int, first: int, script: list[tuple[tuple[str, int], bytes, dict[str, object]]]
) -> None:
    with call(profile) as (path, sender, _viewer):
        oracle, sealer = opening(profile, sender.keys.inbound), Sealer(first)
        for (move, value), payload, header in script:
            number = sealer.number(move, value)
            if number is None:
                data = sealer.broken(move, value)
            else:
                try:
                    data = sender.seal(rtp(SOURCE, number, number, payload, **header))  # type: ignore[arg-type]
                except pylibsrtp.Error:
                    continue  # nobody could send it so late
                sealer.sent.append(data)
            if not 127 < data[0] < 192 or (len(data) > 1 and is_rtcp(data)):
                continue  # taken for something else
            before = path.counters().packets_in
            path.step_datagram(sender.host, sender.port, data)
            assert path.counters().packets_in - before == takes(oracle.unprotect, data)


@PROFILES
@at_random
@given(
    script=st.lists(
        st.tuples(st.sampled_from(("send", "again", "tampered", "cut")), st.integers(0, 99), st.binary(max_size=60)),
        max_size=60,
    )
)
def test_what_is_taken_of_reports_is_what_libsrtp_takes(profile: int, script: list[tuple[str, int, bytes]]) -> None:
    with call(profile) as (path, sender, _viewer):
        oracle, sealer = opening(profile, sender.keys.inbound), Sealer(0)
        for move, value, body in script:
            data = sealer.broken(move, value)
            if move == "send":
                data = sender.outbound.protect_rtcp(bytes((0x80, 201, 0, 1, 0, 0, 0, value % 3)) + body)
                sealer.sent.append(data)
            if not 127 < data[0] < 192 or len(data) < 2 or not is_rtcp(data):
                continue
            before = path.counters().packets_in
            path.step_datagram(sender.host, sender.port, data)
            assert path.counters().packets_in - before == takes(oracle.unprotect_rtcp, data)
