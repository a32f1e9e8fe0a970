"""This process's gateways to the media nodes: one per node, all in one event loop on a thread of its own.

Views, jobs and sockets live in other threads and loops, and a command must not depend on which.

Nodes are those of ``settings.MEDIA_NODES`` and, with Redis, those that announce themselves there.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any

from django.conf import settings

from meetings.cascades import Cascades
from meetings.placement import MOVE_AFTER_S
from meetings.sfu.failures import NodeUnavailable
from meetings.sfu.gateway import Event, MediaGateway, NodeFound, NodeLost
from meetings.sfu.heartbeat import announced

logger = logging.getLogger(__name__)
Listener = Callable[[str, Event], None]
"""Called with the node's address and what it said."""

LOOK_EVERY_S = 1.0
FIRST_LOOK_S = 1.0
"""How long nodes that were never reached get to answer before a room is put elsewhere."""


class MediaHost:
    """See the module's docstring. All coroutines run in ``loop``; ``run`` sends them there."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._listeners: list[Listener] = []
        self._gateways: dict[str, MediaGateway] = {}
        self.cascades = Cascades(self.gateway)
        self._away_since: dict[str, float] = {}
        self._announced: frozenset[str] = frozenset()
        self._looked_at = -LOOK_EVERY_S
        threading.Thread(target=self.loop.run_forever, name="media-gateways", daemon=True).start()

    def add_listener(self, listener: Listener) -> None:
        """Call ``listener`` in the gateways' thread for every event of every node; it must not block."""
        self._listeners.append(listener)

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> "Future[Any]":
        """Run ``coroutine`` in the gateways' loop, from any thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    async def gateway(self, address: str) -> MediaGateway:
        """The gateway to a node, opened on first use.

        Raises NodeUnavailable for an address that is none: a row may name a node of former times.
        """
        if address not in self._gateways:
            secret = settings.MEDIA_NODE_SECRET if address.startswith("tcp:") else ""
            try:
                gateway = MediaGateway.open(address, secret)
            except ValueError as error:
                raise NodeUnavailable("media-node-unavailable", str(error)) from error
            self._gateways[address] = gateway
            self._away_since[address] = time.monotonic()
            gateway.add_listener(lambda event: self._heard(address, event))
        return self._gateways[address]

    async def nodes(self) -> tuple[str, ...]:
        """The nodes there are, whether they answer or not."""
        if settings.MEDIA_NODES_REDIS_URL and time.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            found = await announced(settings.MEDIA_NODES_REDIS_URL)
            self._announced = self._announced if found is None else found
        return tuple(dict.fromkeys([*settings.MEDIA_NODES, *sorted(self._announced)]))

    async def stays(self, address: str) -> bool:
        """Whether a room may stay on a node: it is up, or comes back within ``MOVE_AFTER_S`` of its end."""
        try:
            gateway = await self.gateway(address)
        except NodeUnavailable:
            return False
        if gateway.is_up:
            return True
        if address not in await self.nodes():
            return False
        return await gateway.wait(MOVE_AFTER_S - self.away(address))

    async def usable(self) -> tuple[str, ...]:
        """The nodes that answer; those that were not asked before get a moment to do so."""
        addresses = await self.nodes()
        waits = [self._answers(address) for address in addresses]
        answers = await asyncio.gather(*waits)
        return tuple(address for address, answer in zip(addresses, answers, strict=True) if answer)

    async def _answers(self, address: str) -> bool:
        try:
            gateway = await self.gateway(address)
        except NodeUnavailable as error:
            logger.error("media node: %s", error)
            return False
        return await gateway.wait(FIRST_LOOK_S - self.away(address))

    def away(self, address: str) -> float:
        """Seconds since a node was lost, or first looked for in vain; 0 when it is up."""
        since = self._away_since.get(address)
        return 0.0 if since is None else time.monotonic() - since

    def _heard(self, address: str, event: Event) -> None:
        match event:
            case NodeLost(silent_for=silent_for):
                self._away_since[address] = time.monotonic() - silent_for
            case NodeFound():
                self._away_since.pop(address, None)
            case _:
                pass
        self.cascades.hear(address, event)
        for listener in self._listeners:
            listener(address, event)


@cache
def host() -> MediaHost:
    """This process's gateways."""
    return MediaHost()
