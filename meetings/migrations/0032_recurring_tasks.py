import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0031_group_tasks"),
        ("workflow", "0009_recurring"),
    ]

    operations = [
        migrations.AddField(
            model_name="conclusiontask",
            name="recur_day",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="ngày trong kỳ"),
        ),
        migrations.AddField(
            model_name="conclusiontask",
            name="recur_every",
            field=models.CharField(
                blank=True,
                choices=[("week", "Hằng tuần"), ("month", "Hằng tháng"), ("quarter", "Hằng quý"), ("year", "Hằng năm")],
                max_length=8,
                verbose_name="lặp lại",
            ),
        ),
        migrations.AddField(
            model_name="conclusiontask",
            name="recur_month",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="tháng trong kỳ"),
        ),
        migrations.AddField(
            model_name="conclusiontask",
            name="recur_shift",
            field=models.CharField(
                blank=True,
                choices=[("before", "Ngày làm việc liền trước"), ("after", "Ngày làm việc liền sau")],
                max_length=6,
                verbose_name="gặp ngày nghỉ",
            ),
        ),
        migrations.AddField(
            model_name="conclusiontask",
            name="recur_until",
            field=models.DateField(blank=True, null=True, verbose_name="kết thúc sau ngày"),
        ),
        migrations.AddField(
            model_name="conclusiontask",
            name="recurring",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.recurringtask",
            ),
        ),
    ]
