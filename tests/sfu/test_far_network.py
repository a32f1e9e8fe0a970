"""Two real Chromium in a network of their own, behind a line that loses 5 % of all packets and delays the others."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from meetings.sfu.gateway import MediaGateway
from tests.sfu.far_network import HERE, NAME, far_network, why_not
from tests.sfu.node import running_node
from tests.sfu.peers import ROOM
from tests.sfu.test_weak_lines import CAMERA, ENOUGH, meet, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not())]

LOSS, DELAY_S = 0.05, 0.1
"""Each way: the share of packets that is lost, and how late the others are."""


@contextlib.asynccontextmanager
async def far_chromium(tmp_path: Path) -> AsyncIterator[list[Page]]:
    """An empty page in each of two profiles of a Chromium that runs in the far network."""
    there = tmp_path / "chromium-there"
    there.write_text(f'#!/bin/sh\nexec ip netns exec {NAME} /usr/bin/chromium "$@"\n')
    there.chmod(0o755)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=there, args=[*CAMERA])
        pages = [await (await browser.new_context(permissions=["microphone", "camera"])).new_page() for _ in range(2)]
        for page in pages:
            await page.route("http://localhost/**", lambda r: r.fulfill(body="<body></body>", content_type="text/html"))
            await page.goto("http://localhost/")
        yield pages
        await browser.close()


async def test_a_far_network_with_losses_and_delay_sees_and_hears(tmp_path: Path) -> None:
    with far_network(loss=LOSS, delay=DELAY_S) as line, running_node(bind=HERE) as node:
        gateway = await MediaGateway.connect(node.address, wait=15)
        async with far_chromium(tmp_path) as pages:
            await meet(gateway, pages, None, None)
            rate, longest, concealed = await watch(pages[1], 15)
        await gateway.close_room(ROOM)
        await gateway.close()
    print(f"{rate:.1f} frames/s, longest pause {longest:.2f} s, {concealed:.2%} of the sound made up")  # noqa: T201
    assert 0.03 < line.lost / (line.lost + line.carried) < 0.07
    assert rate >= ENOUGH and longest <= 1.0
