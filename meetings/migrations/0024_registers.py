import datetime as dt

from django.db import migrations, models
from django.utils import timezone


def into_registers(apps, schema_editor):
    """Notices keep their numbers: each is a line of its unit's register; the counter goes on from the last one."""
    Register, NumberAllocation = (apps.get_model("documents", name) for name in ("Register", "NumberAllocation"))
    Notice = apps.get_model("meetings", "ConclusionNotice")
    registers = {}

    def register(unit, year):
        if (unit, year) not in registers:
            registers[unit, year], _made = Register.objects.get_or_create(unit_id=unit, year=year, series="TB")
        return registers[unit, year]

    issued = Notice.objects.filter(ordinal__isnull=False, issuer__isnull=False, issued_at__isnull=False)
    for notice in issued.select_related("meeting", "confirmed_by__person").order_by("pk"):
        signer = notice.confirmed_by
        NumberAllocation.objects.create(
            register=register(notice.issuer_id, notice.year),
            n=notice.ordinal,
            state="assigned",
            given_on=timezone.localdate(notice.issued_at),
            by=signer,
            at=notice.issued_at,
            symbol=notice.number.partition("/")[2][:40],
            type_name="Thông báo",
            subject=f"Kết luận tại cuộc họp: {notice.meeting.title}"[:500],
            signer=signer.person.full_name[:200] if signer else "",
            kept_by="VT",
            sent_by="Qua hệ thống",
            url=f"/meetings/{notice.meeting_id}/notice/",
        )
    for counter in apps.get_model("meetings", "NoticeCounter").objects.all():
        kept = register(counter.unit_id, counter.year)
        known = set(NumberAllocation.objects.filter(register=kept).values_list("n", flat=True))
        for n in sorted(set(range(1, counter.last + 1)) - known):
            NumberAllocation.objects.create(
                register=kept,
                n=n,
                state="void",
                given_on=dt.date(counter.year, 1, 1),
                at=timezone.now(),
                symbol="TB",
                reason="Không còn văn bản mang số này.",
            )


def into_counters(apps, schema_editor):
    NoticeCounter = apps.get_model("meetings", "NoticeCounter")
    for register in apps.get_model("documents", "Register").objects.filter(series="TB"):
        last = register.numbers.aggregate(last=models.Max("n"))["last"] or 0
        NoticeCounter.objects.create(unit_id=register.unit_id, year=register.year, last=last)
    apps.get_model("documents", "NumberAllocation").objects.all().delete()
    apps.get_model("documents", "Register").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0023_confidential_items"),
        ("documents", "0016_registers"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="letter_number",
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="letter_symbol",
            field=models.CharField(blank=True, default="", editable=False, max_length=40),
        ),
        migrations.RunPython(into_registers, into_counters),
        migrations.DeleteModel(name="NoticeCounter"),
    ]
