"""An edited calendar moves no due day that people were told, until an administrator says so; then they are told."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from eoffice.notifications.models import Notification
from eoffice.workflow import assigning
from eoffice.workflow.models import Task
from eoffice.worktime import deadlines, seeding
from tests.city import City
from tests.factories import TaskFactory

As = Callable[[str], Client]
TOLD, NEW = dt.date(2026, 12, 8), dt.date(2026, 12, 9)
"""Five working days after Tuesday 01/12/2026; with Monday 07/12 off."""


@pytest.fixture
def task(city: City) -> Task:
    seeding.seed_year(2026, confirmed_by=city.admin)
    seeding.seed_year(2027, confirmed_by=city.admin)
    deadline = deadlines.working_days_after(timezone.localdate(), 5)
    wanted = assigning.Assignment(title="Rà soát trụ sở", lead_unit=city.department, deadline=deadline)
    [task] = assigning.assign(city["chair"], [wanted], unit=city.committee)
    return task


@time_machine.travel(dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC), tick=False)
def test_due_days_move_only_when_an_administrator_says_so(
    city: City, client_as: As, request: pytest.FixtureRequest
) -> None:
    task = request.getfixturevalue("task")
    extended = TaskFactory(
        title="Đã gia hạn", assigner=city["chair"], due_rule=task.due_rule, original_due_on=TOLD, due_on=TOLD
    )
    admin = client_as("admin")
    day = {"day": "07/12/2026", "kind": "substitute_off", "name": "Nghỉ hoán đổi", "basis": "Thông báo số 1"}
    saved = admin.post("/admin/worktime/calendarday/add/", day, follow=True).content.decode()
    assert "/tasks/calendar/effects/" in saved
    task.refresh_from_db()
    assert task.due_on == TOLD
    page = admin.get("/tasks/calendar/effects/").content.decode()
    assert all(words in page for words in ("Rà soát trụ sở", "08/12/2026", "09/12/2026"))
    assert extended.title not in page
    Notification.objects.all().delete()
    chosen = {"moves": f"{task.pk}:{NEW}"}
    assert admin.post("/tasks/calendar/effects/", chosen).status_code == 422
    assert admin.post("/tasks/calendar/effects/", {"moves": f"{task.pk}:2026-12-10", "sure": "on"}).status_code == 409
    assert admin.post("/tasks/calendar/effects/", {"moves": ["x", "1:y"], "sure": "on"}).status_code == 422
    task.refresh_from_db()
    assert task.due_on == TOLD
    for _click in range(2):
        assert admin.post("/tasks/calendar/effects/", {**chosen, "sure": "on"}).status_code == 302
    task.refresh_from_db()
    assert (task.due_on, task.original_due_on) == (NEW, None)
    assert task.due_explanation[-1] == "Dời từ 08/12/2026 đến 09/12/2026 theo lịch làm việc đã sửa."
    told = Notification.objects.filter(kind="task.due_moved").values_list("recipient__username", flat=True)
    assert sorted(told) == ["chair", "department.clerk", "department.head"]
    assert "Không có nhiệm vụ nào có thời hạn khác" in admin.get("/tasks/calendar/effects/").content.decode()
