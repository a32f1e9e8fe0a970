"""``manage.py rebuild_search``: index the text and titles of all papers anew."""

from typing import Any

from django.core.management.base import BaseCommand

from documents.search import index


class Command(BaseCommand):
    help = "Indexes the text and titles of all papers anew; needed after a change of how words are folded."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index.rebuild()} pages indexed")
