from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0020_urging"),
    ]

    operations = [
        migrations.AlterField(
            model_name="numberallocation",
            name="state",
            field=models.CharField(
                choices=[
                    ("reserved", "Đang giữ"),
                    ("assigned", "Đã cấp"),
                    ("recalled", "Đã thu hồi"),
                    ("void", "Đã hủy"),
                ],
                max_length=10,
            ),
        ),
    ]
