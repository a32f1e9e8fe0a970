import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0004_for_collective"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("work", "Làm việc"),
                            ("field_trip", "Đi cơ sở"),
                            ("reception", "Tiếp công dân"),
                            ("leave", "Nghỉ phép"),
                            ("blocked", "Việc riêng"),
                        ],
                        default="work",
                        max_length=12,
                        verbose_name="loại",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Dự kiến"),
                            ("approved", "Đã duyệt"),
                            ("postponed", "Hoãn"),
                            ("cancelled", "Đã hủy"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("title", models.CharField(max_length=500, verbose_name="nội dung")),
                ("place", models.CharField(blank=True, max_length=250, verbose_name="địa điểm")),
                ("starts_at", models.DateTimeField(verbose_name="bắt đầu")),
                ("ends_at", models.DateTimeField(verbose_name="kết thúc")),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Công khai"),
                            ("agency", "Trong cơ quan"),
                            ("restricted", "Chỉ người liên quan"),
                        ],
                        default="agency",
                        max_length=10,
                        verbose_name="ai xem được",
                    ),
                ),
                ("public_text", models.CharField(blank=True, max_length=500, verbose_name="nội dung công khai")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="organisation.unit",
                        verbose_name="lịch của",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục lịch",
                "verbose_name_plural": "mục lịch",
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("chair", "Chủ trì"), ("attend", "Tham dự")],
                        default="attend",
                        max_length=6,
                        verbose_name="vai trò",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("busy", models.BooleanField(default=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="participations", to="calendar.entry"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "người tham gia mục lịch",
                "verbose_name_plural": "người tham gia mục lịch",
            },
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["unit", "starts_at"], name="calendar_en_unit_id_6c7962_idx"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="entry_ends_after_start"
            ),
        ),
        migrations.AddIndex(
            model_name="participation",
            index=models.Index(fields=["person", "starts_at", "ends_at"], name="calendar_pa_person__8bb46a_idx"),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(fields=("entry", "person"), name="one_part_per_entry_and_person"),
        ),
    ]
