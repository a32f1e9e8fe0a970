"""A viewer is sent some of a picture's temporal layers: nothing is missing in its numbers, and it can decode all it gets.

Both implementations of the packet path.
"""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.sfu import vp8
from meetings.sfu.messages import Source
from meetings.sfu.native.binding import NativePath
from meetings.sfu.packet_path import ALL_LAYERS, Codec, StreamArrives
from meetings.sfu.rtp import parse
from meetings.sfu.track import Layer, Slot, Track
from meetings.sfu.twin.path import TwinPath
from tests.sfu.by_hand import START, WALL, AnyPath, Browser, layered, nack, picture_slot, rtp, video

SOURCE, SLOT, REPAIRS = 0x1111, 0x2222, 0x3333
FIRST = 128
"""Of the source's numbers: a keyframe, two packets to each picture."""
PATHS = (NativePath, TwinPath)


class Got(NamedTuple):
    """A packet as the viewer got it; ``source`` is the number that it had, None when there was nothing in it."""

    number: int
    picture: int
    lowest: int
    temporal: int
    source: int | None


class Call:
    """Somebody sends a picture in three layers to one viewer."""

    def __init__(self, path: AnyPath, *, repairs: bool = False) -> None:
        self.path = path
        path.gather(0)
        path.step_clock(START, WALL)
        self.sender, self.viewer = Browser(1), Browser(2)
        for browser in (self.sender, self.viewer):
            browser.join(path)
        path.add_stream(video(1, 1, SOURCE))
        slot = picture_slot(1, 2, SLOT)
        path.add_slot(replace(slot, rtx_ssrc=REPAIRS, rtx_payload_types={Codec.VP8: 97}) if repairs else slot)
        self.path.take_sent()

    def aim(self, layers: int) -> None:
        self.path.aim(1, 1, layers)

    def send(self, *numbers: int) -> list[Got]:
        """What the viewer gets of these."""
        for number in numbers:
            payload = layered(number) + struct.pack("!H", number)
            self.sender.send(self.path, rtp(SOURCE, number, number // 2 * 3000, payload, marker=number % 2 == 1))
        return [got(data) for data in self.viewer.opened(self.viewer.sent(self.path))]


def got(data: bytes) -> Got:
    packet = parse(data)
    assert packet
    if not packet.payload:
        return Got(packet.sequence, 0, 0, 0, None)
    descriptor = vp8.parse(packet.payload)
    assert descriptor and descriptor.picture_id is not None and descriptor.layer_index is not None
    source = int.from_bytes(packet.payload[-2:], "big")
    return Got(packet.sequence, descriptor.picture_id, descriptor.layer_index, descriptor.temporal_layer, source)


@pytest.fixture(params=PATHS, ids=["native", "python"])
def path(request: pytest.FixtureRequest) -> Iterator[AnyPath]:
    made: AnyPath = request.param()
    yield made
    made.close()


def run(first: int, count: int) -> list[int]:
    return list(range(first, first + count))


def layers_of(packets: list[Got]) -> list[int]:
    """The temporal layer of each picture."""
    return [packet.temporal for packet in packets[::2]]


def test_without_its_highest_layer_a_picture_has_no_gaps(path: AnyPath) -> None:
    call = Call(path)
    call.aim(1)
    packets = call.send(*run(FIRST, 64))
    assert [packet.number for packet in packets] == run(FIRST, 32)
    assert [packet.picture for packet in packets] == [64 + n // 2 for n in range(32)]
    assert layers_of(packets) == [0, 1] * 8
    assert [packet.lowest for packet in packets[::4]] == run(16, 8)


def test_fewer_from_the_next_picture_on(path: AnyPath) -> None:
    call = Call(path)
    call.aim(ALL_LAYERS)
    before = call.send(*run(FIRST, 3))
    call.aim(0)
    after = call.send(*run(FIRST + 3, 37))
    assert layers_of([*before, after[0]]) == [0, 2], "the picture that had begun is sent to its end"
    assert layers_of(after[1:]) == [0] * 4
    assert [p.number for p in before + after] == run(FIRST, 12)
    assert [p.picture for p in before + after] == [64 + n // 2 for n in range(12)]


def test_more_from_where_nothing_is_needed_that_was_left_out(path: AnyPath) -> None:
    """Of pictures 0 2 1 2 0 2 1 2 the second and third need the first only."""
    call = Call(path)
    call.aim(0)
    before = call.send(*run(FIRST, 10))
    call.aim(ALL_LAYERS)
    after = call.send(*run(FIRST + 10, 38))
    # at first the lowest, then the middle layer from its sync on, then the highest from its own
    assert layers_of(after) == [0, 1, 0, 1, 0, 2, 1, 2, 0, 2, 1, 2]
    assert [p.number for p in before + after] == run(FIRST, len(before + after))
    assert [p.picture for p in (before + after)[::2]] == run(64, len(before + after) // 2)


def test_more_from_a_keyframe(path: AnyPath) -> None:
    call = Call(path)
    call.aim(0)
    call.send(*run(FIRST, 122))
    call.aim(ALL_LAYERS)
    assert layers_of(call.send(*run(FIRST + 128, 6))) == [0, 2, 1], "after a gap, in which all syncs were"


@pytest.mark.parametrize("repairs", [False, True], ids=["plain", "rtx"])
def test_what_was_lost_is_sent_again_as_it_was(path: AnyPath, *, repairs: bool) -> None:
    call = Call(path, repairs=repairs)
    sent: list[Got] = []
    for layers, first, count in ((1, FIRST, 16), (0, FIRST + 16, 16), (ALL_LAYERS, FIRST + 32, 32)):
        call.aim(layers)
        sent += call.send(*run(first, count))
    path.step_clock(START + 100_000, WALL)
    anew = Browser(2)  # whose replay window knows nothing yet
    for packet in sent:
        call.viewer.send(path, nack(SLOT, [packet.number]))
        (again,) = (parsed for data in anew.opened(call.viewer.sent(path)) if (parsed := parse(data)))
        number = int.from_bytes(again.payload[:2], "big") if repairs else again.sequence
        assert (number, int.from_bytes(again.payload[-2:], "big")) == (packet.number, packet.source)


def test_what_comes_late_has_the_place_that_was_kept_for_it(path: AnyPath) -> None:
    call = Call(path)
    call.aim(1)
    middle, highest = FIRST + 4, FIRST + 6
    packets = call.send(*(n for n in run(FIRST, 16) if n not in (middle, highest)))
    numbers = {packet.source: packet.number for packet in packets}
    missing = sorted(set(run(FIRST, len(packets) + 2)) - set(numbers.values()))
    assert len(missing) == 2, "nobody knows yet of which layers they are"
    (late,) = call.send(middle)
    assert (late.number, late.source) == (missing[0], middle)
    (blank,) = call.send(highest)
    assert (blank.number, blank.source) == (missing[1], None), "nobody waits for what is left out"


def test_what_comes_after_the_layers_changed_goes_by_what_was_sent_before(path: AnyPath) -> None:
    call = Call(path)
    call.aim(ALL_LAYERS)
    late = FIRST + 5
    before = call.send(*(n for n in run(FIRST, 12) if n != late))
    call.aim(0)
    after = call.send(*run(FIRST + 12, 12))
    (found,) = call.send(late)
    assert (found.number, found.picture, found.source) == (late, 64 + 2, late)
    numbers = [packet.number for packet in (*before, *after, found)]
    assert sorted(numbers) == run(FIRST, len(numbers))


def test_how_much_each_layer_takes_is_told(path: AnyPath) -> None:
    call = Call(path)
    call.aim(ALL_LAYERS)
    for second in range(3):
        path.step_clock(START + second * 1_100_000, WALL)
        path.step_tick()
        call.send(*run(FIRST + second * 64, 64))
    told = [event for event in path.take_events() if isinstance(event, StreamArrives)][-1]
    assert (told.lowest * 4, told.lower * 2) == (told.rate, told.rate)


def test_until_a_smaller_picture_can_begin_the_larger_one_takes_little(path: AnyPath) -> None:
    call = Call(path)
    path.add_stream(video(2, 1, SOURCE + 16))
    track = Track(Source(peer="anh", kind="camera"), [Layer(2), Layer(1)])
    slot = Slot(1, "floor", path, lambda _: track, is_video=True)
    slot.aim(track, 1)
    assert layers_of(call.send(*run(FIRST, 16))) == [0, 2, 1, 2, 0, 2, 1, 2]
    slot.switched(1)
    slot.aim(track, 0)
    assert layers_of(call.send(*run(FIRST + 16, 16))) == [0, 0]
    for number in (FIRST, FIRST + 1):
        call.sender.send(path, rtp(SOURCE + 16, number, 90, layered(number) + struct.pack("!H", number)))
    assert [packet.source for packet in call.send(*run(FIRST + 32, 16))] == [FIRST, FIRST + 1], (
        "the smaller one has begun"
    )


# --- whatever comes, in whatever order ------------------------------------------------------------------------

fates = st.lists(
    st.tuples(st.sampled_from("spppppdl"), st.integers(1, 12), st.integers(0, 3)), min_size=20, max_size=120
)
"""Of each packet: it passes, is lost for good, or comes so many later; and what is asked for then ("s")."""


@pytest.mark.parametrize("kind", PATHS, ids=["native", "python"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(fates=fates)
def test_numbers_keep_the_order_of_the_source(kind: type[AnyPath], fates: list[tuple[str, int, int]]) -> None:
    call = Call(kind())
    call.aim(fates[0][2])
    sent: list[Got] = call.send(FIRST, FIRST + 1)
    late: dict[int, list[int]] = {}
    lost = 0
    for number, (fate, after, layers) in enumerate(fates, FIRST + 2):
        if fate == "s":
            call.aim(layers)
        if fate == "l":
            late.setdefault(number + after, []).append(number)
        elif fate == "d":
            lost += 1
        else:
            sent += call.send(number)
        sent += call.send(*late.pop(number, ()))
    sent += call.send(*(number for numbers in late.values() for number in numbers))
    call.path.close()
    by_number = sorted(sent)
    assert len({packet.number for packet in sent}) == len(sent)
    assert by_number[-1].number - by_number[0].number + 1 - len(sent) <= lost, "no gap but of what was lost"
    sources = [packet.source for packet in by_number if packet.source is not None]
    assert sources == sorted(sources)
    pictures = [packet.picture for packet in by_number if packet.source is not None]
    assert pictures == sorted(pictures)
    of_picture = {}
    for packet in sent:
        if packet.source is not None:
            assert of_picture.setdefault(packet.picture, packet.source // 2) == packet.source // 2
