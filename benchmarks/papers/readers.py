"""Hundreds of people open one long paper within seconds: each the reader's page, then the file.

The paper is handed in and converted by the product. Each reader has a session of their own and fetches what their
browser would: the page, which holds the picture that stands in while the file loads (ADR 0130); the file as pdf.js
does, in parts as far as it needs them. Scripts and styles are in their browser's store.
"""

import argparse
import asyncio
import io
import os
import random
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from benchmarks.media.processor import family, memory_kb, usage
from benchmarks.papers import wording
from benchmarks.results import Result, percentile, progress
from benchmarks.room.plenary import agencies, appoint, cookie_of, load_agencies
from benchmarks.room.servers import Servers
from documents import conversion, intake, publishing
from documents.models import Paper
from documents.sharing import grant_to_meeting
from eoffice.organisation.models import Appointment

FIRST_PAGES_S = 15.0
FIRST_PAGE_KB = 400.0
WORDS_ON_A_PAGE = 300
RANGE = 65_536
"""pdf.js asks for so much at a time."""


@dataclass
class Visit:
    """One reader: when each answer was complete, in seconds from when they came, and what was sent until then."""

    page_s: float = 0.0
    file_s: float = 0.0
    first_bytes: int = 0
    file_bytes: int = 0
    refused: list[str] = field(default_factory=list)


def opened(servers: Servers, options: argparse.Namespace) -> Iterator[Result]:
    """Make the paper, let everybody open it."""
    load_agencies()
    heads = appoint(agencies(options.readers))
    progress(f"Converting a paper of {options.long} pages")
    began = time.perf_counter()
    paper = _paper(heads, options.long)
    pages = paper.published_version.page_count if paper.published_version else 0
    yield Result(f"a paper of {pages} pages: conversion", time.perf_counter() - began, "s")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    cookies = [cookie_of(head.person) for head in heads[: options.readers]]
    servers.start()
    crowd = _Crowd(paper, servers.ports, cookies)
    asyncio.run(crowd.look())
    before, own, memory = usage(_processes(servers)), usage([os.getpid()]), memory_kb(_processes(servers))
    progress(f"{options.readers} people open it within {options.arrive:g} s")
    visits = asyncio.run(crowd.read(options.arrive))
    spent, load = usage(_processes(servers)).since(before).total, usage([os.getpid()]).since(own).total
    yield from _results(visits, crowd, spent, load)
    yield Result(
        "readers: memory of the web processes, more than before", (memory_kb(_processes(servers)) - memory) / 1024, "MB"
    )
    yield Result("readers: lines in the servers' logs", len(servers.complaints()), "lines", 0)


def _results(visits: Sequence[Visit], crowd: "_Crowd", spent: float, load: float) -> Iterator[Result]:
    name, count = f"{len(visits)} readers", len(visits)
    yield Result(f"{name}: all have seen the first page after", crowd.first_pages_s, "s", FIRST_PAGES_S)
    yield Result(f"{name}: of it they came within", crowd.arrive_s, "s")
    yield Result(f"{name}: first page, p95", percentile([visit.page_s for visit in visits], 0.95), "s")
    yield Result(f"{name}: first page, median", percentile([visit.page_s for visit in visits], 0.5), "s")
    yield Result(
        f"{name}: sent for the first page, most", max(v.first_bytes for v in visits) / 1024, "KB", FIRST_PAGE_KB
    )
    yield Result(f"{name}: the paper open in pdf.js, p95", percentile([visit.file_s for visit in visits], 0.95), "s")
    yield Result(f"{name}: sent of the file to each", sum(v.file_bytes for v in visits) / count / 1024, "KB")
    yield Result(f"{name}: sent in all", sum(v.first_bytes + v.file_bytes for v in visits) / 2**20, "MB")
    yield Result(f"{name}: refused", sum(len(visit.refused) for visit in visits), "answers", 0)
    yield Result(f"{name}: processor time of the servers, each", 1000 * spent / count, "ms")
    yield Result(f"{name}: processor time of the readers themselves, each", 1000 * load / count, "ms")


def _processes(servers: Servers) -> list[int]:
    return [pid for one in servers.pids for pid in family(one)]


def _paper(heads: Sequence[Appointment], pages: int) -> Paper:
    """Handed in by the first agency, published, then shared with all: nobody is sent a mail meanwhile."""
    upload = SimpleUploadedFile("bao-cao.docx", _docx(wording.pages(pages, WORDS_ON_A_PAGE)))
    paper = intake.create_paper(upload, by=heads[-1], title="Báo cáo kinh tế – xã hội năm 2026")
    conversion.convert(paper.versions.get().pk)
    publishing.publish(paper, by=heads[0])
    grant_to_meeting(paper, reason="meeting:1", units=[head.unit for head in heads[:-1]])
    return Paper.objects.select_related("published_version").get(pk=paper.pk)


class _Crowd:
    """Everybody who reads ``paper``."""

    def __init__(self, paper: Paper, ports: Sequence[int], cookies: Sequence[str]) -> None:
        version = paper.published_version
        assert version
        assert version.pdf
        self.size = version.pdf.size
        self.page = reverse("paper-read", args=[paper.pk])
        self.file = reverse("paper-file", args=[version.pk])
        self.ports = ports
        self.cookies = cookies
        self.arrive_s = self.first_pages_s = 0.0

    async def look(self) -> None:
        """One reader of each web process has looked at the paper before the others come."""
        self.began = time.perf_counter()
        for number in range(len(self.ports)):
            await self._reader(number, 0)

    async def read(self, arrive_s: float) -> list[Visit]:
        """Let them come, evenly within ``arrive_s``; what became of each."""
        chance, self.arrive_s = random.Random(3), arrive_s
        self.began, self.first_pages_s = time.perf_counter(), 0.0
        async with asyncio.TaskGroup() as group:
            readers = [
                group.create_task(self._reader(n, chance.uniform(0, arrive_s))) for n in range(len(self.cookies))
            ]
        return [reader.result() for reader in readers]

    async def _reader(self, number: int, after_s: float) -> Visit:
        await asyncio.sleep(after_s)
        visit, came = Visit(), time.perf_counter()
        visit.first_bytes = await self._get(number, self.page, visit)
        now = time.perf_counter()
        visit.page_s = now - came
        self.first_pages_s = max(self.first_pages_s, now - self.began)
        await self._load(number, visit, came)
        return visit

    async def _load(self, number: int, visit: Visit, came: float) -> None:
        """The beginning of the file, its end, and where its last page lies: what pdf.js asks for to show the first page."""
        for first in (0, self.size // RANGE * RANGE, self.size * 9 // 10 // RANGE * RANGE):
            said = "more" if first else "begin"
            ours = f"X-Paper-Reader: {said}\r\nPriority: u=6\r\nRange: bytes={first}-{first + RANGE - 1}\r\n"
            visit.file_bytes += await self._get(number, self.file, visit, ours)
        visit.file_s = time.perf_counter() - came

    async def _get(self, number: int, path: str, visit: Visit, headers: str = "") -> int:
        """Bytes of the whole answer; what was no answer is noted in ``visit``."""
        try:
            head, size = await self._answer(number, path, headers)
        except OSError as error:
            visit.refused.append(str(error))
            return 0
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 206")):
            visit.refused.append(head[:20].decode(errors="replace"))
        return size

    async def _answer(self, number: int, path: str, headers: str) -> tuple[bytes, int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[number % len(self.ports)])
        try:
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
                f"Cookie: {self.cookies[number]}\r\n{headers}Connection: close\r\n\r\n".encode()
            )
            head = await reader.read(RANGE)
            size = len(head)
            while more := await reader.read(4 * RANGE):
                size += len(more)
        finally:
            writer.close()
        return head, size


def _docx(pages: Sequence[str]) -> bytes:
    """A Word file with a page for each text, as small as Word takes it."""
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    breaks = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    body = breaks.join(
        "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in page.splitlines()) for page in pages
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{office}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relation}"'
            ' Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>')
    return made.getvalue()
