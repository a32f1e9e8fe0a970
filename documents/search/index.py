"""The full-text index of pages and titles: FTS5 on SQLite, ``tsvector`` on PostgreSQL (ADR 0054).

Both hold the words that ``words`` makes, so that both find the same. Their tables are made by migration 0003.
"""

from collections.abc import Iterable
from typing import Literal

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from documents.models import Page, Paper
from documents.search.words import Phrase, Word, words_of

Kind = Literal["page", "title"]
TABLES = {"page": "documents_page_words", "title": "documents_title_words"}
BATCH = 200
LONGEST_WORD = 60
"""Longer ones are noise of a damaged text layer, and are left out."""
LAST_PLACE = 16_383
"""PostgreSQL counts places of words in a text up to here."""


def add_pages(pages: Iterable[Page]) -> None:
    """Index new pages. What is indexed of deleted ones is found by nobody."""
    _add("page", [(page.pk, page.text) for page in pages])


def replace_page(page: Page, *, before: str) -> None:
    """Index the text of ``page`` as it is now; ``before`` is the text that was indexed (FTS5 asks for it)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO documents_page_words (documents_page_words, rowid, written, folded)"
                " VALUES ('delete', %s, %s, %s)",
                [page.pk, *_columns(_kept(before))],
            )
        else:
            cursor.execute("DELETE FROM documents_page_words WHERE id = %s", [page.pk])
    add_pages([page])


def set_title(paper: Paper) -> None:
    """Index the title as it is now."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM documents_title_words WHERE rowid = %s", [paper.pk])
        else:
            cursor.execute("DELETE FROM documents_title_words WHERE id = %s", [paper.pk])
    _add("title", [(paper.pk, paper.title)])


def rebuild() -> int:
    """Index everything anew; returns how many pages there are."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO documents_page_words (documents_page_words) VALUES ('delete-all')")
            cursor.execute("DELETE FROM documents_title_words")
        else:
            cursor.execute("TRUNCATE documents_page_words, documents_title_words")
    return fill(Page.objects.all(), Paper.objects.all())


def fill(pages: "QuerySet[Page]", papers: "QuerySet[Paper]") -> int:
    """Index rows that are not indexed yet, in batches; returns how many pages there are."""
    count = 0
    for kind, rows in (
        ("title", papers.order_by("pk").values_list("pk", "title")),
        ("page", pages.order_by("pk").values_list("pk", "text")),
    ):
        batch: list[tuple[int, str]] = []
        for row in rows.iterator(chunk_size=BATCH):
            batch.append(row)
            count += kind == "page"
            if len(batch) == BATCH:
                _add("title" if kind == "title" else "page", batch)
                batch = []
        _add("title" if kind == "title" else "page", batch)
    return count


def found(kind: Kind, phrases: list[Phrase]) -> RawSQL:
    """Ids of the pages or papers in which every phrase occurs, for ``pk__in``."""
    if connection.vendor == "sqlite":
        table = TABLES[kind]
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s"  # noqa: S608 - the table is ours
        return RawSQL(sql, [_fts5(phrases)])  # noqa: S611 - the words are parameters
    sql = f"SELECT id FROM {TABLES[kind]} WHERE words @@ %s::tsquery"  # noqa: S608 - the table is ours
    return RawSQL(sql, [_tsquery(phrases)])  # noqa: S611 - the words are parameters


def _add(kind: Kind, rows: list[tuple[int, str]]) -> None:
    if not rows:
        return
    table = TABLES[kind]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            sql = f"INSERT INTO {table} (rowid, written, folded) VALUES (%s, %s, %s)"  # noqa: S608 - the table is ours
            cursor.executemany(sql, [(pk, *_columns(_kept(text))) for pk, text in rows])
        else:
            sql = f"INSERT INTO {table} (id, words) VALUES (%s, %s::tsvector) ON CONFLICT DO NOTHING"  # noqa: S608 - as above
            cursor.executemany(sql, [(pk, _tsvector(_kept(text))) for pk, text in rows])


def _kept(text: str) -> list[Word]:
    return [word for word in words_of(text) if len(word.written) <= LONGEST_WORD]


# --- SQLite ---------------------------------------------------------------------------------------------


def _columns(words: list[Word]) -> tuple[str, str]:
    return " ".join(word.written for word in words), " ".join(word.folded for word in words)


def _fts5(phrases: list[Phrase]) -> str:
    """Folded, every phrase; as written, those words of it that were typed with marks. Words are letters and digits."""
    parts = []
    for phrase in phrases:
        parts.append('folded : "{}"'.format(" ".join(word.folded for word in phrase)))
        if all(word.has_marks for word in phrase):
            parts[-1] = 'written : "{}"'.format(" ".join(word.written for word in phrase))
        else:
            parts += [f'written : "{word.written}"' for word in phrase if word.has_marks]
    return " AND ".join(parts)


# --- PostgreSQL -----------------------------------------------------------------------------------------


def _tsvector(words: list[Word]) -> str:
    """Both forms of a word at its place, so that a phrase may mix them. A lexeme keeps 256 places."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words, start=1):
        for form in {word.written, word.folded}:
            known = places.setdefault(form, [])
            if len(known) < 256 and place <= LAST_PLACE:
                known.append(place)
    return " ".join(f"'{form}':{','.join(map(str, known))}" if known else f"'{form}'" for form, known in places.items())


def _tsquery(phrases: list[Phrase]) -> str:
    return " & ".join(
        "(" + " <-> ".join(f"'{word.written if word.has_marks else word.folded}'" for word in phrase) + ")"
        for phrase in phrases
    )
