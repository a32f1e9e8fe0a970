"""What gives way on a weak line: tiles, then the chair, then the floor's size; never a voice."""

import pytest

from meetings.sfu.allowance import FIRST, LEAST, OFF, VOICES, Estimate, Portion, allot
from meetings.sfu.messages import Source
from meetings.sfu.packet_path import StreamArrives, ViewerFares
from meetings.sfu.track import Layer, Track

SMALL, MIDDLE, LARGE = Portion(0), Portion(1), Portion(2)
THIN_SMALL, THIN_MIDDLE, THIN_LARGE = (Portion(layer, is_whole=False) for layer in range(3))


def camera(name: str) -> Track:
    return Track(Source(peer=name, kind="camera"), [Layer(1, "small"), Layer(2, "middle"), Layer(3, "large")])


SCREEN = {"floor": camera("a"), "chair": camera("b"), "wall0": camera("c"), "wall1": camera("d")}


@pytest.mark.parametrize(
    ("bitrate", "floor", "chair", "wall0", "wall1"),
    [
        (3_000_000, LARGE, MIDDLE, SMALL, SMALL),
        (2_350_000, LARGE, MIDDLE, SMALL, OFF),
        (2_200_000, LARGE, MIDDLE, OFF, OFF),
        (1_800_000, LARGE, SMALL, OFF, OFF),
        (1_650_000, LARGE, OFF, OFF, OFF),
        (700_000, MIDDLE, OFF, OFF, OFF),
        (LEAST, SMALL, OFF, OFF, OFF),
    ],
)
def test_the_least_important_goes_first(
    bitrate: int, floor: Portion, chair: Portion, wall0: Portion, wall1: Portion
) -> None:
    chosen = allot(SCREEN, bitrate, {})
    assert chosen == {"floor": floor, "chair": chair, "wall0": wall0, "wall1": wall1}


def test_what_is_presented_stays_longer_than_who_speaks() -> None:
    screen = {"floor": camera("a"), "content": Track(Source(peer="a", kind="content"), [Layer(4)])}
    assert allot(screen, 900_000, {}) == {"content": Portion(0), "floor": SMALL}
    assert allot(screen, 700_000, {}) == {"content": Portion(0), "floor": OFF}


def moving(name: str) -> Track:
    """A camera as it arrives, in three temporal layers: without the highest it takes three fifths."""
    track = camera(name)
    for layer, rate in zip(track.layers, (150_000, 500_000, 1_500_000), strict=True):
        track.heard(StreamArrives(layer.stream, rate, 0, 0, lowest=rate * 2 // 5, lower=rate * 3 // 5))
    return track


@pytest.mark.parametrize(
    ("bitrate", "floor", "chair", "wall0", "wall1"),
    [
        (2_420_000, LARGE, MIDDLE, SMALL, SMALL),
        (2_370_000, LARGE, MIDDLE, SMALL, THIN_SMALL),
        (2_310_000, LARGE, MIDDLE, THIN_SMALL, THIN_SMALL),
        (2_250_000, LARGE, MIDDLE, THIN_SMALL, OFF),
        (2_000_000, LARGE, THIN_MIDDLE, OFF, OFF),
        (1_800_000, LARGE, SMALL, OFF, OFF),
        (1_100_000, THIN_LARGE, OFF, OFF, OFF),
        (700_000, MIDDLE, OFF, OFF, OFF),
        (500_000, THIN_MIDDLE, OFF, OFF, OFF),
        (LEAST, SMALL, OFF, OFF, OFF),
        (LEAST - 1, THIN_SMALL, OFF, OFF, OFF),
    ],
)
def test_each_picture_has_fewer_pictures_before_it_is_smaller(
    bitrate: int, floor: Portion, chair: Portion, wall0: Portion, wall1: Portion
) -> None:
    screen = {"floor": moving("a"), "chair": moving("b"), "wall0": moving("c"), "wall1": moving("d")}
    assert allot(screen, bitrate, {}) == {"floor": floor, "chair": chair, "wall0": wall0, "wall1": wall1}


def test_without_temporal_layers_a_picture_is_whole() -> None:
    track = camera("a")
    for layer in track.layers:
        track.heard(StreamArrives(layer.stream, 400_000, 0, 0, lowest=400_000, lower=400_000))
    assert allot({"floor": track}, VOICES + 100_000, {}) == {"floor": OFF}
    assert allot({"floor": track}, VOICES + 400_000, {}) == {"floor": LARGE}


def test_what_was_taken_away_comes_back_with_room_to_spare() -> None:
    former = allot(SCREEN, 1_650_000, {})
    assert allot(SCREEN, 1_790_000, former) == former
    assert allot(SCREEN, 2_050_000, former)["chair"] == SMALL


def fares(*, lost: int = 0, sent: int = 2_000_000, limit: int = 0, **more: int) -> ViewerFares:
    return ViewerFares(1, lost=lost, round_trip=20_000, jitter=0, sent_rate=sent, limit=limit, nacked=0, **more)


def test_a_lossy_line_is_given_less_and_tried_again_after_a_pause() -> None:
    estimate = Estimate()
    estimate.update(fares(lost=128, sent=1_000_000), 100.0)
    reduced = estimate.bitrate
    assert reduced == 900_000
    estimate.update(fares(sent=500_000), 101.0)
    assert estimate.bitrate == reduced
    for second in range(111, 121):
        estimate.update(fares(sent=500_000), float(second))
    assert estimate.bitrate > reduced * 2


def test_some_loss_that_retransmissions_make_good_changes_nothing() -> None:
    estimate = Estimate()
    for second in range(20):
        estimate.update(fares(lost=33 if second % 5 == 0 else 8, limit=100_000), float(second))
    assert estimate.bitrate == FIRST


def test_a_line_on_which_packets_wait_is_given_what_it_carries_and_time_to_empty() -> None:
    estimate = Estimate()
    estimate.update(fares(carried=1_800_000), 100.0)
    assert estimate.bitrate > FIRST
    estimate.update(fares(carried=1_000_000, queued=80_000, numbered=1_400_000), 101.0)
    reduced = estimate.bitrate
    assert reduced == VOICES + 850_000
    estimate.update(fares(carried=500_000, queued=70_000), 102.0)
    assert estimate.bitrate == reduced, "what waits still was sent before"
    estimate.update(fares(carried=500_000, queued=90_000), 103.5)
    assert estimate.bitrate == VOICES + 425_000


def test_a_stop_of_a_moment_is_no_full_line() -> None:
    estimate = Estimate()
    estimate.update(fares(carried=980_000, queued=90_000, numbered=1_000_000), 100.0)
    assert estimate.bitrate == FIRST
    estimate.update(fares(carried=980_000, queued=90_000, numbered=1_000_000), 101.0)
    assert estimate.bitrate < FIRST


def test_a_line_that_goes_on_filling_is_found_in_half_a_second_and_one_that_empties_is_left_alone() -> None:
    waits = {"carried": 950_000, "numbered": 1_000_000}
    filling, emptying = Estimate(), Estimate()
    for quarter, (more, less) in enumerate(((70_000, 200_000), (120_000, 130_000), (170_000, 65_000))):
        filling.update(fares(queued=more, **waits), 100.0 + quarter / 4)
        emptying.update(fares(queued=less, **waits), 100.0 + quarter / 4)
        assert (filling.bitrate < FIRST) == (quarter > 0)
    assert emptying.bitrate == FIRST


def test_losses_where_nothing_waits_are_no_sign_of_a_full_line() -> None:
    estimate = Estimate()
    for second in range(10):
        estimate.update(fares(lost=13, carried=1_000_000), float(second))
    assert estimate.bitrate > 2 * FIRST
    estimate.update(fares(lost=13, carried=1_000_000, queued=40_000), 10.0)
    grown = estimate.bitrate
    estimate.update(fares(lost=100, carried=1_000_000), 11.0)
    assert estimate.bitrate == VOICES + 850_000 < grown


def test_a_browser_that_says_its_line_is_full_is_believed_and_voices_are_kept() -> None:
    estimate = Estimate()
    estimate.update(fares(lost=200, sent=2_000_000, limit=250_000), 1.0)
    assert estimate.bitrate == LEAST
