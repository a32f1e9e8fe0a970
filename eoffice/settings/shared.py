"""What several processes share through Redis: sockets' groups, cache, queue."""

from typing import Any


def redis_layers(url: str) -> dict[str, dict[str, Any]]:
    """``CHANNEL_LAYERS`` on Redis.

    A waiting consumer blocks in Redis for 5 s at a time, which is just redis-py's own read timeout since
    version 8: without a longer one, every idle socket breaks after 5 s.
    """
    hosts = [{"address": url, "socket_timeout": 30}]
    return {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": hosts, "capacity": 2000}}
    }


def redis_caches(url: str) -> dict[str, dict[str, Any]]:
    """``CACHES`` on Redis; nobody waits long for one that hangs."""
    patience = {"socket_timeout": 5, "socket_connect_timeout": 2}
    return {"default": {"BACKEND": "eoffice.caching.ForgivingRedisCache", "LOCATION": url, "OPTIONS": patience}}
