"""Media nodes that no setting names: they tell by Redis that they live, and rooms are put on them."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from channels.db import database_sync_to_async
from pytest_django.fixtures import Settings

from meetings import hosting
from meetings.gateways import MediaHost, host
from meetings.sfu.heartbeat import LOST_AFTER
from tests.factories import MeetingFactory
from tests.sfu.node import RunningNode, start_node

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def start(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], RunningNode]]:
    """``start("a")``: a node that announces itself."""
    redis_url = os.environ["EOFFICE_TEST_REDIS_URL"]
    settings.MEDIA_NODES, settings.MEDIA_NODES_REDIS_URL = [], redis_url
    monkeypatch.setenv("EOFFICE_REDIS_URL", redis_url)
    started = []

    def start(name: str) -> RunningNode:
        address = f"unix:{tmp_path}/{name}.sock"
        started.append(start_node(address, tmp_path / f"{name}.log", "--announce", address))
        return started[-1]

    yield start
    for node in started:
        if node.process.poll() is None:
            node.stop()


async def known() -> set[str]:
    return set(await asyncio.wrap_future(host().run(host().nodes())))


async def until_known(*nodes: RunningNode, seconds: float) -> float:
    begun = time.monotonic()
    while await known() != {node.address for node in nodes}:
        assert time.monotonic() - begun < seconds, await known()
        await asyncio.sleep(0.1)
    return time.monotonic() - begun


async def test_a_meeting_is_put_on_a_node_that_announces_itself_and_leaves_it_when_it_dies(
    start: Callable[[str], RunningNode],
) -> None:
    meeting = await database_sync_to_async(MeetingFactory)()
    first = start("first")
    await until_known(first, seconds=3)
    assert await hosting.home(meeting.pk) == first.address
    second = start("second")
    await until_known(first, second, seconds=3)
    assert await hosting.home(meeting.pk) == first.address
    first.kill()
    await asyncio.sleep(0.3)
    assert await hosting.home(meeting.pk) == second.address
    assert await until_known(second, seconds=LOST_AFTER + 2) > 1, "its last word was a second ago at most"


async def test_a_node_that_stops_says_so(start: Callable[[str], RunningNode]) -> None:
    node = start("first")
    await until_known(node, seconds=3)
    node.stop()
    await until_known(seconds=2)


async def test_every_process_puts_a_meeting_on_the_same_node(start: Callable[[str], RunningNode]) -> None:
    nodes = [start(name) for name in ("a", "b", "c")]
    await until_known(*nodes, seconds=5)
    other_process = MediaHost()
    usable = await asyncio.wrap_future(other_process.run(other_process.usable()))
    assert set(usable) == {node.address for node in nodes}
    meeting = await database_sync_to_async(MeetingFactory)()
    homes = await asyncio.gather(*(hosting.home(meeting.pk) for _ in range(8)))
    assert len(set(homes)) == 1
