"""The list of tasks: whose, late first, found without diacritics, at the same cost however many."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.workflow.models import Task, TaskParty
from eoffice.workflow.ordering import GONE_THROUGH
from eoffice.workflow.timeliness import Clock, Timeliness
from eoffice.worktime import deadlines, seeding
from tests.city import City
from tests.factories import TaskFactory, TaskPartyFactory


def titles(client: Client, **query: str) -> list[str]:
    page = client.get("/tasks/", query)
    return [row["task"].title for row in page.context["rows"]]


@pytest.fixture
def tasks(city: City) -> None:
    today = deadlines.working_date(timezone.now())
    shared = {"assigner": city["chair"], "lead_unit": city.commune}
    TaskFactory(**shared, title="Còn lâu", due_on=today + dt.timedelta(days=40))
    TaskFactory(**shared, title="Không ấn định", due_on=None, due_kind=Task.DueKind.OPEN)
    TaskFactory(**shared, title="Đã quá hạn", due_on=today - dt.timedelta(days=2))
    TaskFactory(**shared, title="Xong rồi", state=Task.State.COMPLETED, submitted_at=timezone.now())
    waiting = TaskFactory(**shared, title="Chờ duyệt", due_on=today - dt.timedelta(days=5))
    Task.objects.filter(pk=waiting.pk).update(
        state=Task.State.SUBMITTED, submitted_at=timezone.now() - dt.timedelta(days=9)
    )
    given = TaskFactory(**shared, title="Của cán bộ", officer=city["invited_officer"], state=Task.State.IN_PROGRESS)
    TaskPartyFactory(task=given, unit=city.department, role=TaskParty.Role.COORDINATE)


@pytest.mark.usefixtures("tasks")
def test_late_ones_come_first_and_those_without_a_date_last(city: City, client_as: Callable[[str], Client]) -> None:
    found = titles(client_as("invited_head"), scope="unit")
    assert found[0] == "Đã quá hạn"
    assert found[-1] == "Không ấn định"
    assert "Xong rồi" not in found


@pytest.mark.usefixtures("tasks")
@pytest.mark.parametrize(
    ("role", "scope", "count"),
    [
        ("invited_officer", "mine", 1),
        ("invited_officer", "unit", 0),
        ("invited_head", "unit", 5),
        ("department_head", "unit", 1),
        ("chair", "assigned", 5),
        ("chair", "all", 5),
        ("outsider", "all", 0),
    ],
)
def test_whose_tasks(city: City, client_as: Callable[[str], Client], role: str, scope: str, count: int) -> None:
    assert len(titles(client_as(role), scope=scope)) == count


@pytest.mark.usefixtures("tasks")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "late"}, {"Đã quá hạn"}),
        ({"state": "submitted"}, {"Chờ duyệt"}),
        ({"state": "completed"}, {"Xong rồi"}),
        ({"q": "DA QUA han"}, {"Đã quá hạn"}),
        ({"q": "khong an dinh"}, {"Không ấn định"}),
        ({"q": "ba dinh", "state": "late"}, {"Đã quá hạn"}),
        ({"q": "không có việc này"}, set()),
        ({"state": "bịa", "scope": "bịa", "page": "-7", "q": "Còn lâu"}, {"Còn lâu"}),
    ],
)
def test_filters(city: City, client_as: Callable[[str], Client], query: dict[str, str], found: set[str]) -> None:
    assert set(titles(client_as("invited_head"), **{"scope": "unit", **query})) == found


def test_words_are_found_in_what_was_closed_long_ago(city: City, client_as: Callable[[str], Client]) -> None:
    shared = {"assigner": city["chair"], "lead_unit": city.commune, "due_on": timezone.localdate()}
    over = {**shared, "state": Task.State.COMPLETED, "submitted_at": timezone.now()}
    old = TaskFactory(**over, title="Kiểm tra đê điều năm cũ")
    TaskFactory(**over, title="Kiểm tra đê điều", pk=old.pk + GONE_THROUGH)
    TaskFactory(**shared, title="Gia cố đê điều", pk=old.pk + GONE_THROUGH + 1)
    client = client_as("invited_head")
    expected = ["Gia cố đê điều", "Kiểm tra đê điều", "Kiểm tra đê điều năm cũ"]
    for scope in ("unit", "below", "all"):
        assert titles(client, scope=scope, state="any", q="de DIEU") == expected
        assert titles(client, scope=scope, state="completed", q="đê điều kiểm") == expected[1:]
        assert titles(client, scope=scope, q="de dieu") == expected[:1]


@pytest.mark.usefixtures("tasks")
def test_counts_lead_to_the_list_they_count(city: City, client_as: Callable[[str], Client]) -> None:
    client = client_as("invited_head")
    counts = client.get("/tasks/", {"scope": "unit"}).context["here"]
    for state in ("open", "late", "soon", "submitted"):
        assert counts[state] == len(titles(client, scope="unit", state=state))


def test_the_list_and_the_page_cost_the_same_however_many(city: City, client_as: Callable[[str], Client]) -> None:
    client, costs = client_as("invited_head"), []
    for size in (3, 60):
        while Task.objects.count() < size:
            task = TaskFactory(assigner=city["chair"], lead_unit=city.commune, officer=city["invited_officer"])
            TaskPartyFactory(task=task, unit=city.department)
        pages = ("/tasks/", f"/tasks/{task.pk}/")
        for page in pages:
            client.get(page)  # what a process reads once it has read now
        with CaptureQueriesContext(connection) as queries:
            for page in pages:
                client.get(page)
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("state", "due", "submitted", "expected"),
    [
        ("in_progress", "2026-06-08", None, Timeliness.LATE),
        ("in_progress", "2026-06-09", None, Timeliness.DUE_SOON),
        ("in_progress", "2026-06-12", None, Timeliness.DUE_SOON),
        ("in_progress", "2026-06-15", None, Timeliness.ON_TRACK),
        ("in_progress", None, None, Timeliness.NO_DUE),
        ("submitted", "2026-06-08", "2026-06-08T16:59+07:00", Timeliness.ON_TRACK),
        ("submitted", "2026-06-08", "2026-06-08T17:00+07:00", Timeliness.LATE),
        ("completed", "2026-06-08", "2026-06-08T08:00+07:00", Timeliness.DONE_ON_TIME),
        ("completed", "2026-06-08", "2026-06-09T08:00+07:00", Timeliness.DONE_LATE),
        ("cancelled", "2026-06-01", None, Timeliness.CANCELLED),
    ],
)
def test_what_counts_is_when_the_result_was_handed_in(
    city: City, state: str, due: str | None, submitted: str | None, expected: Timeliness
) -> None:
    seeding.seed_year(2026, confirmed_by=city.admin)
    task = Task(
        state=state,
        due_on=dt.date.fromisoformat(due) if due else None,
        submitted_at=dt.datetime.fromisoformat(submitted) if submitted else None,
    )
    clock = Clock.at(dt.datetime.fromisoformat("2026-06-09T09:00+07:00"))
    assert clock.timeliness(task) == expected
