"""A crowd of requests is answered a few at a time, in the order in which they come (docs/adr/0097)."""

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from eoffice.turns import TakingTurns

AT_ONCE = 2


class Desk:
    """An application that answers when it is told to, and says in which thread its synchronous part runs."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.threads: list[int] = []
        self._open: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        path = scope["path"]
        self.asked.append(path)
        await self._open.setdefault(path, asyncio.Event()).wait()
        if path == "/breaks":
            raise RuntimeError(path)
        self.threads.append(await sync_to_async(threading.get_ident)())
        await send({"type": "http.response.start", "status": 200})

    def answer(self, path: str) -> None:
        self._open.setdefault(path, asyncio.Event()).set()


class Crowd:
    """Who asks, one after the other."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.door = TakingTurns(self.desk, at_once=AT_ONCE)

    async def come(self, *paths: str, priority: str = "") -> list[asyncio.Task[None]]:
        return [await self._comes(path, priority) for path in paths]

    async def _comes(self, path: str, priority: str) -> asyncio.Task[None]:
        async def line(*_message: Any) -> None:
            """Nothing is heard, and what is said is lost."""

        headers = [(b"priority", priority.encode())] if priority else []
        task = asyncio.ensure_future(self.door({"type": "http", "path": path, "headers": headers}, line, line))
        await self.while_others_work()
        return task

    async def while_others_work(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
async def crowd() -> Crowd:
    return Crowd()


async def test_who_comes_later_waits_and_is_answered_in_order(crowd: Crowd) -> None:
    _first, second, _third, _fourth = await crowd.come("/1", "/2", "/3", "/4")
    assert crowd.desk.asked == ["/1", "/2"]
    crowd.desk.answer("/2")
    await second
    await crowd.while_others_work()
    assert crowd.desk.asked == ["/1", "/2", "/3"]


async def test_of_those_that_wait_the_more_urgent_is_next(crowd: Crowd) -> None:
    tasks = await crowd.come("/1", "/2")
    tasks += await crowd.come("/file", priority="u=6")
    tasks += await crowd.come("/usual", "/nonsense", priority="u=99, what")
    tasks += await crowd.come("/page", priority="i, u=0")
    for path in ("/1", "/2", "/file", "/usual", "/nonsense", "/page"):
        crowd.desk.answer(path)
    await asyncio.gather(*tasks)
    assert crowd.desk.asked == ["/1", "/2", "/page", "/usual", "/nonsense", "/file"]


async def test_the_threads_stay_from_one_request_to_the_next(crowd: Crowd) -> None:
    paths = [f"/{number}" for number in range(10)]
    for path in paths:
        crowd.desk.answer(path)
    await asyncio.gather(*await crowd.come(*paths))
    assert len(crowd.desk.threads) == len(paths)
    assert len(set(crowd.desk.threads)) <= AT_ONCE


async def test_a_request_that_breaks_ends_its_turn(crowd: Crowd) -> None:
    breaks, _second, _third = await crowd.come("/breaks", "/2", "/3")
    crowd.desk.answer("/breaks")
    with pytest.raises(RuntimeError):
        await breaks
    await crowd.while_others_work()
    assert crowd.desk.asked == ["/breaks", "/2", "/3"]


async def test_who_goes_while_waiting_takes_no_turn(crowd: Crowd) -> None:
    first, _second, third, _fourth = await crowd.come("/1", "/2", "/3", "/4")
    third.cancel()
    crowd.desk.answer("/1")
    await first
    await crowd.while_others_work()
    assert crowd.desk.asked == ["/1", "/2", "/4"]


async def test_health_is_asked_out_of_turn(crowd: Crowd) -> None:
    await crowd.come("/1", "/2", "/healthz", "/readyz")
    assert crowd.desk.asked == ["/1", "/2", "/healthz", "/readyz"]
