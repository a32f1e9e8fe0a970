import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0020_headcount"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asked_by_side",
                    models.CharField(
                        choices=[("guest", "Cuộc họp xin nối cầu"), ("host", "Cuộc họp mời nối cầu")], max_length=5
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("attached_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="meetings.meetingsite",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt nối cầu",
                "verbose_name_plural": "lượt nối cầu",
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("guest",),
                        name="one_open_attachment_per_guest",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("site",),
                        name="one_open_attachment_per_site",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attached_at__isnull", True), ("guest__isnull", False), _connector="OR"),
                        name="attached_is_some_meeting",
                    ),
                ],
            },
        ),
    ]
