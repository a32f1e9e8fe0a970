"""Whom to call at a site: the room's telephone, its technician, who chairs there, who answers for the unit."""

from collections.abc import Iterable
from dataclasses import dataclass

from eoffice.organisation.models import Appointment
from meetings.models import Connection, Meeting, MeetingSite

RELATED = ("unit", "technician__person", "technician__position", "chair__person", "chair__position", "person")
PEOPLE = 3
"""Nobody needs more numbers than these to find out why a site is not there."""


@dataclass(frozen=True)
class Contact:
    """A person to call. ``title``: their position."""

    name: str
    title: str
    phone: str


@dataclass(frozen=True)
class SiteContacts:
    """A site with its room's telephone and the people to call, most useful first."""

    site: MeetingSite
    people: tuple[Contact, ...]

    @property
    def phone(self) -> str:
        """The room's, else the unit's."""
        return self.site.phone or self.site.unit.phone


def contacts(meeting: Meeting, *, missing: bool = False) -> list[SiteContacts]:
    """All sites in the order of the tree, or only those at which nobody is connected. Two queries."""
    sites = meeting.sites.select_related(*RELATED).order_by("unit__path", "pk")
    if missing:
        here = Connection.objects.filter(meeting=meeting, left_at__isnull=True).order_by().values("site")
        sites = sites.exclude(pk__in=here)
    return _with_people(list(sites))


def contacts_of(site: MeetingSite) -> SiteContacts:
    """Whom to call at one site. Two queries."""
    return _with_people(list(MeetingSite.objects.filter(pk=site.pk).select_related(*RELATED)))[0]


def _with_people(listed: list[MeetingSite]) -> list[SiteContacts]:
    answering: dict[int, list[Appointment]] = {}
    units = {site.unit_id for site in listed if site.person_id is None}
    related = Appointment.objects.current().representing().filter(unit__in=units, person__is_active=True)
    for appointment in related.select_related("person", "position").in_protocol_order():
        answering.setdefault(appointment.unit_id, []).append(appointment)
    return [SiteContacts(site, _people(site, answering.get(site.unit_id, []))) for site in listed]


def _people(site: MeetingSite, answering: Iterable[Appointment]) -> tuple[Contact, ...]:
    if site.person is not None:
        return (Contact(site.person.full_name, "", site.person.phone),)
    first = [appointment for appointment in (site.technician, site.chair) if appointment is not None]
    by_person = {appointment.person_id: appointment for appointment in reversed([*first, *answering])}
    ordered = [by_person.pop(a.person_id) for a in [*first, *answering] if a.person_id in by_person]
    return tuple(Contact(a.person.full_name, a.position.name, a.person.phone) for a in ordered[:PEOPLE])
