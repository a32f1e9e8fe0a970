"""Registers of documents: for those who answer for an agency, or whose office serves it; the number is the office's."""

from collections.abc import Callable
from typing import Any

from tests.architecture.world import World

_KEEPERS = {
    "*": 403,
    "anonymous": 302,
    "chair": 200,
    "organiser_clerk": 200,
    "invited_head": 200,
    "department_head": 200,
}
_OF_THE_OFFICE = {"*": 404, "anonymous": 302, "organiser_clerk": 200}

EXPECTED: dict[str, dict[str, int]] = {
    "register-book": _KEEPERS,
    "register-export": _KEEPERS,
    "register-history": _KEEPERS,
    "number-reserve": {"*": 404, "anonymous": 302, "organiser_clerk": 302},
    "number-entry": _OF_THE_OFFICE,
    "number-cancel": _OF_THE_OFFICE,
}


def _number(world: World) -> dict[str, Any]:
    return {"pk": world.number.pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {"number-entry": _number, "number-cancel": _number}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "number-reserve": lambda world: {"unit": world.city.office.pk, "series": "TB", "reason": "Thông báo nghỉ lễ"}
}
