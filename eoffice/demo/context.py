"""What the sign-in page of a demo shows besides the form."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from eoffice.demo.cast import CHOICES
from eoffice.demo.people import ADMINISTRATOR, PASSWORD
from eoffice.organisation.models import Appointment


def demo(_request: HttpRequest) -> dict[str, Any]:
    """``demo_people`` (who one may sign in as, with their title) and ``demo_password``; read only when shown."""
    return {"demo_people": SimpleLazyObject(choices), "demo_password": PASSWORD}


def choices() -> list[dict[str, str]]:
    """One line per choice: ``username``, ``name``, ``title``."""
    held = Appointment.objects.current().filter(person__username__in=CHOICES, kind=Appointment.Kind.PRIMARY)
    by_username = {a.person.username: a for a in held.select_related("person", "position", "unit")}
    found = [
        {"username": name, "name": by_username[name].person.full_name, "title": by_username[name].title}
        for name in CHOICES
        if name in by_username
    ]
    return [*found, {"username": ADMINISTRATOR, "name": "Quản trị hệ thống", "title": ""}] if found else []
