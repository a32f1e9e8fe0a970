"""The catalogue of meeting types that every installation begins with (docs/domain/meetings.md)."""

from django.db import migrations

TYPES = [
    ("thuong-ky", "Họp thường kỳ"),
    ("giao-ban", "Giao ban"),
    ("chuyen-de", "Họp chuyên đề"),
    ("dot-xuat", "Họp đột xuất"),
    ("hoi-nghi-truc-tuyen", "Hội nghị trực tuyến"),
    ("ban-chi-dao", "Họp Ban Chỉ đạo"),
    ("lam-viec", "Làm việc với cơ quan, đơn vị"),
    ("tiep-cong-dan", "Tiếp công dân"),
]


def load(apps, schema_editor):
    types = apps.get_model("meetings", "MeetingType")
    for order, (code, name) in enumerate(TYPES, start=1):
        types.objects.get_or_create(code=code, defaults={"name": name, "order": order})


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
