"""Whose hand each task needs now: the rows that the Today page counts (docs/domain/tasks.md, "Duties")."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from eoffice.organisation.models import Appointment, Position
from eoffice.workflow.models import Duty, Task, TaskParty, TaskRequest
from eoffice.workflow.permissions import AT_WORK

BATCH = 500


@transaction.atomic
def recompute(tasks: Iterable[Task]) -> None:
    """Make the duties of ``tasks`` what their states and today's appointments ask for.

    Called at the end of every operation, and nightly for all open tasks, since appointments begin and end
    by themselves. Eight queries at most, whatever the number of tasks.
    """
    tasks = list(tasks)
    missing = _missing_parts(tasks)
    people = People(tasks, {unit for _task, unit in missing})
    wanted = {(task.pk, person, need) for task in tasks for person, need in _needed(task, people)}
    open_ones = {task.pk: task for task in tasks if task.state in Task.OPEN_STATES}
    waiting = TaskRequest.objects.filter(task__in=open_ones, state=TaskRequest.State.WAITING)
    for key in waiting.values_list("task", flat=True):
        wanted |= {(key, person, Duty.Need.ANSWER) for person in people.deciding(open_ones[key])}
    wanted |= {(task, person, Duty.Need.CONTRIBUTE) for task, unit in missing for person in people.representing(unit)}
    present = {
        (duty.task_id, duty.person_id, duty.need): duty.pk
        for duty in Duty.objects.filter(task__in=[t.pk for t in tasks])
    }
    Duty.objects.filter(pk__in=[pk for key, pk in present.items() if key not in wanted]).delete()
    Duty.objects.bulk_create(
        [Duty(task_id=task, person_id=person, need=need) for task, person, need in wanted - present.keys()],
        ignore_conflicts=True,
    )


def recompute_open() -> int:
    """Recompute every open task, in batches; returns how many there were."""
    keys = list(Task.objects.open().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        recompute(Task.objects.filter(pk__in=keys[start : start + BATCH]))
    return len(keys)


def _missing_parts(tasks: list[Task]) -> list[tuple[int, int]]:
    """(task, coordinating unit) where the lead is at work and the unit's part is missing."""
    at_work = [task.pk for task in tasks if task.state in AT_WORK]
    lines = TaskParty.objects.filter(task__in=at_work, role=TaskParty.Role.COORDINATE, answer=None)
    return list(lines.values_list("task", "unit"))


def _needed(task: Task, people: "People") -> set[tuple[int, Duty.Need]]:
    """(person, need) pairs of one task."""
    match task.state:
        case Task.State.ASSIGNED:
            return {(person, Duty.Need.ACKNOWLEDGE) for person in people.representing(task.lead_unit_id)}
        case Task.State.ACKNOWLEDGED | Task.State.IN_PROGRESS | Task.State.RETURNED:
            officers = people.holders(task.officer_id)
            if officers:
                return {(officer, Duty.Need.DO) for officer in officers}
            return {(person, Duty.Need.ASSIGN) for person in people.heading(task.lead_unit_id)}
        case Task.State.REVIEW:
            reviewing = people.heading(task.lead_unit_id) or people.deciding(task)
            return {(person, Duty.Need.REVIEW) for person in reviewing}
        case Task.State.SUBMITTED:
            return {(person, Duty.Need.APPROVE) for person in people.deciding(task)}
        case _:
            return set()


class People:
    """Today's holders of the appointments and of the leading posts that a batch of tasks names."""

    def __init__(self, tasks: list[Task], coordinating: set[int]) -> None:
        units = coordinating | {task.lead_unit_id for task in tasks} | {task.assigner_unit_id for task in tasks}
        named = {task.assigner_id for task in tasks} | {task.officer_id for task in tasks if task.officer_id}
        current = Appointment.objects.current().filter(person__is_active=True)
        self._holders: dict[int, set[int]] = {}
        holding = current.filter(Q(pk__in=named) | Q(in_place_of__in=named))
        for pk, absent, person in holding.values_list("pk", "in_place_of", "person_id"):
            self._holders.setdefault(absent or pk, set()).add(person)
        self._posts: dict[int, dict[str, set[int]]] = {}
        for unit, duty, person in (
            current.representing().filter(unit__in=units).values_list("unit_id", "position__duty", "person_id")
        ):
            self._posts.setdefault(unit, {}).setdefault(duty, set()).add(person)

    def holders(self, appointment: int | None) -> set[int]:
        """The person, while the appointment lasts, and who acts for them meanwhile."""
        return self._holders.get(appointment, set()) if appointment is not None else set()

    def representing(self, unit: int) -> set[int]:
        """Head, deputies and clerks."""
        return set().union(*self._posts.get(unit, {}).values())

    def deciding(self, task: Task) -> set[int]:
        """The assigner; once their appointment has ended, who heads the assigning unit."""
        return self.holders(task.assigner_id) or self.heading(task.assigner_unit_id)

    def heading(self, unit: int) -> set[int]:
        """The head; the deputies while there is none."""
        posts = self._posts.get(unit, {})
        return posts.get(Position.Duty.HEAD) or posts.get(Position.Duty.DEPUTY) or set()

    def clerks(self, unit: int) -> set[int]:
        """Who keeps the unit's papers."""
        return self._posts.get(unit, {}).get(Position.Duty.CLERK) or set()
