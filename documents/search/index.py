"""The full-text index of pages and titles: FTS5 on SQLite, ``tsvector`` on PostgreSQL (ADR 0054).

Both hold the words that ``words`` makes, so that both find the same. Their tables are made by migration 0003. A title
has its paper's id; a page's id says of which version it is (``page_id``), so that the index alone tells whose it is.
"""

from collections.abc import Iterable
from typing import Literal

from django.db import connection
from django.db.models import QuerySet

from documents.models import Page, Paper
from documents.search.words import Phrase, Word, words_of

Kind = Literal["page", "title"]
TABLES = {"page": "documents_page_words", "title": "documents_title_words"}
BATCH = 200
LONGEST_WORD = 60
"""Longer ones are noise of a damaged text layer, and are left out."""
PAGE_BITS = 12
"""Of a page's id in the index: its number (``conversion.MAX_PAGES`` is below); the version's id stands above them."""
LAST_PLACE = 16_383
"""PostgreSQL counts places of words in a text up to here."""


def page_id(version: int, number: int) -> int:
    """Under what page ``number`` of ``version`` is indexed."""
    return version << PAGE_BITS | number


def add_pages(pages: Iterable[Page]) -> None:
    """Index new pages. What is indexed of deleted versions is found by nobody."""
    _add("page", [(page_id(page.version_id, page.number), page.text) for page in pages])


def remove_pages(pages: Iterable[Page]) -> None:
    """Take pages out that will be made anew."""
    for page in pages:
        _remove(page, page.text)


def replace_page(page: Page, *, before: str) -> None:
    """Index the text of ``page`` as it is now; ``before`` is the text that was indexed (FTS5 asks for it)."""
    _remove(page, before)
    add_pages([page])


def _remove(page: Page, text: str) -> None:
    indexed = page_id(page.version_id, page.number)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO documents_page_words (documents_page_words, rowid, written, folded)"
                " VALUES ('delete', %s, %s, %s)",
                [indexed, *_columns(_kept(text))],
            )
        else:
            cursor.execute("DELETE FROM documents_page_words WHERE id = %s", [indexed])


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
    batch: list[tuple[int, str]] = []
    for title in papers.order_by("pk").values_list("pk", "title").iterator(chunk_size=BATCH):
        batch = _grown("title", batch, title)
    _add("title", batch)
    batch = []
    for version, number, text in pages.values_list("version_id", "number", "text").iterator(chunk_size=BATCH):
        batch = _grown("page", batch, (page_id(version, number), text))
        count += 1
    _add("page", batch)
    return count


def _grown(kind: Kind, batch: list[tuple[int, str]], row: tuple[int, str]) -> list[tuple[int, str]]:
    """``batch`` with ``row``; a full one is stored, and another begun."""
    batch.append(row)
    if len(batch) < BATCH:
        return batch
    _add(kind, batch)
    return []


def _add(kind: Kind, rows: list[tuple[int, str]]) -> None:
    if not rows:
        return
    table = TABLES[kind]
    if connection.vendor == "sqlite":
        sql = f"INSERT INTO {table} (rowid, written, folded) VALUES (%s, %s, %s)"  # noqa: S608 - the table is ours
    else:
        sql = f"INSERT INTO {table} (id, words) VALUES (%s, %s::tsvector) ON CONFLICT DO NOTHING"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(pk, *entry(text)) for pk, text in rows])


def entry(text: str) -> tuple[str, ...]:
    """What is stored of a text: both forms of its words on SQLite, a ``tsvector`` on PostgreSQL."""
    words = _kept(text)
    return _columns(words) if connection.vendor == "sqlite" else (_tsvector(words),)


def _kept(text: str) -> list[Word]:
    return [word for word in words_of(text) if len(word.written) <= LONGEST_WORD]


# --- SQLite ---------------------------------------------------------------------------------------------


def _columns(words: list[Word]) -> tuple[str, str]:
    return " ".join(word.written for word in words), " ".join(word.folded for word in words)


def fts5(phrases: list[Phrase]) -> str:
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


def tsquery(phrases: list[Phrase]) -> str:
    """Every phrase."""
    return " & ".join(
        "(" + " <-> ".join(f"'{word.written if word.has_marks else word.folded}'" for word in phrase) + ")"
        for phrase in phrases
    )
