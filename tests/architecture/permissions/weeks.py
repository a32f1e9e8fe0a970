"""Weekly schedules: everybody of the agency reads, units register, the office compiles, its head approves, its clerk publishes."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from eoffice.calendar.models import ScheduleRequest, WeekEdition, WeekLine, WeekSchedule
from eoffice.calendar.weeks import compiling, days, registering
from tests.architecture.world import World

_READ = {"*": 200, "anonymous": 302, "admin": 404}
_REGISTER = {
    "*": 404,
    "anonymous": 302,
    "chair": 200,
    "organiser_clerk": 200,
    "invited_head": 200,
    "department_head": 200,
}
_DESK = {"*": 404, "anonymous": 302, "chair": 200, "secretary": 200, "organiser_clerk": 200}
_PUBLISH = {"*": 404, "anonymous": 302, "chair": 302, "organiser_clerk": 302}
_DESK_DOES = {"*": 404, "anonymous": 302, "chair": 302, "secretary": 302, "organiser_clerk": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "week-list": {"*": 200, "anonymous": 302},
    "week": _READ,
    "week-register": _REGISTER,
    "week-check": _REGISTER,
    "week-request": {**_DESK, "department_head": 200},
    "week-request-edit": {"*": 404, "anonymous": 302, "department_head": 200},
    "week-request-act": {**_DESK_DOES, "department_head": 403},
    "week-compile": _DESK,
    "week-submit": {
        role: 422 if status == 302 and role != "anonymous" else status for role, status in _DESK_DOES.items()
    },
    "week-conflict": _DESK_DOES,
    "week-line-new": _DESK,
    "week-line": _DESK,
    "week-line-act": _DESK_DOES,
    "week-line-meeting": {
        role: 422 if status == 302 and role == "chair" else status for role, status in _DESK_DOES.items()
    },
    "week-approve": {"*": 404, "anonymous": 302, "chair": 200},
    "week-settings": _DESK,
    "week-publish": _PUBLISH,
    "week-changes": _READ,
    "week-xlsx": _READ,
    "week-word": _READ,
    "week-pdf": _READ,
    "public-week": {"*": 200},
    "week-screen": {"*": 200},
}


def _schedule(world: World) -> WeekSchedule:
    monday = days.monday_of(timezone.localdate()) + dt.timedelta(days=14)
    return days.schedule_of(world.city.committee, monday)


def _week(world: World) -> dict[str, Any]:
    schedule = _schedule(world)
    return {"unit": schedule.unit_id, "day": schedule.monday.isoformat()}


def _request(world: World) -> ScheduleRequest:
    found = ScheduleRequest.objects.filter(state="submitted").first()
    if found is None:
        schedule = _schedule(world)
        starts_at = days.slots_of(schedule.monday)[2].begins_at
        wish = registering.Wish(
            world.city["chair"], starts_at, starts_at + dt.timedelta(hours=1), "Giải phóng mặt bằng"
        )
        found = registering.register(
            world.city["department_head"], world.city.department, schedule, wish, key=uuid.uuid4(), send=True
        )
    return found


def _line(world: World) -> WeekLine:
    found = WeekLine.objects.first()
    if found is None:
        schedule = _schedule(world)
        starts_at = days.slots_of(schedule.monday)[0].begins_at
        plan = compiling.Plan(world.city["chair"], starts_at, starts_at + dt.timedelta(hours=1), "Tiếp công dân")
        found = compiling.add_line(world.city["secretary"], schedule, plan)
    return found


def _approved_line(world: World) -> WeekLine:
    """Its chair cannot be the secretary of its meeting as well: refused with a sentence, not a right."""
    line = _line(world)
    line.review = WeekLine.Review.APPROVED
    line.save()
    return line


def _edition(world: World) -> dict[str, Any]:
    """The second one of a published week."""
    schedule = _schedule(world)
    for number in (1, 2):
        of_number = {"schedule": schedule, "number": number}
        defaults = {"rows": [], "by": world.city["organiser_clerk"], "at": timezone.now()}
        WeekEdition.objects.get_or_create(**of_number, defaults=defaults)
    return {**_week(world), "number": 2}


def _approved(world: World) -> dict[str, Any]:
    WeekSchedule.objects.filter(pk=_schedule(world).pk).update(state=WeekSchedule.State.APPROVED)
    return _week(world)


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        (
            "week",
            "week-register",
            "week-check",
            "week-compile",
            "week-submit",
            "week-conflict",
            "week-line-new",
            "week-approve",
        ),
        _week,
    ),
    **dict.fromkeys(("week-changes", "week-xlsx", "week-word", "week-pdf"), _edition),
    "week-publish": _approved,
    "public-week": lambda world: {"unit": world.city.committee.pk},
    "week-screen": lambda world: {"unit": world.city.committee.pk},
    "week-settings": lambda world: {"unit": world.city.committee.pk},
    "week-request": lambda world: {"pk": _request(world).pk},
    "week-request-edit": lambda world: {"pk": _request(world).pk},
    "week-request-act": lambda world: {"pk": _request(world).pk, "act": "accept"},
    "week-line": lambda world: {"pk": _line(world).pk},
    "week-line-meeting": lambda world: {"pk": _approved_line(world).pk},
    "week-line-act": lambda world: {"pk": _line(world).pk, "act": "out"},
}

POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "week-request-act": lambda world: {"version": _request(world).version},
    "week-submit": lambda world: {},
    "week-publish": lambda world: {},
    "week-conflict": lambda world: {"key": "1-1-entry-1", "reason": "Ghé dự"},
    "week-line-act": lambda world: {"version": _line(world).version},
    "week-line-meeting": lambda world: {},
}
