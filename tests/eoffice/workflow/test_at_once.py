"""Two people act on one task at the same moment: one of them is told, nothing is half done."""

import datetime as dt
import uuid

import pytest
from django.http import QueryDict
from django.utils import timezone

from eoffice.audit.models import Entry
from eoffice.errors import UserError
from eoffice.notifications.models import Digest, Notification
from eoffice.workflow import (
    assigning,
    assisting,
    drafting,
    morning,
    recalling,
    recurring,
    reminding,
    reporting,
    requesting,
    reviewing,
    routing,
    subtasks,
)
from eoffice.workflow.draft_kinds import kind_of
from eoffice.workflow.models import RecurringTask, Reminder, Task, TaskRequest
from eoffice.workflow.writing import Words
from eoffice.worktime import periods, seeding
from eoffice.worktime.periods import Recurrence, Rule
from tests.city import City, build_city
from tests.eoffice.workflow.branch import Branch, build_branch
from tests.meetings.together import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def parallel_city(transactional_db: None) -> City:
    return build_city()


@pytest.fixture
def branch(parallel_city: City) -> Branch:
    return build_branch(parallel_city)


def result() -> Words:
    return Words(text="Xong.", reference="1/BC", key=uuid.uuid4())


def part(city: City, branch: Branch) -> Task:
    branch.task.refresh_from_db()
    wanted = subtasks.Subtask(title="Khảo sát", lead_unit=branch.division, due_on=branch.task.due_on)
    made = subtasks.give(city["department_head"], branch.task, wanted, version=branch.task.version)
    made = routing.acknowledge(branch.head, made, version=made.version)
    reporting.report_completion(branch.head, made, result(), version=made.version)
    made.refresh_from_db()
    return made


def test_two_acknowledge_and_it_is_acknowledged_once(parallel_city: City, branch: Branch) -> None:
    Task.objects.filter(pk=branch.task.pk).update(state="assigned", acknowledged_at=None)
    branch.task.refresh_from_db()
    Entry.objects.all().delete()
    people = [parallel_city["department_head"], parallel_city["department_clerk"]]
    acts = [lambda by=by: routing.acknowledge(by, branch.task, version=branch.task.version) for by in people]
    assert at_once(*acts) == []
    assert Entry.objects.filter(action="task.acknowledged").count() == 1


def test_approving_against_recall_only_one_counts(parallel_city: City, branch: Branch) -> None:
    chair = parallel_city["chair"]
    reporting.report_completion(parallel_city["department_head"], branch.task, result(), version=branch.task.version)
    branch.task.refresh_from_db()
    seen = branch.task.version
    raised = at_once(
        lambda: reporting.accept(chair, branch.task, version=seen),
        lambda: recalling.recall(chair, branch.task, reason="Thôi.", version=seen),
    )
    assert [isinstance(error, UserError) for error in raised] == [True]
    branch.task.refresh_from_db()
    finished = (branch.task.completed_at is not None, branch.task.cancelled_at is not None)
    assert finished == (branch.task.state == "completed", branch.task.state == "cancelled")
    assert sum(finished) == 1


def test_approving_within_the_unit_against_return_and_recall_only_one_counts(
    parallel_city: City, branch: Branch
) -> None:
    chair, head = parallel_city["chair"], parallel_city["department_head"]
    officer = parallel_city["department_officer"]
    given = routing.assign_officer(head, branch.task, officer, version=branch.task.version)
    reporting.report_completion(officer, given, result(), version=given.version)
    branch.task.refresh_from_db()
    assert branch.task.state == "review"
    seen = branch.task.version
    raised = at_once(
        lambda: reviewing.approve(head, branch.task, version=seen),
        lambda: reviewing.send_back(head, branch.task, reason="Thiếu.", version=seen),
        lambda: recalling.recall(chair, branch.task, reason="Thôi.", version=seen),
    )
    assert [isinstance(error, UserError) for error in raised] == [True, True]
    branch.task.refresh_from_db()
    outcome = {"reviewed": "submitted", "sent_back": "returned", "recalled": "cancelled"}
    counted = [one for one in outcome if Entry.objects.filter(action=f"task.{one}", target_id=branch.task.pk).exists()]
    assert [outcome[one] for one in counted] == [branch.task.state]


def test_parts_are_closed_side_by_side(parallel_city: City, branch: Branch) -> None:
    parts = [part(parallel_city, branch) for _each in range(4)]
    director = parallel_city["department_head"]
    assert at_once(*[lambda p=p: reporting.accept(director, p, version=p.version) for p in parts]) == []
    assert set(Task.objects.filter(parent=branch.task).values_list("state", flat=True)) == {"completed"}
    branch.task.refresh_from_db()
    reporting.report_completion(director, branch.task, result(), version=branch.task.version)


def test_a_part_given_during_a_recall_is_not_left_open(parallel_city: City, branch: Branch) -> None:
    wanted = subtasks.Subtask(title="Khảo sát", lead_unit=branch.division, due_on=branch.task.due_on)
    seen = branch.task.version
    at_once(
        lambda: subtasks.give(parallel_city["department_head"], branch.task, wanted, version=seen),
        lambda: recalling.recall(parallel_city["chair"], branch.task, reason="Thôi.", version=seen),
    )
    branch.task.refresh_from_db()
    still_open = Task.objects.filter(parent=branch.task).open().exists()
    assert (branch.task.state == "cancelled") != still_open


def test_granting_from_two_windows_moves_the_day_once(parallel_city: City, branch: Branch) -> None:
    wanted = branch.task.due_on + dt.timedelta(days=5)
    wish = requesting.Wish(TaskRequest.Kind.EXTENSION, Words(text="Chờ số liệu.", key=uuid.uuid4()), wanted)
    request = requesting.ask(parallel_city["department_head"], branch.task, wish)

    def grant() -> None:
        requesting.answer(parallel_city["chair"], branch.task, request, grant=True, remark="")

    assert at_once(grant, grant, grant) == []
    branch.task.refresh_from_db()
    assert (branch.task.due_on, Entry.objects.filter(action="task.request_granted").count()) == (wanted, 1)


def test_sweeps_at_once_remind_and_give_once(parallel_city: City, branch: Branch) -> None:
    seeding.seed_year(2026, confirmed_by=parallel_city.admin)
    seeding.seed_year(2027, confirmed_by=parallel_city.admin)
    Task.objects.filter(pk=branch.task.pk).update(due_on=dt.date(2026, 12, 10))
    morning_of_the_ninth = dt.datetime(2026, 12, 9, 3, tzinfo=dt.UTC)
    assert at_once(*[lambda: reminding.sweep(morning_of_the_ninth)] * 4) == []
    told = list(Reminder.objects.values_list("person", "step"))
    assert len(told) == len(set(told)) > 0
    assert at_once(*[lambda: morning.deliver(morning_of_the_ninth)] * 4) == []
    digests = Digest.objects.values_list("recipient", flat=True)
    notices = Notification.objects.filter(kind="task.digest").values_list("recipient", flat=True)
    assert sorted(digests) == sorted(notices)
    assert len(digests) == len(set(digests)) > 0

    rule = Recurrence(rule=Rule("month", 25))
    assignment = assigning.Assignment(title="Báo cáo", lead_unit=parallel_city.commune)
    made = recurring.begin(
        parallel_city["chair"],
        assignment,
        rule,
        [parallel_city.commune],
        unit=parallel_city.committee,
        recipients="Ba Đình",
        key=uuid.uuid4(),
    )
    this_month = periods.start_of("month", timezone.localdate())
    made.occurrences.all().delete()
    RecurringTask.objects.update(next_start=this_month)
    assert at_once(*[recurring.sweep] * 4) == []
    assert list(made.occurrences.values_list("start", flat=True)) == [this_month]


def test_a_draft_confirmed_from_several_windows_is_one_act(parallel_city: City, branch: Branch) -> None:
    head, assistant = parallel_city["department_head"], parallel_city["department_officer"]
    today = timezone.localdate()
    assisting.name_assistant(head, assisting.Terms(head, assistant, today, today, documents=False, tasks=True))
    kind = kind_of("task-subtask")
    assert kind is not None
    typed = {"version": branch.task.version, "key": uuid.uuid4(), "title": "Khảo sát"}
    typed |= {"recipient": f"unit-{branch.division.pk}", "due_on": f"{branch.task.due_on:%d/%m/%Y}"}
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in typed.items()})
    form = kind.form(data, branch.task)
    assert form.is_valid()
    draft = drafting.write(assistant, kind, branch.task, head, form)
    assert at_once(*[lambda: drafting.confirm(head, draft, version=1)] * 3) == []
    assert Task.objects.filter(parent=branch.task).count() == 1
    assert Entry.objects.filter(action="draft.confirmed").count() == 1


def test_who_waits_for_a_new_officer_or_lead_sees_them(parallel_city: City, branch: Branch) -> None:
    """The second act waits for the first one's lock, and then reads the task with the people that it has by now."""
    head, officer = parallel_city["department_head"], parallel_city["department_officer"]
    for _round in range(4):
        Task.objects.filter(pk=branch.task.pk).update(officer=None)
        branch.task.refresh_from_db()
        raised = at_once(
            lambda: routing.assign_officer(head, branch.task, officer, version=branch.task.version),
            lambda: routing.assign_officer(head, branch.task, officer, version=branch.task.version),
            lambda: reporting.write_note(head, branch.task, Words(text="Ghi chú.", key=uuid.uuid4())),
        )
        assert raised == []
