"""``manage.py verify_audit``: walk the chain of the audit log and say where it is broken."""

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from eoffice.audit import guards, verifying

BROKEN, UNGUARDED = 1, 2
OVERDUE = dt.timedelta(minutes=5)
"""An entry is sealed within seconds; one that waits longer says that the jobs do not run."""


class Command(BaseCommand):
    help = (
        "Walks the chain of the audit log and names the first entry that was changed, removed, inserted or moved."
        " Exit status: 0 the chain holds, 1 it is broken or differs from the anchor, 2 it is not guarded or not being sealed."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            help="compare with the seals noted in FILE, and note the newest one there; keep FILE where nobody who can write"
            " to the database can write",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path | None = options["anchor"]
        chain = verifying.verify(_noted(file) if file else None)
        if chain.broken:
            raise CommandError(
                f"BROKEN at {chain.broken.sequence} ({chain.broken.what}): {chain.broken.words}.", returncode=BROKEN
            )
        if chain.differs:
            place, seal = chain.differs
            raise CommandError(f"DIFFERS from the anchor: entry {place} had the seal {seal}.", returncode=BROKEN)
        self.stdout.write(f"{chain.entries} entries, the chain holds.\n{chain.entries} {chain.seal}")
        if file:
            _note(file, chain)
        self._warn()

    def _warn(self) -> None:
        count, oldest = verifying.waiting()
        self.stdout.write(f"{count} entries wait for their seal.")
        if oldest and oldest < timezone.now() - OVERDUE:
            raise CommandError(f"Not sealed since {oldest:%d/%m/%Y %H:%M}: do the jobs run?", returncode=UNGUARDED)
        if missing := guards.missing(connection):
            raise CommandError(f"Triggers are missing: {', '.join(missing)}.", returncode=UNGUARDED)


def _noted(file: Path) -> dict[int, str]:
    """Seals by place, from lines "place seal time"; none while the file is not there."""
    try:
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        return {int(place): seal for place, seal, *_time in (line.split() for line in lines if line.strip())}
    except (OSError, ValueError) as error:
        raise CommandError(f"{file} is not an anchor: {error}", returncode=BROKEN) from error


def _note(file: Path, chain: verifying.Chain) -> None:
    if chain.entries:
        with file.open("a", encoding="utf-8") as notes:
            notes.write(f"{chain.entries} {chain.seal} {timezone.now().isoformat(timespec='seconds')}\n")
