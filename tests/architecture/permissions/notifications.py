"""Everybody has their own notices."""

from collections.abc import Callable
from typing import Any

from tests.architecture.world import World

EXPECTED: dict[str, dict[str, int]] = {
    "notification-list": {"*": 200, "anonymous": 302},
    "notification-read-all": {"*": 302},
    "notification-open": {"*": 404, "anonymous": 302, "invited_head": 302},
}
ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "notification-open": lambda world: {"pk": world.notice.pk},
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "notification-read-all": lambda world: {},
    "notification-open": lambda world: {},
}
