import django.db.models.deletion
from django.db import migrations, models

STATES = [
    ("draft", "Đang soạn"),
    ("submitted", "Chờ chủ trì duyệt"),
    ("confirmed", "Chờ ký ban hành"),
    ("issued", "Đã ban hành"),
]


class Migration(migrations.Migration):
    dependencies = [("meetings", "0025_caption_lines"), ("organisation", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="conclusionnotice",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="conclusionnotice",
            name="returned_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.appointment",
            ),
        ),
        migrations.AddField(
            model_name="conclusionnotice",
            name="signed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.appointment",
            ),
        ),
        migrations.AlterField(
            model_name="conclusionnotice",
            name="remark",
            field=models.CharField(blank=True, max_length=500, verbose_name="điều cần sửa"),
        ),
        migrations.AlterField(
            model_name="conclusionnotice",
            name="state",
            field=models.CharField(choices=STATES, default="draft", max_length=10),
        ),
    ]
