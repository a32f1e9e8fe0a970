"""Papers: a draft exists for its own people only; a published one also for those invited and those above."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.architecture.world import World

_READERS = {"*": 404, "anonymous": 302, "chair": 200, "invited_head": 200, "department_head": 200}
_READ = {**_READERS, "secretary": 200, "organiser_clerk": 200}
_OWN = {"*": 404, "anonymous": 302, "secretary": 200, "organiser_clerk": 200}
_DRAFTED = {"*": 404, "anonymous": 302, "secretary": 302, "organiser_clerk": 302}
"""Acts of its own people on a draft: they end at the paper's page."""
_OWN_ACT = {**_DRAFTED, "chair": 403, "invited_head": 403, "department_head": 403}
"""The same on a published paper: readers know of it but may not."""

EXPECTED: dict[str, dict[str, int]] = {
    "paper-list": {"*": 200, "anonymous": 302},
    "paper-search": {"*": 200, "anonymous": 302},
    "paper-upload": {"*": 200, "anonymous": 302},
    "paper-detail": _READ,
    "paper-history": _READ,
    "paper-read": _READ,
    "paper-changes": {**dict.fromkeys(_READ, 404), "anonymous": 302},  # it has one version only
    "paper-file": {"*": 404, "anonymous": 302, "secretary": 200, "organiser_clerk": 200},
    "paper-download": _READ,
    "paper-download-annotated": _READ,
    "paper-offline": _READ,
    "paper-offline-copy": _READ,
    "offline": {"*": 200},
    "offline-worker": {"*": 200},
    "paper-original": {**_READ, "chair": 403, "invited_head": 403, "department_head": 403},
    "paper-page-image": _READ,
    "paper-page-text": _READ,
    "paper-conversion": _READ,
    "paper-recognition": _READ,
    # the matrix posts a form, where this address takes JSON: 400 is as far as a reader gets
    "paper-reading": {role: 400 if status == 200 else status for role, status in _READ.items()},
    "paper-readership": _OWN,
    "paper-view-as": {**_OWN, "secretary": 302, "organiser_clerk": 302},  # nobody is chosen: back to the list
    "paper-annotations": _READ,
    "paper-marking": _READ,
    "paper-annotation": {role: 400 if status == 200 else status for role, status in _READ.items()},
    "paper-annotation-delete": {role: 204 if status == 200 else status for role, status in _READ.items()},
    "paper-comments": _READ,
    "paper-comments-switch": _OWN_ACT,
    "paper-comments-sheet": {**_READ, "chair": 403, "invited_head": 403, "department_head": 403},
    "paper-comment": {role: 400 if status == 200 else status for role, status in _READ.items()},
    # nobody has said anything: nothing is found
    "paper-comment-delete": {"*": 404, "anonymous": 302},
    "paper-comment-restore": {"*": 404, "anonymous": 302},
    "paper-comment-settle": {"*": 404, "anonymous": 302},
    "paper-rename": _OWN_ACT,
    "paper-add-version": {**_OWN_ACT, "secretary": 400, "organiser_clerk": 400},
    "paper-publish": _DRAFTED,
    "paper-times": {**_OWN, "chair": 403, "invited_head": 403, "department_head": 403},
    "paper-withdraw": _OWN_ACT,
    "paper-retry": _OWN_ACT,
    "paper-delete": _DRAFTED,
}


def _paper(world: World) -> dict[str, Any]:
    return {"pk": world.paper.pk}


def _version(world: World) -> dict[str, Any]:
    return {"version": world.version.pk}


def _page(world: World) -> dict[str, Any]:
    return {"version": world.version.pk, "page": 1}


def _mark(world: World) -> dict[str, Any]:
    return {"version": world.version.pk, "key": UUID(int=7)}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "paper-detail": _paper,
    "paper-history": _paper,
    "paper-read": _paper,
    "paper-readership": _paper,
    "paper-view-as": _paper,
    "paper-changes": _paper,
    "paper-file": lambda world: {"version": world.draft_version.pk},
    "paper-download": _version,
    "paper-download-annotated": _version,
    "paper-offline": _paper,
    "paper-offline-copy": _version,
    "paper-original": _version,
    "paper-page-image": _page,
    "paper-page-text": _page,
    "paper-conversion": _version,
    "paper-recognition": _version,
    "paper-reading": _version,
    "paper-annotations": _paper,
    "paper-marking": _version,
    "paper-annotation": _mark,
    "paper-annotation-delete": _mark,
    "paper-comments": _paper,
    "paper-comments-switch": _paper,
    "paper-comments-sheet": _paper,
    "paper-comment": _mark,
    "paper-comment-delete": lambda world: {"key": UUID(int=7)},
    "paper-comment-restore": lambda world: {"key": UUID(int=7)},
    "paper-comment-settle": lambda world: {"key": UUID(int=7)},
    "paper-rename": _paper,
    "paper-add-version": _paper,
    "paper-publish": lambda world: {"pk": world.draft_paper.pk},
    "paper-times": _paper,
    "paper-withdraw": _paper,
    "paper-delete": lambda world: {"pk": world.draft_paper.pk},
    "paper-retry": _version,
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "paper-rename": lambda world: {"title": "Tên khác"},
    "paper-add-version": lambda world: {},
    "paper-publish": lambda world: {"version": 1},
    "paper-withdraw": lambda world: {},
    "paper-retry": lambda world: {},
    "paper-delete": lambda world: {},
    "paper-reading": lambda world: {},
    "paper-annotation": lambda world: {},
    "paper-annotation-delete": lambda world: {},
    "paper-comments-switch": lambda world: {"open": "1"},
    "paper-comment": lambda world: {},
    "paper-comment-delete": lambda world: {},
    "paper-comment-restore": lambda world: {},
    "paper-comment-settle": lambda world: {},
}
