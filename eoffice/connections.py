"""The database connection of the one thread in which a process does its sockets' work (docs/adr/0119)."""

from django.db import connection


def keep_connection() -> None:
    """Have the calling thread keep its SQLite connection from one piece of work to the next.

    Channels closes connections as old after each piece, and opening SQLite (its PRAGMAs, Django's functions) costs as much as
    five queries. PostgreSQL's come from a pool, to which they go back. For threads that live as long as the process.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.close_at = None
