"""Units and people in one picker: "u12" is a unit, "p34" somebody in a position."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from documents.circulation.sending import Recipient
from eoffice.forms import Picked
from eoffice.organisation.directory import PICKER_LIMIT, search_appointments, search_units
from eoffice.organisation.models import Appointment, Unit


def pick(base: Unit, words: str) -> list[Picked]:
    """Units below ``base``, then people of it and below, that have every word. Four queries at most."""
    below = Q(path__startswith=base.path)
    units = [_unit(one) for one in search_units(words).filter(below).exclude(pk=base.pk)[:PICKER_LIMIT]]
    found = search_appointments(words).filter(unit__path__startswith=base.path, person__is_active=True)
    return units + [_person(one) for one in found[: PICKER_LIMIT - len(units) // 2]]


def describe(ids: Iterable[str]) -> list[Picked]:
    """As the picker shows them again."""
    return [_unit(one) if isinstance(one, Unit) else _person(one) for one in chosen(ids)]


def chosen(ids: Iterable[str]) -> list[Recipient]:
    """The units that exist and the positions that are held today among ``ids``, each once. Two queries."""
    ids = list(dict.fromkeys(ids))
    units = Unit.objects.valid_on(timezone.localdate()).in_bulk(_numbers(ids, "u"))
    held = Appointment.objects.current().filter(person__is_active=True).select_related("person", "position", "unit")
    people = held.in_bulk(_numbers(ids, "p"))
    known: dict[str, Recipient] = {f"u{pk}": one for pk, one in units.items()}
    known |= {f"p{pk}": one for pk, one in people.items()}
    return [known[name] for name in ids if name in known]


def _numbers(ids: Iterable[str], kind: str) -> list[int]:
    rest = [name[1:] for name in ids if name[:1] == kind]
    return [int(text) for text in rest if text.isascii() and text.isdigit() and len(text) < 19]


def _unit(one: Unit) -> Picked:
    return Picked(f"u{one.pk}", one.name, str(one.get_kind_display()))


def _person(one: Appointment) -> Picked:
    return Picked(f"p{one.pk}", one.person.full_name, one.title)
