"""Papers that were handed in before the words of scans were recognised: their turn comes, too."""

from django.db import migrations
from django.db.models import Count


def ask(apps, schema_editor):
    page, recognition = apps.get_model("documents", "Page"), apps.get_model("documents", "Recognition")
    empty = page.objects.filter(version__conversion="ready", text="")
    counted = list(empty.order_by().values_list("version").annotate(pages=Count("pk")))
    empty.update(text_source="scan")
    recognition.objects.bulk_create([recognition(version_id=version, pages=pages) for version, pages in counted])


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_recognition")]
    operations = [migrations.RunPython(ask, migrations.RunPython.noop, elidable=True)]
