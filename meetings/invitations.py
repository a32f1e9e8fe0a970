"""Whom a meeting invites: lines, what they amount to, issuing them, naming who attends.

A unit is invited as a site (điểm cầu); it then names its people (phân công tham dự). A person invited by
name takes part alone. Everything here is a fixed number of queries for any number of sites.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment, Position, Unit, UnitGroup
from meetings import (
    allotting,
    announcing,
    lettering,
    permissions,
    realtime,
    replying,
    substitutes,
    tabling,
    week_lines,
)
from meetings.models import Attendee, InvitationLine, Meeting, MeetingSite, Nomination, Role
from meetings.scheduling import locked, refusal
from meetings.site_plan import Invitees, Terms, lay_out, person_key, uncalled, unit_key

Invitee = Unit | UnitGroup | Appointment


@dataclass(frozen=True)
class Preview:
    """What issuing would do: shown before it is done."""

    main: Unit
    units: list[Unit]
    people: list[Appointment]
    told: int
    """How many people get the invitation."""
    unanswered: list[Unit] = field(default_factory=list)
    """Invited units in whose name nobody with an account answers."""
    busy: list[Unit] = field(default_factory=list)
    """Invited units that another issued meeting has at that time."""
    presenters: list[Unit] = field(default_factory=list)
    """Units that present an item but are not invited."""

    @property
    def sites(self) -> int:
        """How many sites there would be."""
        return 1 + len(self.units) + len(self.people)


def add_line(by: Appointment, meeting: Meeting, invitee: Invitee) -> InvitationLine:
    """Invite a unit, a group or a person; as ``add_lines``."""
    return add_lines(by, meeting, [invitee])[0]


@transaction.atomic
def add_lines(
    by: Appointment,
    meeting: Meeting,
    invitees: Sequence[Invitee],
    *,
    role: str = Role.INVITED,
    seats: int | None = None,
    lowest: Position | None = None,
) -> list[InvitationLine]:
    """Invite units, groups and people, who take part as ``role``; each unit names ``seats`` people, from the position
    ``lowest`` on. Adding a line twice is harmless.

    In an issued meeting the invitations go out at once. Raises NotAllowed.
    """
    meeting = locked(meeting)
    if not permissions.may_invite(by.person, meeting):
        raise refusal(meeting, "invite")
    count = meeting.invitation_lines.count()
    lines, added = [], []
    for place, invitee in enumerate(invitees, start=count + 1):
        kind = _line_kind(invitee)
        said: dict[str, Any] = {"kind": kind, "order": place, "role": role}
        if kind != InvitationLine.Kind.PERSON:
            said |= {"seats": seats, "lowest": lowest}
        line, created = InvitationLine.objects.get_or_create(meeting=meeting, **_line_key(invitee), defaults=said)
        lines.append(line)
        added += [str(invitee)] if created else []
    if added:
        log.record("meeting.lines_added", by=by, target=meeting, lines=added)
        if meeting.state in permissions.WITH_ROOM:
            _bring_up_to_date(by, meeting)
    return lines


@transaction.atomic
def remove_line(by: Appointment, line: InvitationLine) -> None:
    """Take a line out. In an issued meeting those no longer invited are told.

    Raises NotAllowed, Conflict("site-in-room").
    """
    meeting = locked(line.meeting)
    if not permissions.may_edit(by.person, meeting):
        raise refusal(meeting, "uninvite")
    label = str(line)
    deleted, _rows = InvitationLine.objects.filter(pk=line.pk).delete()
    if deleted:
        log.record("meeting.line_removed", by=by, target=meeting, line=label)
        _check_nobody_is_there(meeting)
        if meeting.state == Meeting.State.INVITED:
            _bring_up_to_date(by, meeting)


def invitees(meeting: Meeting, *, only: InvitationLine | None = None) -> Invitees:
    """The lines of ``meeting`` (or ``only`` one) expanded: groups to the units they hold on its day, doubles merged."""
    lines = meeting.invitation_lines.select_related(
        "unit", "group__below", "appointment__person", "appointment__unit", "appointment__position"
    )
    if only is not None:
        lines = lines.filter(pk=only.pk)
    day = timezone.localdate(meeting.starts_at)
    units: dict[int, Unit] = {}
    people: dict[int, Appointment] = {}
    roles: dict[str, str] = {}
    terms: dict[str, Terms] = {}
    for line in lines:
        if line.appointment:
            people.setdefault(line.appointment.person_id, line.appointment)
            roles[person_key(line.appointment.person_id)] = line.role
        elif line.unit:
            units[line.unit.pk] = line.unit
            roles[unit_key(line.unit.pk)] = line.role
            terms[unit_key(line.unit.pk)] = (line.seats, line.lowest_id)
        elif line.group:
            for unit in units_of(line.group, day):
                units[unit.pk] = unit
                roles.setdefault(unit_key(unit.pk), line.role)
                terms.setdefault(unit_key(unit.pk), (line.seats, line.lowest_id))
    units.pop(meeting.organiser_id, None)  # it has the main site
    for leader in (meeting.chair, meeting.secretary):  # who sit there
        people.pop(leader.person_id, None)
    in_order = sorted(units.values(), key=lambda unit: unit.path)
    by_rank = sorted(people.values(), key=lambda a: (a.position.rank, a.person.search_name))
    return Invitees(in_order, by_rank, roles, terms)


def preview(meeting: Meeting) -> Preview:
    """What issuing ``meeting`` now would make and whom it would tell."""
    found = invitees(meeting)
    units = {unit.pk for unit in found.units}
    answering = Appointment.objects.current().representing().filter(person__is_active=True)
    answered = set(answering.filter(unit__in=units).values_list("unit", flat=True))
    others = Meeting.objects.filter(state__in=permissions.WITH_ROOM).exclude(pk=meeting.pk)
    overlapping = others.between(meeting.starts_at, meeting.ends_at)
    busy = set(MeetingSite.objects.filter(meeting__in=overlapping, unit__in=units).values_list("unit", flat=True))
    by_name = [a.person_id for a in (*found.people, meeting.chair, meeting.secretary)]
    told = User.objects.filter(
        Q(pk__in=by_name) | Q(pk__in=answering.filter(unit__in=[*units, meeting.organiser_id]).values("person"))
    )
    present = {*units, meeting.organiser_id}
    presenting = Unit.objects.filter(pk__in=meeting.items.filter(confidential=False).values("presenter")).exclude(
        pk__in=present
    )
    return Preview(
        main=meeting.organiser,
        units=found.units,
        people=found.people,
        told=told.filter(is_active=True).count(),
        unanswered=[unit for unit in found.units if unit.pk not in answered],
        busy=[unit for unit in found.units if unit.pk in busy],
        presenters=list(presenting),
    )


@transaction.atomic
def issue(by: Appointment, meeting: Meeting) -> Meeting:
    """Send the invitations: make the sites, publish the papers to them, tell everybody.

    Of a postponed meeting: send them again, under a higher sequence. Issuing an issued meeting is harmless.
    Raises NotAllowed, Conflict("nobody-invited", "meeting-past"), UserError("document-incomplete").
    """
    week_lines.hold(meeting)
    meeting = locked(meeting)
    if meeting.state == Meeting.State.INVITED and permissions.may_prepare(by.person, meeting):
        return meeting
    if not permissions.may_issue(by.person, meeting):
        raise refusal(meeting, "issue")
    _check_issuable(meeting)
    if meeting.state == Meeting.State.POSTPONED:
        meeting.sequence += 1
    meeting.state, meeting.state_reason = Meeting.State.INVITED, ""
    if meeting.issued_at is not None:
        substitutes.end_parts(by, meeting)
        replying.ask_again(meeting)
    meeting.issued_at = timezone.now()
    meeting.version += 1
    number = lettering.take_number(by, meeting)
    meeting.save()
    lay_out(meeting, invitees(meeting))
    lettering.send(by, meeting, number)
    tabling.share(meeting)
    told = announcing.invited(meeting)
    log.record("meeting.issued", by=by, target=meeting, sites=meeting.sites.count(), told=told)
    week_lines.follow(by, meeting)
    return meeting


@transaction.atomic
def nominate(
    by: Appointment, site: MeetingSite, appointment: Appointment, *, reason: str = "", role: str = ""
) -> Nomination:
    """Name a person of the invited unit, or of one below it, to attend at its site, as the site's people do or as ``role``.
    Twice is harmless.

    The person is told by mail. Raises NotAllowed, UserError("not-of-unit"), UserError("below-rank") with ``fields`` for
    somebody below the position that is wanted without a ``reason``, Conflict("attends-elsewhere", "seats-full").
    """
    site.meeting = meeting = locked(site.meeting)
    check_may_nominate(by, site)
    _check_of_unit(site, appointment, timezone.localdate(meeting.starts_at))
    named = Nomination.objects.filter(site=site, appointment=appointment).first()
    if named is not None:
        return named
    elsewhere = meeting.attendees.filter(person=appointment.person).select_related("site").first()
    if elsewhere is not None:
        raise Conflict(
            "attends-elsewhere",
            _("%(person)s đã có trong danh sách dự họp tại %(site)s.")
            % {"person": appointment.person, "site": elsewhere.site},
        )
    role = role or site.role
    reason = allotting.checked(site, appointment, reason) if role != Role.TECHNICIAN else ""
    nomination = Nomination.objects.create(site=site, appointment=appointment, by=by, reason=reason)
    Attendee.objects.create(meeting=meeting, person=appointment.person, appointment=appointment, site=site, role=role)
    tabling.share(meeting)
    announcing.invited_also(meeting, [appointment.person])
    log.record("meeting.nominated", by=by, target=meeting, site=site.name, person=str(appointment))
    return nomination


@transaction.atomic
def withdraw_nomination(by: Appointment, nomination: Nomination) -> None:
    """Take a named person off the site's list and tell them. Raises NotAllowed."""
    site, appointment = nomination.site, nomination.appointment
    site.meeting = meeting = locked(site.meeting)
    if not permissions.may_nominate(by.person, site):
        raise refusal(meeting, "nominate")
    deleted, _rows = Nomination.objects.filter(pk=nomination.pk).delete()
    if not deleted:
        return
    for attendee in meeting.attendees.filter(person=appointment.person, site=site):
        substitutes.end(by, attendee)
        attendee.delete()
    tabling.share(meeting)
    announcing.no_longer_invited(meeting, [appointment.person])
    log.record("meeting.nomination_withdrawn", by=by, target=meeting, site=site.name, person=str(appointment))


def check_may_nominate(by: Appointment, site: MeetingSite) -> None:
    """Raise NotAllowed unless ``by`` may name people for ``site`` now."""
    if not permissions.may_nominate(by.person, site):
        raise NotAllowed(
            "may-not-nominate",
            _("Chỉ lãnh đạo hoặc văn thư của đơn vị được mời mới phân công người dự họp."),
        )


def _line_kind(invitee: Invitee) -> InvitationLine.Kind:
    kinds = {Unit: InvitationLine.Kind.UNIT, UnitGroup: InvitationLine.Kind.GROUP}
    return kinds.get(type(invitee), InvitationLine.Kind.PERSON)


def _line_key(target: Invitee) -> dict[str, Invitee | None]:
    return {
        "unit": target if isinstance(target, Unit) else None,
        "group": target if isinstance(target, UnitGroup) else None,
        "appointment": target if isinstance(target, Appointment) else None,
    }


def _check_issuable(meeting: Meeting) -> None:
    found = invitees(meeting)
    if not found.units and not found.people:
        raise Conflict(
            "nobody-invited",
            _("Cuộc họp chưa mời ai."),
            hint=_("Thêm cá nhân, đơn vị hoặc nhóm đơn vị vào thành phần mời."),
        )
    if meeting.ends_at <= timezone.now():
        raise Conflict(
            "meeting-past",
            _("Thời gian họp đã qua."),
            hint=_("Sửa lại thời gian rồi gửi giấy mời."),
        )


def _bring_up_to_date(by: Appointment, meeting: Meeting) -> None:
    """After a change to an issued meeting: sites, also in the open room, papers, and word to who came or went."""
    before = {person.pk: person for person in announcing.audience(meeting)}
    if lay_out(meeting, invitees(meeting)):
        realtime.sites_added(meeting.pk)
    lettering.follow_invitees(by, meeting)
    tabling.share(meeting)
    after = {person.pk: person for person in announcing.audience(meeting)}
    announcing.invited_also(meeting, [person for pk, person in after.items() if pk not in before])
    announcing.no_longer_invited(meeting, [person for pk, person in before.items() if pk not in after])


def _check_nobody_is_there(meeting: Meeting) -> None:
    """Raise Conflict when somebody sits in the open room at a site that no line calls for any more."""
    gone = [site.pk for site in uncalled(meeting, invitees(meeting))]
    present = meeting.sites.filter(pk__in=gone, connections__left_at__isnull=True, connections__isnull=False)
    if site := present.first():
        raise Conflict(
            "site-in-room",
            _("%(site)s đang ở trong phòng họp nên chưa rút được giấy mời.") % {"site": site},
            hint=_("Đợi điểm cầu này rời phòng họp rồi thực hiện lại."),
        )


def _check_of_unit(site: MeetingSite, appointment: Appointment, day: dt.date) -> None:
    belongs = appointment.unit.path.startswith(site.unit.path)
    if not belongs or not Appointment.objects.current(day).filter(pk=appointment.pk).exists():
        raise UserError(
            "not-of-unit",
            _("%(person)s không thuộc đơn vị được mời vào ngày họp.") % {"person": appointment.person},
            hint=_("Chọn người của đơn vị bạn."),
        )
