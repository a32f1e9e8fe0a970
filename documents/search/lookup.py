"""Asking the index: which of the papers that a person may open hold what is looked for, newest first.

Words of an archive are rare or everywhere. Rare ones are looked up in the index, and what the person may not open is
dropped; where they are everywhere, or the person may open little, the person's own papers are gone through, newest
first, until there is enough to show. Either way only ids that were given may come out.
"""

import json
from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from documents.search.index import PAGE_BITS, TABLES, Kind, fts5, tsquery
from documents.search.words import Phrase

FEW = 200
"""So many versions are gone through page by page."""
EVERYWHERE = 40_000
"""Pages (as PostgreSQL's statistics tell) from which on going through the person's own is quicker."""
BATCH = 4_000
"""Pages that SQLite is asked for at a time."""
PORTION = 200
"""Pages that PostgreSQL is asked for at a time: it looks at no more of them than it must."""
_ARMS = 50
"""Versions asked for in one statement."""
_NEWEST = 2**62


def papers_titled(phrases: list[Phrase], among: Sequence[int], most: int) -> list[int]:
    """Of the papers ``among`` those in whose title every phrase stands, newest first, and ``most`` at most."""
    return _looked_up("title", phrases, among, _NEWEST, most)


def versions_saying(phrases: list[Phrase], among: Sequence[int], most: int) -> list[int]:
    """Of the versions ``among`` those on one of whose pages every phrase stands, newest first; some ``most`` of them."""
    found: dict[int, None] = {}
    for pages in _pages(phrases, sorted(among, reverse=True)):
        found.update(dict.fromkeys(page >> PAGE_BITS for page in pages))
        if len(found) >= most:
            break
    return list(found)


def pages_saying(phrases: list[Phrase], versions: Sequence[int]) -> dict[int, list[int]]:
    """For each of these few versions the numbers of the pages on which every phrase stands, in order."""
    found: dict[int, list[int]] = {}
    for first in range(0, len(versions), _ARMS):
        for page in sorted(_gone_through(phrases, versions[first : first + _ARMS])):
            found.setdefault(page >> PAGE_BITS, []).append(page & (1 << PAGE_BITS) - 1)
    return found


def _pages(phrases: list[Phrase], versions: Sequence[int]) -> Iterator[list[int]]:
    """Ids of pages in portions, newest versions first."""
    if len(versions) <= FEW or _are_everywhere(phrases):
        for first in range(0, len(versions), _ARMS):
            yield sorted(_gone_through(phrases, versions[first : first + _ARMS]), reverse=True)
        return
    if connection.vendor == "postgresql":
        yield from _streamed(phrases, versions)
        return
    below = _NEWEST
    while pages := _looked_up("page", phrases, versions, below, BATCH):
        yield pages
        if len(pages) < BATCH:
            return
        below = pages[-1] >> PAGE_BITS << PAGE_BITS  # that version is known: on with older ones


def _streamed(phrases: list[Phrase], versions: Sequence[int]) -> Iterator[list[int]]:
    """The same from PostgreSQL's index: its pages are collected once, and looked at closer as far as they are asked for."""
    with transaction.atomic(), connection.cursor() as cursor:
        sql, values = _near("page", phrases, versions)
        cursor.execute(f"DECLARE pages NO SCROLL CURSOR FOR {sql}", values)
        while True:
            cursor.execute(f"FETCH {PORTION} FROM pages")
            pages = [row[0] for row in cursor.fetchall()]
            yield pages
            if len(pages) < PORTION:
                break
        cursor.execute("CLOSE pages")


def _looked_up(kind: Kind, phrases: list[Phrase], among: Sequence[int], below: int, most: int) -> list[int]:
    """Ids below ``below`` that the index has, of pages of the versions (or of the papers) ``among``; the highest first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # FTS5 gives its rows in this order by itself, so that it stops early. The shift keeps SQLite from asking
            # FTS5 once for each id.
            table, bits = TABLES[kind], _bits(kind)
            sql = f"""SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid < %s
                      AND (rowid >> {bits}) IN (SELECT value FROM json_each(%s)) ORDER BY rowid DESC LIMIT %s"""  # noqa: S608 - the table is ours
            cursor.execute(sql, [fts5(phrases), below, json.dumps(list(among)), most])
        else:
            sql, values = _near(kind, phrases, among)
            cursor.execute(f"{sql} LIMIT %s", [*values, most])
        return [row[0] for row in cursor.fetchall()]


def _near(kind: Kind, phrases: list[Phrase], among: Sequence[int]) -> tuple[str, list[str | list[int]]]:
    """PostgreSQL's question, and what it is asked with: ids of ``kind`` among those of ``among``, the highest first.

    A sum keeps it from walking the primary key backwards. Which words stand side by side is looked at in pages that may be
    opened only: it means unpacking each page's words.
    """
    sql = f"""SELECT id FROM (SELECT id, words FROM {TABLES[kind]} WHERE words @@ %s::tsquery
              AND (id >> {_bits(kind)}) = ANY(%s::bigint[]) ORDER BY id + 0 DESC OFFSET 0) AS near
              WHERE words @@ %s::tsquery"""  # noqa: S608 - the table is ours
    anywhere = tsquery([(word,) for phrase in phrases for word in phrase])
    return sql, [anywhere, list(among), tsquery(phrases)]


def _bits(kind: Kind) -> int:
    """By how many bits an id is more than the id of what it is searched among."""
    return PAGE_BITS if kind == "page" else 0


def _gone_through(phrases: list[Phrase], versions: Sequence[int]) -> list[int]:
    """Ids of the pages of these versions on which every phrase stands."""
    if not versions:
        return []
    table, last = TABLES["page"], (1 << PAGE_BITS) - 1
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            arm = f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s"  # noqa: S608 - ours
            ranges = [(fts5(phrases), one << PAGE_BITS, (one << PAGE_BITS) + last) for one in versions]
            cursor.execute(" UNION ALL ".join([arm] * len(ranges)), [value for arm in ranges for value in arm])
        else:
            sql = f"""SELECT near.id FROM unnest(%s::bigint[]) AS version CROSS JOIN LATERAL
                      (SELECT id, words FROM {table} WHERE id BETWEEN version << {PAGE_BITS}
                       AND (version << {PAGE_BITS}) + {last} OFFSET 0) AS near WHERE near.words @@ %s::tsquery"""  # noqa: S608
            cursor.execute(sql, [list(versions), tsquery(phrases)])
        return [row[0] for row in cursor.fetchall()]


def _are_everywhere(phrases: list[Phrase]) -> bool:
    """PostgreSQL's GIN index collects all pages before it gives the first; FTS5 does not, and is never spared.

    The statistics take words for independent, but those of an official name stand together: all pages on which they do may
    be as many as those of its rarest word. What is expected lies half-way (the geometric mean).
    """
    if connection.vendor == "sqlite":
        return False
    words: list[list[Phrase]] = [[(word,)] for word in {word for phrase in phrases for word in phrase}]
    together, *alone = _expected([phrases, *words])
    return together * min(alone) > EVERYWHERE**2


def _expected(asked: list[list[Phrase]]) -> list[int]:
    """How many pages PostgreSQL expects to hold each of these, two or more, in one question."""
    arm = f"SELECT id FROM {TABLES['page']} WHERE words @@ %s::tsquery"  # noqa: S608 - the table is ours
    with connection.cursor() as cursor:
        sql = f"EXPLAIN (FORMAT JSON) {' UNION ALL '.join([arm] * len(asked))}"
        cursor.execute(sql, [tsquery(phrases) for phrases in asked])
        plan = cursor.fetchone()[0][0]["Plan"]
    return [int(part["Plan Rows"]) for part in plan["Plans"]]
