"""Who sits where: the people of a site, and what the site's unit says about it."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit.log import record
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment
from meetings import invitations
from meetings.models import Attendee, Connection, MeetingSite, Role
from meetings.protocol.seats import SeatState
from meetings.realtime import roster_changed
from meetings.scheduling import locked

SHOWN_CANDIDATES = 200


@dataclass(frozen=True, kw_only=True)
class SiteDescription:
    """What an invited unit says of its site."""

    room: str = ""
    phone: str = ""
    chair: Appointment | None = None
    technician: Appointment | None = None


def shown(site: MeetingSite) -> dict[str, Any]:
    """What the form of ``site`` begins with."""
    names = ("room", "phone", "version")
    return {**{name: getattr(site, name) for name in names}, "chair": site.chair_id, "technician": site.technician_id}


def candidates(site: MeetingSite) -> "QuerySet[Appointment]":
    """Who may lead at ``site`` or look after its machine: people of its unit and the units below it."""
    day = timezone.localdate(site.meeting.starts_at)
    below = Appointment.objects.current(day).own().filter(unit__path__startswith=site.unit.path, person__is_active=True)
    return below.select_related("person", "position", "unit").in_protocol_order()


@transaction.atomic
def describe(by: Appointment, site: MeetingSite, description: SiteDescription, *, version: int) -> MeetingSite:
    """Say where a site sits, who leads there, who looks after its machine and how to call it.

    Whoever is named and not on the list yet attends there from now on, a technician as technician.
    The same again is harmless. Raises NotAllowed, UserError("not-of-unit"), Conflict("attends-elsewhere"),
    Conflict("site-changed") when somebody else changed it since ``version``: nothing is written then.
    """
    meeting = locked(site.meeting)
    site = MeetingSite.objects.select_for_update(of=("self",)).select_related("unit").get(pk=site.pk)
    site.meeting = meeting
    invitations.check_may_nominate(by, site)
    before = SiteDescription(room=site.room, phone=site.phone, chair=site.chair, technician=site.technician)
    description = _checked(description)
    if description == before:
        return site
    if version != site.version:
        raise Conflict(
            "site-changed",
            _("Có người khác vừa sửa thông tin điểm cầu. Nội dung của bạn chưa được lưu."),
            hint=_("Mở lại trang để xem bản mới rồi sửa tiếp."),
        )
    _attends(by, site, description.technician, Role.TECHNICIAN)
    _attends(by, site, description.chair, site.role)
    site.room, site.phone = description.room, description.phone
    site.chair, site.technician = description.chair, description.technician
    site.version += 1
    site.save(update_fields=["room", "phone", "chair", "technician", "version"])
    record("meeting.site_described", by=by, target=meeting, site=site.name)
    roster_changed(meeting.pk, [site.pk])
    return site


def _checked(description: SiteDescription) -> SiteDescription:
    room, phone = normalised(description.room), normalised(description.phone)
    if len(room) > 120 or len(phone) > 30:
        raise UserError("too-long", _("Nội dung quá dài."))
    return SiteDescription(room=room, phone=phone, chair=description.chair, technician=description.technician)


def _attends(by: Appointment, site: MeetingSite, appointment: Appointment | None, role: str) -> None:
    """Put ``appointment`` on the list of the site, as ``role``; who is on it keeps the role they have."""
    if appointment is None or site.attendees.filter(person=appointment.person).exists():
        return
    invitations.nominate(by, site, appointment, role=role)


def people_at(site: MeetingSite) -> list[SeatState]:
    """Those listed at ``site`` and those connected there, in protocol order. Two queries."""
    here = list(Connection.objects.filter(site=site, left_at__isnull=True).select_related("person"))
    inside = {tab.person_id for tab in here}
    related = ("person", "appointment__position", "appointment__unit")
    listed = site.attendees.select_related(*related, "substitute__person", "stands_for__person").order_by(
        "appointment__position__rank", "person__search_name"
    )
    seats = [_seat(attendee, inside=attendee.person_id in inside) for attendee in listed]
    known = {seat.person for seat in seats}
    others = {tab.person_id: tab.person for tab in here if tab.person_id not in known}
    return seats + [
        SeatState(person=pk, name=person.full_name, title="", role=site.role, inside=True)
        for pk, person in others.items()
    ]


def _seat(attendee: Attendee, *, inside: bool) -> SeatState:
    return SeatState(
        person=attendee.person_id,
        name=attendee.person.full_name,
        title=attendee.appointment.title,
        role=attendee.role,
        inside=inside,
        note=attendee.note,
        stands_in=hasattr(attendee, "stands_for"),
    )
