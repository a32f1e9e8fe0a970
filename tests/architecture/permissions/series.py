"""Recurring meetings: known to those who prepare them, and to who knows of one of their meetings."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from eoffice.worktime.recurrence import Cycle, OnDayOff, Rule
from meetings.models import MeetingSeries, SeriesItem, SeriesLine, SeriesOccurrence
from tests.architecture.world import World

_HIDDEN = {"anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}
_PREPARING = {"*": 403, **_HIDDEN, "chair": 200, "secretary": 200, "organiser_clerk": 200}
_PREPARED = {"*": 403, **_HIDDEN, "chair": 302, "secretary": 302, "organiser_clerk": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "series-list": {"*": 200, "anonymous": 302},
    "series-create": {"*": 200, "anonymous": 302, "admin": 403},
    "series-detail": {"*": 200, **_HIDDEN},
    "series-edit": _PREPARING,
    "series-end": _PREPARED,
    "series-leave-out": _PREPARED,
    "series-take-in": _PREPARED,
    "series-line-create": _PREPARED,
    "series-line-remove": _PREPARED,
    "series-time-move": _PREPARED,
    "series-time-keep": _PREPARED,
    "series-item-create": _PREPARED,
    "series-item-edit": _PREPARED,
    "series-item-remove": _PREPARED,
}


def _series(world: World) -> MeetingSeries:
    meeting = world.meeting
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    rule = Rule(every=Cycle.DAY, starts_on=tomorrow, on_day_off=OnDayOff.KEEP)
    made, new = MeetingSeries.objects.get_or_create(
        key=uuid.UUID(int=7),
        defaults={
            "title": "Giao ban", "type": meeting.type, "organiser": meeting.organiser, "chair": meeting.chair,
            "secretary": meeting.secretary, "created_by": meeting.created_by, "rrule": rule.text, "starts_on": tomorrow,
            "on_day_off": rule.on_day_off, "start_time": dt.time(8), "minutes": 60,
        },
    )  # fmt: skip
    if new:
        SeriesOccurrence.objects.create(series=made, day=timezone.localdate(meeting.starts_at), meeting=meeting)
        SeriesLine.objects.create(series=made, unit=world.city.commune)
        SeriesItem.objects.create(series=made, order=1, title="Việc tuần tới")
    return made


def _pk(world: World) -> dict[str, Any]:
    return {"pk": _series(world).pk}


def _later(world: World) -> dict[str, Any]:
    return {"day": (timezone.localdate() + dt.timedelta(days=20)).isoformat(), "reason": "Đại hội"}


def _edited(world: World) -> dict[str, Any]:
    prefix = f"item-{_series(world).items.get().pk}"
    return {f"{prefix}-title": "Việc tuần sau", f"{prefix}-minutes": 20}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        (
            "series-detail",
            "series-edit",
            "series-end",
            "series-leave-out",
            "series-take-in",
            "series-line-create",
            "series-item-create",
        ),
        _pk,
    ),
    "series-line-remove": lambda world: {"pk": _series(world).lines.get().pk},
    **dict.fromkeys(
        ("series-time-move", "series-time-keep"), lambda world: {"pk": _series(world).occurrences.get().pk}
    ),
    **dict.fromkeys(("series-item-edit", "series-item-remove"), lambda world: {"pk": _series(world).items.get().pk}),
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "series-end": lambda world: {"reason": "Không còn cần", "made": "keep"},
    "series-leave-out": _later,
    "series-take-in": _later,
    "series-line-create": lambda world: {"units": [world.city.department.pk]},
    "series-line-remove": lambda world: {},
    "series-time-move": lambda world: {"day": timezone.localdate(world.meeting.starts_at).isoformat()},
    "series-time-keep": lambda world: {},
    "series-item-create": lambda world: {"title": "Việc khác", "minutes": 10},
    "series-item-edit": _edited,
    "series-item-remove": lambda world: {},
}
