"""What the schedule is asked, as people of different rank ask it: server time and queries of each."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.bulk import BulkCity
from benchmarks.results import Result, percentile, progress
from benchmarks.visits import visit
from eoffice.calendar.models import Resource
from eoffice.feeds import tokens
from eoffice.feeds.subjects import Subject
from meetings.models import Meeting

TARGET_MS = 200.0
FREE_TARGET_MS = 500.0
LEADERS = 50


def _questions(city: BulkCity, plenary: Meeting) -> dict[str, tuple[str, float]]:
    """Name → address, and the most it may take."""
    agency = city.agencies[0]
    start = timezone.localtime(plenary.starts_at)
    typed = {"meeting": plenary.pk, "day": f"{start:%d/%m/%Y}", "start": "08:00", "end": "11:00", "form": plenary.form,
             "place": plenary.place, "chair": plenary.chair_id, "secretary": plenary.secretary_id}  # fmt: skip
    today = timezone.localdate()
    sought = {"units": [unit.pk for unit in city.agencies[:LEADERS]], "reach": "heads", "minutes": 90,
              "first": f"{today + dt.timedelta(days=1):%d/%m/%Y}", "days": 14}  # fmt: skip
    room = Resource.objects.order_by("pk")[0]
    return {
        "week of an agency's leaders": (f"/schedule/leaders/?unit={agency.pk}", TARGET_MS),
        "week of an agency's leaders a year ago": (
            f"/schedule/leaders/?unit={agency.pk}&day={today - dt.timedelta(days=365)}", TARGET_MS),
        "own week": ("/schedule/", TARGET_MS),
        "own month": (f"/schedule/?view=month&day={today}", TARGET_MS),
        f"conflicts of a meeting of {len(city.agencies)} agencies": (f"/meetings/conflicts/?{urlencode(typed)}", TARGET_MS),
        f"free time of {LEADERS} leaders over two weeks": (
            f"/schedule/free/?{urlencode(sought, doseq=True)}", FREE_TARGET_MS),
        "day of all rooms": (reverse("resource-day"), TARGET_MS),
        "a room and when it is free": (reverse("resource-detail", args=[room.pk]), TARGET_MS),
        "feed of a person": (_feed(city, Subject("person")), TARGET_MS),
        "feed of an agency": (_feed(city, Subject("unit", unit=agency)), TARGET_MS),
        "feed of a room": (_feed(city, Subject("resource", resource=room)), TARGET_MS),
    }  # fmt: skip


def _feed(city: BulkCity, subject: Subject) -> str:
    """The address of a calendar that the head of the city's own agency subscribed to; made once."""
    owner = city.head(city.agencies[0]).person
    return urlsplit(tokens.address(tokens.make(owner, subject, key=subject.kind))).path


def queries(city: BulkCity, plenary: Meeting) -> dict[str, int]:
    """Question → the most queries anybody's takes; a person's first visit reads more."""
    counts = {}
    for name, (address, _target) in _questions(city, plenary).items():
        visits = [[visit(client, address) for _time in range(3)] for client in _people(city, name)]
        counts[name] = max(min(one.queries for one in of_one) for of_one in visits)
    return counts


def measured(city: BulkCity, plenary: Meeting, rounds: int, few: dict[str, int]) -> Iterator[Result]:
    """Server time of each question over all who ask, and whether its queries grew."""
    on = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor]
    for name, (address, target) in _questions(city, plenary).items():
        progress(f"Measuring {name}")
        visits, fewest = [], []
        for client in _people(city, name):
            cache.clear()  # who reads a feed so often is turned away
            visit(client, address)
            of_one = [visit(client, address) for _round in range(rounds)]
            visits += of_one
            fewest.append(min(one.queries for one in of_one))
        yield Result(f"{name} on {on}: p95", percentile([one.ms for one in visits], 0.95), "ms", target)
        yield Result(f"{name} on {on}: median", percentile([one.ms for one in visits], 0.5), "ms")
        # the fewest of each person: once a minute a request also writes when its device was last seen
        grown = max(fewest) - few[name]
        yield Result(f"{name} on {on}: queries more than of a tenth of the entries", grown, "queries", 0)


def _people(city: BulkCity, question: str) -> Iterator[Client]:
    """Head and clerk of the city's own agency; everybody's own pages also those of the last one."""
    ranks = [(city.agencies[0], 0), (city.agencies[0], 3)]
    if question.startswith("own"):
        ranks += [(city.agencies[-1], 0), (city.agencies[-1], 4)]
    for unit, number in ranks:
        client = Client(headers={"host": "localhost"})
        person = city.staff[unit.pk][number].person
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        yield client
