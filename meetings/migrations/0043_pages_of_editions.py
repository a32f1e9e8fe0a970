"""What was issued under a notice leads to that edition of it, also once another one has come in its place."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat, Replace

_BEFORE, _AFTER = "/notice/#conclusion-", "/notice/1/#conclusion-"


def name_the_edition(apps, _schema_editor):
    for name in ("Task", "TaskBatch", "RecurringTask"):
        rows = apps.get_model("workflow", name).objects.filter(source_url__contains=_BEFORE)
        rows.update(source_url=Replace("source_url", Value(_BEFORE), Value(_AFTER)))
    numbers = apps.get_model("documents", "NumberAllocation").objects
    numbers.filter(url__startswith="/meetings/", url__endswith="/notice/").update(url=Concat("url", Value("1/")))


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0042_editions"),
        ("documents", "0022_stamped_scans"),
        ("workflow", "0014_more_periods"),
    ]

    operations = [migrations.RunPython(name_the_edition, migrations.RunPython.noop)]
