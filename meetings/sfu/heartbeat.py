"""Nodes that tell by Redis that they live: a sorted set of control addresses, scored by the time of Redis.

The address is what web processes connect to; the set is no authority for anything else, and a node that is still
in it but does not answer is skipped by whoever places rooms.
"""

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

KEY = "eoffice:media-nodes"
BEAT_EVERY = 1.0
LOST_AFTER = 5.0
"""Seconds without a beat after which a node is not there any more."""
PATIENCE = 2.0
"""Seconds that Redis may take for one exchange."""


class Heartbeat:
    """Tells every second that the node commanded at ``address`` lives, and at its end that it does not any more."""

    def __init__(self, url: str, address: str) -> None:
        """Raises ValueError for a ``url`` that is not Redis's."""
        self._redis = _redis(url)
        self._address = address
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; while Redis is away it goes on trying."""
        self._task = asyncio.create_task(self._beat(), name="heartbeat")

    async def stop(self) -> None:
        """Say good-bye."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._redis.zrem(KEY, self._address)
        except (RedisError, OSError) as error:
            logger.info("cannot take back the announcement: %s", error)
        await self._redis.aclose()

    async def _beat(self) -> None:
        told = True
        while True:
            try:
                await self._redis.zadd(KEY, {self._address: await _now(self._redis)})
                told = True
            except (RedisError, OSError) as error:
                if told:
                    logger.warning("cannot announce this node: %s", error)
                told = False
            await asyncio.sleep(BEAT_EVERY)


async def announced(url: str) -> frozenset[str] | None:
    """Addresses of the nodes that live; None when Redis cannot be asked. Those long gone are removed."""
    redis = _redis(url)
    try:
        alive_since = await _now(redis) - LOST_AFTER
        found = await redis.zrangebyscore(KEY, alive_since, "+inf")
        await redis.zremrangebyscore(KEY, "-inf", f"({alive_since - 60 * LOST_AFTER}")
    except (RedisError, OSError) as error:
        logger.warning("media nodes are not known: %s", error)
        return None
    finally:
        await redis.aclose()
    return frozenset(str(address) for address in found)


def _redis(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, decode_responses=True)


async def _now(redis: Redis) -> float:
    """Redis's own clock: those of several machines differ."""
    seconds, microseconds = await redis.time()
    return seconds + microseconds / 1e6
