"""An archive of papers, written in bulk: shared among agencies by meetings, indexed word for word as the product does.

Words are cut by ``documents.search`` once for each of ``POOL`` different pages; each page of the archive is one of them
with the number of its paper added, copied inside the database.
"""

import random
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from benchmarks.bulk import BulkCity
from benchmarks.papers import wording
from benchmarks.results import progress
from documents.models import Grant, Page, Paper, PaperVersion
from documents.search import index
from eoffice.accounts.names import folded
from eoffice.files.models import StoredFile
from eoffice.organisation.models import Unit

POOL = 10_000
PAPERS_OF_A_MEETING = 4
INVITED = 7
PLENARY_EVERY = 25
"""To each so many meetings every agency is invited, to the others ``INVITED``."""
NOT_PUBLISHED = 20
"""One paper of so many is a draft."""
BATCH = 1000


def fill(city: BulkCity, *, papers: int, pages: int, words: int) -> None:
    """``papers`` papers of ``pages`` pages."""
    progress(f"Writing {papers} papers")
    _add_papers(city, papers, pages)
    progress("Sharing them")
    _share(city)
    index.fill(Page.objects.none(), Paper.objects.all())
    progress(f"Writing and indexing {papers * pages} pages of {words} words")
    with transaction.atomic(), connection.cursor() as cursor:
        _fill_pool(cursor, wording.pages(min(POOL, papers * pages), words))
        places = _PLACES.format(pool=min(POOL, papers * pages))
        for sql in _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL:
            statement = sql.format(places=places, pages=pages, bits=index.PAGE_BITS)
            progress(f"  {' '.join(statement.split())[:60]} …")
            cursor.execute(statement)
    progress("Gathering statistics")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")  # as ``rows.settle``
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM (ANALYZE, INDEX_CLEANUP OFF)")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as it is some moments later


@transaction.atomic
def _add_papers(city: BulkCity, count: int, pages: int) -> None:
    stored = StoredFile.objects.create(
        content=ContentFile(b"%PDF-1.7", "archive.pdf"), size=8, sha256="0" * 64, media_type="application/pdf",
        extension="pdf",
    )  # fmt: skip
    chance, now = random.Random(1), timezone.now()
    papers = [_paper(city, chance, number) for number in range(count)]
    for paper in papers:
        paper.search_title = folded(paper.title)
    made = Paper.objects.bulk_create(papers, batch_size=BATCH)
    PaperVersion.objects.bulk_create(
        [
            PaperVersion(
                paper=paper, number=1, name="van-ban.pdf", original=stored, pdf=stored, page_count=pages,
                conversion=PaperVersion.Conversion.READY, created_by=paper.created_by,
                published_at=now if paper.state == Paper.State.PUBLISHED else None,
            )
            for paper in made
        ],
        batch_size=BATCH,
    )  # fmt: skip
    version = PaperVersion.objects.filter(paper=OuterRef("pk")).values("pk")[:1]
    Paper.objects.filter(state=Paper.State.PUBLISHED).update(published_version=Subquery(version))


def _paper(city: BulkCity, chance: random.Random, number: int) -> Paper:
    unit = chance.choice(city.agencies)
    draft = number % NOT_PUBLISHED == 0
    return Paper(
        title=wording.title(chance, number), owner_unit=unit, created_by=city.clerk(unit),
        state=Paper.State.DRAFT if draft else Paper.State.PUBLISHED, published_at=None if draft else timezone.now(),
    )  # fmt: skip


def _share(city: BulkCity) -> None:
    """As rows: hundreds of thousands of objects would take longer than all the rest."""
    table, columns = Grant._meta.db_table, "paper_id, unit_id, reason, label, reviews"
    rows = _grants(city, list(Paper.objects.order_by("pk").values_list("pk", flat=True)))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            sql = f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608 - the table is ours
            cursor.executemany(sql, list(rows))


def _grants(city: BulkCity, ids: list[int]) -> Iterator[tuple[int, int, str, str, bool]]:
    chance = random.Random(2)
    for meeting, first in enumerate(range(0, len(ids), PAPERS_OF_A_MEETING)):
        invited: list[Unit] = city.agencies
        if meeting % PLENARY_EVERY:
            invited = chance.sample(city.agencies, min(INVITED, len(city.agencies)))
        for paper in ids[first : first + PAPERS_OF_A_MEETING]:
            for unit in invited:
                yield paper, unit.pk, f"meeting:{meeting}", "Họp giao ban", False


def _fill_pool(cursor: CursorWrapper, texts: list[str]) -> None:
    columns = "written text, folded text" if connection.vendor == "sqlite" else "words tsvector"
    values = "%s, %s" if connection.vendor == "sqlite" else "%s::tsvector"
    cursor.execute(f"CREATE TEMP TABLE pool (id integer PRIMARY KEY, said text, {columns})")
    cursor.executemany(
        f"INSERT INTO pool VALUES (%s, %s, {values})",  # noqa: S608 - nothing in it comes from outside
        [(number, text, *index.entry(text)) for number, text in enumerate(texts)],
    )


_PLACES = """(SELECT version.id AS version, number.value AS number,
    (version.id * 7919 + number.value * 104729) % {pool} AS part
    FROM documents_paperversion AS version CROSS JOIN number) AS place"""
_PAGES = """INSERT INTO documents_page (version_id, number, text, text_source, width, height)
    SELECT place.version, place.number, pool.said || ' Số ' || place.version || '/VB-' || place.number, 'layer', 0, 0
    FROM {places} CROSS JOIN pool WHERE pool.id = place.part"""
"""Places come in order by themselves: sorting a million pages had taken minutes."""
_SQLITE = (
    "CREATE TEMP TABLE number (value integer PRIMARY KEY)",
    """WITH RECURSIVE counted (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM counted WHERE value < {pages})
    INSERT INTO number SELECT value FROM counted""",
    _PAGES,
    """INSERT INTO documents_page_words (rowid, written, folded) SELECT (place.version << {bits}) + place.number,
    pool.written || ' số ' || place.version || ' vb ' || place.number,
    pool.folded || ' so ' || place.version || ' vb ' || place.number
    FROM {places} CROSS JOIN pool WHERE pool.id = place.part ORDER BY place.version, place.number""",
)
_POSTGRESQL = (
    "SET LOCAL maintenance_work_mem = '1GB'",
    "SET LOCAL work_mem = '256MB'",  # the pool is looked up in memory
    "SET LOCAL session_replication_role = 'replica'",  # a million rows are not asked one by one for their versions
    "CREATE TEMP TABLE number AS SELECT generate_series(1, {pages}) AS value",
    "ANALYZE pool",
    _PAGES,
    "DROP INDEX documents_page_words_gin",
    """INSERT INTO documents_page_words (id, words) SELECT (place.version << {bits}) + place.number, pool.words ||
    ('''số'':1 ''so'':1 ''' || place.version || ''':2 ''vb'':3 ''' || place.number || ''':4')::tsvector
    FROM {places} JOIN pool ON pool.id = place.part""",
    "CREATE INDEX documents_page_words_gin ON documents_page_words USING gin (words)",
)
