"""The wall that all share: put into everybody's slots at once, told once; a large tile; a picture that moves no voice."""

import asyncio

import pytest

from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Switched
from tests.sfu.peers import ROOM, Peer, camera

pytestmark = pytest.mark.slow


async def test_who_follows_the_shared_wall_sees_it_turn_and_nobody_else_does(
    gateway: MediaGateway, peers: dict[str, Peer]
) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    anh, binh, chau = peers["anh"], peers["binh"], peers["chau"]
    await anh.send()
    await binh.send()
    await anh.receive()
    await chau.receive()
    await gateway.view(ROOM, "chau", {}, common=["wall0"])
    await gateway.show(ROOM, "wall0", camera("anh"))
    await chau.until(lambda: chau.shows("wall0") == "anh")
    await gateway.show(ROOM, "wall0", camera("binh"))
    await chau.until(lambda: chau.shows("wall0") == "binh")
    assert anh.frames["wall0"] == 0
    assert _told(heard) == [(None, "anh"), (None, "binh")]

    await gateway.view(ROOM, "anh", {}, common=["wall0"])  # who follows later is told alone, when it shows there
    await anh.until(lambda: anh.shows("wall0") == "binh" and len(_told(heard)) == 3)
    assert _told(heard)[2] == ("anh", "binh")

    await gateway.view(ROOM, "chau", {"wall0": camera("anh")}, common=["wall0"])
    await chau.until(lambda: chau.shows("wall0") == "anh")
    assert _told(heard)[3] == ("chau", "anh"), "a tile of one's own goes before"


def _told(heard: list[Event]) -> list[tuple[str | None, str]]:
    return [(e.peer, e.source.peer) for e in heard if isinstance(e, Switched) and e.slot == "wall0" and e.source]


async def test_the_picture_on_air_leaves_the_first_voice_to_who_has_the_floor(
    gateway: MediaGateway, peers: dict[str, Peer]
) -> None:
    anh, binh, chau = peers["anh"], peers["binh"], peers["chau"]
    await anh.send()
    await binh.send()
    await chau.receive()
    await gateway.listen(ROOM, ["anh"], "anh")
    await gateway.arrange(ROOM, {"floor": camera("binh"), "chair": camera("anh")})
    await chau.until(lambda: chau.shows("floor") == "binh" and chau.shows("chair") == "anh")
    await chau.until(lambda: chau.frames["audio0"] > 10)
    others = [chau.frames["audio1"], chau.frames["audio2"]]
    await asyncio.sleep(0.3)
    assert [chau.frames["audio1"], chau.frames["audio2"]] == others == [0, 0], "nobody hears who is on air alone"
