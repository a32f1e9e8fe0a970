"""What the packet path promises whatever a peer sends: no index is used for two packets, and nobody can make it work
without end. Both implementations."""

import struct
from dataclasses import replace

import pytest

from meetings.sfu.packet_path import Codec, PeerLapsed, SlotTable, StreamArrives, ViewerFares
from meetings.sfu.rtp import parse
from tests.sfu.by_hand import (
    GCM_128,
    SLOT,
    SOURCE,
    START,
    VP8_KEYFRAME,
    VP8_OTHER,
    WALL,
    AnyPath,
    Browser,
    is_rtcp,
    key_of,
    media,
    nack,
    picture_slot,
    rtp,
    sender_report,
    transport_feedback,
    video,
)


def test_a_sender_that_begins_anew_is_never_mixed_up_with_its_former_run(
    path: AnyPath, sender: Browser, viewer: Browser
) -> None:
    """A retransmission is the packet that was sent under this number, or nothing."""

    def play(first: int, text: bytes) -> list[bytes]:
        for number in range(first, first + 8):
            head = VP8_KEYFRAME if number == first else VP8_OTHER
            sender.send(path, rtp(SOURCE, number, 1000, head + text))
        return media(viewer.sent(path))

    firsts = enumerate((100, 20_000, 45_000, 100))
    runs = [data for run, first in firsts for data in play(first, b"run %d" % run)]
    assert len(runs) == 32
    viewer.send(path, nack(SLOT, range(90, 140)))
    answers = media(viewer.sent(path))
    assert answers
    assert set(answers) <= set(runs)


def test_an_address_taken_over_while_packets_wait_for_it(path: AnyPath, sender: Browser, viewer: Browser) -> None:
    path.gather(10_000)
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    other = Browser(3, host=viewer.host, port=viewer.port)
    other.join(path)
    path.take_sent()
    path.step_clock(START + 20_000, WALL)
    sender.send(path, rtp(SOURCE, 101, 1000, VP8_OTHER + b"picture"))
    assert not media(viewer.sent(path))


def test_two_slots_never_share_an_ssrc(path: AnyPath, sender: Browser, viewer: Browser) -> None:
    path.add_slot(picture_slot(2, 2, SLOT))
    path.aim(2, 1)
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    assert len(media(viewer.sent(path))) == 1


def repairing_slot(slot: int, ssrc: int, rtx_ssrc: int) -> SlotTable:
    return replace(
        picture_slot(slot, 2, ssrc), rtx_ssrc=rtx_ssrc, rtx_payload_types={Codec.VP8: 97}, transport_number=6
    )


def test_two_uses_of_one_ssrc_are_refused(path: AnyPath, sender: Browser, viewer: Browser) -> None:
    path.add_slot(repairing_slot(2, 0x3333, 0x3333))
    path.add_slot(repairing_slot(3, 0x4444, SLOT))
    path.add_slot(repairing_slot(4, 0x5555, 0x6666))
    path.add_slot(repairing_slot(5, 0x6666, 0x7777))
    for slot in (2, 3, 4, 5):
        path.aim(slot, 1)
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    assert [int.from_bytes(data[8:12], "big") for data in media(viewer.sent(path))] == [SLOT, 0x5555]


def test_what_is_sent_again_has_numbers_of_its_own(path: AnyPath, sender: Browser, viewer: Browser) -> None:
    path.add_slot(repairing_slot(2, 0x5555, 0x6666))
    path.aim(1, 0)
    path.aim(2, 1)
    for number in range(100, 104):
        head = VP8_KEYFRAME if number == 100 else VP8_OTHER
        sender.send(path, rtp(SOURCE, number, 1000, head + b"picture %d" % number, marker=number == 102))
    first = viewer.opened(viewer.sent(path))
    path.step_clock(START + 250_000, WALL)
    viewer.send(path, nack(0x5555, (102, 101)))
    again = [parsed for data in viewer.opened(viewer.sent(path)) if (parsed := parse(data))]
    assert [(p.ssrc, p.payload_type, p.sequence, p.marker) for p in again] == [
        (0x6666, 97, 1, True),
        (0x6666, 97, 2, False),
    ]
    assert [p.payload for p in again] == [struct.pack("!H", n) + VP8_OTHER + b"picture %d" % n for n in (102, 101)]
    numbered = [parsed.extensions[6] for data in first if (parsed := parse(data))] + [p.extensions[6] for p in again]
    assert numbered == [struct.pack("!H", number) for number in range(6)]


def test_what_a_browser_tells_says_what_came_and_how_long_it_waited(
    path: AnyPath, sender: Browser, viewer: Browser
) -> None:
    path.add_slot(repairing_slot(2, 0x5555, 0x6666))
    path.aim(1, 0)
    path.aim(2, 1)
    for second in range(2):
        for number in range(20):
            path.step_clock(START + second * 1_000_000 + number * 50_000, WALL)
            head = VP8_OTHER if second or number else VP8_KEYFRAME
            sender.send(path, rtp(SOURCE, 100 + 20 * second + number, 1000, head + bytes(986)))
            path.step_tick()
        # the browser's clock is another; in the second second all waits 100 ms more, and two are lost
        arrivals = {20 * second + n: 77_000_000 + second * 1_100_000 + n * 50_000 for n in range(20)}
        lost = (23, 30) if second else ()
        viewer.send(path, transport_feedback({n: at for n, at in arrivals.items() if n not in lost}))
    path.step_clock(START + 2_100_000, WALL)
    path.take_events()
    path.step_tick()
    (fares,) = [event for event in path.take_events() if isinstance(event, ViewerFares) and event.peer == 2]
    assert fares.lost == 2 * 256 // 20
    assert fares.queued == 100_000
    assert fares.carried == pytest.approx(18 * 1000 * 8, rel=0.2)


def test_an_encoding_that_pauses_is_told_at_once_if_another_goes_on(path: AnyPath, sender: Browser) -> None:
    path.add_stream(video(2, 1, SOURCE + 16))
    told = []
    for frame in range(60):
        path.step_clock(START + frame * 50_000, WALL)
        for ssrc, last in ((SOURCE, 45), (SOURCE + 16, 20)):
            if frame < last:
                sender.send(path, rtp(ssrc, 100 + frame, frame * 3000, VP8_OTHER + b"picture"))
        path.step_tick()
        told += [(frame, e.stream) for e in path.take_events() if isinstance(e, StreamArrives) and not e.rate]
    assert told == [(26, 2)], "and not when all are silent"


def test_keys_are_set_once(path: AnyPath, sender: Browser) -> None:
    """Reports of a connection are numbered under its keys; keys set again would number them anew."""

    def report() -> bytes:
        path.step_tick()
        return next(data for data in sender.sent(path) if is_rtcp(data))

    first = report()
    path.set_keys(1, GCM_128, sender.keys.inbound, sender.keys.outbound)
    path.step_clock(START + 2_000_000, WALL)
    second = report()
    indexes = [int.from_bytes(data[-4:], "big") & 0x7FFFFFFF for data in (first, second)]
    assert indexes[0] < indexes[1]
    path.set_keys(1, GCM_128, key_of(GCM_128, 77), key_of(GCM_128, 78))
    path.step_clock(START + 4_000_000, WALL)
    sender.inbound.unprotect_rtcp(report())


def test_one_datagram_of_sender_reports_is_not_many_for_every_viewer(
    path: AnyPath, sender: Browser, viewer: Browser
) -> None:
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    path.take_sent()
    now = (START + WALL) // 1_000_000 + 2_208_988_800
    sender.send(path, b"".join(sender_report(SOURCE, now << 32 | n, 1000) for n in range(40)))
    assert len(viewer.sent(path)) == 1


def test_a_viewer_is_sent_so_much_again_and_no_more(path: AnyPath, sender: Browser, viewer: Browser) -> None:
    numbers = range(100, 900)
    for number in numbers:
        head = VP8_KEYFRAME if number == 100 else VP8_OTHER
        sender.send(path, rtp(SOURCE, number, 1000, head + b"picture"))
    path.take_sent()
    for _ in range(3):
        for first in numbers[::100]:
            viewer.send(path, nack(SLOT, range(first, first + 100)))
    assert len(viewer.sent(path)) == 256
    path.step_tick()
    path.take_sent()
    viewer.send(path, nack(SLOT, range(800, 810)))
    assert len(viewer.sent(path)) == 10


def test_what_looks_like_a_handshake_does_not_crowd_out_what_matters(path: AnyPath, sender: Browser) -> None:
    for _ in range(4000):
        path.step_datagram(sender.host, sender.port, b"\x16\xfe\xfd" + bytes(1400))
    path.step_clock(START + 16_000_000, WALL)
    path.step_tick()
    assert PeerLapsed(1) in path.take_events()


def test_a_clock_rate_of_nonsense_makes_no_slot(path: AnyPath, viewer: Browser) -> None:
    for slot, rate in ((7, 0), (8, 1 << 31)):
        path.add_slot(SlotTable(slot, 2, 0x7000 + slot, rate, is_video=True, payload_types={}))
        viewer.send(path, struct.pack("!BBHIIIIIII", 0x81, 201, 7, 1, 0x7000 + slot, 0, 0, 90000, 0, 0))


def test_calls_after_the_end_do_nothing(path: AnyPath) -> None:
    path.close()
    path.remove_peer(1)
    path.send_dtls(1, b"\x16")
    path.aim(1, 1)
    path.close()


def report(path: AnyPath, viewer: Browser, highest: int, lost: int) -> None:
    """The viewer says what came of its slot: the highest number, and losses in all."""
    viewer.send(path, struct.pack("!BBHIIIIIII", 0x81, 201, 7, 1, SLOT, lost, highest, 0, 0, 0))


def losses(path: AnyPath) -> int:
    """Of the viewer, as they are told, in 1/256."""
    path.step_tick()
    return next(event.lost for event in path.take_events() if isinstance(event, ViewerFares) and event.peer == 2)


@pytest.mark.parametrize(("silence", "blamed"), [(4_000_000, 0), (1_000_000, 128)])
def test_what_is_lost_while_a_viewer_has_no_network_is_no_fault_of_its_line(
    path: AnyPath, sender: Browser, viewer: Browser, silence: int, blamed: int
) -> None:
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    report(path, viewer, 100, 0)
    losses(path)
    path.step_clock(START + silence, WALL)
    report(path, viewer, 100, 0)  # nothing came since, as one sees when one is back
    path.step_clock(START + silence + 500_000, WALL)
    report(path, viewer, 200, 50)
    path.step_clock(START + silence + 1_000_000, WALL)
    assert losses(path) == blamed


def test_what_a_source_loses_is_not_blamed_on_its_viewers(path: AnyPath, sender: Browser, viewer: Browser) -> None:
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    report(path, viewer, 100, 0)
    losses(path)
    sender.send(path, rtp(SOURCE, 301, 2000, VP8_OTHER + b"picture"))
    report(path, viewer, 301, 200)
    path.step_clock(START + 1_000_000, WALL)
    assert losses(path) == 0
    for number in range(302, 402):
        sender.send(path, rtp(SOURCE, number, 3000, VP8_OTHER + b"picture"))
    report(path, viewer, 401, 250)
    path.step_clock(START + 2_000_000, WALL)
    assert losses(path) == 128


def test_who_sends_far_too_much_is_heard_no_further_and_others_are(
    path: AnyPath, sender: Browser, viewer: Browser
) -> None:
    other = Browser(3)
    other.join(path)
    path.add_stream(video(2, 3, 0x3333))
    path.add_slot(picture_slot(2, 2, 0x4444))
    path.aim(2, 2)

    def pictures(first: int, count: int) -> int:
        """How many of so many large packets that the source sends at once reach its viewer."""
        for number in range(first, first + count):
            start = VP8_OTHER if number else VP8_KEYFRAME
            sender.send(path, rtp(SOURCE, 100 + number, 1000, start + bytes(1100)))
        return sum(parsed.ssrc == SLOT for data in viewer.opened(media(viewer.sent(path))) if (parsed := parse(data)))

    passed = pictures(0, 3000)
    assert 1700 < passed < 2000
    assert path.counters().over_limit == 3000 - passed
    other.send(path, rtp(0x3333, 1, 1000, VP8_KEYFRAME + b"picture"))
    assert len(media(viewer.sent(path))) == 1
    path.step_clock(START + 200_000, WALL)
    assert 300 < pictures(3000, 1000) < 400
    path.step_clock(START + 3_000_000, WALL)
    assert pictures(4000, 500) == 500


def test_what_does_not_verify_uses_up_nobodys_allowance(path: AnyPath, sender: Browser, viewer: Browser) -> None:
    forged = Browser(4, host=sender.host, port=sender.port)
    for number in range(3000):
        forged.send(path, rtp(SOURCE, 100 + number, 1000, VP8_OTHER + bytes(1100)))
    sender.send(path, rtp(SOURCE, 100, 1000, VP8_KEYFRAME + b"picture"))
    assert len(media(viewer.sent(path))) == 1
    assert path.counters().over_limit == 0
