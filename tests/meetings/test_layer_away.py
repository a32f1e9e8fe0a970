"""The room while the layer between processes is away, and when it has come back knowing nothing."""

import uuid
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from eoffice import hearing, realtime
from meetings import attendance
from meetings.models import ChatMessage, Connection
from meetings.signalling.registry import registry
from tests.city import City
from tests.eoffice import forgetful
from tests.meetings.room import Browser, Sitting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def layer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[forgetful.ForgetfulLayer]:
    settings.CHANNEL_LAYERS = forgetful.SETTINGS
    for module in (hearing, realtime):
        monkeypatch.setattr(module, "AGAIN_AFTER_S", 0.05)
    monkeypatch.setattr(hearing, "BEAT_S", 0.05)
    made = realtime.channel_layer()
    assert isinstance(made, forgetful.ForgetfulLayer)
    yield made
    made.away = False
    await registry.stop()


async def test_what_is_done_meanwhile_is_acknowledged_and_told_to_all_afterwards(
    city: City, sitting: Sitting, layer: forgetful.ForgetfulLayer
) -> None:
    chair, commune = (Browser(sitting.path, city.person(role)) for role in ("chair", "invited_head"))
    async with chair, commune:
        await chair.enter()
        await commune.enter()
        layer.away = True
        written = {"key": str(uuid.uuid4()), "text": "Phường vẫn nghe."}
        assert (await commune.ask("chat.send", **written))["type"] == "done"
        assert (await commune.ask("floor.request"))["type"] == "done"
        assert await chair.hears_nothing("chat.sent")
        assert await sync_to_async(ChatMessage.objects.count)() == 1
        layer.restart()
        layer.away = False
        state = await chair.hear("state")
        assert [entry["text"] for entry in state["chat"]] == ["Phường vẫn nghe."]
        assert [request["site"] for request in state["queue"]] == [sitting.commune.pk]
        assert (await commune.ask("floor.withdraw"))["type"] == "done"
        await chair.hear("floor.withdrawn")


async def test_people_come_in_while_it_is_away(city: City, sitting: Sitting, layer: forgetful.ForgetfulLayer) -> None:
    async with Browser(sitting.path, city.person("chair")) as chair:
        await chair.enter()
        layer.away = True
        async with Browser(sitting.path, city.person("invited_head")) as commune:
            assert (await commune.enter())["me"]["site"] == sitting.commune.pk
            layer.restart()
            layer.away = False
            while str(sitting.commune.pk) not in (await chair.hear("roster.changed"))["marks"]:
                pass


async def test_rights_that_changed_meanwhile_hold(
    city: City, sitting: Sitting, layer: forgetful.ForgetfulLayer
) -> None:
    chair, commune = (Browser(sitting.path, city.person(role)) for role in ("chair", "invited_head"))
    async with chair, commune:
        await chair.enter()
        await commune.enter()
        layer.away = True
        assert (await chair.ask("chair.hand", person=city.person("invited_head").pk))["type"] == "done"
        layer.restart()
        layer.away = False
        state = await commune.hear("state")
        assert state["rights"]["presides"]
        assert (await commune.ask("floor.grant", site=sitting.department.pk))["type"] == "refused"  # nobody is there


async def test_who_was_replaced_meanwhile_is_sent_away(
    city: City, sitting: Sitting, layer: forgetful.ForgetfulLayer
) -> None:
    def come_elsewhere() -> None:
        attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)

    async with Browser(sitting.path, city.person("invited_head")) as commune:
        await commune.enter()
        layer.away = True
        await sync_to_async(come_elsewhere)()
        layer.restart()
        layer.away = False
        assert (await commune.hear("bye"))["action"] == "stop"
    assert await sync_to_async(Connection.objects.filter(left_at__isnull=True).count)() == 1
