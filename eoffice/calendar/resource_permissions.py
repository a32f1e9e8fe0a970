"""Who may do what with rooms, cars, equipment and their bookings, one predicate per verb (docs/domain/rooms.md)."""

from eoffice.accounts.models import User
from eoffice.calendar.models import Booking, Resource
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.standing import standing_of


def may_administer(user: User, resource: Resource) -> bool:
    """Change it, block it, answer who asks for it: head, deputies and clerks of the unit that owns it."""
    return resource.unit_id in standing_of(user).represents


def may_add(user: User) -> bool:
    """Put something into the catalogue: whoever answers in the name of a unit."""
    return bool(standing_of(user).represents)


def may_book(user: User, resource: Resource) -> bool:
    """It is lent at present, and to people like ``user``."""
    return resource.active and Resource.objects.visible_to(user).filter(pk=resource.pk).exists()


def units_for(by: Appointment) -> list[Unit]:
    """Units for which the holder of ``by`` may book: their own, and the agency it belongs to."""
    body = by.unit.legal_body
    return list({unit.pk: unit for unit in (by.unit, body.unit if body else by.unit)}.values())


def may_change(user: User, booking: Booking) -> bool:
    """Move it or call it off: who booked it, and who answers for the unit it was booked for.

    What was booked with something else (a meeting) is changed with that.
    """
    return not booking.link and is_theirs(user, booking)


def is_theirs(user: User, booking: Booking) -> bool:
    """They booked it, or answer for the unit it was booked for."""
    return booking.booked_by.person_id == user.pk or booking.unit_id in standing_of(user).represents


def may_cancel(user: User, booking: Booking) -> bool:
    """As ``may_change``, and the owner."""
    return may_change(user, booking) or may_administer(user, booking.resource)


def may_check_in(user: User, booking: Booking) -> bool:
    """Say that it is used: whose it is, its owner, and everybody of the unit it was booked for."""
    if is_theirs(user, booking) or may_administer(user, booking.resource):
        return True
    return booking.unit_id in standing_of(user).member_of
