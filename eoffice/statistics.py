"""What the database knows of its own tables, so that it chooses the right index."""

from celery import shared_task
from django.db import connection

_ROWS_LOOKED_AT = 1_000
"""Of each index; all of them would take SQLite seconds for each million rows."""


@shared_task
def gather() -> None:
    """Let SQLite count anew (https://sqlite.org/lang_analyze.html). PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={_ROWS_LOOKED_AT}")
            cursor.execute("ANALYZE")
