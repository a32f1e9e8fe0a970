"""``manage.py load_demo``: Hà Nội with its people and a few meetings, papers and tasks."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from eoffice.demo import people, story


class Command(BaseCommand):
    """Safe to run again: adds only what is missing."""

    help = "Load the demo city, its people and their work."

    def handle(self, *args: Any, **options: Any) -> None:
        added = people.load()
        story.tell(timezone.now())
        self.stdout.write(f"{added} people added.")
