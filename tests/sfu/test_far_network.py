"""Two real Chromium in a network of their own, behind a line that loses 5 % of all packets and delays the others."""

from pathlib import Path

import pytest

from meetings.sfu.gateway import MediaGateway
from tests.sfu.far_network import HERE, NAME, far_network, why_not
from tests.sfu.node import running_node
from tests.sfu.peers import ROOM
from tests.sfu.test_chromium import chromium
from tests.sfu.test_weak_lines import CAMERA, ENOUGH, meet, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not())]

LOSS, DELAY_S = 0.05, 0.1
"""Each way: the share of packets that is lost, and how late the others are."""


def chromium_there(folder: Path) -> Path:
    """A program that starts Chromium in the far network."""
    program = folder / "chromium-there"
    program.write_text(f'#!/bin/sh\nexec ip netns exec {NAME} /usr/bin/chromium "$@"\n')
    program.chmod(0o755)
    return program


async def test_a_far_network_with_losses_and_delay_sees_and_hears(tmp_path: Path) -> None:
    with far_network(loss=LOSS, delay=DELAY_S) as line, running_node(bind=HERE) as node:
        gateway = await MediaGateway.connect(node.address, wait=15)
        async with chromium(2, CAMERA, chromium_there(tmp_path)) as pages:
            await meet(gateway, pages, None, None)
            rate, longest, concealed = await watch(pages[1], 15)
        await gateway.close_room(ROOM)
        await gateway.close()
    print(f"{rate:.1f} frames/s, longest pause {longest:.2f} s, {concealed:.2%} of the sound made up")  # noqa: T201
    assert 0.03 < line.lost / (line.lost + line.carried) < 0.07
    assert rate >= ENOUGH and longest <= 1.0
