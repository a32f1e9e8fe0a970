"""Votes and check-in: for those who know of the meeting; questions not yet put, for those who prepare it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from meetings.models import Attendee, Poll, RollCall
from tests.architecture.world import World

_STRANGERS = {"anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}
_INVITED = {"*": 200, **_STRANGERS}
_PREPARING = {**_INVITED, "invited_head": 403, "department_head": 403}
_UNPUT = {**_INVITED, "invited_head": 404, "department_head": 404}
_LEADING = {**_PREPARING, "organiser_clerk": 403}
_LED = {**_LEADING, "chair": 302, "secretary": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "poll-create": _PREPARING,
    "poll-edit": _UNPUT,
    "poll-detail": _INVITED,
    "poll-sheet": _INVITED,
    "poll-sheet-word": _INVITED,
    "poll-sheet-pdf": _INVITED,
    "meeting-attendance-word": _INVITED,
    "meeting-attendance-pdf": _INVITED,
    "poll-annul": _LEADING,
    "poll-publish": _LED,
    "poll-desk": _LEADING,
    "ballot-enter": {**_LEADING, "chair": 422, "secretary": 422},  # nobody of that number
    "ballot-cast": {"*": 403, **_STRANGERS},  # nobody is on the list
    "meeting-attendance": _INVITED,
    "meeting-attendance-panel": _INVITED,
    "meeting-attendance-export": _PREPARING,
    "meeting-attendance-sheet": _INVITED,
    "meeting-check-in": _INVITED,
    "meeting-check-in-code": _LEADING,
    "roll-call-set": _LED,
    "attendee-mark": {"*": 403, **_STRANGERS, "chair": 302, "secretary": 302, "invited_head": 302},
    "site-headcount": {"*": 403, **_STRANGERS, "chair": 302, "secretary": 302, "invited_head": 302},
}


def _meeting(world: World) -> dict[str, Any]:
    return {"pk": world.meeting.pk}


def _poll(state: str) -> Callable[[World], dict[str, Any]]:
    def make(world: World) -> dict[str, Any]:
        counts = {"agreed": 1, "disagreed": 0, "others": 0, "passed": True, "members": 1, "present": 1}
        counted = counts if state in ("closed", "published") else {}
        times = {"opened_at": timezone.now(), "closed_at": timezone.now(), "published_at": timezone.now()}
        poll, _made = Poll.objects.get_or_create(
            meeting=world.meeting,
            key=uuid.uuid5(world.meeting.uid, state),
            defaults={
                "question": "Thông qua?",
                "state": state,
                "created_by": world.city["secretary"],
                "published_by": world.city["chair"],
                **times,
                **counted,
            },
        )
        return {"pk": poll.pk}

    return make


def _with_code(world: World) -> dict[str, Any]:
    by = world.city["chair"]
    RollCall.objects.get_or_create(meeting=world.meeting, defaults={"opened_at": timezone.now(), "opened_by": by})
    return _meeting(world)


def _attendee(world: World) -> dict[str, Any]:
    """Somebody of the commune, whose head and clerk answer for its site."""
    _with_code(world)
    appointment = world.city["invited_clerk"]
    made, _created = Attendee.objects.get_or_create(
        meeting=world.meeting,
        person=appointment.person,
        defaults={"appointment": appointment, "site": world.commune_site, "role": "member"},
    )
    return {"pk": made.pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "poll-create": _meeting,
    "poll-edit": _poll("prepared"),
    "poll-detail": _poll("open"),
    "poll-sheet": _poll("published"),
    "poll-sheet-word": _poll("published"),
    "poll-sheet-pdf": _poll("published"),
    "meeting-attendance-word": _meeting,
    "meeting-attendance-pdf": _meeting,
    "poll-annul": _poll("open"),
    "poll-publish": _poll("closed"),
    "poll-desk": _poll("open"),
    "ballot-enter": _poll("open"),
    "ballot-cast": _poll("open"),
    "meeting-attendance": _meeting,
    "meeting-attendance-panel": _meeting,
    "meeting-attendance-export": _meeting,
    "meeting-attendance-sheet": _meeting,
    "meeting-check-in": _meeting,
    "meeting-check-in-code": _with_code,
    "roll-call-set": _meeting,
    "attendee-mark": _attendee,
    "site-headcount": lambda world: {"pk": world.commune_site.pk},
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "poll-publish": lambda world: {"publish": 1},
    "ballot-enter": lambda world: {"seat": 1, "choice": "agree", "witness": 1},
    "ballot-cast": lambda world: {"choice": "agree", "key": str(uuid.uuid4())},
    "roll-call-set": lambda world: {"open": 1},
    "attendee-mark": lambda world: {"present": 1},
    "site-headcount": lambda world: {"number": 12},
}
