"""``manage.py demo_people``: whom one may sign in as."""

from typing import Any

from django.core.management.base import BaseCommand

from eoffice.demo.context import choices
from eoffice.demo.people import PASSWORD


class Command(BaseCommand):
    """Prints username and title of the demo people named on the sign-in page, and their one password."""

    help = "Print the demo sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        for choice in choices():
            self.stdout.write(f"  {choice['username']:<14} {choice['name']}  {choice['title']}")
        self.stdout.write(f"  password: {PASSWORD}")
