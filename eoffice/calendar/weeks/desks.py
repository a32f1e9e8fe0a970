"""Who runs the schedule of an agency: itself and the office right below it."""

from typing import TYPE_CHECKING

from django.utils import timezone

from eoffice.organisation import paths
from eoffice.organisation.managers import UnitQuerySet
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.signing import signers_of
from eoffice.organisation.standing import standing_of

if TYPE_CHECKING:
    from eoffice.accounts.models import User


def desks_of(user: "User") -> set[int]:
    """Ids of the units whose schedule ``user`` compiles. Two queries at most."""
    standing = standing_of(user)
    offices = Unit.objects.filter(pk__in=standing.member_of, kind=Unit.Kind.OFFICE).values_list("path", flat=True)
    above = {paths.superior(path) for path in offices}
    found = set(standing.represents)
    return found | set(Unit.objects.filter(path__in=above).values_list("pk", flat=True)) if above else found


def offices_of(user: "User", unit: Unit) -> set[int]:
    """Of the offices right below ``unit`` those in which ``user`` works. One query."""
    return set(_offices(unit).filter(pk__in=standing_of(user).member_of).order_by().values_list("pk", flat=True))


def desk_people(unit: Unit) -> "list[User]":
    """Who is told of what waits at the desk of ``unit``: who answers for its office, or for itself where it has none."""
    offices = list(_offices(unit).order_by().values_list("pk", flat=True)) or [unit.pk]
    held = Appointment.objects.current().representing().filter(unit__in=offices).select_related("person")
    return list({one.person_id: one.person for one in held}.values())


def approvers(unit: Unit) -> "list[User]":
    """Who is asked to approve the schedule of ``unit``: who heads its office; where it has none, who heads itself."""
    return [person for office in _offices(unit) for person in signers_of(office)] or signers_of(unit)


def _offices(unit: Unit) -> UnitQuerySet:
    below = Unit.objects.valid_on(timezone.localdate())
    return below.filter(path__startswith=unit.path, depth=unit.depth + 1, kind=Unit.Kind.OFFICE)
