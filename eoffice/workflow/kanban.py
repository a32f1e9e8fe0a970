"""Tasks in a column per state, the most urgent of each."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F

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
    """Open tasks by due day, completed ones newest first. Two queries a state, and one."""
    tasks = filtering.with_words(filtering.chosen(user, filters), filters.text)
    keys, counts = {}, {}
    for state in STATES:
        found = tasks.filter(state=state)
        order = ("-pk",) if state == Task.State.COMPLETED else (F("due_on").asc(nulls_last=True), "-pk")
        keys[state] = list(found.order_by(*order).values_list("pk", flat=True)[:CARDS])
        counts[state] = bounded(found)
    shown = Task.objects.select_related("lead_unit", "officer__person").in_bulk(
        [pk for some in keys.values() for pk in some]
    )
    return [
        Column(
            state=state.value,
            label=str(state.label),
            count=said(counts[state], ENOUGH),
            rows=[clock.row(shown[pk]) for pk in keys[state]],
            more=replace(filters, state=state.value).list_address() if counts[state] > CARDS else "",
        )
        for state in STATES
    ]
