import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("organisation", "0002_quota"),
        ("workflow", "0008_batches"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecurringTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="nội dung nhiệm vụ")),
                ("recipients", models.CharField(max_length=200, verbose_name="giao cho")),
                ("source_id", models.BigIntegerField(blank=True, null=True)),
                ("source_label", models.CharField(blank=True, max_length=250)),
                ("source_url", models.CharField(blank=True, max_length=250)),
                ("source_quote", models.TextField(blank=True)),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("week", "Hằng tuần"),
                            ("month", "Hằng tháng"),
                            ("quarter", "Hằng quý"),
                            ("year", "Hằng năm"),
                        ],
                        max_length=8,
                        verbose_name="lặp lại",
                    ),
                ),
                ("day", models.PositiveSmallIntegerField(verbose_name="ngày")),
                ("month", models.PositiveSmallIntegerField(default=1, verbose_name="tháng")),
                (
                    "shift",
                    models.CharField(
                        choices=[("before", "Ngày làm việc liền trước"), ("after", "Ngày làm việc liền sau")],
                        default="before",
                        max_length=6,
                        verbose_name="gặp ngày nghỉ",
                    ),
                ),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                ("next_start", models.DateField(blank=True, db_index=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("stop_reason", models.CharField(blank=True, max_length=500, verbose_name="lý do dừng")),
                ("began_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=1)),
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
                (
                    "coordinators",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="organisation.unit", verbose_name="phối hợp"
                    ),
                ),
                ("leads", models.ManyToManyField(related_name="+", to="organisation.unit", verbose_name="chủ trì")),
                (
                    "monitors",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="organisation.unit", verbose_name="theo dõi"
                    ),
                ),
                (
                    "source_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhiệm vụ định kỳ",
                "verbose_name_plural": "nhiệm vụ định kỳ",
                "ordering": ["next_start", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(verbose_name="ngày đầu kỳ")),
                ("due_on", models.DateField(verbose_name="thời hạn")),
                ("given_at", models.DateTimeField()),
                (
                    "batch",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occurrence",
                        to="workflow.taskbatch",
                    ),
                ),
                (
                    "recurring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occurrences",
                        to="workflow.recurringtask",
                    ),
                ),
            ],
            options={
                "verbose_name": "kỳ của nhiệm vụ định kỳ",
                "verbose_name_plural": "kỳ của nhiệm vụ định kỳ",
                "ordering": ["recurring", "-start"],
                "constraints": [
                    models.UniqueConstraint(fields=("recurring", "start"), name="one_occurrence_per_period")
                ],
            },
        ),
    ]
