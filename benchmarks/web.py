"""Pages of a large city: server time, query counts, and 200 people signed in at once.

5,000 meetings, 20,000 tasks, 5,000 people, 150 agencies on SQLite. Server time is measured in the process, from
request to answer with middleware and templates, over people of different rank. Query counts are compared
between a small city and the large one: the target of each is what the small one needed.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import Result, percentile, progress

if TYPE_CHECKING:
    from django.test import Client

    from benchmarks.bulk import BulkCity

PAGE_TARGET_MS = 150.0
CROWD_TARGET_MS = 1000.0
SMALL = 5
"""The small city has a fifth of the meetings and tasks: enough that every part of a page has rows."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--meetings", type=int, default=5_000)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--agencies", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=20, help="requests per page and person")
    parser.add_argument("--crowd", type=int, default=200, help="people signed in at once")
    parser.add_argument("--seconds", type=float, default=30, help="how long the crowd works")


def measure(options: argparse.Namespace) -> list[Result]:
    """Make the city in a temporary folder, measure, remove it."""
    folder = Path(tempfile.mkdtemp(prefix="eoffice-bench-"))
    try:
        _start_django(folder)
        return list(_measure(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start_django(folder: Path) -> None:
    os.environ["EOFFICE_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "eoffice.settings.embedded"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(options: argparse.Namespace, folder: Path) -> Iterator[Result]:
    from benchmarks import bulk
    from benchmarks.crowd import Crowd

    progress(f"Making {options.agencies} agencies with {options.people} people")
    city = bulk.make_city(agencies=options.agencies, people=options.people)
    progress("Measuring the small city")
    bulk.add_meetings(city, options.meetings // SMALL)
    bulk.add_tasks(city, options.tasks // SMALL)
    small = {name: max(visit.queries for visit in visits) for name, visits in _visit(city, rounds=1).items()}
    progress(f"Growing to {options.meetings} meetings and {options.tasks} tasks")
    bulk.add_meetings(city, options.meetings - options.meetings // SMALL)
    bulk.add_tasks(city, options.tasks - options.tasks // SMALL)
    progress("Measuring the large city")
    for name, visits in _visit(city, rounds=options.rounds).items():
        yield Result(f"{name}: server time, p95", percentile([v.wall_ms for v in visits], 0.95), "ms", PAGE_TARGET_MS)
        yield Result(f"{name}: of it processor time, p95", percentile([v.processor_ms for v in visits], 0.95), "ms")
        yield Result(f"{name}: queries", max(v.queries for v in visits), "queries", small[name])
    progress(f"{options.crowd} people at work for {options.seconds:g} s")
    crowd = Crowd(folder, [_cookie(city, n) for n in range(options.crowd)], _paths(city))
    yield from asyncio.run(crowd.work(options.seconds, CROWD_TARGET_MS))


def _paths(city: "BulkCity") -> dict[str, str]:
    from django.urls import reverse

    return {name: reverse(name) for name in ("today", "meeting-list", "task-list")}


@dataclass(frozen=True)
class Visit:
    """One request: how long it took, how much of that the processor worked, how many queries it made."""

    wall_ms: float
    processor_ms: float
    queries: int


def _visit(city: "BulkCity", *, rounds: int) -> dict[str, list[Visit]]:
    """Page → requests of all visitors, after a first one that is not counted."""
    found: dict[str, list[Visit]] = {}
    for client, meeting_path in _visitors(city):
        for name, path in {**_paths(city), "meeting-detail": meeting_path}.items():
            _get(client, path)
            found.setdefault(name, []).extend(_get(client, path) for _round in range(rounds))
    return found


def _visitors(city: "BulkCity") -> Iterator[tuple["Client", str]]:
    """Heads, clerks and officers of a large and of a small agency, each with a meeting they know; the first a plenary."""
    from django.db.models import Count
    from django.test import Client
    from django.urls import reverse

    from meetings.models import Meeting

    for unit in (city.agencies[0], city.agencies[-1]):
        for place in (0, 3, 4):
            person = city.staff[unit.pk][place].person
            meeting = Meeting.objects.visible_to(person).annotate(n=Count("sites")).order_by("-n", "pk").first()
            assert meeting is not None
            client = Client(headers={"host": "localhost"})
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            yield client, reverse("meeting-detail", args=[meeting.pk])


def _get(client: "Client", path: str) -> Visit:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        wall, processor = time.perf_counter(), time.process_time()
        answer = client.get(path)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return Visit(wall * 1000, processor * 1000, len(queries))


def _cookie(city: "BulkCity", number: int) -> str:
    """A signed-in session of one person, as the ``Cookie`` header."""
    from django.test import Client

    unit = city.agencies[number % len(city.agencies)]
    client = Client()
    client.force_login(
        city.staff[unit.pk][number // len(city.agencies)].person,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return f"sessionid={client.cookies['sessionid'].value}"
