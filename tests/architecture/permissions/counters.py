"""Another time that somebody of the commune proposes: for those who prepare the meeting to take or decline."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from meetings.models import Attendee, CounterProposal
from tests.architecture.permissions.meetings import _PREPARED, _attendee_of_the_commune
from tests.architecture.world import World


def _proposal(world: World) -> dict[str, Any]:
    attendee = Attendee.objects.get(pk=_attendee_of_the_commune(world)["pk"])
    start = world.meeting.starts_at + dt.timedelta(days=1)
    time = {"starts_at": start, "ends_at": start + dt.timedelta(hours=1), "sequence": world.meeting.sequence}
    made, _created = CounterProposal.objects.get_or_create(
        attendee=attendee, state="waiting", defaults={"meeting": world.meeting, **time}
    )
    return {"pk": made.pk}


EXPECTED: dict[str, dict[str, int]] = {"counter-accept": _PREPARED, "counter-decline": _PREPARED}
ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {"counter-accept": _proposal, "counter-decline": _proposal}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "counter-accept": lambda world: {"confirmed": 1},
    "counter-decline": lambda world: {"confirmed": 1},
}
