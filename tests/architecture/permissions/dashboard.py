"""Today, the schedule and a person's own time are everybody's own; the page of the design system is open where it is switched on."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from eoffice.calendar import own_time
from tests.architecture.world import World

EXPECTED: dict[str, dict[str, int]] = {
    "today": {"*": 200, "anonymous": 302},
    "schedule": {"*": 200, "anonymous": 302},
    "leaders-desk": {"*": 200, "anonymous": 302},
    "schedule-leaders": {"*": 200, "anonymous": 302, "admin": 403},
    "site-load": {"*": 200, "anonymous": 302},
    "site-week": {"*": 200, "anonymous": 302},
    "find-time": {"*": 200, "anonymous": 302},
    "my-time": {"*": 200, "anonymous": 302},
    "my-time-edit": {"*": 404, "anonymous": 302, "secretary": 200},
    "my-time-remove": {"*": 404, "anonymous": 302, "secretary": 302},
    "my-time-undo": {"*": 302, "admin": 403},
    "my-hours": {"*": 422, "anonymous": 302, "admin": 403},
    "design": {"*": 200},
    "design-people": {"*": 200},
}


def _leave(world: World) -> dict[str, Any]:
    """A day off of the secretary."""
    start = timezone.now() + dt.timedelta(days=3)
    own = own_time.OwnTime(kind="leave", starts_at=start, ends_at=start + dt.timedelta(days=1))
    return {"pk": own_time.add(world.city["secretary"], own, key=uuid.uuid4()).pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "my-time-edit": _leave,
    "my-time-remove": _leave,
    "site-week": lambda world: {"pk": world.city.commune.pk},
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    name: lambda _world: {} for name in ("my-time-remove", "my-time-undo", "my-hours")
}
