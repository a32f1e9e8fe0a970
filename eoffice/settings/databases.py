"""Database settings: SQLite as one file, PostgreSQL by URL."""

from pathlib import Path
from typing import Any


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite in WAL mode; IMMEDIATE transactions, so that two writers wait instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
        },
        "TEST": {"NAME": path.with_name(f"test-{path.name}")},
    }


def postgresql(url: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL with a connection pool in each process; ``url`` as parsed by ``env.dj_db_url``.

    Nothing is compiled for one query (``jit``): ours take milliseconds, and compiling those with many ways to see a row took 50.
    """
    given = url.get("OPTIONS", {})
    options = f"{given.get('options', '')} -c jit=off".strip()
    return {
        **url,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**given, "options": options, "pool": {"min_size": 1, "max_size": 20}},
    }
