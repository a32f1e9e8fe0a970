"""Reminding of due days (đôn đốc, nhắc việc): a sweep over the open tasks that are due about now.

Each step of each due day is said once to each person, whatever dies on the way: the rows of ``Reminder`` are written
before, and in one transaction with, what is told at once; what is not urgent waits in them for the next digest
(``morning``). The work is that of the tasks due about now: the index on state and due day finds them.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.workflow import announcing
from eoffice.workflow.duties import People
from eoffice.workflow.models import Duty, Reminder, Task, TaskParty
from eoffice.workflow.reminder_days import Band, bands_on
from eoffice.worktime.open_days import OpenDays

BATCH = 500
IN_HAND = tuple(state for state in Task.OPEN_STATES if state != Task.State.SUBMITTED)
"""The lead has yet to hand the result in."""
HELD = tuple(need for need in Duty.Need if need not in (Duty.Need.APPROVE, Duty.Need.ANSWER, Duty.Need.CONTRIBUTE))
"""Duties of whoever holds the task for its lead."""
Audience, Step = Reminder.Audience, Reminder.Step


def is_morning_over(now: dt.datetime) -> bool:
    """It is a working day, and late enough that people are told: from ``DIGEST_AT`` on."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    return local.time() >= settings.DIGEST_AT and OpenDays.since(local.date()).is_open(local.date())


def sweep(now: dt.datetime) -> int:
    """Say what has become due to be said and was not; how many reminders that made. Nothing before ``DIGEST_AT`` and on
    days off. Safe to run twice, and in two workers at once. A fixed number of queries for each 500 tasks, and a few for
    each urgent one.
    """
    if not is_morning_over(now):
        return 0
    made = 0
    for band in bands_on(timezone.localdate(now)):
        last = 0
        while tasks := list(_unsaid(band).filter(pk__gt=last)[:BATCH]):
            last = tasks[-1].pk
            made += _say(band.step, tasks, now)
    return made


def _unsaid(band: Band) -> QuerySet[Task]:
    """Tasks of ``band`` that their lead has in hand, of whose due day the step was not said."""
    said = Reminder.objects.filter(task=OuterRef("pk"), due_on=OuterRef("due_on"), step=band.step)
    due = Task.objects.filter(state__in=IN_HAND, due_on__range=(band.first, band.last))
    return due.filter(~Exists(said)).select_related("lead_unit", "assigner_unit").order_by("pk")


@transaction.atomic
def _say(step: Reminder.Step, tasks: list[Task], now: dt.datetime) -> int:
    run = uuid.uuid4()
    wanted = _audiences(step, tasks)
    Reminder.objects.bulk_create(
        [
            Reminder(task=task, step=step, due_on=task.due_on, person_id=person, audience=audience, run=run)
            for task in tasks
            if task.due_on is not None
            for person, audience in wanted[task.pk].items()
        ],
        ignore_conflicts=True,
    )
    urgent = {task.pk: task for task in tasks if task.urgency != Task.Urgency.NORMAL}
    written = Reminder.objects.filter(task__in=[task.pk for task in tasks], run=run)
    people: dict[int, list[User]] = defaultdict(list)
    for reminder in written.filter(task__in=urgent).select_related("person"):
        people[reminder.task_id].append(reminder.person)
    for key, told in people.items():
        announcing.reminded(urgent[key], told, step)
    written.filter(task__in=urgent).update(told_at=now)
    return written.count()


def _audiences(step: Reminder.Step, tasks: list[Task]) -> dict[int, dict[int, Reminder.Audience]]:
    """By task: who is told, as whom; whoever is several things is told as the nearest to the work."""
    keys = [task.pk for task in tasks]
    watching: dict[int, list[int]] = defaultdict(list)
    for key, unit in TaskParty.objects.filter(task__in=keys, role=TaskParty.Role.MONITOR).values_list("task", "unit"):
        watching[key].append(unit)
    people = People(tasks, {unit for units in watching.values() for unit in units})
    told: dict[int, dict[int, Reminder.Audience]] = {key: {} for key in keys}
    held = Duty.objects.filter(task__in=keys, need__in=HELD, person__is_active=True)
    for key, person in held.values_list("task", "person"):
        told[key][person] = Audience.HOLDER
    for task in tasks:
        for audience, persons in _above(step, task, people, watching[task.pk]):
            told[task.pk] = {**dict.fromkeys(persons, audience), **told[task.pk]}
    return told


def _above(
    step: Reminder.Step, task: Task, people: People, watching: list[int]
) -> Iterable[tuple[Reminder.Audience, set[int]]]:
    """Whom the step reaches beyond the holder: the head of the lead, the assigner's office, the assigner."""
    if step >= Step.ONE_BEFORE:
        yield Audience.HEAD, people.heading(task.lead_unit_id)
    if step >= Step.ONE_AFTER:
        office = people.clerks(task.assigner_unit_id).union(*map(people.representing, watching))
        yield Audience.OFFICE, office or people.deciding(task)
    if step >= Step.THREE_AFTER:
        yield Audience.ASSIGNER, people.deciding(task)
