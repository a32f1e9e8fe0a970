"""A viewer's slot is one unbroken stream, whatever sources it shows; losses are made good from the history."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from meetings.sfu import rtcp, rtp, vp8
from meetings.sfu.packet_path import Codec, Counters, SlotTable, StreamTable
from meetings.sfu.twin.outbox import Outbox
from meetings.sfu.twin.slot import Slot
from meetings.sfu.twin.stream import Stream

SECOND = 1_000_000
FLOOR = SlotTable(slot=1, peer=9, ssrc=7, clock_rate=90000, is_video=True, payload_types={Codec.VP8: 96})


class Unsealed:
    """A line that keeps what goes out as it is."""

    def __init__(self, sent: list[bytes]) -> None:
        self.gather = self.gather_voice = self.send_rtp = sent.append

    def gather_numbered(self, packet: bytes, _now: int) -> None:
        """What is numbered in the real line."""
        self.gather(packet)

    def send_rtcp(self, packet: bytes) -> None:
        """Reports are not looked at here."""


class Scene:
    """Two cameras and one viewer's floor slot; ``sent`` is what the viewer gets."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.asked: list[tuple[str, bytes]] = []
        self.counters = Counters()
        self.slot = self.viewer()
        self.a, self.b = (self.stream(name, ssrc) for name, ssrc in (("a", 100), ("b", 200)))

    def viewer(self) -> Slot:
        return Slot(FLOOR, Unsealed(self.sent), lambda *_: None)

    def stream(self, name: str, ssrc: int) -> Stream:
        table = StreamTable(stream=ssrc, peer=ssrc, codec=Codec.VP8, payload_type=96, clock_rate=90000, ssrc=ssrc)
        return Stream(table, lambda data: self.asked.append((name, data)), self.counters, Outbox())

    def numbers(self) -> list[int]:
        return [struct.unpack_from("!H", data, 2)[0] for data in self.sent]


def packet(sequence: int, *, key: bool = False, picture: int = 0) -> rtp.Packet:
    payload = (
        bytes((0x90, 0x80)) + (picture % 32768 | 0x8000).to_bytes(2, "big") + (b"\x00" if key else b"\x01") + b"xy"
    )
    return rtp.Packet(96, True, sequence & 0xFFFF, sequence * 3000 & 0xFFFFFFFF, 1, payload, {})


def wants_keyframe(data: bytes) -> bool:
    return any(block.kind == rtcp.PSFB and block.count == rtcp.FMT_PLI for block in rtcp.blocks(data))


@given(st.integers(0, 65535), st.integers(0, 65535), st.integers(0, 32767), st.integers(0, 32767))
def test_the_old_source_stays_until_a_keyframe_and_all_numbers_continue(a: int, b: int, pa: int, pb: int) -> None:
    scene = Scene()
    scene.slot.aim(scene.a, 10_000_000)
    for n in range(5):
        scene.a.receive(packet(a + n, key=n == 0, picture=pa + n), 10 * SECOND + n * SECOND // 30)
    scene.slot.aim(scene.b, 10_200_000)
    scene.b.receive(packet(b, picture=pb), 10_300_000)
    scene.a.receive(packet(a + 5, picture=pa + 5), 10_300_000)
    assert len(scene.sent) == 6
    for n in range(1, 4):
        scene.b.receive(packet(b + n, key=n == 1, picture=pb + n), 10_300_000 + n * SECOND // 30)
    scene.a.receive(packet(a + 6, picture=pa + 6), 10_500_000)
    first = scene.numbers()[0]
    assert scene.numbers() == [first + n for n in range(9)]
    pictures = [vp8.parse(data[12:]).picture_id for data in scene.sent]
    assert pictures == [(pa + n) % 32768 for n in range(9)]


def test_what_a_viewer_lost_is_sent_again_byte_for_byte_even_after_a_switch() -> None:
    scene = Scene()
    scene.slot.aim(scene.a, 10_000_000)
    for n in range(3):
        scene.a.receive(packet(500 + n, key=n == 0), 10_000_000)
    scene.slot.aim(scene.b, 10_100_000)
    scene.b.receive(packet(9000, key=True), 10_100_000)
    sent = list(scene.sent)
    for data, number in zip(sent, scene.numbers(), strict=True):
        assert scene.slot.resend(number, 10_500_000)
        assert scene.sent[-1] == data
    assert not scene.slot.resend(scene.numbers()[0], 10_510_000)
    assert not scene.slot.resend(scene.numbers()[1], 20_000_000)


def test_losses_towards_the_node_are_nacked_and_filled_in() -> None:
    scene = Scene()
    scene.slot.aim(scene.a, 10_000_000)
    scene.a.receive(packet(1000, key=True), 10_000_000)
    scene.a.receive(packet(1003), 10_000_000)
    (block,) = rtcp.blocks(scene.asked[-1][1])
    assert rtcp.lost_sequences(block) == (100, [1001, 1002])
    scene.a.receive(packet(1001), 10_050_000)
    scene.a.receive(packet(1001), 10_060_000)
    assert scene.numbers() == [1000, 1003, 1001]


def test_a_storm_of_viewers_asks_for_one_keyframe() -> None:
    scene = Scene()
    scene.a.receive(packet(1), 10_000_000)
    for n in range(100):
        slot = scene.viewer()
        slot.aim(scene.a, 10 * SECOND + n * 1000)
        slot.keyframe_wanted(10 * SECOND + n * 1000)
    assert sum(wants_keyframe(data) for _, data in scene.asked) == 1
    scene.a.tick(10_600_000)
    assert sum(wants_keyframe(data) for _, data in scene.asked) == 2
