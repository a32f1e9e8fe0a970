from django.db import migrations

from eoffice.audit import guards
from eoffice.audit.sealing import seal_batch


def seal_all(apps, _schema_editor):
    while seal_batch(apps.get_model("audit", "Entry"), apps.get_model("audit", "Head")):
        pass


def put_up(_apps, schema_editor):
    guards.put_up(schema_editor)


def take_down(_apps, schema_editor):
    guards.take_down(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain")]

    operations = [
        migrations.RunPython(seal_all, migrations.RunPython.noop),
        migrations.RunPython(put_up, take_down),
    ]
