from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0045_room_and_agenda_of_series")]

    operations = [
        migrations.AddField(
            model_name="seriesoccurrence",
            name="asked",
            field=models.CharField(blank=True, default="", editable=False, max_length=10),
        ),
    ]
