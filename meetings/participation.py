"""Those who take part, as iCalendar says it: role, reply, who stands for whom."""

from collections.abc import Callable

from icalendar import vCalAddress, vText
from icalendar.parser import Contentline

from eoffice.accounts.models import User
from eoffice.notifications.itip import address_of, attendee_property, takes_replies
from meetings.models import Attendee, Meeting, Role

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
    role = ROLES.get(Role(attendee.role), "REQ-PARTICIPANT")
    found = attendee_property(attendee.person, role=role, partstat=attendee.partstat)
    if attendee.substitute is not None:
        found.params["DELEGATED-TO"] = vText(address_of(attendee.substitute.person))
    absent = getattr(attendee, "stands_for", None)
    if absent is not None:
        found.params["DELEGATED-FROM"] = vText(address_of(absent.person))
    return found


def addressed(meeting: Meeting, text: str) -> Callable[[User], str]:
    """``text``, a calendar object of ``meeting``, for each recipient: with them as its only ATTENDEE (RFC 5546, 3.2.2).

    Who has a seat and does not lead the meeting is asked to reply; who is told for a unit is a NON-PARTICIPANT. One query.
    """
    rows = meeting.attendees.order_by("pk").select_related("person", "substitute__person", "stands_for__person")
    seats = {one.person_id: one for one in rows}
    leaders = (meeting.chair.person_id, meeting.secretary.person_id)

    def of(person: User) -> str:
        seat = seats.get(person.pk)
        found = attendee_property(person, role="NON-PARTICIPANT") if seat is None else property_of(seat)
        asked = takes_replies() and seat is not None and person.pk not in leaders
        found.params["RSVP"] = vText("TRUE" if asked else "FALSE")
        line = Contentline.from_parts("ATTENDEE", found.params, found).to_ical().decode()
        head, mark, tail = text.rpartition("END:VEVENT")
        return f"{head}{line}\r\n{mark}{tail}"

    return of
