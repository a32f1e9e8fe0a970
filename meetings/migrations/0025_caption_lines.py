import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0001_initial"),
        ("meetings", "0024_registers"),
    ]

    operations = [
        migrations.AddField(
            model_name="recording",
            name="pieces",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="CaptionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200, verbose_name="nội dung")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.appointment",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="meetings.agendaitem",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="caption_lines",
                        to="meetings.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng phụ đề",
                "verbose_name_plural": "phụ đề",
                "ordering": ["meeting", "at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="captionline",
            index=models.Index(fields=["meeting", "at"], name="caption_lines_in_order"),
        ),
    ]
