"""Meetings: known to those who lead, prepare or are invited; to others they do not exist."""

from collections.abc import Callable
from typing import Any

from tests.architecture.world import World

_INVITED = {"*": 200, "anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}

EXPECTED: dict[str, dict[str, int]] = {
    "meeting-detail": _INVITED,
    "meeting-room": _INVITED,
}
ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "meeting-detail": lambda world: {"pk": world.meeting.pk},
    "meeting-room": lambda world: {"pk": world.meeting.pk},
}
