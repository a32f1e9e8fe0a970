"""Line tests: a site's own people test it; who prepares or watches the meeting sees all and plans."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from meetings.models import LineTestWindow, SiteProblem
from tests.architecture.world import World

_STRANGERS = {"anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}
_WATCHING = {"*": 200, **_STRANGERS, "invited_head": 403, "department_head": 403}
_PLANNING = {"*": 302, **_STRANGERS, "invited_head": 403, "department_head": 403}
_OWN = {"*": 403, **_STRANGERS, "invited_head": 200}
_OWN_UNREADABLE = {**_OWN, "invited_head": 400}
"""Addresses of the page's script, asked without a message."""
_SEEING = {"*": 200, **_STRANGERS, "department_head": 403}
_ACTING = {"*": 302, **_STRANGERS, "department_head": 403}

EXPECTED: dict[str, dict[str, int]] = {
    "meeting-rehearsal": _WATCHING,
    "readiness-report": _WATCHING,
    "readiness-export": _WATCHING,
    "test-window-add": _PLANNING,
    "test-window-remove": _PLANNING,
    "meeting-line-test": {"*": 302, **_STRANGERS},
    "line-test": _OWN,
    "line-test-offer": _OWN_UNREADABLE,
    "line-test-bytes": _OWN_UNREADABLE,
    "line-test-report": _OWN_UNREADABLE,
    "line-test-plan": _OWN,
    "site-readiness": _SEEING,
    "site-problem": _SEEING,
    "site-problem-set": _ACTING,
    "site-machine-changed": _ACTING,
}


def _meeting(world: World) -> dict[str, Any]:
    return {"pk": world.meeting.pk}


def _site(world: World) -> dict[str, Any]:
    return {"pk": world.commune_site.pk}


def _window(world: World) -> dict[str, Any]:
    start = world.meeting.starts_at - dt.timedelta(hours=3)
    times = {"starts_at": start, "ends_at": start + dt.timedelta(hours=1)}
    by = world.city["secretary"]
    made, _created = LineTestWindow.objects.get_or_create(meeting=world.meeting, **times, defaults={"by": by})
    return {"pk": made.pk}


def _problem(world: World) -> dict[str, Any]:
    defaults = {"by": world.city["secretary"], "owner": "Tổ kỹ thuật", "opened_at": timezone.now()}
    made, _created = SiteProblem.objects.get_or_create(site=world.commune_site, check_name="camera", defaults=defaults)
    return {"pk": made.pk}


def _new_window(world: World) -> dict[str, Any]:
    start = timezone.localtime(world.meeting.starts_at - dt.timedelta(minutes=20))
    return {"day": f"{start:%d/%m/%Y}", "starts": f"{start:%H:%M}", "ends": f"{start + dt.timedelta(minutes=5):%H:%M}"}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        ("meeting-rehearsal", "readiness-report", "readiness-export", "test-window-add", "meeting-line-test"), _meeting
    ),
    "test-window-remove": _window,
    **dict.fromkeys(
        ("line-test", "line-test-offer", "line-test-bytes", "line-test-report", "line-test-plan", "site-readiness"),
        _site,
    ),
    "site-problem": lambda world: {**_site(world), "check": "camera"},
    "site-problem-set": _problem,
    "site-machine-changed": _site,
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "test-window-add": _new_window,
    "test-window-remove": lambda world: {"confirmed": 1},
    "line-test-offer": lambda world: {"nothing": 1},
    "line-test-report": lambda world: {"nothing": 1},
    "site-problem-set": lambda world: {"solved": 1},
    "site-machine-changed": lambda world: {"confirmed": 1},
}
