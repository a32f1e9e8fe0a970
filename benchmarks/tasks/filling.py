"""Three years of tasks, written as rows: most are done, some late, some extended; what is recent is open.

Objects of Django would take longer than all the rest; what a row does not say is its field's default.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from benchmarks import bulk
from benchmarks.bulk import BulkCity
from benchmarks.results import progress
from benchmarks.rows import advance, settle, write
from eoffice.accounts.names import folded
from eoffice.workflow.models import Duty, Task, TaskParty

BATCH = 10_000
DAYS_BACK, DAYS_AHEAD = 1000, 90
PLACES = ("khu vực nội thành", "các xã ngoại thành", "tuyến đường vành đai", "các trường học", "khu công nghiệp")
ACTS = ("Báo cáo", "Rà soát", "Kiểm tra, đôn đốc", "Tham mưu kế hoạch", "Tổng hợp số liệu")
State = Task.State


def add_tasks(city: BulkCity, count: int) -> None:
    """``count`` further tasks with the units beside their leads and the duties of those that are open."""
    progress(f"Writing {count} tasks")
    chance = random.Random(count)
    last = Task.objects.aggregate(last=models.Max("pk"))["last"] or 0
    with transaction.atomic():
        for start in range(0, count, BATCH):
            tasks = [_task(city, chance, last + 1 + number) for number in range(start, min(count, start + BATCH))]
            write(Task, tasks)
            write(TaskParty, _parties(city, chance, tasks))
            write(Duty, _duties(city, tasks))
        advance(Task)
    settle("workflow_task", "workflow_taskparty", "workflow_duty")


def _task(city: BulkCity, chance: random.Random, key: int) -> dict[str, Any]:
    lead, by = chance.choice(city.agencies), chance.choice(city.agencies[:20])
    today = timezone.localdate()
    due = today + dt.timedelta(days=chance.randint(-DAYS_BACK, DAYS_AHEAD))
    state = _state(chance, (due - today).days)
    done = state in (State.COMPLETED, State.SUBMITTED)
    submitted = _moment(min(due + dt.timedelta(days=_delay(chance)), today), chance) if done else None
    title = f"{chance.choice(ACTS)} {chance.choice(bulk.SUBJECTS)} {chance.choice(PLACES)}, đợt {key}"
    return {
        "id": key, "title": title, "search_title": folded(title), "state": state.value,
        "assigner_id": city.head(by).pk, "assigner_unit_id": by.pk, "lead_unit_id": lead.pk,
        "officer_id": None if state == State.ASSIGNED else chance.choice(city.staff[lead.pk][4:]).pk,
        "due_on": due, "original_due_on": due - dt.timedelta(days=10) if chance.random() < 0.06 else None,
        "assigned_at": _moment(due - dt.timedelta(days=30), chance), "submitted_at": submitted,
        "completed_at": submitted if state == State.COMPLETED else None, "percent": 100 if done else 30,
    }  # fmt: skip


def _state(chance: random.Random, days_left: int) -> State:
    """What was due long ago is done, but for a few; of what is due soon half is."""
    done = 0.97 if days_left < -30 else 0.8 if days_left < 0 else 0.4
    if chance.random() < 0.01:
        return State.CANCELLED
    if chance.random() < done:
        return State.COMPLETED
    return chance.choices([State.IN_PROGRESS, State.ASSIGNED, State.ACKNOWLEDGED, State.SUBMITTED, State.RETURNED],
                          [60, 12, 12, 12, 4])[0]  # fmt: skip


def _delay(chance: random.Random) -> int:
    return chance.randint(1, 20) if chance.random() < 0.1 else -chance.randint(0, 9)


def _moment(day: dt.date, chance: random.Random) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(chance.randint(8, 18), chance.randint(0, 59))))


def _parties(city: BulkCity, chance: random.Random, tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        helping = chance.sample(city.agencies, chance.choice([0, 0, 1, 2]))
        for unit in helping:
            yield {"task_id": task["id"], "unit_id": unit.pk, "role": TaskParty.Role.COORDINATE.value}
        if chance.random() < 0.1:
            yield {"task_id": task["id"], "unit_id": city.agencies[1].pk, "role": TaskParty.Role.MONITOR.value}


def _duties(city: BulkCity, tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    people = {one.pk: one.person_id for staff in city.staff.values() for one in staff}
    for task in tasks:
        match task["state"]:
            case "assigned":
                person, need = city.staff[task["lead_unit_id"]][3].person_id, Duty.Need.ACKNOWLEDGE
            case "in_progress" | "acknowledged" | "returned":
                person, need = people[task["officer_id"]], Duty.Need.DO
            case "submitted":
                person, need = people[task["assigner_id"]], Duty.Need.APPROVE
            case _:
                continue
        yield {"task_id": task["id"], "person_id": person, "need": need.value}
