from django.db import migrations, models
from django.db.models import F


def begun_when_sent(apps, schema_editor):
    """Those that are known took the place at once."""
    apps.get_model("meetings", "Substitution").objects.update(began_at=F("at"))


class Migration(migrations.Migration):
    dependencies = [("meetings", "0043_pages_of_editions")]

    operations = [
        migrations.AddField(
            "substitution", "starts_at", models.DateTimeField(blank=True, null=True, verbose_name="dự thay từ")
        ),
        migrations.AddField(
            "substitution", "ends_at", models.DateTimeField(blank=True, null=True, verbose_name="dự thay đến")
        ),
        migrations.AddField("substitution", "began_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint("substitution", "one_substitute_at_a_time"),
        migrations.RunPython(begun_when_sent, migrations.RunPython.noop),
        migrations.AddConstraint(
            "substitution",
            models.UniqueConstraint(
                condition=models.Q(("began_at__isnull", False), ("ended_at__isnull", True)),
                fields=("absent",),
                name="one_substitute_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            "substitution",
            models.CheckConstraint(
                condition=models.Q(("starts_at__isnull", True))
                | models.Q(("ends_at__isnull", True))
                | models.Q(("ends_at__gt", F("starts_at"))),
                name="substitution_ends_after_start",
            ),
        ),
    ]
