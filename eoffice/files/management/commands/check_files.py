"""``manage.py check_files``: compare what the database says of the papers with the bytes that are there."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from eoffice.files import checking, orphans
from eoffice.files.models import StoredFile

LOST, ORPHANED = 1, 2


class Command(BaseCommand):
    help = (
        "Finds papers whose bytes are lost or altered, and bytes that nothing refers to."
        " Exit status: 0 all is well, 1 something is lost, 2 there are orphans older than a day."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="look at presence and size only, read no bytes")
        parser.add_argument(
            "--delete-orphans", action="store_true", help="delete orphans that are older than a day; nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lost = self._losses(read_bytes=not options["quick"])
        old = self._orphans(delete=options["delete_orphans"])
        self.stdout.write(f"{StoredFile.objects.count()} files checked: {lost} lost, {old} orphans older than a day.")
        if lost:
            raise CommandError("Restore the lost files from the backup (docs/operations/backup.md).", returncode=LOST)
        if old:
            raise CommandError("manage.py check_files --delete-orphans deletes the orphans.", returncode=ORPHANED)

    def _losses(self, *, read_bytes: bool) -> int:
        count = 0
        for loss in checking.losses(read_bytes=read_bytes):
            count += 1
            self.stdout.write(f"LOST {loss.stored.content.name}: {loss.why}.")
            for line in loss.belongs_to or ["nothing refers to it"]:
                self.stdout.write(f"     {line}")
        return count

    def _orphans(self, *, delete: bool) -> int:
        """Tell of each orphan; how many older than a day are left."""
        before, left = timezone.now() - orphans.KEPT_FOR, 0
        for stored in list(orphans.unreferenced()):
            name, old = str(stored.content.name), stored.kept_at < before
            gone = delete and old and orphans.delete_unreferenced(stored.pk, before=before)
            left += self._tell(name, "a row that nothing refers to, such as a deleted draft's", old=old, gone=gone)
        for name, ours in list(orphans.strays()):
            if not ours:
                self.stdout.write(f"UNKNOWN {name}: not a name that this program gives; left alone.")
                continue
            old = orphans.storage().get_modified_time(name) < before
            gone = delete and old and orphans.delete_stray(name, before=before)
            left += self._tell(name, "bytes without a row, such as an upload's that broke off", old=old, gone=gone)
        return left

    def _tell(self, name: str, why: str, *, old: bool, gone: bool) -> bool:
        what = "DELETED" if gone else "ORPHAN"
        self.stdout.write(f"{what} {name}: {why}{'' if old else ' (younger than a day)'}.")
        return old and not gone
