import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0015_captions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Direction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "layout",
                    models.CharField(
                        choices=[
                            ("free", "Mỗi người tự chọn"),
                            ("floor", "Chỉ người phát biểu"),
                            ("floor_chair", "Người phát biểu và chủ tọa"),
                            ("floor_content", "Người phát biểu và nội dung"),
                            ("wall", "Tường hình"),
                        ],
                        default="free",
                        max_length=13,
                    ),
                ),
                ("wall_size", models.PositiveSmallIntegerField(default=9)),
                ("patrol_every_s", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("wall_sites", models.JSONField(blank=True, default=list)),
                ("wall_now", models.JSONField(blank=True, default=list)),
                ("wall_page", models.PositiveIntegerField(default=1)),
                ("wall_pages", models.PositiveIntegerField(default=1)),
                ("turned_at", models.DateTimeField(blank=True, null=True)),
                ("set_by", models.CharField(blank=True, max_length=200)),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="direction", to="meetings.meeting"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="meetings.meetingsite",
                    ),
                ),
            ],
            options={
                "verbose_name": "đạo diễn hình",
                "verbose_name_plural": "đạo diễn hình",
            },
        ),
    ]
