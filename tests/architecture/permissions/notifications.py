"""Everybody has their own notices."""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from eoffice.notifications.models import Digest
from tests.architecture.world import World

EXPECTED: dict[str, dict[str, int]] = {
    "notification-list": {"*": 200, "anonymous": 302},
    "notification-read-all": {"*": 302},
    "notification-settings": {"*": 200, "anonymous": 302},
    "notification-open": {"*": 404, "anonymous": 302, "invited_head": 302},
    "notification-digest": {"*": 404, "anonymous": 302, "invited_head": 200},
}


def _digest(world: World) -> dict[str, Any]:
    found, _new = Digest.objects.get_or_create(
        recipient=world.city.person("invited_head"), day=timezone.localdate(), defaults={"run": uuid.uuid4()}
    )
    return {"pk": found.pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "notification-open": lambda world: {"pk": world.notice.pk},
    "notification-digest": _digest,
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "notification-read-all": lambda world: {},
    "notification-open": lambda world: {},
}
