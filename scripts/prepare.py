"""Database and demo data, in one Django process (starting Django is half of what a second ``./run`` costs).

``python -m scripts.prepare``: migrates, then in demo mode loads the demo and prints its sign-ins.
"""

import io
import os

import django
from django.conf import settings
from django.core.management import call_command, get_commands


def prepare() -> None:
    """Bring the database up to date; in demo mode fill it and print who may sign in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eoffice.settings.embedded")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    if settings.DEMO and "load_demo" in get_commands():
        call_command("load_demo", verbosity=0, stdout=io.StringIO())
    if settings.DEMO and "demo_people" in get_commands():
        call_command("demo_people")


if __name__ == "__main__":
    prepare()
