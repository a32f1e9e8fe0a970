"""Telling browsers what happened: after commit, to a group, as a domain event.

Redis may be away while the database is not: what was done stays done, and those who could not be told look at the
database again as soon as they can be told that (docs/adr/0096-what-redis-forgets.md; ``eoffice.hearing`` listens).
"""

import asyncio
import logging
import threading
import time
from typing import Any

from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import BaseChannelLayer, get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)

LOST = "ear.lost"
"""Type of the event that stands for others that could not be sent: look at everything again."""
SEVERAL = "ear.several"
"""Type of the event that holds others, in their order."""
AGAIN_AFTER_S = 0.5
TOGETHER = 100
"""So many events go in one at most."""
TRIES = 3
AT_ONCE = 8
"""Groups that are told at the same time: each takes a connection to Redis."""


def user_group(user_id: int) -> str:
    """The group that every open page of one person listens to."""
    return f"user.{user_id}"


def channel_layer() -> BaseChannelLayer:
    """The channel layer that every role's settings name."""
    layer = get_channel_layer()
    assert layer is not None
    return layer


class Outbox:
    """What this process says to groups: to each in the order of the commits, and what gathers meanwhile together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._lanes = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, group: str, event: dict[str, Any]) -> None:
        """Send ``event`` soon; from any thread."""
        with self._lock:
            idle = group not in self._waiting
            self._waiting.setdefault(group, []).append(event)
        if idle:
            self.loop.call_soon_threadsafe(self._begin, group)

    def _begin(self, group: str) -> None:
        task = self.loop.create_task(self._empty(group))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, group: str) -> None:
        while events := self._taken(group):
            await self._deliver(group, events)

    def _taken(self, group: str) -> list[dict[str, Any]]:
        with self._lock:
            events = self._waiting[group]
            self._waiting[group] = events[TOGETHER:]
            if not events:
                del self._waiting[group]
            return events[:TOGETHER]

    async def _deliver(self, group: str, events: list[dict[str, Any]]) -> None:
        """Until it is sent: what could not be, and what came meanwhile, becomes one ``LOST``."""
        event = events[0] if len(events) == 1 else {"type": SEVERAL, "events": events}
        while True:
            try:
                async with self._lanes:
                    return await channel_layer().group_send(group, event)
            except Exception as error:  # each layer has errors of its own; none may undo what is committed
                if event["type"] != LOST:
                    logger.error("events to %s could not be sent: %s", group, error)
            await asyncio.sleep(AGAIN_AFTER_S)
            with self._lock:
                self._waiting[group] = []
            event = {"type": LOST}


SIGNED_OUT = 4401
"""Close code for a browser without a session; it does not come back by itself."""


class GroupSocket(AsyncJsonWebsocketConsumer):
    """A socket that only hears a group: a method for each type of event (``paper_withdrawn``)."""

    group = ""

    async def hear(self, group: str) -> None:
        """Be told what is said to ``group`` until the socket closes."""
        serve_from_this_loop()
        await self.channel_layer.group_add(group, self.channel_name)
        self.group = group

    async def disconnect(self, code: int) -> None:
        """The group is left."""
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """This socket has nothing to be told."""

    async def ear_several(self, event: dict[str, Any]) -> None:
        """Several events at once."""
        for one in event["events"]:
            await self.dispatch(one)

    async def ear_lost(self, event: dict[str, Any]) -> None:
        """Something could not be told: the browser comes back, and is told how things are."""
        await self.close()


_outbox: Outbox | None = None


def serve_from_this_loop() -> None:
    """Called by every socket when it opens: this event loop is the one that serves sockets.

    The in-memory layer's queues belong to that loop. A job's thread that filled them directly would not
    wake it (asyncio's queues are not thread-safe), and the message would wait for the next one.
    """
    global _outbox  # noqa: PLW0603 - one server loop per process
    loop = asyncio.get_running_loop()
    if _outbox is None or _outbox.loop is not loop:
        _outbox = Outbox(loop)


def group_send(group: str, event: dict[str, Any]) -> None:
    """Send ``event`` (with its channel-layer ``type``) to ``group``, from synchronous code of any thread.

    Never raises for a layer that is away: what is told is done already.
    """
    if _outbox is not None and _outbox.loop.is_running():
        _outbox.put(group, event)
    else:
        _send_now(group, event)


def _send_now(group: str, event: dict[str, Any]) -> None:
    for attempt in range(TRIES):
        try:
            return async_to_sync(channel_layer().group_send)(group, event if attempt == 0 else {"type": LOST})
        except Exception as error:  # as in ``Outbox._deliver``
            logger.error("an event to %s could not be sent: %s", group, error)
        time.sleep(AGAIN_AFTER_S)
    return None


def send_on_commit(group: str, event: dict[str, Any]) -> None:
    """Send ``event`` to ``group`` once the transaction is committed; not at all when it is rolled back."""
    transaction.on_commit(lambda: group_send(group, event))
