"""Questions to the archive, as officials of a commune type them, through the page they type them on."""

import argparse
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from benchmarks import bulk
from benchmarks.papers import archive, wording
from benchmarks.results import Result, percentile, progress
from eoffice.organisation.models import Appointment, Unit

TARGET_MS = {"postgresql": 150.0, "sqlite": 300.0}
LIST_QUERIES = 10
FOUND, LISTED = re.compile(r"Tìm thấy (?:hơn )?([\d.]+) tài liệu"), re.compile(r"–\d+ trong ([\d.]+)")
"""How the pages say how many there are."""
STATIC = {
    "default": {"BACKEND": "eoffice.files.stores.FolderStore"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
"""Nothing is collected here: pages name static files only."""
RARE = 1500
"""A syllable of this rank stands on about one page in a hundred."""


def questions(papers: int) -> list[str]:
    """With marks and without, phrases, numbers, signs; what stands everywhere, here and there, and nowhere."""
    known = wording.syllables()
    one = papers // 2 + 2
    return [
        "giải ngân vốn đầu tư công", "giai ngan von dau tu cong", '"giải phóng mặt bằng"', '"giai phong mat bang"',
        "trật tự đô thị", "trat tu do thi", "phòng cháy, chữa cháy", "hoà giải", '"hòa giải ở cơ sở"', "duong lang",
        "18-NQ/TW", "31/2024/QH15", "61,5 %", "05/11/2026", f"{one}/VB-7", f"số {one}", "báo cáo", "bao cao trat tu",
        "ủy ban nhân dân", "uy ban nhan dan", '"ủy ban nhân dân thành phố"', '"theo quy định của pháp luật"',
        known[3], f"{known[40]} {known[80]}", known[RARE], f"{known[RARE + 9]} {known[RARE + 99]}",
        "nghiêng ngả chuyện không đâu", "zzz", "C++ & (A/B) OR NOT *", "kế hoạch năm 2026 chuyển đổi số",
    ]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One question asked once: how long it took, how much of that this process worked, how many papers it found."""

    asked: str
    wall_ms: float
    processor_ms: float
    found: int


def asked(options: argparse.Namespace) -> Iterator[Result]:
    """Fill the archive, then ask every question several times as the head of a commune."""
    city = bulk.make_city(agencies=options.agencies, people=5 * options.agencies)
    began = time.perf_counter()
    archive.fill(city, papers=options.papers, pages=options.pages, words=options.words)
    progress(f"The archive took {time.perf_counter() - began:.0f} s")
    commune = next((unit for unit in city.agencies if unit.kind == Unit.Kind.COMMUNE), city.agencies[-1])
    with override_settings(STORAGES=STATIC):
        yield from _asked(city.head(commune), options)


def _asked(head: Appointment, options: argparse.Namespace) -> Iterator[Result]:
    on, size = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor], f"{options.papers:,} papers"
    client = Client(headers={"host": "localhost"})
    client.force_login(head.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    ask = questions(options.papers)
    first = [_ask(client, typed) for typed in ask]
    answers = [_ask(client, typed) for _round in range(options.rounds) for typed in ask]
    _tell(answers)
    times = [answer.wall_ms for answer in answers]
    name = f"search on {on}, {size}"
    yield Result(f"{name}: p95", percentile(times, 0.95), "ms", TARGET_MS[connection.vendor])
    yield Result(f"{name}: median", percentile(times, 0.5), "ms")
    yield Result(f"{name}: slowest question", max(_medians(answers).values()), "ms")
    yield Result(
        f"{name}: processor time of the web process, p95", percentile([a.processor_ms for a in answers], 0.95), "ms"
    )
    yield Result(f"{name}: questions that found something", sum(answer.found > 0 for answer in first), "of them")
    yield Result(f"{name}: asked for the first time, p95", percentile([answer.wall_ms for answer in first], 0.95), "ms")
    yield from _listed(client, on)


def _listed(client: Client, on: str) -> Iterator[Result]:
    client.get(reverse("paper-list"), secure=True)
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        said = client.get(reverse("paper-list"), secure=True).content.decode()
        took = time.perf_counter() - began
    count = _number(LISTED, said)
    yield Result(f"list of papers on {on}: papers in it", count, "papers", 200 if count > 200 else None, at_least=True)
    yield Result(f"list of papers on {on}: queries", len(queries), "queries", LIST_QUERIES)
    yield Result(f"list of papers on {on}: time", took * 1000, "ms")


def _ask(client: Client, typed: str) -> Answer:
    wall, processor = time.perf_counter(), time.process_time()
    answer = client.get(reverse("paper-search"), {"q": typed}, secure=True)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if answer.status_code != 200:
        raise RuntimeError(f"the search answered {answer.status_code}")
    return Answer(typed, wall * 1000, processor * 1000, _number(FOUND, answer.content.decode()))


def _number(pattern: re.Pattern[str], said: str) -> int:
    found = pattern.search(said)
    return int(re.sub(r"\D", "", found[1])) if found else 0


def _medians(answers: list[Answer]) -> dict[str, float]:
    times: dict[str, list[float]] = {}
    for answer in answers:
        times.setdefault(answer.asked, []).append(answer.wall_ms)
    return {typed: percentile(one, 0.5) for typed, one in times.items()}


def _tell(answers: list[Answer]) -> None:
    found = {answer.asked: answer.found for answer in answers}
    for typed, took in sorted(_medians(answers).items(), key=lambda pair: -pair[1]):
        progress(f"{took:7.1f} ms  {found[typed]:4} papers  {typed}")
