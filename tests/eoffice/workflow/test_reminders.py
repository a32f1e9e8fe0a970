"""Reminders: five steps around a due day, one digest in the morning, urgent ones at once; each thing once."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.notifications.models import Digest, Notification
from eoffice.notifications.tasks import sweep as send_mail
from eoffice.workflow import duties
from eoffice.workflow.models import Reminder, Task
from eoffice.workflow.tasks import remind
from eoffice.worktime import seeding
from tests.city import City
from tests.eoffice.workflow.branch import build_branch, do
from tests.factories import AppointmentFactory, HeadPositionFactory, TaskFactory, UnitFactory, UserFactory

As = Callable[[str], Client]
OFFICER, HEAD, CHAIR = "department.officer", "department.head", "chair"
ASSIGNED_ON = dt.date(2026, 11, 10)
"""A Tuesday; the task is due 30 days later, on Thursday 10/12/2026."""


def at(day: dt.date, hour: int = 8, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


@pytest.fixture
def clock(city: City) -> Iterator[time_machine.Traveller]:
    seeding.seed_year(2026, confirmed_by=city.admin)
    seeding.seed_year(2027, confirmed_by=city.admin)
    with time_machine.travel(at(ASSIGNED_ON), tick=False) as traveller:
        yield traveller


@pytest.fixture
def task(city: City, clock: time_machine.Traveller, client_as: As) -> Task:
    """The city's, led by the department, done by its officer."""
    task = build_branch(city).task
    do(client_as("department_head"), task, "assign-officer", officer=city["department_officer"].pk)
    Notification.objects.all().delete()
    return task


def run(clock: time_machine.Traveller, day: dt.date, hour: int = 8) -> set[str]:
    """The job runs twice at that hour; who was reminded newly."""
    clock.move_to(at(day, hour))
    before = set(Reminder.objects.values_list("pk", flat=True))
    remind()
    remind()
    return set(Reminder.objects.exclude(pk__in=before).values_list("person__username", flat=True))


def december(day: int) -> dt.date:
    return dt.date(2026, 12, day)


def headings(username: str) -> list[list[str]]:
    digests = Digest.objects.filter(recipient__username=username).order_by("day")
    return [[section["heading"] for section in one.sections] for one in digests]


def test_a_due_day_is_spoken_of_five_times_and_higher_up_each_time(
    clock: time_machine.Traveller, task: Task, client_as: As
) -> None:
    assert run(clock, december(4)) == set()
    assert run(clock, december(5)) == run(clock, december(7), hour=6) == set()  # a Saturday; before seven
    assert run(clock, december(7)) == {OFFICER}
    assert run(clock, december(8)) == set()
    assert run(clock, december(9)) == {OFFICER, HEAD}
    assert run(clock, december(10)) == {OFFICER, HEAD}
    assert run(clock, december(11)) == {OFFICER, HEAD, CHAIR}
    assert run(clock, december(14)) == set()
    assert run(clock, december(15)) == {OFFICER, HEAD, CHAIR}
    assert headings(OFFICER) == [["Sắp đến hạn"]] * 3 + [["Đến hạn hôm nay"]] + [["Quá hạn"]] * 3
    assert headings(HEAD) == [["Nhiệm vụ của đơn vị cần đôn đốc"]] * 4
    assert headings(CHAIR) == [["Nhiệm vụ đã giao cần đôn đốc"]] * 2
    send_mail()
    [first, *_more] = [one for one in mail.outbox if one.to[0].endswith("<department.officer@eoffice.example>")]
    assert first.subject == "Nhắc việc ngày 07/12/2026"
    assert f"http://localhost:8000/tasks/{task.pk}/" in first.body
    assert "hạn 10/12/2026" in first.body
    officer = client_as("department_officer")
    digest = Digest.objects.filter(recipient__username=OFFICER).latest("day")
    page = officer.get(officer.post(f"/notifications/{digest.notification.pk}/open/")["Location"]).content.decode()
    assert "Quá hạn" in page
    assert f"/tasks/{task.pk}/" in page
    assert "quá hạn 5 ngày" in page


def test_missed_days_are_not_made_up_for_an_extension_begins_anew_and_what_is_handed_in_is_silent(
    clock: time_machine.Traveller, task: Task, client_as: As
) -> None:
    assert run(clock, december(16)) == {OFFICER, HEAD, CHAIR}
    assert set(Reminder.objects.values_list("step", flat=True)) == {Reminder.Step.THREE_AFTER}
    officer = client_as("department_officer")
    do(officer, task, "ask-extension", wanted_on="24/12/2026", text="Chờ số liệu.")
    do(client_as("chair"), task, "answer", request=task.requests.get().pk, decision="grant", remark="")
    task.refresh_from_db()
    assert task.due_on == december(24)
    assert run(clock, december(17)) == set()
    assert run(clock, december(21)) == {OFFICER}
    do(client_as("department_head"), task, "complete", text="Xong.", reference="1/BC-SXD")
    assert run(clock, december(24)) == run(clock, december(29)) == set()
    assert headings(CHAIR)[-1] == ["Chờ bạn xử lý"]


def test_urgent_ones_are_said_at_once_and_others_keep_the_quiet_hours(
    city: City, clock: time_machine.Traveller, task: Task, client_as: As, settings: Any
) -> None:
    settings.MAIL_QUIET_FROM, settings.MAIL_QUIET_UNTIL = dt.time(21), dt.time(6, 30)
    send_mail()
    mail.outbox.clear()
    Task.objects.filter(pk=task.pk).update(urgency=Task.Urgency.FLASH)
    assert run(clock, december(9)) == {OFFICER, HEAD}
    send_mail()
    at_once = "Còn 1 ngày làm việc: Rà soát hạ tầng kỹ thuật"
    assert sorted(one.subject for one in mail.outbox) == [at_once, at_once, "Nhắc việc ngày 09/12/2026"]
    mail.outbox.clear()
    clock.move_to(at(december(11), 22))  # a Friday night: an urgent note goes out, an ordinary one waits for Monday
    chair = client_as("chair")
    other = TaskFactory(assigner=city["chair"], lead_unit=city.department, state=Task.State.SUBMITTED)
    for asked in (task, other):
        Task.objects.filter(pk=asked.pk).update(state=Task.State.SUBMITTED)
        do(chair, asked, "return", reason="Chưa đủ.")
    send_mail()
    assert {one.subject for one in mail.outbox} == {"Trả lại làm tiếp: Rà soát hạ tầng kỹ thuật"}
    clock.move_to(at(december(13), 12))
    send_mail()
    assert len({one.subject for one in mail.outbox}) == 1
    clock.move_to(at(december(14), 6, 30))
    send_mail()
    assert {one.subject for one in mail.outbox} > {"Trả lại làm tiếp: Rà soát quy hoạch trên địa bàn"}


def crowd(count: int, due_on: dt.date) -> None:
    """``count`` departments, each with a head who holds a task."""
    root = UnitFactory()
    assigner = AppointmentFactory(unit=root)
    tasks = []
    for _number in range(count):
        head = AppointmentFactory(
            person=UserFactory(username=uuid.uuid4().hex), position=HeadPositionFactory(), unit=UnitFactory(parent=root)
        )
        tasks.append(TaskFactory(assigner=assigner, lead_unit=head.unit, due_on=due_on, state=Task.State.ACKNOWLEDGED))
    duties.recompute(tasks)


def test_a_job_that_dies_leaves_nobody_with_two_digests_and_nobody_without(clock: time_machine.Traveller) -> None:
    crowd(3, due_on=december(10))
    clock.move_to(at(december(9)))

    def dying(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('INSERT INTO "notifications_notification"'):
            raise OperationalError
        return execute(sql, *rest)

    with connection.execute_wrapper(dying), pytest.raises(OperationalError):
        remind()
    assert not Digest.objects.exists()
    remind()
    remind()
    assert Digest.objects.count() == Notification.objects.filter(kind="task.digest").count() == 3


def test_more_people_cost_no_more_queries(clock: time_machine.Traveller) -> None:
    counts = []
    for number, day in ((2, december(9)), (20, december(16))):
        Task.objects.all().delete()
        crowd(number, due_on=day + dt.timedelta(days=1))
        clock.move_to(at(day))
        with CaptureQueriesContext(connection) as queries:
            remind()
        counts.append(len(queries))
    assert Digest.objects.filter(day=december(16)).count() == 20
    assert counts[0] == counts[1]
