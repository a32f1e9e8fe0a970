"""Every screen of tasks, as people of different rank open it; and the figures against counting task by task."""

import csv
import io
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.bulk import BulkCity
from benchmarks.results import Result, percentile, progress
from benchmarks.visits import Visit, visit
from eoffice.workflow import periods
from eoffice.workflow.cells import Cell
from eoffice.workflow.models import Task
from eoffice.workflow.timeliness import Clock, Timeliness

TARGET_MS = 200.0


def _screens() -> dict[str, str]:
    """Name → address; {month} and {year} are those of today."""
    today = timezone.localdate()
    period = f"period={periods.month_of(today).code}"
    year = f"period={periods.year_of(today).code}"
    return {
        "list": "/tasks/",
        "list of the unit": "/tasks/?scope=unit",
        "list of all below": "/tasks/?scope=below",
        "list of all below, any state": "/tasks/?scope=below&state=any&page=3",
        "list of what was assigned": "/tasks/?scope=assigned",
        "list of all that is visible": "/tasks/?scope=all",
        "search": "/tasks/?scope=below&state=any&q=trat+tu+do+thi",
        "search for a rare word": "/tasks/?scope=below&state=any&q=12345",
        "kanban": "/tasks/kanban/?scope=below",
        "calendar": "/tasks/calendar/?scope=below",
        "figures of a month": f"/tasks/board/?{period}",
        "figures of a year": f"/tasks/board/?{year}",
        "figures by month": f"/tasks/board/months/?{year}",
        "list of a figure": f"/tasks/?scope=below&state=open_late&{year}",
    }


def queries(city: BulkCity) -> dict[str, dict[str, int]]:
    """Who → screen → queries; a person's first visit reads more."""
    return {
        who: {name: min(visit(client, path).queries for _time in range(3)) for name, path in _screens().items()}
        for who, client in _people(city)
    }


def measured(city: BulkCity, rounds: int, few: dict[str, dict[str, int]]) -> Iterator[Result]:
    """Server time of each screen over all people, the slowest person's apart, and whether queries grew."""
    on = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor]
    people = list(_people(city))
    for name, path in _screens().items():
        progress(f"Measuring {name}")
        visits: dict[str, list[Visit]] = {}
        for who, client in people:
            visit(client, path)
            visits[who] = [visit(client, path) for _round in range(rounds)]
        times = [one.ms for some in visits.values() for one in some]
        slowest = {who: percentile([one.ms for one in some], 0.5) for who, some in visits.items()}
        who = max(slowest, key=lambda one: slowest[one])
        # the fewest: once a minute a request also writes when its device was last seen
        grown = max(min(v.queries for v in some) - few[one][name] for one, some in visits.items())
        yield Result(f"{name} on {on}: p95", percentile(times, 0.95), "ms", TARGET_MS)
        yield Result(f"{name} on {on}: median of the slowest ({who})", slowest[who], "ms")
        yield Result(f"{name} on {on}: queries more than of a part of the tasks", grown, "queries", 0)


def exact(city: BulkCity) -> Iterator[Result]:
    """The year's figures of the whole city against the timeliness of each task: how many differ."""
    client = dict(_people(city))["head of the city"]
    now = timezone.now()
    clock, year = Clock.at(now), periods.year_of(timezone.localdate(now))
    text = client.get("/tasks/board/export.csv", {"period": year.code}, secure=True).content.decode("utf-8-sig")
    total = list(csv.reader(io.StringIO(text)))[-1]
    said = dict(zip(Cell.values, map(int, total[2:6]), strict=True))
    naive = dict.fromkeys(Cell.values, 0)
    kinds = {
        Timeliness.DONE_ON_TIME: Cell.DONE_ON_TIME.value,
        Timeliness.DONE_LATE: Cell.DONE_LATE.value,
        Timeliness.LATE: Cell.OPEN_LATE.value,
        Timeliness.ON_TRACK: Cell.OPEN_IN_TIME.value,
        Timeliness.DUE_SOON: Cell.OPEN_IN_TIME.value,
    }
    progress("Counting task by task")
    for task in Task.objects.filter(year.of_tasks("due")).only("state", "due_on", "submitted_at").iterator(5000):
        cell = kinds.get(clock.timeliness(task))
        if cell is not None:
            naive[cell] += 1
    wrong = sum(abs(said[cell] - count) for cell, count in naive.items())
    yield Result("figures of a year: tasks counted", sum(naive.values()), "tasks")
    yield Result("figures of a year: tasks counted wrongly", wrong, "tasks", 0)


def _people(city: BulkCity) -> Iterator[tuple[str, Client]]:
    """Head, clerk and officer of the city's own agency and of the last one."""
    for place, unit in (("the city", city.agencies[0]), ("a small agency", city.agencies[-1])):
        for rank, number in (("head", 0), ("clerk", 3), ("officer", 4)):
            client = Client(headers={"host": "localhost"})
            person = city.staff[unit.pk][number].person
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            yield f"{rank} of {place}", client
