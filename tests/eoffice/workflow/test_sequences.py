"""Random acts of everybody, through the operations: nothing leads to an impossible state, no task is lost, every sum is right."""

import contextlib
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from eoffice.workflow import coordinating, permissions, recalling, reporting, requesting, routing, subtasks
from eoffice.workflow.models import Task, TaskRequest
from eoffice.workflow.timeliness import Clock, Timeliness
from eoffice.workflow.writing import Words
from tests.city import City
from tests.eoffice.workflow.branch import Branch, build_branch

pytestmark = pytest.mark.django_db

Act = Callable[[City, Appointment, Task], object]
"""Does one thing; raises UserError where it may not be done."""

FOUR_CELLS = {
    Timeliness.DONE_ON_TIME: "done on time",
    Timeliness.DONE_LATE: "done late",
    Timeliness.ON_TRACK: "open in time",
    Timeliness.DUE_SOON: "open in time",
    Timeliness.LATE: "open late",
}


def words(**more: object) -> Words:
    return Words(text="Nội dung.", key=uuid.uuid4(), **more)


def give_officer(city: City, by: Appointment, task: Task) -> None:
    if people := permissions.candidates(task):
        routing.assign_officer(by, task, people[-1], version=task.version)


def give_part(city: City, by: Appointment, task: Task) -> None:
    due = subtasks.suggested_due(task, timezone.localdate())
    part = subtasks.Subtask(title="Phần việc", lead_unit=subtasks.units_in_reach(task).first(), due_on=due)
    subtasks.give(by, task, part, version=task.version)


def take_back(city: City, by: Appointment, task: Task) -> None:
    below = len(recalling.open_below(task))
    recalling.recall(by, task, reason="Thôi.", version=task.version, subtasks_seen=below)


def asking(kind: TaskRequest.Kind) -> Act:
    def ask(city: City, by: Appointment, task: Task) -> None:
        wanted = task.due_on + dt.timedelta(days=4) if task.due_on else None
        unit = city.commune if task.lead_unit_id != city.commune.pk else city.department
        requesting.ask(by, task, requesting.Wish(kind, words(), wanted, unit))

    return ask


def answering(*, grant: bool) -> Act:
    def answer(city: City, by: Appointment, task: Task) -> None:
        if request := TaskRequest.objects.filter(task=task).last():
            requesting.answer(by, task, request, grant=grant, remark="Ý kiến.")

    return answer


def take_request_back(city: City, by: Appointment, task: Task) -> None:
    if request := TaskRequest.objects.filter(task=task).last():
        requesting.withdraw(by, task, request)


def complete(**more: str) -> Act:
    return lambda _city, by, task: reporting.report_completion(
        by, task, words(reference="1/BC", **more), version=task.version
    )


ACTS: dict[str, Act] = {
    "acknowledge": lambda _city, by, task: routing.acknowledge(by, task, version=task.version),
    "officer": give_officer,
    "progress": lambda _city, by, task: reporting.report_progress(by, task, words(percent=40), version=task.version),
    "complete": complete(),
    "complete despite open parts": complete(despite_open="Gấp."),
    "accept": lambda _city, by, task: reporting.accept(by, task, version=task.version),
    "return": lambda _city, by, task: reporting.return_result(by, task, reason="Thiếu.", version=task.version),
    "part": give_part,
    "recall": take_back,
    **{kind: asking(kind) for kind in TaskRequest.Kind},
    "grant": answering(grant=True),
    "refuse": answering(grant=False),
    "withdraw": take_request_back,
    "contribute": lambda _city, by, task: coordinating.contribute(by, task, words()),
}
STEPS = st.lists(st.tuples(st.sampled_from(list(ACTS)), st.integers(0, 6), st.integers(0, 5)), min_size=5, max_size=20)
"""(act, who is tried first, on which task)."""


def check(known: set[int]) -> None:
    """What must hold after every act."""
    tasks = {task.pk: task for task in Task.objects.all()}
    assert known <= tasks.keys(), "a task was lost"
    for task in tasks.values():
        check_one(task, tasks.get(task.parent_id or 0))
    clock = Clock.at(timezone.now())
    cells = Counter(
        "no due" if task.due_on is None and task.state != "cancelled" else FOUR_CELLS.get(clock.timeliness(task), "off")
        for task in tasks.values()
    )
    assert sum(cells.values()) == len(tasks)
    assert cells["off"] == sum(task.state == "cancelled" for task in tasks.values())
    dated = [task for task in tasks.values() if task.due_on is not None]
    done = sum(task.state == "completed" for task in dated)
    assert cells["done on time"] + cells["done late"] == done
    still = sum(task.state in Task.OPEN_STATES for task in dated)
    assert cells["open in time"] + cells["open late"] == still


def check_one(task: Task, parent: Task | None) -> None:
    is_open = task.state in Task.OPEN_STATES
    assert (task.completed_at is not None) == (task.state == "completed")
    assert (task.cancelled_at is not None) == (task.state == "cancelled") == bool(task.cancel_reason)
    assert task.state not in ("submitted", "completed") or task.submitted_at is not None
    assert task.state not in permissions.AT_WORK or task.submitted_at is None
    assert (task.acknowledged_at is None) <= (task.state in ("assigned", "cancelled"))
    assert task.state != "assigned" or task.officer_id is None
    assert (task.percent == 100) <= (not is_open or task.state == "submitted")
    needs = set(task.duties.values_list("need", flat=True))
    assert bool(needs) == is_open, (task.state, needs)
    waiting = task.requests.filter(state="waiting").exists()
    assert ("answer" in needs) == waiting
    granted = task.requests.filter(kind="extension", state="granted").count()
    assert granted <= 2
    assert (granted > 0) == (task.original_due_on is not None)
    if parent is not None:
        assert parent.state != "cancelled" or not is_open, "recalled with an open part"
        assert parent.due_on is None or task.due_on is None or task.due_on <= parent.due_on
        assert not task.parties.filter(role="coordinate", unit=task.lead_unit).exists()


@pytest.fixture
def ground(city: City) -> Iterator[tuple[City, Branch]]:
    yield city, build_branch(city, coordinators=[city.other_commune])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_sequence_of_acts_leads_astray(ground: tuple[City, Branch], steps: list[tuple[str, int, int]]) -> None:
    city, branch = ground
    cast = [
        city["chair"],
        city["department_head"],
        branch.head,
        branch.officer,
        city["department_officer"],
        city["invited_head"],
        city["outsider_head"],
    ]
    sid = transaction.savepoint()
    known = {branch.task.pk}
    for act, who, which in steps:
        tasks = list(Task.objects.order_by("pk"))
        for by in (*cast[who:], *cast[:who]):  # the first who may
            with contextlib.suppress(UserError):
                ACTS[act](city, by, tasks[which % len(tasks)])
                break
        known |= set(Task.objects.values_list("pk", flat=True))
        check(known)
    transaction.savepoint_rollback(sid)
