import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0029_sent_before"),
        ("organisation", "0002_quota"),
    ]

    operations = [
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_text", models.TextField(max_length=4000)),
                ("asked_version", models.PositiveIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField(verbose_name="trả lời trước khi hết ngày")),
                (
                    "answer",
                    models.CharField(
                        blank=True, choices=[("agrees", "Thống nhất"), ("proposes", "Đề nghị sửa")], max_length=10
                    ),
                ),
                ("wording", models.TextField(blank=True, max_length=4000, verbose_name="đề nghị viết lại")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="lý do")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("taken", "Đã tiếp thu"), ("declined", "Không tiếp thu")], max_length=10
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="giải trình")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "conclusion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opinions", to="meetings.conclusion"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "ý kiến về dự thảo kết luận",
                "verbose_name_plural": "ý kiến về dự thảo kết luận",
                "ordering": ["conclusion", "unit__path", "asked_version", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conclusion", "unit", "asked_version"), name="one_opinion_per_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", ""), ("answer", "proposes"), _connector="OR"),
                        name="only_proposals_are_decided",
                    ),
                ],
            },
        ),
    ]
