"""The native packet path and the Python one do the same: each script goes into both, and what comes out is equal."""

import os
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings

from meetings.sfu.native.binding import NativePath
from meetings.sfu.twin.path import TwinPath
from tests.sfu.by_hand import START, AnyPath
from tests.sfu.scripts import Player, Step, is_media, scripts

EXAMPLES = int(os.environ.get("EOFFICE_EXAMPLES", "1"))
"""How many times as many examples are tried as usual."""
COMPARED = ("packets_in", "nacks", "retransmitted", "keyframe_requests")
at_random = settings(max_examples=150 * EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def played(path: AnyPath, script: list[Step]) -> Player:
    player = Player(path)
    player.play(script)
    return player


def by_destination(player: Player) -> dict[tuple[str, int, bool], list[bytes]]:
    """What each address was sent, in order: media, and all else, which is not gathered and so may come before it."""
    found = defaultdict(list)
    for host, port, data in player.sent:
        found[host, port, is_media(data)].append(data)
    return dict(found)


@at_random
@given(script=scripts)
def test_both_paths_do_the_same(script: list[Step]) -> None:
    native, twin = NativePath(), TwinPath()
    try:
        native.gather(0)
        first, second = played(native, script), played(twin, script)
        assert by_destination(first) == by_destination(second)
        assert sorted(map(repr, first.events)) == sorted(map(repr, second.events))
        counted = native.counters(), twin.counters()
        for name in COMPARED:
            assert getattr(counted[0], name) == getattr(counted[1], name), name
    finally:
        native.close()
        twin.close()


# --- gathering ----------------------------------------------------------------------------------------------

DISTURBING = {"leave", "check", "strange check", "nack"}
"""What comes earlier or later than packets that wait a little, and so makes another story of it."""


Content = dict[tuple[int, int], dict[int, bytes]]
"""What each slot got, plain, by number."""


def unstamped(plain: bytes) -> bytes:
    """An RTP packet without saying when it was sent."""
    return bytes((plain[0] & ~0x10,)) + plain[1:12] + plain[20 if plain[0] & 0x10 else 12 :]


def unpadded(plain: bytes) -> bytes:
    """An RTP packet without its padding."""
    return bytes((plain[0] & ~0x20,)) + plain[1 : -plain[-1]] if plain[0] & 0x20 else plain


def content(player: Player) -> Content:
    """All that was sent, without when."""
    found = {}
    for (browser, ssrc), media in player.media.items():
        plain = {number: browser.opened([data]) for number, data in sorted(media.items())}
        assert all(plain.values()), "everything verifies"
        found[browser.name, ssrc] = {number: unstamped(packets[0]) for number, packets in plain.items()}
    return found


def without_padding(content: Content) -> Content:
    return {slot: {number: unpadded(plain) for number, plain in media.items()} for slot, media in content.items()}


@pytest.fixture(scope="module")
def segmenting() -> None:
    probe = NativePath()
    probe.open_link("127.0.0.1", 0)
    has = probe.has_segmentation
    probe.close()
    if not has:
        pytest.skip("this kernel does not segment")


@at_random
@given(script=scripts)
def test_gathering_changes_nothing_but_padding(segmenting: None, script: list[Step]) -> None:
    script = [step for step in script if step.what not in DISTURBING]
    script += [Step("time", 255), Step("tick"), Step("tick")]
    at_once, gathered, twin = NativePath(), NativePath(), TwinPath()
    try:
        at_once.gather(0)
        for path in (gathered, twin):
            path.gather(10_000)
            path.open_link("127.0.0.1", 0)
            path.step_clock(START, 0)
        sent = [content(played(path, script)) for path in (at_once, gathered, twin)]
        assert without_padding(sent[1]) == sent[0]
        assert sent[1] == sent[2]
    finally:
        at_once.close()
        gathered.close()
        twin.close()


@at_random
@given(script=scripts)
def test_what_is_sent_again_is_the_same_byte_for_byte(segmenting: None, script: list[Step]) -> None:
    """Gathered or not, padded or not: ``Player`` looks whether any index was used for two packets."""
    path = NativePath()
    path.open_link("127.0.0.1", 0)
    try:
        for gathering in (10_000, 0, 10_000):
            path.gather(gathering)
            player = played(path, script)
            for name in range(1, player.lives + 1):
                path.remove_peer(name)
    finally:
        path.close()
