import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0002_quota"),
        ("workflow", "0007_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="nội dung nhiệm vụ")),
                ("recipients", models.CharField(max_length=200, verbose_name="giao cho")),
                ("source_label", models.CharField(blank=True, max_length=250)),
                ("source_url", models.CharField(blank=True, max_length=250)),
                ("given_at", models.DateTimeField()),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "assigner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "assigner_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "nhiệm vụ giao cho từng đơn vị",
                "verbose_name_plural": "nhiệm vụ giao cho từng đơn vị",
                "ordering": ["-given_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="task",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="workflow.taskbatch",
                verbose_name="giao cùng",
            ),
        ),
    ]
