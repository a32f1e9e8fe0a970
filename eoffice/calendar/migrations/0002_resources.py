from typing import Any

import django.db.models.deletion
import eoffice.calendar.models.resource
import uuid
from django.db import migrations, models


def refuse_double_bookings(apps: Any, schema_editor: Any) -> None:
    """On PostgreSQL no two bookings that hold one resource can touch: `btree_gist` comes with it, and the owner of a database
    may create it. Not in the state of the models: SQLite has no such constraint, there the operations' lock keeps them apart.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        schema_editor.execute(
            "ALTER TABLE calendar_booking ADD CONSTRAINT one_booking_at_a_time EXCLUDE USING gist"
            " (resource_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state IN ('pending', 'accepted'))"
        )


def allow_double_bookings(apps: Any, schema_editor: Any) -> None:
    """Undo it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE calendar_booking DROP CONSTRAINT IF EXISTS one_booking_at_a_time")


class Migration(migrations.Migration):
    dependencies = [
        ("calendar", "0001_initial"),
        ("files", "0002_kept_at"),
        ("organisation", "0004_for_collective"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.CharField(max_length=250)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt đặt định kỳ",
                "verbose_name_plural": "lượt đặt định kỳ",
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("room", "Phòng họp"), ("car", "Xe"), ("equipment", "Thiết bị")],
                        default="room",
                        max_length=10,
                        verbose_name="loại",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="tên")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="địa điểm")),
                ("seats", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="số chỗ")),
                ("equipment", models.TextField(blank=True, max_length=1000, verbose_name="trang thiết bị")),
                ("bridge", models.CharField(blank=True, max_length=250, verbose_name="thiết bị cầu truyền hình")),
                ("driver", models.CharField(blank=True, max_length=120, verbose_name="lái xe")),
                ("driver_phone", models.CharField(blank=True, max_length=30, verbose_name="điện thoại lái xe")),
                ("plate", models.CharField(blank=True, max_length=20, verbose_name="biển số")),
                (
                    "open_to",
                    models.CharField(
                        choices=[("agency", "Trong cơ quan"), ("everybody", "Mọi cơ quan")],
                        default="agency",
                        max_length=10,
                        verbose_name="ai được đặt",
                    ),
                ),
                ("needs_approval", models.BooleanField(default=False, verbose_name="phải được đơn vị quản lý duyệt")),
                ("hours", models.JSONField(default=eoffice.calendar.models.resource.office_hours)),
                (
                    "check_in_minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="nhận phòng trong (phút)"),
                ),
                (
                    "reconfirm_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="xác nhận lại trước (ngày)"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="đang cho đặt")),
                ("search_text", models.TextField(editable=False)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="organisation.unit",
                        verbose_name="đơn vị quản lý",
                    ),
                ),
            ],
            options={
                "verbose_name": "phòng họp, xe, thiết bị",
                "verbose_name_plural": "phòng họp, xe, thiết bị",
                "ordering": ["kind", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_at", models.DateTimeField(verbose_name="bắt đầu")),
                ("ends_at", models.DateTimeField(verbose_name="kết thúc")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Chờ duyệt"),
                            ("accepted", "Đã đặt"),
                            ("refused", "Không được duyệt"),
                            ("cancelled", "Đã hủy"),
                            ("released", "Đã thu hồi"),
                        ],
                        default="accepted",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("purpose", models.CharField(max_length=320, verbose_name="mục đích")),
                ("attendees", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="số người")),
                ("departure", models.CharField(blank=True, max_length=200, verbose_name="nơi đi")),
                ("destination", models.CharField(blank=True, max_length=200, verbose_name="nơi đến")),
                ("link", models.CharField(blank=True, editable=False, max_length=250)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="lý do")),
                ("check_in_by", models.DateTimeField(blank=True, editable=False, null=True)),
                ("checked_in_at", models.DateTimeField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("reconfirm_by", models.DateTimeField(blank=True, editable=False, null=True)),
                ("reconfirmed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
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
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="organisation.unit",
                        verbose_name="đơn vị sử dụng",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="calendar.bookingseries",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="calendar.resource"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt đặt",
                "verbose_name_plural": "lượt đặt",
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Blocking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="từ")),
                ("ends_at", models.DateTimeField(verbose_name="đến")),
                ("reason", models.CharField(max_length=250, verbose_name="lý do")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="blockings", to="calendar.resource"
                    ),
                ),
            ],
            options={
                "verbose_name": "thời gian tạm ngừng",
                "verbose_name_plural": "thời gian tạm ngừng",
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(fields=["unit", "kind"], name="calendar_re_unit_id_923fcc_idx"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["resource", "starts_at", "ends_at"], name="calendar_bo_resourc_53ce6c_idx"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["state", "check_in_by"], name="calendar_bo_state_ae8a2e_idx"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["unit", "starts_at"], name="calendar_bo_unit_id_fa7537_idx"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="booking_ends_after_start"
            ),
        ),
        migrations.AddIndex(
            model_name="blocking",
            index=models.Index(fields=["resource", "starts_at"], name="calendar_bl_resourc_0aa8d6_idx"),
        ),
        migrations.AddConstraint(
            model_name="blocking",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="blocking_ends_after_start"
            ),
        ),
        migrations.RunPython(refuse_double_bookings, allow_double_bookings),
    ]
