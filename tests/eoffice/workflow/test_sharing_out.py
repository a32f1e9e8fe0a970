"""Ways of looking at tasks beside the list, and giving several of them at once."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from eoffice.workflow.models import Task, TaskParty
from eoffice.worktime import deadlines
from tests.city import City
from tests.factories import TaskFactory, TaskPartyFactory

ClientAs = Callable[[str], Client]


@pytest.fixture
def tasks(city: City) -> list[Task]:
    """Three at work for the commune, nobody's yet; the office watches the first, the department helps with it."""
    today = deadlines.working_date(timezone.now())
    made = [
        TaskFactory(
            assigner=city["chair"], lead_unit=city.commune, title=f"Việc {number}", state=Task.State.ACKNOWLEDGED,
            due_on=today + dt.timedelta(days=number - 1),
        )
        for number in range(3)
    ]  # fmt: skip
    TaskPartyFactory(task=made[0], unit=city.office, role=TaskParty.Role.MONITOR)
    TaskPartyFactory(task=made[0], unit=city.department, role=TaskParty.Role.COORDINATE)
    return made


def _marked(tasks: list[Task], **data: object) -> dict[str, object]:
    return {"task": [f"{task.pk}-{task.version}" for task in tasks], **data}


def test_those_who_help_and_those_who_watch_have_lists_of_their_own(
    tasks: list[Task], city: City, client_as: ClientAs
) -> None:
    for role, scope, found in (
        ("department_head", "coordinate", ["Việc 0"]),
        ("organiser_clerk", "monitor", ["Việc 0"]),
        ("organiser_clerk", "coordinate", []),
        ("chair", "below", ["Việc 0", "Việc 1", "Việc 2"]),
        ("invited_officer", "below", []),
    ):
        page = client_as(role).get("/tasks/", {"scope": scope})
        assert [row["task"].title for row in page.context["rows"]] == found


def test_the_board_by_state_and_the_month_show_what_the_list_does(
    tasks: list[Task], city: City, client_as: ClientAs
) -> None:
    client = client_as("invited_head")
    columns = {one.state: one for one in client.get("/tasks/kanban/", {"scope": "unit"}).context["columns"]}
    assert [row["task"].title for row in columns["acknowledged"].rows] == ["Việc 0", "Việc 1", "Việc 2"]
    assert columns["acknowledged"].rows[0]["timeliness"] == "late"
    assert columns["completed"].count == "0"
    due = tasks[1].due_on
    month = client.get("/tasks/calendar/", {"scope": "unit", "month": f"{due:%Y-%m}"}).context["month"]
    days = {day.date: day for week in month.weeks for day in week}
    assert [row["task"].title for row in days[due].rows] == ["Việc 1"]
    assert [row["task"].title for row in client.get(days[due].address).context["rows"]] == ["Việc 1"]
    assert client.get("/tasks/calendar/", {"month": "bịa", "scope": "unit"}).status_code == 200


def test_a_head_gives_several_tasks_at_once_and_sees_the_load_before(
    tasks: list[Task], city: City, client_as: ClientAs
) -> None:
    client, officer = client_as("invited_head"), city["invited_officer"]
    TaskFactory(
        assigner=city["chair"], lead_unit=city.commune, officer=officer, state=Task.State.IN_PROGRESS,
        due_on=timezone.localdate() - dt.timedelta(days=3),
    )  # fmt: skip
    loads = {load.officer.pk: load for load in client.get("/tasks/share/").context["loads"]}
    assert (loads[officer.pk].open, loads[officer.pk].late) == (1, 1)
    assert loads[city["invited_clerk"].pk].open == 0

    nobody = client.post("/tasks/share/", _marked(tasks[:2]))
    assert nobody.status_code == 400
    assert nobody.context["marked"] == {tasks[0].pk, tasks[1].pk}
    for _click in range(2):
        answer = client.post("/tasks/share/", _marked(tasks[:2], officer=officer.pk))
        assert answer.status_code == 302
    assert list(Task.objects.order_by("pk").values_list("officer", flat=True)[:3]) == [officer.pk, officer.pk, None]

    tasks[2].refresh_from_db()
    stale = client.post(
        "/tasks/share/", {"task": [f"{tasks[0].pk}-0", f"{tasks[2].pk}-{tasks[2].version}"], "all": "1",
                          "officer": city["invited_clerk"].pk},
    )  # fmt: skip
    assert stale.status_code == 409
    assert Task.objects.get(pk=tasks[2].pk).officer is None, "all of them or none"


def test_only_who_leads_the_unit_gives_its_tasks(tasks: list[Task], city: City, client_as: ClientAs) -> None:
    assert client_as("invited_clerk").get("/tasks/share/").status_code == 403
    answer = client_as("department_head").post("/tasks/share/", _marked(tasks, officer=city["department_officer"].pk))
    assert answer.status_code == 403
    assert not Task.objects.exclude(officer=None).exists()
