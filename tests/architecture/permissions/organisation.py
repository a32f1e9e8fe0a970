"""The directory is for everybody signed in; loading a sheet is for administrators."""

from collections.abc import Callable
from typing import Any

from tests.architecture.world import World

_SIGNED_IN = {"*": 200, "anonymous": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "unit-list": _SIGNED_IN,
    "unit-detail": _SIGNED_IN,
    "pick-units": _SIGNED_IN,
    "pick-appointments": _SIGNED_IN,
    "pick-groups": _SIGNED_IN,
    "acting-switch": {"*": 404, "anonymous": 302, "invited_head": 302},
    "unit-load": {"*": 403, "anonymous": 302, "admin": 200},
    "unit-template": _SIGNED_IN,
}
ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "unit-detail": lambda world: {"pk": world.city.commune.pk},
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "acting-switch": lambda world: {"appointment": world.city["invited_head"].pk},
}
