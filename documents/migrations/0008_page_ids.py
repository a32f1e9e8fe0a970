"""Pages are indexed under an id that says of which version they are (ADR 0054)."""

from django.db import migrations


def refill(apps, schema_editor):
    from documents.search import index

    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("INSERT INTO documents_page_words (documents_page_words) VALUES ('delete-all')")
    else:
        schema_editor.execute("TRUNCATE documents_page_words")
    index.fill(apps.get_model("documents", "Page").objects.all(), apps.get_model("documents", "Paper").objects.none())


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_annotations")]
    operations = [migrations.RunPython(refill, migrations.RunPython.noop, elidable=False)]
