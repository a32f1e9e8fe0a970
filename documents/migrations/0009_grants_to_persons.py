"""Grants to persons have an index that leaves out those to units, so that SQLite knows how few a person has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0008_page_ids")]
    operations = [
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("person__isnull", False)), fields=["person"], name="grant_to_person"
            ),
        )
    ]
