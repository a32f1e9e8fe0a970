"""Those who take part, as iCalendar says it: role, reply, who stands for whom."""

from icalendar import vCalAddress, vText

from eoffice.notifications.itip import address_of, attendee_property
from meetings.models import Attendee, Role

ROLES = {
    Role.CHAIR: "CHAIR",
    Role.OBSERVER: "OPT-PARTICIPANT",
    Role.TECHNICIAN: "NON-PARTICIPANT",
    Role.OPERATOR: "NON-PARTICIPANT",
}


def property_of(attendee: Attendee) -> vCalAddress:
    """ATTENDEE for ``attendee``: a substitute and the absent person name each other (RFC 5546, 3.2.2.3).

    Reads their person, ``substitute__person`` and ``stands_for__person``.
    """
    found = attendee_property(
        attendee.person, role=ROLES.get(Role(attendee.role), "REQ-PARTICIPANT"), partstat=partstat(attendee)
    )
    if attendee.substitute is not None:
        found.params["DELEGATED-TO"] = vText(address_of(attendee.substitute.person))
    absent = getattr(attendee, "stands_for", None)
    if absent is not None:
        found.params["DELEGATED-FROM"] = vText(address_of(absent.person))
    return found


def partstat(attendee: Attendee) -> str:
    """What they replied (RFC 5545, 3.2.12)."""
    return "DELEGATED" if attendee.substitute is not None else "NEEDS-ACTION"
