"""Rows written by the hundred thousand. Objects of Django would take longer than all the rest; what a row does not say is its field's default."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection, models


def write(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """``rows`` name columns; the others are the defaults of their fields."""
    rows = list(rows)
    if not rows:
        return
    given = set(rows[0])
    fields = [
        one for one in model._meta.concrete_fields if not one.generated and (one.column in given or not one.primary_key)
    ]
    defaults = {str(one.column): one.get_db_prep_save(one.get_default(), connection) for one in fields}
    table, columns = model._meta.db_table, ", ".join(defaults)
    lines = [[*{**defaults, **row}.values()] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            marks = ", ".join(["%s"] * len(defaults))
            adapted = [[_adapted(cell) for cell in line] for line in lines]
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", adapted)  # noqa: S608 - ours


def _adapted(cell: Any) -> Any:
    """As SQLite keeps it."""
    if isinstance(cell, uuid.UUID):
        return cell.hex
    return connection.ops.adapt_datetimefield_value(cell) if isinstance(cell, dt.datetime) else cell


def advance(model: type[models.Model]) -> None:
    """The next row gets the next number."""
    if connection.vendor == "postgresql":
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - ours


def settle(*tables: str) -> None:
    """What was written to ``tables`` is as in a database that has run for a while: counted, and known to be visible to all.

    With ``synchronous_commit=off`` PostgreSQL knows that of no row whose commit is not on the disk yet: a checkpoint comes first, else
    indexes alone answer nothing.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")
            cursor.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
        else:
            cursor.execute("ANALYZE")
