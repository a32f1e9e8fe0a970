"""Giving several tasks of a unit to one officer at once (phân công), with what each officer has already."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import routing
from eoffice.workflow.models import Task
from eoffice.workflow.permissions import AT_WORK, candidates_of
from eoffice.workflow.queries import TaskQuerySet
from eoffice.workflow.timeliness import Clock

MOST = 100
"""Tasks given at once."""


@dataclass(frozen=True)
class Load:
    """An officer and the open tasks they hold, under whatever appointment."""

    officer: Appointment
    open: int
    late: int
    soon: int


def to_share(unit: Unit, *, everyone: bool) -> TaskQuerySet:
    """Tasks at work that ``unit`` leads and nobody holds; of ``everyone``: those held as well."""
    tasks = Task.objects.filter(lead_unit=unit, state__in=AT_WORK)
    return tasks if everyone else tasks.filter(officer=None)


def loads_of(unit: Unit, clock: Clock) -> list[Load]:
    """Whoever may be given work of ``unit``, the least burdened first. Two queries."""
    officers = candidates_of(unit)
    people = {officer.person_id for officer in officers}
    waits = ~Q(state=Task.State.SUBMITTED)
    soon = Q(due_on__range=(clock.today, clock.soon_until or clock.today))
    held = Task.objects.open().filter(officer__person__in=people).order_by().values_list("officer__person")
    counted = {
        person: counts
        for person, *counts in held.annotate(
            n=Count("pk"),
            late=Count("pk", filter=waits & Q(due_on__lt=clock.today)),
            soon=Count("pk", filter=waits & soon),
        )
    }
    loads = [Load(officer, *counted.get(officer.person_id, (0, 0, 0))) for officer in officers]
    return sorted(loads, key=lambda load: (load.open, load.late))


@transaction.atomic
def share_out(by: Appointment, seen: Sequence[tuple[int, int]], officer: Appointment) -> int:
    """Give every task of ``seen`` (its id and the version it was seen in) to ``officer``, or none of them; how many.

    Raises UserError("no-tasks", "too-many-tasks"), and what ``routing.assign_officer`` raises, with the task named.
    """
    if not seen:
        raise UserError("no-tasks", _("Chưa chọn nhiệm vụ nào."), hint=_("Đánh dấu những nhiệm vụ cần giao."))
    if len(seen) > MOST:
        raise UserError("too-many-tasks", _("Mỗi lần giao được nhiều nhất %(most)d nhiệm vụ.") % {"most": MOST})
    tasks = {task.pk: task for task in Task.objects.filter(pk__in=[pk for pk, _version in seen])}
    for pk, version in sorted(seen):  # in one order, so that two who share out at once do not wait for each other
        if pk in tasks:
            _give(by, tasks[pk], officer, version)
    return len(tasks)


def _give(by: Appointment, task: Task, officer: Appointment, version: int) -> None:
    try:
        routing.assign_officer(by, task, officer, version=version)
    except Conflict as error:
        raise Conflict(
            error.code,
            _("Nhiệm vụ “%(title)s” vừa có thay đổi. Chưa nhiệm vụ nào được giao.") % {"title": task.title[:80]},
            hint=_("Xem lại danh sách rồi giao lần nữa."),
        ) from error
