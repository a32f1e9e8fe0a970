"""Tasks in a column per state, the most urgent of each."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Q

from eoffice.accounts.models import User
from eoffice.workflow import filtering
from eoffice.workflow.filtering import Filters
from eoffice.workflow.models import Task
from eoffice.workflow.ordering import ENOUGH, bounded, said
from eoffice.workflow.timeliness import Clock

CARDS = 12
"""So many of a state are shown."""
STATES = (*Task.OPEN_STATES, Task.State.COMPLETED)


@dataclass(frozen=True)
class Column:
    """One state: how many tasks are in it, and the first of them."""

    state: str
    label: str
    count: str
    rows: list[dict[str, Any]]
    more: str
    """Address of the list of all of them; "" where all are shown."""


def columns_of(user: User, filters: Filters, clock: Clock) -> list[Column]:
    """Open tasks by due day, completed ones newest first. A query a state, and four."""
    chosen = filtering.chosen(user, filters).among(*filtering.words(filters.text))
    is_open = chosen.among(Q(state__in=Task.OPEN_STATES)).tasks.order_by()
    counts = dict(is_open.values_list("state").annotate(Count("pk")))
    counts[Task.State.COMPLETED] = bounded(chosen.among(Q(state=Task.State.COMPLETED)).tasks)
    keys: dict[str, list[int]] = {}
    for state in STATES:
        order = ("-pk",) if state == Task.State.COMPLETED else (F("due_on").asc(nulls_last=True), "-pk")
        found = chosen.among(Q(state=state)).tasks.order_by(*order)
        keys[state] = list(found.values_list("pk", flat=True)[:CARDS])
    shown = Task.objects.select_related("lead_unit", "officer__person").in_bulk(
        [pk for some in keys.values() for pk in some]
    )
    return [
        Column(
            state=state.value,
            label=str(state.label),
            count=said(counts.get(state, 0), ENOUGH),
            rows=[clock.row(shown[pk]) for pk in keys[state]],
            more=replace(filters, state=state.value).list_address() if counts.get(state, 0) > CARDS else "",
        )
        for state in STATES
    ]
