"""A cache that may be away.

What lies in it can be done without: that somebody's device was seen this minute, how a line was a moment ago, how often an
address tried to sign in. While Redis is away nothing is found and nothing kept, and every page works.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _without(*, answer: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``answer`` (called with the method's arguments, if it can be) instead of an error of Redis."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return method(*arguments, **named)
            except (RedisError, OSError) as error:
                logger.warning("the cache is away: %s", error)
                return answer(*arguments, **named) if callable(answer) else answer

        return call

    return decorate


class ForgivingRedisCache(RedisCache):
    """Redis while it is there, an empty cache while it is not."""

    add = _without(answer=True)(RedisCache.add)
    get = _without(answer=lambda _cache, _key, default=None, version=None: default)(RedisCache.get)
    set = _without(answer=None)(RedisCache.set)
    touch = _without(answer=False)(RedisCache.touch)
    delete = _without(answer=False)(RedisCache.delete)
    get_many = _without(answer=lambda *_arguments, **_named: {})(RedisCache.get_many)
    has_key = _without(answer=False)(RedisCache.has_key)
    incr = _without(answer=lambda _cache, _key, delta=1, version=None: delta)(RedisCache.incr)
    set_many = _without(answer=lambda *_arguments, **_named: [])(RedisCache.set_many)
    delete_many = _without(answer=None)(RedisCache.delete_many)
    clear = _without(answer=False)(RedisCache.clear)
