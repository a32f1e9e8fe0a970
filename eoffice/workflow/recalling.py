"""Taking a task back, with everything that was given on from it (thu hồi nhiệm vụ)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import Conflict
from eoffice.organisation.models import Appointment
from eoffice.workflow import announcing, changing, duties, endings, permissions
from eoffice.workflow.models import Task
from eoffice.workflow.routing import checked_reason


@dataclass(frozen=True)
class Touched:
    """What taking a task back would change beside the task itself."""

    subtasks: list[Task]
    """Open ones, over all levels."""
    people: int
    """Who would be told, each counted once."""


def touched(*tasks: Task) -> Touched:
    """What the person who takes ``tasks`` back is shown before. A query per level, and three."""
    subtasks = open_below(*tasks)
    return Touched(subtasks, len(announcing.concerned([*tasks, *subtasks])))


@transaction.atomic
def recall(by: Appointment, task: Task, *, reason: str, version: int, subtasks_seen: int = 0) -> Task:
    """The assigner takes an open task back for good, and its open sub-tasks with it; everybody concerned is told why.

    Raises Conflict("subtasks-changed") unless as many sub-tasks are open as the person was shown.
    """
    task = changing.locked(task.pk)
    if task.state == Task.State.CANCELLED and permissions.is_assigner(by.person, task):
        return task
    changing.require(permissions.may_recall(by.person, task), task, "recall")
    changing.check_version(task, version)
    reason = checked_reason(reason)
    below = open_below(task, lock=True)
    if len(below) != subtasks_seen:
        raise Conflict(
            "subtasks-changed",
            _("Số nhiệm vụ con vừa thay đổi. Nhiệm vụ chưa bị thu hồi."),
            hint=_("Xem lại những nhiệm vụ con sẽ bị thu hồi theo rồi xác nhận lần nữa."),
        )
    cancel(by, [task, *below], reason)
    return task


@transaction.atomic
def recall_given_by(by: Appointment, keys: Iterable[int], *, reason: str, seen: int) -> list[Task]:
    """Their source does not hold any more: take back those of the tasks ``keys`` that are open, and what is open below
    them. Finished ones stay. The caller has checked that ``by`` may.

    Raises Conflict("tasks-changed") unless there are ``seen`` to take back, as the person was shown.
    """
    related = ("assigner__person", "assigner_unit", "lead_unit", "officer__person")
    found = Task.objects.select_for_update(of=("self",)).select_related(*related).filter(pk__in=keys)
    tasks = list(found.filter(state__in=Task.OPEN_STATES).order_by("pk"))
    tasks += open_below(*tasks, lock=True)
    if len(tasks) != seen:
        raise Conflict(
            "tasks-changed",
            _("Số nhiệm vụ bị thu hồi theo vừa thay đổi. Chưa thu hồi gì."),
            hint=_("Xem lại những nhiệm vụ bị thu hồi theo rồi xác nhận lần nữa."),
        )
    cancel(by, tasks, reason, tell=False)
    announcing.recalled_together(tasks)
    return tasks


def cancel(by: Appointment, tasks: list[Task], reason: str, *, tell: bool = True) -> None:
    """Set locked ``tasks`` aside for ``reason``; they stay in the lists, struck through. What was asked about them is over.
    ``tell``: say so of each to everybody at work on it."""
    changing.settle(by, tasks)
    for task in tasks:
        task.cancel_reason = reason
        task.state, task.cancelled_at = Task.State.CANCELLED, timezone.now()
        changing.save(task)
        log.record("task.recalled", by=by, target=task, reason=reason)
        if tell:
            announcing.recalled(task)
    duties.recompute(tasks)
    for task in tasks:
        endings.ended(by, task)


def open_below(*tasks: Task, lock: bool = False) -> list[Task]:
    """Open sub-tasks of ``tasks`` and theirs, also below finished ones, level by level."""
    found: list[Task] = []
    level = [task.pk for task in tasks]
    while level:
        below = Task.objects.filter(parent__in=level).select_related("lead_unit", "assigner_unit", "officer__person")
        if lock:
            below = below.select_for_update(of=("self",))
        here = list(below.order_by("pk"))
        found += [one for one in here if one.state in Task.OPEN_STATES]
        level = [one.pk for one in here]
    return found
