"""Taking turns: how many HTTP requests a process answers at one time (docs/adr/0097-requests-take-turns.md)."""

import asyncio
import heapq
import itertools
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import ThreadSensitiveContext

AT_ONCE = 4
"""Threads. More gain nothing where Python runs one at a time, and the event loop, which carries the rooms, waits for them all."""
OUT_OF_TURN = ("/healthz", "/readyz")
"""Who asks whether the process is well must not wait behind those who keep it busy."""


_URGENCY = re.compile(rb"(?:^|,)\s*u=([0-7])\s*(?:$|,|;)")
USUAL = 3
"""Urgency of a request that says nothing of it (RFC 9218, 4.1): 0 is the most urgent, 7 the least."""


def urgency(scope: Any) -> int:
    """How urgent the browser says that a request is: ``u`` of its header ``Priority`` (RFC 9218)."""
    said = next((value for name, value in scope.get("headers", ()) if name == b"priority"), b"")
    found = _URGENCY.search(said)
    return int(found[1]) if found else USUAL


class TakingTurns:
    """An ASGI application that lets ``application`` answer ``at_once`` HTTP requests at one time, each in a thread that
    was there before. Of who comes later the more urgent is next, among equals who came first.
    """

    def __init__(self, application: Any, *, at_once: int = AT_ONCE) -> None:
        self._application = application
        self._turns = _Turns(at_once)
        self._free = [ThreadPoolExecutor(max_workers=1, thread_name_prefix="request") for _ in range(at_once)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, when it is its turn."""
        if scope["path"] in OUT_OF_TURN:
            await self._application(scope, receive, send)
            return
        async with self._turns.turn(urgency(scope)):
            thread = self._free.pop()
            try:
                async with ThreadSensitiveContext(executor=thread):
                    await self._application(scope, receive, send)
            finally:
                self._free.append(thread)


class _Turns:
    """So many at one time; the others wait."""

    def __init__(self, free: int) -> None:
        self._free = free
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._came = itertools.count()

    @asynccontextmanager
    async def turn(self, urgent: int) -> AsyncIterator[None]:
        """Wait for a turn, and pass it on afterwards."""
        if self._free:
            self._free -= 1
        else:
            called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (urgent, next(self._came), called))
            try:
                await called
            except asyncio.CancelledError:
                if not called.cancelled():  # called, and gone at the same moment
                    self._pass_on()
                raise
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        while self._waiting:
            called = heapq.heappop(self._waiting)[2]
            if not called.done():
                called.set_result(None)
                return
        self._free += 1
