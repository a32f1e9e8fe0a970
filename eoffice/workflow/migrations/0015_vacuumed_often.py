from django.db import migrations

_OFTEN = "(autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.01)"
"""Indexes alone answer for lists and figures, but only on pages that have been vacuumed since they were written: by default that is
after a fifth of the table has changed, and open tasks change all the time (docs/adr/0131-open-tasks-have-an-index-of-their-own.md)."""


def vacuum_often(apps, schema_editor):
    _on_postgresql(schema_editor, f"SET {_OFTEN}")


def vacuum_as_elsewhere(apps, schema_editor):
    _on_postgresql(schema_editor, "RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)")


def _on_postgresql(schema_editor, change):
    if schema_editor.connection.vendor == "postgresql":
        for table in ("workflow_task", "workflow_taskparty"):
            schema_editor.execute(f"ALTER TABLE {table} {change}")


class Migration(migrations.Migration):
    dependencies = [("workflow", "0014_more_periods")]

    operations = [migrations.RunPython(vacuum_often, vacuum_as_elsewhere)]
