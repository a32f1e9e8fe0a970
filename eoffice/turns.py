"""Taking turns: how many HTTP requests a process answers at one time (docs/adr/0097-requests-take-turns.md)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext

AT_ONCE = 4
"""Threads. More gain nothing where Python runs one at a time, and the event loop, which carries the rooms, waits for them all."""
OUT_OF_TURN = ("/healthz", "/readyz")
"""Who asks whether the process is well must not wait behind those who keep it busy."""


class TakingTurns:
    """An ASGI application that lets ``application`` answer ``at_once`` HTTP requests at one time, each in a thread that
    was there before; who comes later waits, in the order in which they came.
    """

    def __init__(self, application: Any, *, at_once: int = AT_ONCE) -> None:
        self._application = application
        self._turns = asyncio.Semaphore(at_once)
        self._free = [ThreadPoolExecutor(max_workers=1, thread_name_prefix="request") for _ in range(at_once)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, when it is its turn."""
        if scope["path"] in OUT_OF_TURN:
            await self._application(scope, receive, send)
            return
        async with self._turns:
            thread = self._free.pop()
            try:
                async with ThreadSensitiveContext(executor=thread):
                    await self._application(scope, receive, send)
            finally:
                self._free.append(thread)
