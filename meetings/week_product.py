"""Meetings as what becomes of lines of a weekly schedule (``eoffice.calendar.weeks.products``)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.calendar.models import Entry, WeekLine
from eoffice.calendar.weeks import lines, resources
from eoffice.calendar.weeks.products import Made, Product, Said
from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.models import Appointment, Unit
from meetings import invitations, scheduling
from meetings.models import Meeting, MeetingType
from meetings.scheduling import Plan, plan_of

TYPES = {Entry.Kind.FIELD_TRIP: "lam-viec"}
"""Code of the type by the kind of the line; otherwise ``USUAL``."""
USUAL = "chuyen-de"
_PREFIX = re.compile(r"^(đại diện |lãnh đạo |các đồng chí )+", re.IGNORECASE)


def make(by: Appointment, line: WeekLine, said: Said) -> tuple[int, str]:
    """Draft a meeting of ``line`` in the agency's name, with those who asked for the line, who prepares it, and whom its text names
    invited, and with its room; and in words whom the text names that nobody knows. The desk's person is its secretary.
    """
    plan = Plan(
        title=said.title,
        type=_type(line),
        form=Meeting.Form.HYBRID,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        place=said.place,
        organiser=line.schedule.unit,
        chair=said.chair,
        secretary=by,
    )
    with _refused():
        meeting = scheduling.create_meeting(by, plan, key=line.entry.uid)
    if booking := resources.hand_over(by, line, reverse("meeting-detail", args=[meeting.pk])):
        meeting.booking = booking
        meeting.save(update_fields=["booking"])
    named, unknown = _named(line.attendees)
    units = {one.unit_id: one.unit for one in line.requests.select_related("unit")}
    units |= {line.prepared_by.pk: line.prepared_by} if line.prepared_by else {}
    units |= {unit.pk: unit for unit in named}
    units.pop(line.schedule.unit_id, None)
    invitations.add_lines(by, meeting, [*units.values(), *lines.attending(line)])
    left = _("Chưa nhận ra trong danh bạ: %(names)s.") % {"names": "; ".join(unknown)} if unknown else ""
    return meeting.pk, left


def change(by: Appointment, pk: int, said: Said) -> None:
    """Move and rename the meeting as its line says; those invited are told. A room of the catalogue stays while the place does."""
    meeting = Meeting.objects.select_related("booking__resource").get(pk=pk)
    before = plan_of(meeting)
    moved = said.starts_at - before.starts_at
    plan = replace(
        before,
        title=said.title,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        place=said.place,
        room=before.room if said.place == before.place else None,
        chair=said.chair,
        reply_by=before.reply_by + moved if before.reply_by else None,
    )
    with _refused():
        scheduling.edit_meeting(by, meeting, plan, version=meeting.version)


def join(by: Appointment, pk: int, unit: Unit) -> None:
    """Invite ``unit`` as well; where the invitations are out, its goes out at once."""
    with _refused():
        invitations.add_lines(by, Meeting.objects.get(pk=pk), [unit])


def call_off(by: Appointment, pk: int, reason: str) -> None:
    """Put off what was issued, cancel a draft; what is called off already stays so."""
    meeting = Meeting.objects.get(pk=pk)
    with _refused():
        if meeting.state == Meeting.State.DRAFT:
            scheduling.cancel_meeting(by, meeting, reason=reason)
        elif meeting.state not in (Meeting.State.CANCELLED, Meeting.State.POSTPONED):
            scheduling.postpone_meeting(by, meeting, reason=reason)


def describe(viewer: User, pk: int) -> Made | None:
    """Its state, and where it is if ``viewer`` may know of it. Two queries."""
    meeting = Meeting.objects.filter(pk=pk).first()
    if meeting is None:
        return None
    known = Meeting.objects.visible_to(viewer).filter(pk=pk).exists()
    return Made(reverse("meeting-detail", args=[pk]), meeting.state, meeting.get_state_display(), known=known)


PRODUCT = Product(make=make, change=change, join=join, call_off=call_off, describe=describe)


@contextmanager
def _refused() -> Iterator[None]:
    """Who works at the week but not at this meeting is told so beside what they typed."""
    try:
        yield
    except NotAllowed as error:
        raise UserError("meeting-refused", error.message, hint=error.hint) from error


def _type(line: WeekLine) -> MeetingType:
    code = TYPES.get(Entry.Kind(line.entry.kind), USUAL)
    found = MeetingType.objects.filter(code=code).first() or MeetingType.objects.first()
    if found is None:
        raise UserError("no-type", _("Chưa có loại phiên họp nào."), hint=_("Quản trị hệ thống thêm loại phiên họp."))
    return found


def _named(text: str) -> tuple[list[Unit], list[str]]:
    """The units that ``text`` names, by name or short name where only one has it; and the names nobody has. One query."""
    names = {name: _PREFIX.sub("", name) for part in re.split(r"[;,\n]", text) if (name := part.strip(" ."))}
    wanted = list(names.values())
    known: dict[str, set[Unit]] = {}
    units = Unit.objects.valid_on(timezone.localdate()).filter(Q(name__in=wanted) | Q(short_name__in=wanted))
    for unit in units if wanted else ():
        for name in {unit.name, unit.short_name}:
            known.setdefault(name, set()).add(unit)
    found = {name: known.get(bare, set()) for name, bare in names.items()}
    alone = [next(iter(units)) for units in found.values() if len(units) == 1]
    return alone, [name for name, units in found.items() if len(units) != 1]
