"""Real peers on loopback: what one sends, the others receive, and what they receive changes without a word."""

import pytest

from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Connected, Lost, Switched, Wanted
from tests.sfu.peers import ROOM, Peer, camera

pytestmark = pytest.mark.slow
PATHS = ("native", "python")


async def test_picture_and_voice_arrive_and_the_floor_moves_without_negotiation(
    gateway: MediaGateway, peers: dict[str, Peer]
) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    anh, binh, chau = peers["anh"], peers["binh"], peers["chau"]
    await anh.send()
    await binh.send()
    await gateway.listen(ROOM, ["anh", "binh"])
    await gateway.show(ROOM, "floor", camera("anh"))
    watching = await chau.receive()
    await chau.until(lambda: chau.shows("floor") == "anh" and chau.frames["audio0"] > 20)
    description = watching.remoteDescription.sdp

    await gateway.show(ROOM, "floor", camera("binh"))
    await chau.until(lambda: chau.shows("floor") == "binh")
    assert watching.remoteDescription.sdp == description
    switched = [e for e in heard if isinstance(e, Switched)]
    assert [e.source for e in switched if e.slot == "floor"] == [camera("anh"), camera("binh")]
    assert {(e.peer, e.connection) for e in heard if isinstance(e, Connected)} == {
        ("anh", "send"), ("binh", "send"), ("chau", "receive"),
    }  # fmt: skip


async def test_a_wall_shows_what_its_viewer_asked_for_and_unwatched_cameras_are_told(
    gateway: MediaGateway, peers: dict[str, Peer]
) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    anh, binh, chau = peers["anh"], peers["binh"], peers["chau"]
    await anh.send()
    await binh.send()
    await chau.receive()
    await gateway.view(ROOM, "chau", {"wall0": camera("binh"), "wall5": camera("anh")})
    await chau.until(lambda: chau.shows("wall0") == "binh" and chau.shows("wall5") == "anh")
    await gateway.view(ROOM, "chau", {"wall0": camera("binh")})
    unwatched = Wanted(room=ROOM, source=camera("anh"), layers=0)
    await chau.until(lambda: unwatched in heard)
    await chau.until_silent("wall5")


async def test_who_has_the_floor_is_not_sent_its_own_picture_and_sees_the_next_one_without_asking(
    gateway: MediaGateway, peers: dict[str, Peer]
) -> None:
    anh, binh = peers["anh"], peers["binh"]
    await anh.send()
    await binh.send()
    await anh.receive()
    await binh.receive()
    await gateway.show(ROOM, "floor", camera("anh"))
    await binh.until(lambda: binh.shows("floor") == "anh")
    assert anh.frames["floor"] == 0
    await gateway.show(ROOM, "floor", camera("binh"))
    await anh.until(lambda: anh.shows("floor") == "binh")
    await binh.until_silent("floor")


async def test_nobody_hears_a_microphone_that_is_not_open(gateway: MediaGateway, peers: dict[str, Peer]) -> None:
    anh, chau = peers["anh"], peers["chau"]
    await anh.send()
    await gateway.show(ROOM, "floor", camera("anh"))
    await chau.receive()
    await chau.until(lambda: chau.frames["floor"] > 10)
    assert chau.frames["audio0"] == 0
    await gateway.listen(ROOM, ["anh"])
    await chau.until(lambda: chau.frames["audio0"] > 5)
    await gateway.listen(ROOM, [])
    await chau.until_silent("audio0")


async def test_a_new_connection_takes_over_from_the_old_one(gateway: MediaGateway, peers: dict[str, Peer]) -> None:
    anh, chau = peers["anh"], peers["chau"]
    await anh.send()
    await gateway.show(ROOM, "floor", camera("anh"))
    await chau.receive()
    await chau.until(lambda: chau.frames["floor"] > 10)
    old = anh.connections[0]
    await anh.send()
    await chau.until(lambda: old.connectionState in ("closed", "failed") or old.iceConnectionState == "closed", 20)
    seen = chau.frames["floor"]
    await chau.until(lambda: chau.frames["floor"] > seen + 10)
    assert (await gateway.inspect()).connections == 2


async def test_a_peer_that_hangs_up_is_missed(gateway: MediaGateway, peers: dict[str, Peer]) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    anh = peers["anh"]
    await anh.send()
    await anh.until(lambda: any(isinstance(e, Connected) for e in heard))
    await anh.close()
    await anh.until(lambda: Lost(room=ROOM, peer="anh", connection="send") in heard, 20)
    await gateway.leave(ROOM, "anh")
    report = await gateway.inspect()
    assert (report.peers, report.connections) == (0, 0)
