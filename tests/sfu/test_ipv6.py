"""Real Chromium over IPv6: pictures arrive, also when its address changes, and over TCP."""

import socket
from collections.abc import Iterator

import pytest

from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Lost
from tests.sfu.node import RunningNode, running_node
from tests.sfu.peers import ROOM, camera
from tests.sfu.relay import Relay
from tests.sfu.test_chromium import FLAGS, STATS, chromium, receive, send, until
from tests.sfu.test_tcp import WithoutUdp

pytestmark = pytest.mark.browser

LOOPBACK = [*FLAGS, "--allow-loopback-in-peer-connection"]
"""The machine that runs the tests may have no other IPv6 address."""


@pytest.fixture(scope="module")
def node() -> Iterator[RunningNode]:
    with running_node("--tcp-port", "0", bind="::1") as node:
        yield node


async def test_pictures_and_voices_arrive_over_ipv6_and_follow_a_changed_address(gateway: MediaGateway) -> None:
    heard: list[Event] = []
    gateway.add_listener(heard.append)
    uplink, downlink = Relay(family=socket.AF_INET6), Relay(family=socket.AF_INET6)
    async with chromium(2, LOOPBACK) as pages:
        await gateway.show(ROOM, "floor", camera("red"))
        await gateway.listen(ROOM, ["red"])
        await send(pages[0], gateway, "red", "rgb(255, 0, 0)", uplink)
        await receive(pages[1], gateway, downlink)
        stats = lambda: pages[1].evaluate(STATS)  # noqa: E731
        await until(stats, lambda s: s["frames"] > 20 and s["energy"] > 0, 20)
        for network in (downlink, uplink):
            network.move()
            seen = (await stats())["frames"]
            await until(stats, lambda s, seen=seen: s["frames"] > seen + 30, 10)
        assert not [event for event in heard if isinstance(event, Lost)]
    uplink.close()
    downlink.close()


async def test_pictures_arrive_over_tcp_and_ipv6(gateway: MediaGateway) -> None:
    async with chromium(2, LOOPBACK) as pages:
        await gateway.show(ROOM, "floor", camera("red"))
        await send(pages[0], gateway, "red", "rgb(255, 0, 0)", WithoutUdp())
        await receive(pages[1], gateway, WithoutUdp())
        await until(lambda: pages[1].evaluate(STATS), lambda s: s["frames"] > 20, 20)
