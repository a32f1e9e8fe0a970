from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0022_stamped_scans"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signaturestep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("write", "Chữ ký của người ghi biên bản"),
                    ("sign", "Chữ ký của người có thẩm quyền"),
                    ("seal", "Chữ ký của cơ quan"),
                ],
                max_length=10,
            ),
        ),
    ]
