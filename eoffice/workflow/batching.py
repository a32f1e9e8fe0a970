"""Giving each of a group of units a task of its own, in one act and a handful of queries (giao cho từng đơn vị)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.accounts.names import folded, normalised
from eoffice.audit import log
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.standing import standing_of
from eoffice.workflow import announcing, assigning, duties
from eoffice.workflow.assigning import Assignment
from eoffice.workflow.models import Task, TaskBatch, TaskParty
from eoffice.workflow.queries import TaskQuerySet

SHOWN = 10
"""So many batches stand above the list of tasks."""


@transaction.atomic
def give_each(
    by: Appointment, assignment: Assignment, leads: Sequence[Unit], *, unit: Unit, recipients: str, key: uuid.UUID
) -> TaskBatch:
    """Give ``assignment`` to each of ``leads`` in the name of ``unit``; its own lead is not looked at. Those who
    coordinate are informed of every one, and where there are several no part is asked of them. The same ``key`` gives nothing anew.

    The caller has checked that ``by`` may assign for ``unit``. Raises UserError("bad-assignment"): nothing is given then.
    """
    if known := TaskBatch.objects.filter(key=key).first():
        return known
    for lead in leads:
        assigning.check(replace(assignment, lead_unit=lead), timezone.localdate())
    source, now = assignment.source, timezone.now()
    batch = TaskBatch.objects.create(
        title=normalised(assignment.title),
        recipients=recipients[:200],
        assigner=by,
        assigner_unit=unit,
        source_label=source.label[:250] if source else "",
        source_url=source.url if source else "",
        given_at=now,
        key=key,
    )
    tasks = Task.objects.bulk_create(_task(by, assignment, unit, lead, batch) for lead in leads)
    _beside(tasks, assignment)
    duties.recompute(tasks)
    due = str(tasks[0].due_on or "") if tasks else ""
    log.record("tasks.given_to_each", by=by, target=batch, recipients=recipients, tasks=len(tasks), due=due)
    announcing.given_to_each(batch, tasks, [one.pk for one in (*assignment.coordinators, *assignment.informed)])
    return batch


def progress_of(tasks: TaskQuerySet, late_before: object) -> dict[str, int]:
    """How many of ``tasks`` are there, in each state, and late. One query."""
    at_work = Q(state__in=[state for state in Task.OPEN_STATES if state != Task.State.SUBMITTED])
    states = {state.value: Count("pk", filter=Q(state=state)) for state in Task.State}
    counted: dict[str, int] = tasks.order_by().aggregate(
        all=Count("pk"), late=Count("pk", filter=at_work & Q(due_on__lt=late_before)), **states
    )
    return counted


def unfinished(user: User, today: dt.date) -> list[TaskBatch]:
    """What ``user``, or a unit they answer for, has given to each of a group and is not done everywhere, newest first, with
    how many tasks there are, done and late. One query."""
    standing = standing_of(user)
    at_work = Q(tasks__state__in=Task.OPEN_STATES) & ~Q(tasks__state=Task.State.SUBMITTED)
    given = TaskBatch.objects.filter(Q(assigner__in=standing.ever) | Q(assigner_unit__in=standing.represents))
    counted = given.annotate(
        count=Count("tasks"),
        done=Count("tasks", filter=Q(tasks__state=Task.State.COMPLETED)),
        open=Count("tasks", filter=Q(tasks__state__in=Task.OPEN_STATES)),
        late=Count("tasks", filter=at_work & Q(tasks__due_on__lt=today)),
    )
    return list(counted.filter(open__gt=0, count__gt=1).order_by("-given_at", "-pk")[:SHOWN])


def _task(by: Appointment, assignment: Assignment, unit: Unit, lead: Unit, batch: TaskBatch) -> Task:
    source, deadline = assignment.source, assignment.deadline
    title = normalised(assignment.title)
    return Task(
        batch=batch,
        title=title,
        search_title=folded(title),
        detail=assignment.detail,
        urgency=assignment.urgency,
        source_type=ContentType.objects.get_for_model(source.row) if source else None,
        source_id=source.row.pk if source else None,
        source_label=batch.source_label,
        source_url=batch.source_url,
        source_quote=source.quote if source else "",
        assigner=by,
        assigner_unit=unit,
        lead_unit=lead,
        due_kind=Task.DueKind.FIXED if deadline else Task.DueKind.OPEN,
        due_on=deadline.due_on if deadline else None,
        due_rule=deadline.rule if deadline else "",
        due_explanation=deadline.explanation if deadline else [],
        assigned_at=batch.given_at,
        state=Task.State.ASSIGNED,
    )


def _beside(tasks: Sequence[Task], assignment: Assignment) -> None:
    helping = TaskParty.Role.COORDINATE if len(tasks) == 1 else TaskParty.Role.INFORM
    roles = {one.pk: TaskParty.Role.INFORM for one in assignment.informed}
    roles |= {one.pk: helping for one in assignment.coordinators}
    roles |= {one.pk: TaskParty.Role.MONITOR for one in assignment.monitors}
    TaskParty.objects.bulk_create(
        TaskParty(task=task, unit_id=pk, role=role)
        for task in tasks
        for pk, role in roles.items()
        if pk != task.lead_unit_id
    )
