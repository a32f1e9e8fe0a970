import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0021_recalled_numbers"),
        ("meetings", "0027_minutes_line"),
        ("organisation", "0002_quota"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invitation", "Giấy mời"), ("notice", "Thông báo kết luận")], max_length=10
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="số, ký hiệu")),
                ("at", models.DateTimeField(verbose_name="gửi lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dispatches", to="meetings.meeting"
                    ),
                ),
                (
                    "number",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.numberallocation",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần phát hành",
                "verbose_name_plural": "lần phát hành",
                "ordering": ["meeting", "-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="đã gửi đến")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="đã xem")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="đã tiếp nhận")),
                ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="đã ngừng sử dụng")),
                ("nudged_on", models.DateField(blank=True, null=True, verbose_name="nhắc ngày")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="meetings.dispatch"
                    ),
                ),
            ],
            options={
                "verbose_name": "nơi nhận",
                "verbose_name_plural": "nơi nhận",
                "ordering": ["dispatch", "unit__path", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("withdraw", "Lấy lại từ một nơi nhận"),
                            ("recall", "Thu hồi văn bản"),
                            ("cancel_number", "Hủy số văn bản"),
                            ("remove_access", "Ngừng cho xem nội dung"),
                        ],
                        max_length=14,
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "delivery",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="withdrawal",
                        to="meetings.delivery",
                    ),
                ),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recalls", to="meetings.dispatch"
                    ),
                ),
            ],
            options={
                "verbose_name": "lần thu hồi",
                "verbose_name_plural": "lần thu hồi",
                "ordering": ["dispatch", "at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(fields=["meeting", "kind", "at"], name="meetings_di_meeting_68c613_idx"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", True)), fields=("dispatch", "unit"), name="one_delivery_per_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False)),
                fields=("dispatch", "person"),
                name="one_delivery_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("delivery__isnull", True)),
                fields=("dispatch", "meaning"),
                name="one_recall_per_meaning",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(("meaning", "withdraw"), ("delivery__isnull", True), _connector="XOR"),
                name="withdrawn_from_somebody",
            ),
        ),
    ]
