"""Taking a task back, with everything that was given on from it (thu hồi nhiệm vụ)."""

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


def touched(task: Task) -> Touched:
    """What the person who takes ``task`` back is shown before. A query per level, and three."""
    subtasks = open_below(task)
    return Touched(subtasks, len(announcing.concerned([task, *subtasks])))


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


def cancel(by: Appointment, tasks: list[Task], reason: str) -> None:
    """Set locked ``tasks`` aside for ``reason``; they stay in the lists, struck through. What was asked about them is over."""
    changing.settle(by, tasks)
    for task in tasks:
        task.cancel_reason = reason
        task.state, task.cancelled_at = Task.State.CANCELLED, timezone.now()
        changing.save(task)
        log.record("task.recalled", by=by, target=task, reason=reason)
        announcing.recalled(task)
    duties.recompute(tasks)
    for task in tasks:
        endings.ended(by, task)


def open_below(task: Task, *, lock: bool = False) -> list[Task]:
    """Open sub-tasks of ``task`` and theirs, also below finished ones, level by level."""
    found: list[Task] = []
    level = [task.pk]
    while level:
        below = Task.objects.filter(parent__in=level).select_related("lead_unit", "assigner_unit", "officer__person")
        if lock:
            below = below.select_for_update(of=("self",))
        tasks = list(below.order_by("pk"))
        found += [one for one in tasks if one.state in Task.OPEN_STATES]
        level = [one.pk for one in tasks]
    return found
