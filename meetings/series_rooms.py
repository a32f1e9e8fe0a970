"""The room of the catalogue that the meetings of a series have (docs/domain/meetings.md, "Recurring meetings").

It is booked for each meeting by itself. Where somebody else has it the meeting is made without, and those who prepare it are told.
"""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from eoffice.calendar import occupancy, resource_permissions
from eoffice.calendar.models import Resource
from eoffice.calendar.occupancy import Times
from eoffice.errors import UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from meetings import scheduling
from meetings.announcing import when_and_where
from meetings.models import Meeting, MeetingSeries
from meetings.scheduling import Plan

NO_ROOM = "Chưa có phòng"
"""What stands in the place of a meeting whose room somebody else has: data, in the language of invitations."""


def check_lent(by: Appointment, room: Resource | None) -> None:
    """Raise UserError("not-lent") with ``fields`` when ``by`` cannot book ``room`` at all."""
    if room is not None and not resource_permissions.may_book(by.person, room):
        sentence = _("%(name)s không cho bạn đặt.") % {"name": room}
        raise UserError("not-lent", sentence, fields={"room": sentence})


def without(plan: Plan, place: str) -> Plan:
    """``plan`` with no room of the catalogue, at ``place``."""
    return scheduling.checked_plan(replace(plan, room=None, place=place or NO_ROOM))


def fitting(by: Appointment, plan: Plan, place: str, *, besides: int | None = None) -> tuple[Plan, str]:
    """``plan`` as it can be held: with its room, else without, and why; ``besides``: the booking that the meeting has.

    What was true a moment ago: booking asks again.
    """
    checked = scheduling.checked_plan(plan)
    why = _taken(by, checked, besides)
    return (without(plan, place), why) if why else (checked, "")


def create(series: MeetingSeries, plan: Plan, place: str) -> Meeting:
    """The meeting of ``plan``, with its room where that is free; those who prepare it are told where it is not."""
    by = series.created_by
    plan, why = fitting(by, plan, place)
    meeting = scheduling.create_meeting(by, plan)
    if why:
        tell(meeting, series, why)
    return meeting


def tell(meeting: Meeting, series: MeetingSeries, why: str) -> None:
    """``meeting`` has no room: to the secretary, and to who began the series."""
    notify.send(
        [meeting.secretary.person, series.created_by.person],
        kind="series.no_room",
        title=lambda: _("Kỳ họp chưa có phòng: %(title)s") % {"title": meeting.title},
        body=lambda: f"{when_and_where(meeting)}\n{why}",
        url=reverse("meeting-edit", args=[meeting.pk]),
        mail=True,
    )


def _taken(by: Appointment, plan: Plan, besides: int | None) -> str:
    if plan.room is None:
        return ""
    if not resource_permissions.may_book(by.person, plan.room):
        return _("%(name)s hiện không cho đặt.") % {"name": plan.room}
    found = occupancy.obstacles(plan.room, Times(plan.starts_at, plan.ends_at), besides=besides)
    owner = resource_permissions.may_administer(by.person, plan.room)
    told = [one.sentence for one in found if not (owner and one.code == "closed")]
    return " ".join([_("%(name)s không trống.") % {"name": plan.room}, *told]) if told else ""
