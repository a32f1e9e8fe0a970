"""Sound and pictures of a consultation room, through a real media node: nothing comes in, and nothing gets out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.city import City
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.tabs import Tab
from tests.sfu.node import RunningNode, start_node

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def node(settings: Settings, tmp_path: Path) -> Iterator[RunningNode]:
    address = f"unix:{tmp_path}/node.sock"
    running = start_node(address, tmp_path / "node.log")
    settings.MEDIA_NODES = [address]
    yield running
    running.stop()


@pytest.fixture
def sitting(city: City, node: RunningNode) -> Sitting:
    return build_sitting(city)


async def test_those_inside_see_and_hear_each_other_and_nobody_else_does(
    tab: Callable[..., Tab], sitting: Sitting
) -> None:
    chair, host, guest = tab("chair", "anh"), tab("department_head", "binh"), tab("invited_head", "chau")
    for one in (chair, host, guest):
        await one.come()
        await one.speak()
    await guest.peer.until(lambda: guest.peer.shows("floor") == "anh" and guest.hears() > 20)

    answer = await host.ask("consultation.open", kind="group", sites=[guest.site])
    assert answer["type"] == "done"
    room = (await host.hear("consultation.changed"))["consultation"]["id"]
    for one in (host, guest):
        assert (await one.ask("consultation.enter", consultation=room))["type"] == "done"
        await one.connect_anew()
    chair_heard = chair.hears()
    await host.say("view", wall={"wall0": guest.site})
    await host.hear("track.wanted")
    await host.speak()
    await guest.peer.until(lambda: guest.hears() > 20)
    await host.peer.until(lambda: host.peer.shows("wall0") == "chau")
    assert guest.peer.shows("floor") != "anh"
    assert chair.hears() - chair_heard < 20  # what was on its way

    for one in (host, guest):
        await one.ask("consultation.leave")
        await one.connect_anew()
    await guest.peer.until(lambda: guest.peer.shows("floor") == "anh")
    await host.speak()
    await chair.peer.until(lambda: chair.hears() - chair_heard > 40)
