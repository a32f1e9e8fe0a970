import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0040_replies_by_mail"),
        ("organisation", "0004_for_collective"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeetingSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=300, verbose_name="tên cuộc họp")),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("in_person", "Trực tiếp"),
                            ("online", "Trực tuyến"),
                            ("hybrid", "Trực tiếp kết hợp trực tuyến"),
                        ],
                        default="hybrid",
                        max_length=10,
                        verbose_name="hình thức",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=250, verbose_name="địa điểm")),
                ("note", models.TextField(blank=True, max_length=4000, verbose_name="yêu cầu chuẩn bị")),
                (
                    "lobby_minutes",
                    models.PositiveSmallIntegerField(default=30, verbose_name="mở phòng họp trước (phút)"),
                ),
                (
                    "late_entry",
                    models.CharField(
                        choices=[("free", "Vào ngay"), ("ask", "Chờ thư ký cho vào")],
                        default="free",
                        max_length=4,
                        verbose_name="người đến muộn",
                    ),
                ),
                ("rrule", models.CharField(editable=False, max_length=200)),
                ("starts_on", models.DateField(verbose_name="kể từ ngày")),
                (
                    "on_day_off",
                    models.CharField(
                        choices=[
                            ("keep", "Vẫn giữ ngày đó"),
                            ("skip", "Bỏ kỳ đó"),
                            ("after", "Lùi sang ngày làm việc liền sau"),
                            ("before", "Chuyển lên ngày làm việc liền trước"),
                        ],
                        max_length=6,
                        verbose_name="gặp ngày nghỉ",
                    ),
                ),
                ("start_time", models.TimeField(verbose_name="từ giờ")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="số phút")),
                ("problem", models.CharField(blank=True, default="", editable=False, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=500, verbose_name="lý do")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "chair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                        verbose_name="chủ trì",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "organiser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="cơ quan tổ chức",
                    ),
                ),
                (
                    "secretary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                        verbose_name="thư ký",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.meetingtype",
                        verbose_name="loại phiên họp",
                    ),
                ),
            ],
            options={
                "verbose_name": "lịch họp định kỳ",
                "verbose_name_plural": "lịch họp định kỳ",
                "ordering": [models.OrderBy(models.F("ended_at"), nulls_first=True), "title", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SeriesLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "Chủ trì"),
                            ("co_chair", "Đồng chủ trì"),
                            ("secretary", "Thư ký"),
                            ("member", "Thành viên (có quyền biểu quyết)"),
                            ("invited", "Khách mời"),
                            ("rapporteur", "Báo cáo viên"),
                            ("observer", "Quan sát viên (chỉ nghe và xem)"),
                            ("technician", "Kỹ thuật viên"),
                            ("operator", "Đạo diễn hình"),
                        ],
                        default="invited",
                        max_length=10,
                        verbose_name="vai trò",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unitgroup",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="meetings.meetingseries"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "thành phần mời thường kỳ",
                "verbose_name_plural": "thành phần mời thường kỳ",
                "ordering": ["series", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("appointment__isnull", False)),
                        fields=("series", "appointment"),
                        name="series_line_per_appointment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("series", "unit"),
                        name="series_line_per_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("group__isnull", False)),
                        fields=("series", "group"),
                        name="series_line_per_group",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeriesOccurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("applied", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=500, verbose_name="lý do")),
                (
                    "meeting",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occurrence",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occurrences",
                        to="meetings.meetingseries",
                    ),
                ),
            ],
            options={
                "verbose_name": "kỳ họp",
                "verbose_name_plural": "kỳ họp",
                "ordering": ["series", "day"],
                "constraints": [models.UniqueConstraint(fields=("series", "day"), name="series_occurs_once_a_day")],
            },
        ),
    ]
