"""What an officer hands in goes to the head of the lead first, then to the assigner (duyệt hai cấp)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from eoffice.notifications.models import Notification
from eoffice.workflow import routing
from eoffice.workflow.models import Task
from eoffice.workflow.timeliness import Clock, Timeliness
from tests.city import City
from tests.eoffice.workflow.branch import build_branch, do

As = Callable[[str], Client]
RESULT = {"text": "Đã khảo sát 12 tuyến phố.", "reference": "3/BC-PHT"}


@pytest.fixture
def task(city: City) -> Task:
    """The department's, given to its officer."""
    task = build_branch(city).task
    return routing.assign_officer(city["department_head"], task, city["department_officer"], version=task.version)


def duties(task: Task) -> set[tuple[str, str]]:
    return set(task.duties.values_list("person__username", "need"))


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_the_head_sends_back_with_a_reason_then_passes_on(city: City, task: Task, client_as: As) -> None:
    officer, head, chair = (client_as(role) for role in ("department_officer", "department_head", "chair"))
    assert do(officer, task, "complete", **RESULT).status_code == 302
    assert (duties(task), told("task.handed_in"), told("task.submitted")) == (
        {("department.head", "review")},
        ["department.head"],
        [],
    )
    assert "Duyệt trong đơn vị" in head.get("/").content.decode()
    page = head.get(f"/tasks/{task.pk}/").content.decode()
    assert page.index("Duyệt và gửi cơ quan giao") > page.index(RESULT["text"])  # the result stands above the button
    assert "Chờ duyệt trong đơn vị" in chair.get(f"/tasks/{task.pk}/").content.decode()
    assert [do(chair, task, act, reason="x").status_code for act in ("accept", "return", "review")] == [403] * 3
    assert do(client_as("department_clerk"), task, "review").status_code == 403

    assert do(head, task, "send-back", reason="  ").status_code == 422
    seen = task.version
    answers = [do(head, task, "send-back", reason="Thiếu số liệu.", version=seen).status_code for _ in range(2)]
    assert (answers, duties(task), told("task.sent_back")) == (
        [302, 302],
        {("department.officer", "do")},
        ["department.officer"],
    )
    assert "Thiếu số liệu." in officer.get(f"/tasks/{task.pk}/").content.decode()

    do(officer, task, "complete", text="Đã bổ sung.", reference="4/BC-PHT")
    task.refresh_from_db()
    seen = task.version
    assert [do(head, task, "review", version=seen).status_code for _ in range(2)] == [302, 302]
    assert (duties(task), told("task.submitted"), told("task.reviewed")) == (
        {("chair", "approve")},
        ["chair"],
        ["department.officer"],
    )
    assert "Đã bổ sung." in chair.get(f"/tasks/{task.pk}/").content.decode()
    assert do(chair, task, "accept").status_code == 302
    task.refresh_from_db()
    assert (task.state, task.reports.filter(kind__in=["reviewed", "sent_back"]).count()) == ("completed", 2)


@pytest.mark.parametrize(
    ("who", "given_to", "state"),
    [
        ("department_head", "department_officer", "submitted"),
        ("department_clerk", "department_officer", "review"),
        ("department_clerk", None, "submitted"),
    ],
)
def test_only_what_an_officers_unit_has_not_seen_needs_its_head(
    city: City, task: Task, client_as: As, who: str, given_to: str | None, state: str
) -> None:
    Task.objects.filter(pk=task.pk).update(officer=city[given_to] if given_to else None)
    assert do(client_as(who), task, "complete", **RESULT).status_code == 302
    task.refresh_from_db()
    assert task.state == state


def test_a_unit_whose_head_has_left_meanwhile_leaves_the_result_to_the_assigner(
    city: City, task: Task, client_as: As
) -> None:
    from eoffice.workflow.tasks import refresh_duties

    do(client_as("department_officer"), task, "complete", **RESULT)
    head = city["department_head"]
    head.valid_to = timezone.localdate() - dt.timedelta(days=1)
    head.save()
    refresh_duties()
    assert duties(task) == {("chair", "review")}
    assert do(client_as("chair"), task, "review").status_code == 302
    assert duties(task) == {("chair", "approve")}


def test_the_unit_is_in_time_when_its_head_passed_the_result_on(task: Task, client_as: As) -> None:
    """What lies with the head is still the unit's to do; what lies with the assigner is not."""
    do(client_as("department_officer"), task, "complete", **RESULT)
    now = timezone.now()
    Task.objects.filter(pk=task.pk).update(due_on=timezone.localdate(now) - dt.timedelta(days=1))
    task.refresh_from_db()
    clock = Clock.at(now)
    assert (clock.timeliness(task), Task.objects.late(clock.today).count()) == (Timeliness.LATE, 1)
    Task.objects.filter(pk=task.pk).update(due_on=clock.today)
    do(client_as("department_head"), task, "review")
    task.refresh_from_db()
    tomorrow = Clock.at(now + dt.timedelta(days=1))
    assert (tomorrow.timeliness(task), Task.objects.late(tomorrow.today).count()) == (Timeliness.ON_TRACK, 0)
    page = client_as("chair").get(f"/tasks/{task.pk}/").content.decode()
    assert "Người thực hiện gửi kết quả" in page
    assert "Đơn vị gửi kết quả" in page
