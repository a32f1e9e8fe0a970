"""How often an address may be asked."""

from django.core.cache import cache


def too_often(key: str, *, times: int, seconds: int) -> bool:
    """``key`` was asked for more than ``times`` within ``seconds``; counts this time too."""
    name = f"feeds.{key}"
    cache.add(name, 0, timeout=seconds)
    try:
        return cache.incr(name) > times
    except ValueError:  # it ran out in between
        return False
