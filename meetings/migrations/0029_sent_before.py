"""Boards of what was issued before there were any: whom it went to; who has opened it then, nobody wrote down."""

from django.db import migrations
from django.utils import timezone


def write_down(apps, schema_editor):
    Meeting, Notice, Dispatch, Delivery = (
        apps.get_model("meetings", name) for name in ("Meeting", "ConclusionNotice", "Dispatch", "Delivery")
    )
    Number = apps.get_model("documents", "NumberAllocation")

    def send(meeting, kind, code, series, unit, n, by, at):
        number = Number.objects.filter(
            register__unit_id=unit,
            register__year=timezone.localdate(at).year,
            register__series=series,
            n=n,
            state="assigned",
        ).first()
        made = Dispatch.objects.create(
            meeting=meeting, kind=kind, code=code, number=number, issuer_id=unit, by_id=by, at=at
        )
        sites = meeting.sites.exclude(kind="main").order_by("pk").values_list("unit", "person")
        Delivery.objects.bulk_create(
            Delivery(dispatch=made, unit_id=site, person_id=person, delivered_at=at) for site, person in sites
        )

    for meeting in Meeting.objects.filter(
        issued_at__isnull=False, state__in=["invited", "in_session", "ended", "concluded"]
    ):
        code = f"{meeting.letter_number:02d}/{meeting.letter_symbol}" if meeting.letter_number else ""
        send(
            meeting, "invitation", code, "GM", meeting.organiser_id, meeting.letter_number, meeting.secretary_id,
            meeting.issued_at,
        )  # fmt: skip
    issued = Notice.objects.filter(state="issued", issuer__isnull=False, issued_at__isnull=False)
    for notice in issued.select_related("meeting"):
        by = notice.signed_by_id or notice.confirmed_by_id or notice.meeting.chair_id
        send(notice.meeting, "notice", notice.number, "TB", notice.issuer_id, notice.ordinal, by, notice.issued_at)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0028_dispatches")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
