"""Coordinators: each unit hands in its own part, the lead sees who is missing and asks once a day."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.utils import timezone

from eoffice.notifications.models import Notification
from eoffice.workflow.models import Task, TaskParty
from tests.city import City
from tests.eoffice.workflow.branch import Branch, build_branch, do

As = Callable[[str], Client]
SignIn = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def task(city: City) -> Task:
    branch: Branch = build_branch(city, coordinators=[city.commune, city.other_commune])
    return branch.task


def duties(task: Task) -> set[str]:
    return set(task.duties.filter(need="contribute").values_list("person__username", flat=True))


def line(task: Task, unit: object) -> TaskParty:
    return TaskParty.objects.get(task=task, unit=unit)


def nudges() -> list[str]:
    return sorted(Notification.objects.filter(kind="task.nudged").values_list("recipient__username", flat=True))


def test_each_unit_hands_in_its_part_and_the_lead_sees_who_is_missing(city: City, task: Task, client_as: As) -> None:
    commune, director = client_as("invited_head"), client_as("department_head")
    assert duties(task) == {"invited.head", "invited.clerk", "outsider.head"}
    assert "Gửi phần phối hợp" in commune.get("/").content.decode()
    assert do(commune, task, "contribute", text="Phường có 5 trụ sở.", reference="7/BC-UBND").status_code == 302
    assert duties(task) == {"outsider.head"}
    assert line(task, city.commune).answer.by == city["invited_head"]
    page = director.get(f"/tasks/{task.pk}/").content.decode()
    assert all(words in page for words in ("Phường có 5 trụ sở.", "Gửi đúng hạn", "Chưa gửi"))
    told = Notification.objects.filter(kind="task.contributed").values_list("recipient__username", flat=True)
    assert "department.head" in told


def test_a_part_is_late_by_its_own_day_and_the_lead_is_not(city: City, task: Task, client_as: As) -> None:
    """First in time counts; what is handed in after 17:00 of the day, or not at all, is late: each counted for its unit."""
    today = timezone.localdate()
    head, director = client_as("invited_head"), client_as("department_head")
    do(head, task, "contribute", text="Phường có 5 trụ sở.")
    evening = dt.datetime.combine(today, dt.time(17), timezone.get_default_timezone())
    TaskParty.objects.filter(unit=city.commune).update(answered_at=evening, due_on=today)
    do(head, task, "contribute", text="Bổ sung: 6 trụ sở.")
    assert line(task, city.commune).answered_at == evening
    TaskParty.objects.filter(unit=city.other_commune).update(due_on=today - dt.timedelta(days=1))
    cells = {"in_time": 0, "came_late": 0, "waited_for": 0, "missing_late": 0, "not_sent": 0}
    assert TaskParty.objects.figures(today) == {
        city.commune.pk: {**cells, "came_late": 1},
        city.other_commune.pk: {**cells, "missing_late": 1},
    }
    page = director.get(f"/tasks/{task.pk}/").content.decode()
    assert all(words in page for words in ("Gửi trễ hạn", "Chưa gửi, quá hạn", "bản mới nhất"))
    assert not Task.objects.late(today).exists()
    assert "Quá hạn 1 ngày" in client_as("outsider_head").get("/").content.decode()
    TaskParty.objects.filter(unit=city.commune).update(answered_at=evening - dt.timedelta(seconds=1))
    assert TaskParty.objects.figures(today)[city.commune.pk] == {**cells, "in_time": 1}


def test_who_is_missing_is_asked_once_a_day(city: City, task: Task, client_as: As) -> None:
    director = client_as("department_head")
    do(client_as("invited_head"), task, "contribute", text="Phường có 5 trụ sở.")
    missing = line(task, city.other_commune)
    assert do(director, task, "nudge", parties=missing.pk).status_code == 302
    assert nudges() == ["outsider.head"]
    again = do(director, task, "nudge", parties=missing.pk)
    assert (again.status_code, "đã được nhắc hôm nay" in again.content.decode()) == (409, True)
    TaskParty.objects.filter(pk=missing.pk).update(nudged_on=timezone.localdate() - dt.timedelta(days=1))
    assert do(director, task, "nudge", parties=missing.pk).status_code == 302
    assert nudges() == ["outsider.head"] * 2


@pytest.mark.parametrize(("days", "status"), [(-1, 400), (0, 302), (30, 302), (31, 400)])
def test_a_part_has_its_own_day_within_the_tasks(city: City, task: Task, client_as: As, days: int, status: int) -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    pk = line(task, city.commune).pk
    answer = do(client_as("department_head"), task, "nudge", parties=pk, due_on=f"{day:%d/%m/%Y}")
    assert answer.status_code == status
    assert line(task, city.commune).due_on == (day if status == 302 else None)


def test_others_neither_hand_in_nor_ask(city: City, task: Task, client_as: As) -> None:
    pk = line(task, city.commune).pk
    for role, act in [("chair", "contribute"), ("department_head", "contribute"), ("invited_head", "nudge")]:
        assert do(client_as(role), task, act, text="x", parties=pk).status_code == 403, (role, act)


def test_a_double_click_hands_in_one_part(task: Task, client_as: As) -> None:
    body = {"key": str(uuid.uuid4()), "text": "Phường có 5 trụ sở."}
    assert [do(client_as("invited_head"), task, "contribute", **body).status_code for _ in range(2)] == [302, 302]
    assert task.reports.filter(kind="part").count() == 1


@pytest.mark.parametrize("parties", ["", "không", "9" * 30])
def test_bad_input_asks_nobody(task: Task, client_as: As, parties: str) -> None:
    assert do(client_as("department_head"), task, "nudge", parties=parties).status_code == 422
    assert nudges() == []
