"""Incoming documents: one of the People's Committee, before the chair, who gave it to the invited commune."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests.architecture.world import World

_EVERYBODY = {"*": 200, "anonymous": 302}
_KEEPERS = {
    "*": 403,
    "anonymous": 302,
    "chair": 200,
    "organiser_clerk": 200,
    "invited_head": 200,
    "department_head": 200,
}
_OF_THE_AGENCY = {"*": 404, "anonymous": 302, "chair": 200, "organiser_clerk": 200}
_READERS = {**_OF_THE_AGENCY, "invited_head": 200}
_SEEN = {"*": 404, "anonymous": 302, "chair": 403, "organiser_clerk": 403, "invited_head": 403}
_CHAIR = {**_SEEN, "chair": 302}
_COMMUNE = {**_SEEN, "invited_head": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "incoming-list": _EVERYBODY,
    "incoming-twins": _EVERYBODY,
    "incoming-register": _KEEPERS,
    "incoming-book": _KEEPERS,
    "incoming-export": _KEEPERS,
    "incoming-delivery": {"*": 404, "anonymous": 302, "department_head": 302},
    "incoming-detail": _READERS,
    "incoming-file": _READERS,
    "incoming-edit": _OF_THE_AGENCY,
    "incoming-cancel": _OF_THE_AGENCY,
    "incoming-attach": {**_OF_THE_AGENCY, "chair": 400, "organiser_clerk": 400, "invited_head": 403},
    "incoming-submit": {**_OF_THE_AGENCY, "chair": 302, "organiser_clerk": 302},
    "incoming-recipients": {**_SEEN, "invited_head": 200},
    "incoming-line-direct": _CHAIR,
    "incoming-line-submit": _SEEN,
    "incoming-line-forward": _COMMUNE,
    "incoming-line-close": _COMMUNE,
    "incoming-line-return": _COMMUNE,
    "incoming-line-withdraw": _CHAIR,
}


def _document(world: World) -> dict[str, Any]:
    return {"pk": world.incoming.pk}


def _line(world: World) -> dict[str, Any]:
    return {"pk": world.incoming.pk, "line": world.incoming.lines.get(unit=world.city.commune).pk}


def _before_the_chair(world: World) -> dict[str, Any]:
    return {"pk": world.incoming.pk, "line": world.incoming.lines.get(person=world.city["chair"]).pk}


def _to(name: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"text": "Xử lý", "lead": [f"p{world.city[name].pk}"], "due_on": f"{_tomorrow():%d/%m/%Y}"}


def _tomorrow() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=1)


def _submitted(world: World) -> dict[str, Any]:
    return {"to": world.city["office_head"].pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "incoming-delivery": lambda world: {"pk": world.delivery.pk},
    "incoming-detail": _document,
    "incoming-file": lambda world: {"pk": world.incoming.pk, "file": world.incoming.files.get().pk},
    "incoming-edit": _document,
    "incoming-cancel": _document,
    "incoming-attach": _document,
    "incoming-submit": lambda world: {"pk": world.unsubmitted.pk},
    "incoming-recipients": _line,
    "incoming-line-direct": _before_the_chair,
    "incoming-line-submit": _before_the_chair,
    "incoming-line-forward": _line,
    "incoming-line-close": _line,
    "incoming-line-return": _line,
    "incoming-line-withdraw": _line,
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "incoming-delivery": lambda _world: {},
    "incoming-attach": lambda _world: {},
    "incoming-submit": _submitted,
    "incoming-line-direct": _to("office_head"),
    "incoming-line-submit": _submitted,
    "incoming-line-forward": _to("invited_officer"),
    "incoming-line-close": lambda _world: {"outcome": "Đã xử lý"},
    "incoming-line-return": lambda _world: {"reason": "Gửi nhầm"},
    "incoming-line-withdraw": lambda _world: {"reason": "Gửi nhầm"},
}
