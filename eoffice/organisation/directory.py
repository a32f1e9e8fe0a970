"""Looking up units and people: the pages of the directory, and what the pickers of forms offer."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from eoffice.accounts.names import folded
from eoffice.forms import Picked
from eoffice.organisation.groups import units_of
from eoffice.organisation.managers import AppointmentQuerySet, UnitQuerySet
from eoffice.organisation.models import Appointment, Position, Unit, UnitGroup

PICKER_LIMIT = 20


class Listed(NamedTuple):
    """One line of the tree as shown: the unit, how far it is indented, who heads it."""

    unit: Unit
    indent: int
    head: Appointment | None
    people: int


def _matching(field: str, words: str) -> Q:
    condition = Q()
    for word in folded(words)[:100].split():
        condition &= Q(**{f"{field}__contains": word})
    return condition


def search_units(words: str, *, kind: str = "", level: str = "") -> UnitQuerySet:
    """Units that exist today whose name has every word, with or without diacritics, in tree order."""
    units = Unit.objects.valid_on(timezone.localdate()).filter(_matching("search_name", words))
    if kind:
        units = units.filter(kind=kind)
    if level:
        units = units.filter(level=level)
    return units


def search_appointments(words: str) -> AppointmentQuerySet:
    """Appointments in force whose person, position or unit has every word; most senior first."""
    found = Appointment.objects.current().own()
    catalogue = [(position.pk, folded(position.name)) for position in Position.objects.all()]
    for word in folded(words)[:100].split():
        found = found.filter(
            Q(person__search_name__contains=word)
            | Q(unit__search_name__contains=word)
            | Q(position__in=[pk for pk, name in catalogue if word in name])
        )
    return found.select_related("person", "position", "unit").in_protocol_order()


def pick_units(words: str) -> list[Picked]:
    """At most ``PICKER_LIMIT`` units for a picker; those whose name begins with the words first."""
    start = folded(words)
    found = sorted(
        search_units(words)[: PICKER_LIMIT * 5],
        key=lambda unit: (not folded(unit.short_name).endswith(start), unit.path),
    )
    return [_picked_unit(unit) for unit in found[:PICKER_LIMIT]]


def pick_appointments(words: str) -> list[Picked]:
    """At most ``PICKER_LIMIT`` people in their positions for a picker."""
    return [_picked_appointment(appointment) for appointment in search_appointments(words)[:PICKER_LIMIT]]


def pick_groups(words: str) -> list[Picked]:
    """Groups of units for a picker, with how many units each stands for."""
    return [_picked_group(group) for group in UnitGroup.objects.all() if _all_in(words, group.name)][:PICKER_LIMIT]


def describe_units(ids: Iterable[str]) -> list[Picked]:
    """The units of these ids, as a picker shows them again."""
    return [_picked_unit(unit) for unit in Unit.objects.filter(pk__in=_numbers(ids))]


def describe_appointments(ids: Iterable[str]) -> list[Picked]:
    """The appointments of these ids, as a picker shows them again."""
    found = Appointment.objects.filter(pk__in=_numbers(ids)).select_related("person", "position", "unit")
    return [_picked_appointment(appointment) for appointment in found]


def describe_groups(ids: Iterable[str]) -> list[Picked]:
    """The groups of these ids, as a picker shows them again."""
    return [_picked_group(group) for group in UnitGroup.objects.filter(pk__in=_numbers(ids))]


def listed(units: Iterable[Unit]) -> list[Listed]:
    """``units`` with indent, head and number of people; two queries, however many units."""
    shown = list(units)
    heads = heads_of(shown)
    people = dict(
        Appointment.objects.current()
        .own()
        .filter(unit__in=shown)
        .values("unit")
        .annotate(people=Count("person", distinct=True))
        .values_list("unit", "people")
    )
    least = min((unit.depth for unit in shown), default=1)
    return [Listed(unit, min(unit.depth - least, 4), heads.get(unit.pk), people.get(unit.pk, 0)) for unit in shown]


def heads_of(units: Iterable[Unit]) -> dict[int, Appointment]:
    """Who heads each unit today, by its id: the most senior appointment that is a head's. One query."""
    found = _people_of(units).own().filter(position__duty=Position.Duty.HEAD)
    heads: dict[int, Appointment] = {}
    for appointment in found:
        heads.setdefault(appointment.unit_id, appointment)
    return heads


def people_of(unit: Unit) -> QuerySet[Appointment]:
    """Everybody who holds a position in ``unit`` today, in protocol order."""
    return _people_of([unit])


def _people_of(units: Iterable[Unit]) -> AppointmentQuerySet:
    current = Appointment.objects.current().filter(unit__in=list(units))
    return current.select_related("person", "position", "unit").in_protocol_order()


def _picked_unit(unit: Unit) -> Picked:
    return Picked(str(unit.pk), unit.name, str(unit.get_kind_display()))


def _picked_appointment(appointment: Appointment) -> Picked:
    return Picked(str(appointment.pk), appointment.person.full_name, appointment.title)


def _picked_group(group: UnitGroup) -> Picked:
    count = units_of(group).count()
    return Picked(str(group.pk), group.name, ngettext("%(count)d đơn vị", "%(count)d đơn vị", count) % {"count": count})


def _all_in(words: str, text: str) -> bool:
    return all(word in folded(text) for word in folded(words).split())


def _numbers(ids: Iterable[str]) -> list[int]:
    """Those of ``ids`` that are numbers a database can hold."""
    return [int(pk) for pk in ids if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19]
