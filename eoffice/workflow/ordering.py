"""Tasks late first, a page at a time, without sorting all of them."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.utils.functional import cached_property

from eoffice.workflow.cells import WORKED_ON
from eoffice.workflow.models import Task
from eoffice.workflow.scopes import Chosen
from eoffice.workflow.timeliness import Clock

if TYPE_CHECKING:
    from eoffice.workflow.queries import TaskQuerySet

ENOUGH = 10_000
"""As many tasks are counted one by one where nobody has asked for a figure; beyond that a screen says "hơn 10.000"."""


class LateFirst:
    """Ids of ``chosen`` tasks: late ones, then open ones by due day (those without one last), then what is over, newest first.

    Three parts one after the other, each in the order of an index: the first page of a million tasks reads some rows.
    """

    def __init__(self, chosen: Chosen, clock: Clock) -> None:
        late = Q(state__in=WORKED_ON, due_on__lt=clock.today)
        coming = Q(state__in=WORKED_ON) & (Q(due_on__gte=clock.today) | Q(due_on__isnull=True))
        by_day = (F("due_on").asc(nulls_last=True), "-pk")
        self._parts: list[QuerySet[Task, int]] = [
            chosen.among(late).tasks.order_by("due_on", "-pk").values_list("pk", flat=True),
            chosen.among(coming | Q(state=Task.State.SUBMITTED)).tasks.order_by(*by_day).values_list("pk", flat=True),
            chosen.among(Q(state__in=Task.CLOSED_STATES)).tasks.order_by("-pk").values_list("pk", flat=True),
        ]

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


def bounded(tasks: "TaskQuerySet", limit: int = ENOUGH) -> int:
    """How many there are, up to one more than ``limit``."""
    return tasks.order_by().values("pk")[: limit + 1].count()


def said(count: int, most: int) -> str:
    """ "25"; "999+" of more than was counted."""
    return str(count) if count <= most else f"{most}+"


class TaskPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of task ids, of which there are ``known``."""

    def __init__(self, ids: LateFirst, per_page: int, *, known: int) -> None:
        super().__init__(ids, per_page)  # type: ignore[arg-type]  # it is sliced and counted, no more
        self.known = known

    @cached_property
    def count(self) -> int:
        return self.known
