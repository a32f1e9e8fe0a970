"""The leaders whose time a weekly schedule shares out: head and deputies of the agency, in protocol order."""

from eoffice.organisation.managers import AppointmentQuerySet
from eoffice.organisation.models import Appointment, Position, Unit

LEADING = (Position.Duty.HEAD, Position.Duty.DEPUTY)


def leaders_of(unit: Unit) -> AppointmentQuerySet:
    """In full office or acting, not by delegation."""
    held = Appointment.objects.current().own().filter(unit=unit, position__duty__in=LEADING)
    return held.select_related("person", "position", "unit").in_protocol_order()
