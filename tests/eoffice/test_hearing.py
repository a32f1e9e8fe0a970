"""Hearing a group through a layer that forgets (docs/adr/0095)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from eoffice import hearing, realtime
from eoffice.hearing import Ear
from tests.eoffice import forgetful

BEAT_S = 0.05
PATIENCE_S = 5


@pytest.fixture
def layer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> forgetful.ForgetfulLayer:
    settings.CHANNEL_LAYERS = forgetful.SETTINGS
    monkeypatch.setattr(hearing, "BEAT_S", BEAT_S)
    monkeypatch.setattr(hearing, "AGAIN_AFTER_S", BEAT_S)
    monkeypatch.setattr(realtime, "AGAIN_AFTER_S", BEAT_S)
    made = realtime.channel_layer()
    assert isinstance(made, forgetful.ForgetfulLayer)
    return made


class Listener:
    """Numbers heard, and how often something may have been missed."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.lost = 0
        self.ear = Ear("a.group", lambda event: self.heard.append(event["number"]), self._lose)

    def _lose(self) -> None:
        self.lost += 1


@pytest.fixture
async def listener(layer: forgetful.ForgetfulLayer) -> AsyncIterator[Listener]:
    realtime.serve_from_this_loop()
    listener = Listener()
    await listener.ear.open()
    yield listener
    layer.away = False
    await listener.ear.close()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - what it waits for tells nobody
            await asyncio.sleep(0.01)


def say(*numbers: int) -> None:
    for number in numbers:
        realtime.group_send("a.group", {"type": "told", "number": number})


async def test_what_is_said_from_another_thread_is_heard_in_its_order_and_nothing_is_lost(listener: Listener) -> None:
    await sync_to_async(say)(*range(500))
    await until(lambda: len(listener.heard) == 500)
    assert listener.heard == list(range(500))
    await asyncio.sleep(4 * BEAT_S)
    assert listener.lost == 0


async def test_a_layer_that_was_killed_and_started_again_is_noticed_and_heard_again(
    listener: Listener, layer: forgetful.ForgetfulLayer
) -> None:
    await asyncio.sleep(2 * BEAT_S)
    layer.restart()
    say(1)
    await until(lambda: listener.lost)
    assert listener.heard == []
    say(2)
    await until(lambda: listener.heard == [2])
    assert listener.lost == 1


async def test_what_could_not_be_sent_becomes_a_look_at_everything_once_it_can_be(
    listener: Listener, layer: forgetful.ForgetfulLayer
) -> None:
    layer.away = True
    say(1, 2)
    await asyncio.sleep(3 * BEAT_S)
    say(3)
    assert listener.lost == 0
    layer.away = False
    await until(lambda: listener.lost)
    say(4)
    await until(lambda: listener.heard[-1:] == [4])
    assert 1 not in listener.heard


async def test_whoever_begins_to_listen_while_the_layer_is_away_hears_it_later(
    listener: Listener, layer: forgetful.ForgetfulLayer
) -> None:
    layer.away = True
    late = Listener()
    await late.ear.open()
    layer.away = False
    await until(lambda: late.lost)
    say(5)
    await until(lambda: late.heard == [5])
    await late.ear.close()


def test_outside_of_a_socket_nothing_is_raised_either(
    layer: forgetful.ForgetfulLayer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(realtime, "_outbox", None)
    layer.away = True
    say(1)
    assert "could not be sent" in caplog.text


# --- the cache and the queue ----------------------------------------------------------------------------


def test_a_cache_that_is_away_is_empty_and_every_page_works(settings: Settings) -> None:
    from django.core.cache import caches

    settings.CACHES = {
        "default": {"BACKEND": "eoffice.caching.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    cache = caches["default"]
    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    assert (cache.get("a"), cache.get("a", 7), cache.get_many(["a"]), cache.add("a", 1)) == (None, 7, {}, True)
    assert (cache.incr("a"), cache.has_key("a"), cache.delete("a")) == (1, False, False)


def test_a_queue_that_is_away_only_means_later(caplog: pytest.LogCaptureFixture) -> None:
    from celery import Celery

    from eoffice.queueing import start

    elsewhere = Celery("elsewhere", broker="redis://127.0.0.1:1/0")

    @elsewhere.task(name="do")  # type: ignore[untyped-decorator]
    def do() -> None:
        """Never done."""

    start(do)
    assert "waits for its sweep" in caplog.text
