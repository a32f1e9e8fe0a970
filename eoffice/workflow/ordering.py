"""Tasks late first, a page at a time, without sorting all of them."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import F, Max, Q, QuerySet
from django.utils.functional import cached_property

from eoffice.workflow.cells import WORKED_ON
from eoffice.workflow.models import Task
from eoffice.workflow.scopes import Chosen
from eoffice.workflow.timeliness import Clock

if TYPE_CHECKING:
    from eoffice.workflow.queries import TaskQuerySet

ENOUGH = 10_000
"""As many tasks are counted one by one where nobody has asked for a figure; beyond that a screen says "hơn 10.000"."""
ENOUGH_SAID = 1_000
"""Likewise where words are looked for."""
GONE_THROUGH = 10_000
"""So many of the newest tasks are read title by title before the index of words is asked."""


class LateFirst:
    """Ids of ``chosen`` tasks: late ones, then open ones by due day (those without one last), then what is over, newest first.

    Three parts one after the other, each in the order of an index: the first page of a million tasks reads some rows.
    """

    def __init__(
        self, chosen: Chosen, clock: Clock, *, states: Collection[str] = Task.State.values, said: bool = False
    ) -> None:
        """``states``: in which those that were chosen may stand; ``said``: they were chosen by words of their titles."""
        late = Q(state__in=WORKED_ON, due_on__lt=clock.today)
        otherwise = Q(state=Task.State.SUBMITTED) | Q(due_on__gte=clock.today) | Q(due_on__isnull=True)
        by_day = (F("due_on").asc(nulls_last=True), "-pk")
        parts: list[QuerySet[Task]] = []
        if not set(states).isdisjoint(WORKED_ON):
            parts.append(chosen.among(late).tasks.order_by("due_on", "-pk"))
        if not set(states).isdisjoint(Task.OPEN_STATES):
            parts.append(chosen.among(Q(state__in=Task.OPEN_STATES) & otherwise).tasks.order_by(*by_day))
        if not set(states).isdisjoint(Task.CLOSED_STATES):
            closed = chosen.among(Q(state__in=Task.CLOSED_STATES))
            parts += _gone_through_then_looked_up(closed) if said else [closed.tasks.order_by("-pk")]
        self._parts = [part.values_list("pk", flat=True) for part in parts]

    def __getitem__(self, wanted: slice) -> list[int]:
        found: list[int] = []
        start, missing = wanted.start or 0, wanted.stop - (wanted.start or 0)
        for part in self._parts:
            got = list(part[start : start + missing])
            found += got
            missing -= len(got)
            if not missing:
                break
            start = 0 if got or not start else max(0, start - part.order_by().count())
        return found


def _gone_through_then_looked_up(closed: Chosen) -> "list[TaskQuerySet]":
    """The newest of closed tasks first, which are gone through: words that many titles have are found there. Then the others,
    by the index of words: a sum keeps PostgreSQL from going through them all, which it would do wherever it takes words that
    are rare together for frequent.
    """
    since = (Task.objects.aggregate(newest=Max("pk"))["newest"] or 0) - GONE_THROUGH
    return [
        closed.among(Q(pk__gt=since)).tasks.order_by("-pk"),
        closed.among(Q(pk__lte=since)).tasks.order_by((F("pk") + 0).desc()),
    ]


def bounded(tasks: QuerySet[Task, Any], limit: int = ENOUGH) -> int:
    """How many there are, up to one more than ``limit``."""
    return tasks.order_by().values("pk")[: limit + 1].count()


def said(count: int, most: int) -> str:
    """ "25"; "999+" of more than was counted."""
    return str(count) if count <= most else f"{most}+"


class TaskPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of task ids, of which there are ``known``."""

    def __init__(self, ids: LateFirst | list[int], per_page: int, *, known: int) -> None:
        super().__init__(ids, per_page)  # type: ignore[arg-type]  # it is sliced and counted, no more
        self.known = known

    @cached_property
    def count(self) -> int:
        return self.known
