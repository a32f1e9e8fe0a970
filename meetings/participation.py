"""Those who take part, as iCalendar says it: role, reply, who stands for whom."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from icalendar import vCalAddress, vText
from icalendar.parser import Contentline

from eoffice.accounts.models import User
from eoffice.notifications.itip import address_of, attendee_property, takes_replies
from meetings import calendars, parts, stand_ins
from meetings.models import Attendee, Meeting, Role, Substitution

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


def addressed(meeting: Meeting, method: str, ending: Substitution | None = None) -> Callable[[User], str]:
    """``meeting`` as a calendar object for each recipient: with them as its only ATTENDEE (RFC 5546, 3.2.2).

    Who has a seat and does not lead the meeting is asked to reply; who is told for a unit is a NON-PARTICIPANT. Who stands for
    somebody for a part of it has that time in their calendar; ``ending``: of a substitution that may be over. Two queries.
    """
    rows = meeting.attendees.order_by("pk").select_related("person", "substitute__person", "stands_for__person")
    seats = {one.person_id: one for one in rows}
    leaders = (meeting.chair.person_id, meeting.secretary.person_id)
    coming = {} if ending is None else {ending.appointment.person_id: [ending]}
    for one in parts.planned(meeting):
        if one.pk != (ending and ending.pk):
            coming.setdefault(one.appointment.person_id, []).append(one)

    def of(person: User) -> str:
        seat, own = seats.get(person.pk), [one for one in coming.get(person.pk, []) if one.part]
        text = calendars.calendar_text(meeting, method=method, part=_around(meeting, own))
        found = attendee_property(person, role="NON-PARTICIPANT") if seat is None else property_of(seat)
        if seat is None and own:
            found.params["ROLE"] = vText("REQ-PARTICIPANT")
            found.params["DELEGATED-FROM"] = vText(address_of(own[0].absent.person))
        asked = takes_replies() and seat is not None and person.pk not in leaders
        found.params["RSVP"] = vText("TRUE" if asked else "FALSE")
        line = Contentline.from_parts("ATTENDEE", found.params, found).to_ical().decode()
        head, mark, tail = text.rpartition("END:VEVENT")
        return f"{head}{line}\r\n{mark}{tail}"

    return of


def parts_of(person: User, meetings: list[Meeting]) -> dict[int, calendars.Part]:
    """For which parts of ``meetings`` ``person`` takes part themselves or for somebody, by meeting; not in it: all or none.
    Two queries."""
    by_pk = {meeting.pk: meeting for meeting in meetings}
    standing: dict[int, list[Substitution]] = {}
    away: dict[int, list[Substitution]] = {}
    for one in stand_ins.parts_of(person, by_pk):
        (away if one.absent.person_id == person.pk else standing).setdefault(one.meeting_id, []).append(one)
    found = {}
    seats = Attendee.objects.filter(person=person, meeting__in=by_pk).select_related("stands_for").order_by()
    listed = {seat.meeting_id: seat for seat in seats if not hasattr(seat, "stands_for")}
    for pk, meeting in by_pk.items():
        seat = listed.get(pk)
        part = _around(meeting, standing.get(pk, [])) if seat is None else _own_part(meeting, seat, away.get(pk, []))
        if part is not None:
            found[pk] = part
    return found


def _own_part(meeting: Meeting, seat: Attendee, away: list[Substitution]) -> calendars.Part | None:
    spans = [parts.of(meeting, seat.attends_from, seat.attends_to)]
    for one in away:
        spans = parts.without(spans, parts.of(meeting, one.starts_at, one.ends_at))
    if not spans or (not away and not seat.part):
        return None
    sent = [_("%(person)s dự thay %(part)s") % {"person": one.appointment.person, "part": one.part} for one in away]
    return calendars.Part(spans[0][0], spans[-1][1], ", ".join(([seat.part] if seat.part else []) + sent))


def _around(meeting: Meeting, own: list[Substitution]) -> calendars.Part | None:
    """One time that holds all parts, and the words for them: an event has one UID, and one time."""
    if not own:
        return None
    return calendars.Part(
        min(one.starts_at or meeting.starts_at for one in own),
        max(one.ends_at or meeting.ends_at for one in own),
        ", ".join(_("dự thay %(person)s %(part)s") % {"person": one.absent.person, "part": one.part} for one in own),
    )
