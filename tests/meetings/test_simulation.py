"""Failures on demand (``simulate``): what they do, and that they exist in the tests' settings only."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from meetings.protocol.requests import Simulate
from tests.city import City
from tests.meetings.room import Browser, Sitting
from tests.meetings.tabs import Tab
from tests.sfu.node import start_node

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
SETTINGS = Path(__file__).parents[2] / "eoffice" / "settings"
KINDS = get_args(Simulate.model_fields["kind"].annotation)


@pytest.fixture
def ward(city: City, sitting: Sitting) -> Browser:
    return Browser(sitting.path, city.person("invited_head"))


def test_only_the_tests_settings_turn_it_on() -> None:
    on = [path.name for path in SETTINGS.glob("*.py") if "SOCKET_SIMULATION = True" in path.read_text()]
    assert on == ["test.py"]


async def test_elsewhere_every_kind_is_refused_and_nothing_fails(ward: Browser, settings: Settings) -> None:
    settings.SOCKET_SIMULATION = False
    async with ward:
        await ward.enter()
        for kind in KINDS:
            assert (await ward.ask("simulate", kind=kind, seconds=30))["code"] == "not-here"
        assert (await ward.ask("view"))["type"] == "done"


@pytest.mark.parametrize("on", [True, False])
def test_the_page_learns_whether_it_may(
    sitting: Sitting, city: City, client_as: Callable[[str], Client], settings: Settings, on: bool
) -> None:
    settings.SOCKET_SIMULATION = on
    page = client_as("chair").get(f"/meetings/{sitting.meeting.pk}/room/").content.decode()
    assert f'"simulate": {json.dumps(on)}' in page


async def test_a_lost_network_turns_the_person_away_until_it_is_over(ward: Browser, sitting: Sitting) -> None:
    assert await ward.connect()
    await ward.enter()
    await ward.say("simulate", kind="lose-network", seconds=0.5)
    await ward.closed_with()
    assert not await ward.connect()
    begun = timezone.now()
    while not await ward.connect():
        pass
    assert timezone.now() - begun < dt.timedelta(seconds=3)
    await ward.say("resume", version=1, secret=ward.secret, ack=ward.last_seq)
    assert (await ward.hear("welcome"))["resumed"]
    await ward.leave()


async def test_a_wrong_clock_is_right_again_after_the_next_welcome(ward: Browser) -> None:
    assert await ward.connect()
    await ward.enter()
    await ward.say("simulate", kind="skew-clock", seconds=3600)
    told = dt.datetime.fromisoformat((await ward.hear("welcome"))["server_time"])
    assert told > timezone.now() + dt.timedelta(minutes=59)
    await ward.drop()
    assert await ward.connect()
    await ward.say("resume", version=1, secret=ward.secret, ack=ward.last_seq)
    told = dt.datetime.fromisoformat((await ward.hear("welcome"))["server_time"])
    assert abs(told - timezone.now()) < dt.timedelta(seconds=5)
    await ward.leave()


@pytest.mark.slow
async def test_a_lost_node_has_every_tab_connect_anew(
    city: City, sitting: Sitting, settings: Settings, tmp_path: Path
) -> None:
    address = f"unix:{tmp_path}/media.sock"
    node = start_node(address, tmp_path / "node.log")
    settings.MEDIA_NODES = [address]
    chair, ward = (
        Tab(sitting.path, city.person(role), grey) for role, grey in (("chair", "anh"), ("invited_head", "chau"))
    )
    try:
        await chair.come()
        await ward.come()
        await ward.say("simulate", kind="lose-node")
        for tab in (chair, ward):
            await tab.connect_anew()
    finally:
        await chair.go()
        await ward.go()
        await sync_to_async(node.stop)()
