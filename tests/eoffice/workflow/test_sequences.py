"""Random acts of everybody, through the operations: nothing leads to an impossible state, no task is lost, every sum is right."""

import contextlib
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from eoffice.workflow import coordinating, permissions, recalling, reporting, requesting, reviewing, routing, subtasks
from eoffice.workflow.models import Task, TaskParty, TaskRequest
from eoffice.workflow.parts import PartState
from eoffice.workflow.timeliness import Clock, Timeliness
from eoffice.workflow.writing import Words
from eoffice.worktime.deadlines import working_date
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
    if people := [one for one in permissions.candidates(task) if one.position.code == "chuyen-vien"]:
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


def set_part_day(city: City, by: Appointment, task: Task) -> None:
    lines = list(task.parties.filter(role="coordinate"))
    coordinating.nudge(by, task, lines, due_on=timezone.localdate() + dt.timedelta(days=1))


def let_days_pass(city: City, by: Appointment, task: Task) -> None:
    """Twelve days later: every day that was set is so much nearer."""
    for model, field in ((Task, "due_on"), (Task, "original_due_on"), (TaskParty, "due_on"), (TaskParty, "nudged_on")):
        model.objects.filter(**{f"{field}__isnull": False}).update(**{field: F(field) - dt.timedelta(days=12)})


ACTS: dict[str, Act] = {
    "acknowledge": lambda _city, by, task: routing.acknowledge(by, task, version=task.version),
    "officer": give_officer,
    "progress": lambda _city, by, task: reporting.report_progress(by, task, words(percent=40), version=task.version),
    "complete": complete(),
    "complete despite open parts": complete(despite_open="Gấp."),
    "approve within": lambda _city, by, task: reviewing.approve(by, task, version=task.version),
    "send back": lambda _city, by, task: reviewing.send_back(by, task, reason="Thiếu.", version=task.version),
    "accept": lambda _city, by, task: reporting.accept(by, task, version=task.version),
    "return": lambda _city, by, task: reporting.return_result(by, task, reason="Thiếu.", version=task.version),
    "part": give_part,
    "recall": take_back,
    **{kind: asking(kind) for kind in TaskRequest.Kind},
    "grant": answering(grant=True),
    "refuse": answering(grant=False),
    "withdraw": take_request_back,
    "contribute": lambda _city, by, task: coordinating.contribute(by, task, words()),
    "set the part's day": set_part_day,
    "days pass": let_days_pass,
}
ROUTE = ["acknowledge", "officer", "complete", "approve within", "accept"]
"""Tried more often than the others, so that tasks come far."""
STEPS = st.lists(
    st.tuples(st.sampled_from([*ACTS, *ROUTE, *ROUTE]), st.integers(0, 6), st.integers(0, 5)), min_size=5, max_size=20
)
"""(act, who is tried first, on which task)."""
OFFICER = 3
"""Among the cast: who holds the task once it was given."""


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
    check_parts(tasks, clock.today)


def check_parts(tasks: dict[int, Task], today: dt.date) -> None:
    """The database counts coordinators' parts as one would by hand, each once."""
    expected: Counter[tuple[int, str]] = Counter()
    for line in TaskParty.objects.filter(role="coordinate"):
        if tasks[line.task_id].state != "cancelled":
            expected[line.unit_id, part_state(line, tasks[line.task_id], today)] += 1
    counted = TaskParty.objects.figures(today)
    assert {(unit, state): n for unit, cells in counted.items() for state, n in cells.items() if n} == expected
    late = sum(n for (_unit, state), n in expected.items() if state in ("came_late", "missing_late"))
    assert TaskParty.objects.late_parts(today).count() == late


def part_state(line: TaskParty, task: Task, today: dt.date) -> str:
    due = line.due_on or task.due_on
    closed = task.presented_at or task.submitted_at
    if line.answered_at is not None:
        return PartState.CAME_LATE if due and working_date(line.answered_at) > due else PartState.IN_TIME
    if due and (working_date(closed) if closed else today) > due:
        return PartState.MISSING_LATE
    return PartState.NOT_SENT if closed else PartState.WAITED_FOR


def check_one(task: Task, parent: Task | None) -> None:
    is_open = task.state in Task.OPEN_STATES
    assert (task.completed_at is not None) == (task.state == "completed")
    assert (task.cancelled_at is not None) == (task.state == "cancelled") == bool(task.cancel_reason)
    assert task.state not in ("submitted", "completed") or task.submitted_at is not None
    assert task.state not in permissions.AT_WORK or task.submitted_at is task.presented_at is None
    assert task.state != "review" or (task.presented_at is not None and task.submitted_at is None)
    assert None in (task.presented_at, task.submitted_at) or task.presented_at <= task.submitted_at
    assert (task.acknowledged_at is None) <= (task.state in ("assigned", "cancelled"))
    assert task.state != "assigned" or task.officer_id is None
    assert (task.percent == 100) <= (not is_open or task.state in ("review", "submitted"))
    needs = set(task.duties.values_list("need", flat=True))
    assert bool(needs) == is_open, (task.state, needs)
    assert [need in needs for need in ("review", "approve")] == [task.state == one for one in ("review", "submitted")]
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
@example(
    steps=[
        (act, OFFICER, 0)
        for act in ("officer", "set the part's day", "complete", "send back", "days pass", "contribute")
    ]
    + [(act, OFFICER, 0) for act in ("complete", "recall")]
)
@example(
    steps=[
        (act, OFFICER, 0)
        for act in ("officer", "extension", "complete", "grant", "approve within", "days pass", "return")
    ]
    + [(act, OFFICER, 0) for act in ("days pass", "complete", "days pass", "approve within", "accept", "contribute")]
)
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
