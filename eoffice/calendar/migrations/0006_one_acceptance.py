"""An overlap that was accepted in a week is an accepted conflict of its entry, as one of a meeting is."""

from django.db import migrations


def merge(apps, schema_editor):
    accepted = apps.get_model("calendar", "AcceptedConflict")
    overlaps = apps.get_model("calendar", "AcceptedOverlap")
    for one in overlaps.objects.select_related("line__entry", "person").iterator():
        entry = one.line.entry
        kept, _made = accepted.objects.get_or_create(
            source="entry",
            row=entry.pk,
            key=f"overlap:{one.source}:{one.other}:person:{one.person_id}",
            defaults={
                "code": "overlap",
                "who": one.person.full_name,
                "starts_at": entry.starts_at,
                "ends_at": entry.ends_at,
                "reason": one.reason,
                "by_id": one.by_id,
            },
        )
        accepted.objects.filter(pk=kept.pk).update(at=one.at)


class Migration(migrations.Migration):
    dependencies = [("calendar", "0005_conflicts")]
    operations = [
        migrations.RunPython(merge, migrations.RunPython.noop, elidable=False),
        migrations.DeleteModel("AcceptedOverlap"),
    ]
