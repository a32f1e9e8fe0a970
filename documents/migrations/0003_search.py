"""The full-text index of pages and titles (ADR 0054), filled with what is there."""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE documents_page_words
       USING fts5(written, folded, content='', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE VIRTUAL TABLE documents_title_words
       USING fts5(written, folded, tokenize='unicode61 remove_diacritics 0')""",
]
POSTGRESQL = [
    sql
    for table in ("documents_page_words", "documents_title_words")
    for sql in (
        f"CREATE TABLE {table} (id bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {table}_gin ON {table} USING gin (words)",
    )
]


def make(apps, schema_editor):
    from documents.search import index

    for sql in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(sql)
    index.fill(apps.get_model("documents", "Page").objects.all(), apps.get_model("documents", "Paper").objects.all())


def drop(apps, schema_editor):
    for table in ("documents_page_words", "documents_title_words"):
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_requested_papers")]
    operations = [migrations.RunPython(make, drop, elidable=False)]
