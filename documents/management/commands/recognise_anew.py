"""``manage.py recognise_anew --before 2026-11-30``: read scans once more."""

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from documents import recognition


class Command(BaseCommand):
    help = (
        "Has scans read once more whose words were read before a day, so that their words are laid over their pages."
        " The worker does it, ten pages a turn; people go on reading meanwhile."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--before", type=dt.date.fromisoformat, required=True, help="the day since which words are laid over pages"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.make_aware(dt.datetime.combine(options["before"], dt.time.min))
        self.stdout.write(f"{recognition.read_anew(before)} scans wait to be read anew")
