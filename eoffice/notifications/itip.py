"""People in calendar objects (RFC 5545, 3.2): one property for each."""

from email.utils import parseaddr

from icalendar import vCalAddress, vText

from eoffice.accounts.models import User


def address_of(person: User) -> str:
    """The calendar address (RFC 5545, 3.3.3) of ``person``."""
    return f"mailto:{parseaddr(person.email)[1]}"


def attendee_property(person: User, *, role: str = "REQ-PARTICIPANT", partstat: str = "NEEDS-ACTION") -> vCalAddress:
    """ATTENDEE for ``person``; ``role`` and ``partstat`` as in RFC 5545, 3.2.16 and 3.2.12."""
    attendee = vCalAddress(address_of(person))
    attendee.params["CN"] = vText(person.full_name)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText(role)
    attendee.params["PARTSTAT"] = vText(partstat)
    return attendee
