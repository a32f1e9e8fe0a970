import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0030_opinions"),
        ("organisation", "0002_quota"),
        ("workflow", "0008_batches"),
    ]

    operations = [
        migrations.AddField(
            model_name="conclusiontask",
            name="batch",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.taskbatch",
            ),
        ),
        migrations.AddField(
            model_name="conclusiontask",
            name="lead_group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unitgroup",
                verbose_name="giao cho từng đơn vị của nhóm",
            ),
        ),
        migrations.AlterField(
            model_name="conclusiontask",
            name="lead_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
                verbose_name="chủ trì",
            ),
        ),
        migrations.AddConstraint(
            model_name="conclusiontask",
            constraint=models.CheckConstraint(
                condition=models.Q(("lead_unit__isnull", True), ("lead_group__isnull", True), _connector="XOR"),
                name="led_by_a_unit_or_a_group",
            ),
        ),
    ]
