"""Between two nodes crosses no more of a picture than somebody beyond is shown, and than their line carries."""

import asyncio

import pytest

from tests.sfu.peers import ROOM, camera
from tests.sfu.test_cascade import CITY, EAST, Scene, nodes, scene
from tests.sfu.test_chromium import ANSWER, RECEIVE, chromium, until
from tests.sfu.test_layers import SEND, widths

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["nodes", "scene"]  # fixtures


async def test_only_the_layers_that_are_looked_at_cross(scene: Scene) -> None:
    async with chromium(2) as (sender, viewer):
        await scene.everywhere("anh", [])
        city, east = scene.gateways[CITY], scene.gateways[EAST]
        answer = await city.negotiate(ROOM, "anh", "send", await sender.evaluate(SEND), ("camera",))
        await sender.evaluate(ANSWER, ["sending", answer])
        answer = await east.negotiate(ROOM, "binh", "receive", await viewer.evaluate(RECEIVE))
        await viewer.evaluate(ANSWER, ["receiving", answer])
        await until(lambda: widths(viewer), lambda w: w.get("floor", (0, 0))[0] == 960, 30)
        assert east.crossed() == 3

        await east.view(ROOM, "binh", {"wall0": camera("anh")}, ("floor",))
        await until(lambda: widths(viewer), lambda w: w.get("wall0", (0, 0))[1] > 20, 15)
        await asyncio.sleep(2.5)
        east.relay.kept.clear()
        await asyncio.sleep(1)
        assert east.crossed() == 1
        assert (await widths(viewer))["wall0"][0] == 240

        await east.view(ROOM, "binh", {})
        await until(lambda: widths(viewer), lambda w: w.get("floor", (0, 0))[0] == 960, 30)
        east.relay.rate = 500_000
        await until(lambda: widths(viewer), lambda w: w.get("floor", (0, 0))[0] < 960, 30)
        before = (await widths(viewer))["floor"][1]
        await asyncio.sleep(4)
        frames = (await widths(viewer))["floor"][1] - before
        assert frames > 4 * 8, f"{frames} pictures in 4 s over a line that carries the smaller layers only"
