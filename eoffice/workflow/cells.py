"""The four cells in which every task stands that was not recalled (docs/domain/tasks.md, "Figures").

A task is in exactly one: done on time, done late, open in time, open late. What counts is when the result was handed in.
"""

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from eoffice.workflow.models import Task

if TYPE_CHECKING:
    from eoffice.workflow.queries import TaskQuerySet

State = Task.State
WORKED_ON = tuple(state for state in Task.OPEN_STATES if state != State.SUBMITTED)
"""Open, and not yet with the assigner."""


class Cell(models.TextChoices):
    """In the order in which they are printed."""

    DONE_ON_TIME = "done_on_time", _("Hoàn thành đúng hạn")
    DONE_LATE = "done_late", _("Hoàn thành quá hạn")
    OPEN_IN_TIME = "open_in_time", _("Đang thực hiện trong hạn")
    OPEN_LATE = "open_late", _("Đang thực hiện quá hạn")


EXTENDED, NEWLY_LATE, TOTAL = "done_extended", "newly_late", "total"
"""Of those done on time, the ones whose due day had moved; those late only if every due day were a day earlier; all."""

LABELS = {
    **dict(Cell.choices),
    EXTENDED: _("Hoàn thành đúng hạn (đã gia hạn)"),
    NEWLY_LATE: _("Quá hạn nếu thời hạn sớm hơn 24 giờ"),
    TOTAL: _("Tổng số"),
}


@dataclass(frozen=True)
class Figures:
    """How many tasks stand in each cell."""

    done_on_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_late: int = 0
    done_extended: int = 0
    """Part of ``done_on_time``."""
    newly_late: int = 0
    """Late only in the simulation; 0 without one."""

    @property
    def done(self) -> int:
        return self.done_on_time + self.done_late

    @property
    def total(self) -> int:
        return self.done + self.open_in_time + self.open_late

    @property
    def in_time(self) -> int:
        return self.done_on_time + self.open_in_time

    @property
    def on_time_of_done(self) -> float | None:
        """Ratio A in percent: done on time ÷ done; None of nothing."""
        return _percent(self.done_on_time, self.done)

    @property
    def in_time_of_all(self) -> float | None:
        """Ratio B in percent: (done on time + open in time) ÷ all; None of nothing."""
        return _percent(self.in_time, self.total)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def conditions(today: dt.date, *, earlier: bool = False) -> dict[str, Q]:
    """Cell → the tasks in it on the working date ``today``; as if every due day were a day ``earlier``.

    The three further ones come too: of ``EXTENDED``, ``NEWLY_LATE`` and ``TOTAL``.
    """
    late = _late(today, earlier=earlier)
    done, is_open = Q(state=State.COMPLETED), Q(state__in=Task.OPEN_STATES)
    on_time = done & _handed_in_in_time(earlier=earlier)
    return {
        Cell.DONE_ON_TIME: on_time,
        Cell.DONE_LATE: done & _handed_in_late(earlier=earlier),
        Cell.OPEN_IN_TIME: (Q(state=State.SUBMITTED) & _handed_in_in_time(earlier=earlier))
        | (Q(state__in=WORKED_ON) & (Q(due_on__isnull=True) | Q(due_on__gte=_end(today, earlier=earlier)))),
        Cell.OPEN_LATE: is_open & late,
        EXTENDED: on_time & Q(original_due_on__isnull=False),
        NEWLY_LATE: (Q(state=State.COMPLETED) | Q(state=State.SUBMITTED)) & Q(handed_in_on=F("due_on"))
        | Q(state__in=WORKED_ON, due_on=today),
        TOTAL: ~Q(state=State.CANCELLED),
    }


def tally(tasks: "TaskQuerySet", key: str, today: dt.date, *, earlier: bool = False) -> dict[Any, Figures]:
    """Figures of ``tasks`` for each value of their column ``key``. One query, in which the cell of a task is asked once."""
    wanted = conditions(today, earlier=earlier)
    marks = {
        "cell": Case(
            *(When(wanted[cell], then=Value(number)) for number, cell in enumerate(Cell)), output_field=_NUMBER
        ),
        "extended": _mark(wanted[EXTENDED]),
        "newly": _mark(wanted[NEWLY_LATE] if earlier else Q(pk__in=[])),
    }
    found = tasks.filter(wanted[TOTAL]).order_by().annotate(**marks).values_list(key, *marks)
    sums: dict[Any, Figures] = {}
    for value, cell, extended, newly, count in found.annotate(count=Count("lead_unit")):
        numbers = {Cell.values[cell]: count, EXTENDED: count * extended, NEWLY_LATE: count * newly}
        sums[value] = sums.get(value, Figures()) + Figures(**numbers)
    return sums


_NUMBER = IntegerField()


def _mark(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=_NUMBER)


def _late(today: dt.date, *, earlier: bool) -> Q:
    over = Q(state__in=WORKED_ON, due_on__lt=_end(today, earlier=earlier))
    return over | (Q(state=State.SUBMITTED) & _handed_in_late(earlier=earlier))


def _end(today: dt.date, *, earlier: bool) -> dt.date:
    """What is due before it is late."""
    return today + dt.timedelta(days=1) if earlier else today


def _handed_in_late(*, earlier: bool) -> Q:
    return Q(handed_in_on__gte=F("due_on")) if earlier else Q(handed_in_on__gt=F("due_on"))


def _handed_in_in_time(*, earlier: bool) -> Q:
    """Not late; also what has no due day, and what was closed without a result of its own."""
    in_time = Q(handed_in_on__lt=F("due_on")) if earlier else Q(handed_in_on__lte=F("due_on"))
    return in_time | Q(due_on__isnull=True) | Q(handed_in_on__isnull=True)


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
