"""Figures of tasks: four cells that add up, each leading to the list it counts; frozen months; what is taken away."""

import datetime as dt
import io
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from eoffice.workflow import freezing, periods
from eoffice.workflow.models import MonthlyFigure, Task
from eoffice.workflow.timeliness import Clock, Timeliness
from eoffice.worktime import deadlines
from tests.city import City
from tests.eoffice.workflow.branch import Branch, build_branch
from tests.factories import TaskFactory

ClientAs = Callable[[str], Client]
CELLS = ("done_on_time", "done_late", "open_in_time", "open_late")


def month_day(number: int) -> dt.date:
    return deadlines.working_date(timezone.now()).replace(day=number)


def _moments(due: dt.date) -> Iterator[dt.datetime]:
    """One minute before a due day is over, and when it is."""
    for time in (dt.time(16, 59), dt.time(17, 0)):
        yield timezone.make_aware(dt.datetime.combine(due, time))


@pytest.fixture
def branch(city: City) -> Branch:
    """Tasks of every kind for every unit; all due this month, but for those without a day."""
    branch = build_branch(city)
    Task.objects.all().delete()
    units = (city.office, city.department, branch.division, branch.beside, city.commune)
    number = itertools.count()
    today = deadlines.working_date(timezone.now())
    for unit in units:
        shared: dict[str, Any] = {"assigner": city["chair"], "lead_unit": unit}
        for due in {month_day(1), today}:
            for state in (Task.State.IN_PROGRESS, Task.State.ASSIGNED, Task.State.CANCELLED):
                TaskFactory(**shared, title=f"Việc {next(number)}", due_on=due, state=state)
            for state, at in itertools.product((Task.State.COMPLETED, Task.State.SUBMITTED), _moments(due)):
                extended = {"original_due_on": due - dt.timedelta(days=9)} if at.minute else {}
                TaskFactory(
                    **shared, title=f"Việc {next(number)}", due_on=due, state=state, submitted_at=at, **extended
                )
        TaskFactory(**shared, title=f"Việc {next(number)}", due_on=None, due_kind=Task.DueKind.OPEN)
    return branch


def _counted(client: Client, **query: object) -> Any:
    answer = client.get("/tasks/board/", query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.context["board"]


def _listed(client: Client, address: str) -> set[str]:
    """Titles of the list at ``address``, over all its pages."""
    titles: list[str] = []
    for number in itertools.count(1):
        page = client.get(f"{address}&page={number}").context
        titles += [row["task"].title for row in page["rows"]]
        if not page["page"].has_next():
            assert page["page"].paginator.count == len(titles)
            return set(titles)


@pytest.mark.parametrize("query", [{}, {"earlier": "1"}, {"by": "assigned"}, {"scope": "assigned"}])
def test_every_figure_leads_to_the_list_it_counts(
    branch: Branch, city: City, client_as: ClientAs, query: dict[str, str]
) -> None:
    client = client_as("chair")
    board = _counted(client, **query)
    assert {row.label for row in board.rows} >= {city.office.short_name, city.department.short_name}
    assert {row.label for row in board.levels} == {"Thành phố", "Sở, ngành", "Cấp xã"}
    for line in (
        [*board.rows, *board.levels, board.total] if not query else [board.rows[1], board.levels[1], board.total]
    ):
        lists = {cell: _listed(client, address) for cell, _label, _number, address in line.cells()}
        assert {cell: len(found) for cell, found in lists.items()} == {
            cell: getattr(line.figures, cell) for cell in CELLS
        }
        assert set().union(*lists.values()) == _listed(client, line.total_address)
        assert sum(map(len, lists.values())) == line.figures.total
        assert len(_listed(client, line.extended_address)) == line.figures.done_extended
        if query.get("earlier"):
            assert len(_listed(client, line.newly_late_address)) == line.figures.newly_late
    assert board.total.figures.total == sum(row.figures.total for row in board.rows) > 0


def test_the_cells_are_what_counting_one_by_one_finds(branch: Branch, city: City, client_as: ClientAs) -> None:
    client, clock = client_as("chair"), Clock.at(timezone.now())
    kinds = [
        (Timeliness.DONE_ON_TIME, "done_on_time"),
        (Timeliness.DONE_LATE, "done_late"),
        (Timeliness.LATE, "open_late"),
        (Timeliness.ON_TRACK, "open_in_time"),
        (Timeliness.DUE_SOON, "open_in_time"),
    ]
    for earlier in (False, True):
        naive = dict.fromkeys(CELLS, 0)
        for task in Task.objects.filter(due_on__isnull=False):
            if earlier and task.due_on:
                task.due_on -= dt.timedelta(days=1)
            cell = dict(kinds).get(clock.timeliness(task))
            if cell:
                naive[cell] += 1
        figures = _counted(client, earlier="1" if earlier else "").total.figures
        assert {cell: getattr(figures, cell) for cell in CELLS} == naive


def test_who_answers_for_a_unit_counts_what_lies_below_it_and_nobody_else_does(
    branch: Branch, city: City, client_as: ClientAs
) -> None:
    head = client_as("department_head")
    board = _counted(head)
    labels = [row.label for row in board.rows]
    assert labels == [f"{city.department.short_name} (trực tiếp)", branch.division.short_name, branch.beside.short_name]
    assert board.total.figures == _counted(client_as("chair"), unit=city.department.pk).total.figures
    assert _counted(head, unit=branch.division.pk).total.figures.total == board.rows[1].figures.total
    assert _counted(head, unit=city.commune.pk).total.figures.total == 0
    assert _counted(client_as("outsider"), unit=city.committee.pk, scope="below").total.figures.total == 0
    assert _counted(head, period="bịa", by="bịa", scope="bịa", unit="9" * 30).total.figures == board.total.figures


def test_months_are_frozen_once_and_shown_beside_what_they_are_today(
    branch: Branch, city: City, client_as: ClientAs
) -> None:
    client = client_as("chair")
    month = periods.month_of(month_day(1))
    reported = _counted(client, period=month.code).total.figures
    after = timezone.make_aware(dt.datetime.combine(month.end, dt.time(0, 30)))
    assert freezing.freeze_due(after) > 0
    frozen = MonthlyFigure.objects.get(unit=city.committee, month=month.first)
    assert frozen.done_on_time == reported.done_on_time
    assert frozen.open_late == reported.open_in_time + reported.open_late - _handed_in_in_time(month)
    late = Task.objects.filter(state="in_progress", lead_unit=city.commune).first()
    assert late is not None
    Task.objects.filter(pk=late.pk).update(state=Task.State.CANCELLED)
    assert freezing.freeze_due(after) == 0
    board = client.get("/tasks/board/", {"period": month.code})
    assert f"đang quá hạn {frozen.open_late}" in board.content.decode()
    elsewhere = {"period": month.code, "unit": city.committee.pk, "scope": "below"}
    others = _counted(client_as("department_head"), **elsewhere)
    assert others.total.frozen is None
    assert {row.unit for row in others.rows if row.frozen} == {city.department}, "figures of others are theirs"
    months = client.get("/tasks/board/months/", {"period": month.code}).context["months"]
    assert months[0].differs
    assert months[0].row.figures == board.context["board"].total.figures
    assert months[0].frozen.open_late == frozen.open_late


def _handed_in_in_time(month: periods.Period) -> int:
    waiting = Task.objects.filter(month.of_tasks("due"), state="submitted")
    return sum(deadlines.working_date(task.submitted_at) <= task.due_on for task in waiting)


def test_figures_cost_the_same_however_many_tasks_and_units(branch: Branch, city: City, client_as: ClientAs) -> None:
    client, costs = client_as("chair"), []
    pages = ("/tasks/board/", "/tasks/board/months/", "/tasks/kanban/?scope=below", "/tasks/calendar/?scope=below")
    for more in (1, 40):
        for number in range(more):
            day, lead = month_day(1 + number % 28), city.other_commune
            TaskFactory(assigner=city["chair"], lead_unit=lead, due_on=day, officer=city["outsider"])
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        costs.append(found)
    assert costs[0] == costs[1]
    assert costs[0][0] <= 14


def test_what_is_taken_away_says_the_same_and_holds_no_formula(branch: Branch, city: City, client_as: ClientAs) -> None:
    client = client_as("chair")
    board = _counted(client)
    sheet = load_workbook(io.BytesIO(client.get("/tasks/board/export.xlsx").content)).active
    assert sheet is not None
    lines = list(sheet.values)
    assert lines[-1][:6] == ("Tổng cộng", board.total.figures.total, *(getattr(board.total.figures, c) for c in CELLS))
    text = client.get("/tasks/board/export.csv").content.decode("utf-8-sig")
    assert f"Tổng cộng,{board.total.figures.total}," in text
    paper = client.get("/tasks/board/sheet/").content.decode()
    assert "Độc lập - Tự do - Hạnh phúc" in paper
    assert f"<td>{board.total.figures.total}</td>" in paper
    TaskFactory(assigner=city["chair"], lead_unit=city.commune, title='=HYPERLINK("http://x")')
    listed = client.get("/tasks/export.csv", {"scope": "below", "q": "hyperlink"}).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in listed
    cells = load_workbook(io.BytesIO(client.get("/tasks/export.xlsx", {"scope": "below"}).content)).active
    assert cells is not None
    values = [row[1] for row in cells.iter_rows(min_row=5)]
    assert len(values) == Task.objects.open().count()
    assert all(cell.data_type == "s" for cell in values)
