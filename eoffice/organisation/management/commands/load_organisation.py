"""``manage.py load_organisation hanoi-2025`` or a CSV or XLSX file of one's own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eoffice.errors import UserError
from eoffice.organisation import importing
from eoffice.organisation.positions import load_catalogue


class Command(BaseCommand):
    """Thin door to ``importing``."""

    help = "Load an organisation: one that comes with the product (by name) or a CSV or XLSX file (by path)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="hanoi-2025, hanoi-2020, or the path of a file")
        parser.add_argument("--check", action="store_true", help="only say what would happen")
        parser.add_argument(
            "--still-valid", action="store_true", help="leave end dates out, to work with a past organisation today"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checked = importing.plan(_content(options["source"]))
        except UserError as error:
            raise CommandError(str(error.message)) from error
        if checked.errors:
            raise CommandError("\n".join(f"{error.row}: {error.message}" for error in checked.errors))
        if options["still_valid"]:
            for planned in checked.units:
                planned.valid_to = None
        if not options["check"]:
            load_catalogue()
            importing.found(checked)
        verb = "would be added" if options["check"] else "added"
        self.stdout.write(f"{len(checked.new)} of {len(checked.units)} units {verb}.")


def _content(source: str) -> bytes:
    shipped = importing.DATA / f"{source}.csv"
    path = shipped if shipped.exists() else Path(source)
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{source}: {error.strerror}") from error
