import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0033_previous"),
        ("organisation", "0004_for_collective"),
    ]

    operations = [
        migrations.CreateModel(
            name="TypeBaseline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="thời lượng trước đây (phút)",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("source", models.CharField(max_length=250, verbose_name="nguồn số liệu")),
                (
                    "type",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="baseline",
                        to="meetings.meetingtype",
                        verbose_name="loại phiên họp",
                    ),
                ),
            ],
            options={
                "verbose_name": "mức so sánh thời lượng họp",
                "verbose_name_plural": "mức so sánh thời lượng họp",
            },
        ),
        migrations.CreateModel(
            name="UnitDistance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "km",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="khoảng cách một chiều (km)",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="nguồn số liệu")),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="distance",
                        to="organisation.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "khoảng cách đến trung tâm",
                "verbose_name_plural": "khoảng cách đến trung tâm",
            },
        ),
        migrations.CreateModel(
            name="MonthlyEconomy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="tháng")),
                ("figures", models.JSONField()),
                ("frozen_at", models.DateTimeField(verbose_name="chốt lúc")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "số liệu họp đã chốt",
                "verbose_name_plural": "số liệu họp đã chốt",
                "ordering": ["month", "unit"],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "month"), name="one_economy_per_unit_and_month")
                ],
            },
        ),
    ]
