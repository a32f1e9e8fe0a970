"""The sites that the lines of an invitation amount to: made, and taken away when nothing calls for them any more."""

from dataclasses import dataclass, field

from eoffice.organisation.models import Appointment, Unit
from meetings import realtime
from meetings.models import Attendee, Connection, Meeting, MeetingSite, Role

Terms = tuple[int | None, int | None]
"""Of a unit: how many people it names, and the id of the lowest position that is wanted."""


@dataclass(frozen=True)
class Invitees:
    """What the lines amount to on the day of the meeting, each unit and person once."""

    units: list[Unit]
    people: list[Appointment]
    roles: dict[str, str] = field(default_factory=dict)
    """``unit:<id>`` or ``person:<id>`` → the role in which it is invited; a line of its own goes before a group's."""
    terms: dict[str, Terms] = field(default_factory=dict)
    """``unit:<id>`` → how many people it names and from which position on; the same line's."""


def lay_out(meeting: Meeting, found: Invitees) -> list[MeetingSite]:
    """Make the sites and attendees that the lines call for, take away those that nothing calls for and nobody is at.

    Returns the new sites.
    """
    with_site = set(meeting.sites.filter(kind=MeetingSite.Kind.BRANCH).values_list("unit", flat=True))
    occupied = Connection.objects.filter(meeting=meeting, left_at__isnull=True).values("site")
    gone = [site.pk for site in uncalled(meeting, found)]
    removed, _rows = meeting.sites.filter(pk__in=gone).exclude(pk__in=occupied).delete()
    if removed:
        realtime.sites_removed(meeting.pk)
    listed = set(meeting.attendees.values_list("person", flat=True))
    newcomers = [a for a in found.people if a.person_id not in listed]
    added = MeetingSite.objects.bulk_create(
        [_branch(meeting, unit, found) for unit in found.units if unit.pk not in with_site]
        + [_desk(meeting, appointment) for appointment in newcomers]
    )
    desks = {site.person_id: site for site in meeting.sites.filter(kind=MeetingSite.Kind.INDIVIDUAL)}
    Attendee.objects.bulk_create(
        Attendee(
            meeting=meeting,
            person=appointment.person,
            appointment=appointment,
            site=desks[appointment.person_id],
            role=found.roles.get(person_key(appointment.person_id), Role.INVITED),
        )
        for appointment in newcomers
    )
    return added


def uncalled(meeting: Meeting, found: Invitees) -> list[MeetingSite]:
    """Sites, but the main one, that no line calls for."""
    units, people = {unit.pk for unit in found.units}, {a.person_id for a in found.people}
    return [
        site
        for site in meeting.sites.exclude(kind=MeetingSite.Kind.MAIN)
        if (site.person_id is None and site.unit_id not in units)
        or (site.person_id is not None and site.person_id not in people)
    ]


def _branch(meeting: Meeting, unit: Unit, found: Invitees) -> MeetingSite:
    seats, lowest = found.terms.get(unit_key(unit.pk), (None, None))
    return MeetingSite(
        meeting=meeting,
        kind=MeetingSite.Kind.BRANCH,
        unit=unit,
        name=unit.short_name,
        phone=unit.phone,
        role=found.roles.get(unit_key(unit.pk), Role.INVITED),
        seats=seats,
        lowest_id=lowest,
    )


def _desk(meeting: Meeting, appointment: Appointment) -> MeetingSite:
    person = appointment.person
    return MeetingSite(
        meeting=meeting,
        kind=MeetingSite.Kind.INDIVIDUAL,
        unit=appointment.unit,
        person=person,
        name=person.full_name[:120],
        phone=person.phone,
    )


def unit_key(unit_id: int) -> str:
    """Of a unit in ``Invitees.roles`` and ``terms``."""
    return f"unit:{unit_id}"


def person_key(person_id: int) -> str:
    """Of a person there."""
    return f"person:{person_id}"
