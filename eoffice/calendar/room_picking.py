"""Rooms and cars for a picker: by what is typed, and those already chosen."""

from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.calendar.models import Resource
from eoffice.forms import Picked
from eoffice.http import number_of

SHOWN = 20


def find_rooms(user: User, words: str) -> list[Picked]:
    """Rooms that ``user`` may book in which every word is found. One query."""
    return _find(user, Resource.Kind.ROOM, words)


def find_cars(user: User, words: str) -> list[Picked]:
    """As ``find_rooms``."""
    return _find(user, Resource.Kind.CAR, words)


def _find(user: User, kind: str, words: str) -> list[Picked]:
    found = Resource.objects.visible_to(user).filter(kind=kind, active=True).matching(words)
    return [_picked(one) for one in found.select_related("unit")[:SHOWN]]


def describe_resources(ids: list[str]) -> list[Picked]:
    """Those with these ids. One query."""
    keys = [key for key in map(number_of, ids) if key is not None]
    return [_picked(room) for room in Resource.objects.filter(pk__in=keys).select_related("unit")]


def _picked(room: Resource) -> Picked:
    seats = _("%(seats)d chỗ") % {"seats": room.seats} if room.seats else ""
    return Picked(
        str(room.pk), room.called, " · ".join(part for part in (room.place, seats, room.unit.short_name) if part)
    )
