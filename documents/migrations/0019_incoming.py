# Incoming documents, their lines and files.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0018_signatures"),
        ("files", "0002_kept_at"),
        ("organisation", "0002_quota"),
        ("workflow", "0004_parts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="numberallocation",
            name="symbol",
            field=models.CharField(blank=True, max_length=40, verbose_name="ký hiệu"),
        ),
        migrations.AlterField(
            model_name="register",
            name="direction",
            field=models.CharField(
                choices=[("outgoing", "Văn bản đi"), ("incoming", "Văn bản đến")], default="outgoing", max_length=10
            ),
        ),
        migrations.CreateModel(
            name="IncomingDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unsent", "Chưa trình"),
                            ("circulating", "Đang xử lý"),
                            ("done", "Đã xử lý"),
                            ("cancelled", "Đã hủy số đến"),
                        ],
                        default="unsent",
                        max_length=12,
                        verbose_name="trạng thái",
                    ),
                ),
                ("sender", models.CharField(max_length=200, verbose_name="cơ quan ban hành")),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="số, ký hiệu")),
                ("code_key", models.CharField(db_index=True, editable=False, max_length=60)),
                ("issued_on", models.DateField(verbose_name="ngày văn bản")),
                ("series", models.CharField(blank=True, max_length=10, verbose_name="loại văn bản")),
                ("subject", models.CharField(max_length=500, verbose_name="trích yếu nội dung")),
                (
                    "urgency",
                    models.CharField(
                        choices=[
                            ("normal", "Thường"),
                            ("urgent", "Khẩn"),
                            ("very_urgent", "Thượng khẩn"),
                            ("flash", "Hỏa tốc"),
                        ],
                        default="normal",
                        max_length=12,
                        verbose_name="mức độ khẩn",
                    ),
                ),
                ("pages", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="số trang")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="ghi chú")),
                ("search_text", models.CharField(editable=False, max_length=800)),
                ("registered_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("key", models.UUIDField(editable=False, null=True, unique=True)),
                (
                    "allocation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming",
                        to="documents.numberallocation",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "sender_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming",
                        to="organisation.unit",
                        verbose_name="cơ quan nhận",
                    ),
                ),
            ],
            options={
                "verbose_name": "văn bản đến",
                "verbose_name_plural": "văn bản đến",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "number",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="documents.numberallocation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="organisation.unit"
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery",
                        to="documents.incomingdocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "văn bản chuyển đến",
                "verbose_name_plural": "văn bản chuyển đến",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="IncomingFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="documents.incomingdocument",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp văn bản đến",
                "verbose_name_plural": "tệp văn bản đến",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Routing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("submit", "Cho ý kiến"),
                            ("lead", "Chủ trì"),
                            ("coordinate", "Phối hợp"),
                            ("inform", "Nhận để biết"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Chờ xử lý"),
                            ("in_progress", "Đang xử lý"),
                            ("completed", "Đã xử lý"),
                            ("returned", "Trả lại"),
                            ("withdrawn", "Đã thu hồi"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="thời hạn")),
                ("due_explanation", models.JSONField(blank=True, default=list)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=1000, verbose_name="kết quả, lý do")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="documents.incomingdocument",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_lines",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="documents.numberallocation",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_lines",
                        to="workflow.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_lines",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "luồng xử lý văn bản đến",
                "verbose_name_plural": "luồng xử lý văn bản đến",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("submission", "Trình"), ("directive", "Bút phê"), ("forward", "Chuyển tiếp")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="nội dung")),
                ("key", models.UUIDField(editable=False, null=True, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.appointment"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sendings",
                        to="documents.incomingdocument",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sendings",
                        to="documents.routing",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt chuyển văn bản",
                "verbose_name_plural": "lượt chuyển văn bản",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="routing",
            name="sending",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="documents.sending"
            ),
        ),
        migrations.AddIndex(
            model_name="incomingdocument",
            index=models.Index(fields=["unit", "state"], name="incoming_of_unit"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("document", None)), fields=["unit"], name="delivery_waiting"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("number", "unit"), name="one_delivery_per_agency"),
        ),
        migrations.AddConstraint(
            model_name="incomingfile",
            constraint=models.UniqueConstraint(fields=("document", "file"), name="one_incoming_file_per_content"),
        ),
        migrations.AddIndex(
            model_name="routing",
            index=models.Index(fields=["unit", "state"], name="routing_of_unit"),
        ),
        migrations.AddIndex(
            model_name="routing",
            index=models.Index(fields=["person", "state"], name="routing_of_person"),
        ),
        migrations.AddConstraint(
            model_name="routing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("unit", None)),
                    models.Q(("person", None), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="routing_to_a_unit_or_a_person",
            ),
        ),
    ]
