"""Who takes part as what: roles of lines, sites and people, and who presides (docs/domain/meetings.md).

Roles may be changed at any time until the meeting has ended; in the open room they count at once.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment
from meetings import conduct, confidential, hosting, permissions, roles, stand_ins
from meetings.models import Attendee, Connection, InvitationLine, Meeting, MeetingSite, Role
from meetings.protocol.events import ChairChanged, MediaTaken
from meetings.protocol.parts import Presiding
from meetings.realtime import attendance_counted, broadcast, roster_changed, seats_changed, tell_connection
from meetings.roles import Right
from meetings.scheduling import locked, refusal

FINISHED = (Meeting.State.ENDED, Meeting.State.CONCLUDED, Meeting.State.CANCELLED)


@transaction.atomic
def set_role(by: Appointment | None, meeting: Meeting, *, person_id: int, role: str) -> Attendee:
    """Give an attendee another role; the same role again is harmless.

    Raises NotAllowed("may-not-cast"), NotFound("no-such-attendee"), UserError("no-such-role"),
    Conflict("leader-named") for the chair and the secretary named with the meeting, Conflict("stands-in") for a substitute,
    who follows whom they stand for.
    """
    meeting = locked(meeting)
    by = _check_may_cast(by, meeting)
    check_assignable(role)
    attendee = listed(meeting, person_id)
    if attendee.person_id in (meeting.chair.person_id, meeting.secretary.person_id):
        raise Conflict(
            "leader-named",
            _("Chủ trì và thư ký được ghi trong thông tin cuộc họp."),
            hint=_("Sửa thông tin cuộc họp để đổi người, hoặc giao quyền điều hành trong phòng họp."),
        )
    stand_ins.check_is_themselves(attendee)
    if attendee.role == role:
        return attendee
    before, attendee.role = attendee.get_role_display(), role
    attendee.save(update_fields=["role"])
    record(
        "meeting.role_set",
        by=by,
        target=meeting,
        person=str(attendee),
        role=str(attendee.get_role_display()),
        before=str(before),
    )
    take_effect(meeting, [attendee.person_id, *stand_ins.follow_roles(meeting)])
    return attendee


@transaction.atomic
def set_site_role(by: Appointment | None, site: MeetingSite, role: str) -> MeetingSite:
    """Give a site's people another role: those listed there, those named later, and who answers for its unit.

    Raises NotAllowed("may-not-cast"), UserError("no-such-role").
    """
    meeting = locked(site.meeting)
    by = _check_may_cast(by, meeting)
    check_assignable(role)
    leaders = [meeting.chair.person_id, meeting.secretary.person_id]
    concerned = meeting.attendees.filter(site=site, stands_for__isnull=True)
    concerned = concerned.exclude(person__in=leaders).exclude(role=Role.TECHNICIAN)
    concerned.update(role=role)
    MeetingSite.objects.filter(pk=site.pk).update(role=role)
    site.role = role
    record("meeting.site_role_set", by=by, target=meeting, site=site.name, role=str(site.get_role_display()))
    stand_ins.follow_roles(meeting)
    here = Connection.objects.filter(site=site, left_at__isnull=True).values_list("person", flat=True)
    take_effect(meeting, list(here))
    return site


@transaction.atomic
def set_line_role(by: Appointment, line: InvitationLine, role: str) -> InvitationLine:
    """Change the role that a line of the invitation gives; sites and people it made already get it, too.

    Raises NotAllowed, UserError("no-such-role").
    """
    meeting = locked(line.meeting)
    by = _check_may_cast(by, meeting)
    check_assignable(role)
    if line.role == role:
        return line
    line.role = role
    line.save(update_fields=["role"])
    record("meeting.line_role_set", by=by, target=meeting, line=str(line), role=str(line.get_role_display()))
    for site in sites_of_line(meeting, line):
        set_site_role(by, site, role)
    return line


def sites_of_line(meeting: Meeting, line: InvitationLine) -> list[MeetingSite]:
    """The sites that ``line`` has made."""
    from meetings import invitations

    found = invitations.invitees(meeting, only=line)
    units, people = [unit.pk for unit in found.units], [a.person_id for a in found.people]
    sites = meeting.sites.exclude(kind=MeetingSite.Kind.MAIN).select_related("meeting")
    return [site for site in sites if (site.person_id or 0) in people or (not site.person_id and site.unit_id in units)]


@transaction.atomic
def hand_chair(by: Appointment | None, meeting: Meeting, *, person_id: int) -> None:
    """Hand floor control to an attendee, at once. Handing it to who has it is harmless.

    Raises NotAllowed("not-presiding") for anybody but who presides and the meeting's chair;
    NotFound("no-such-attendee"), Conflict("cannot-preside", "has-substitute", "presiding-not-chosen").
    """
    live = conduct.lock(meeting.pk)
    chair = meeting.chair.person_id
    if by is None or by.person_id not in (conduct.presiding_person(live), chair):
        raise NotAllowed("not-presiding", _("Chỉ người đang điều hành giao được quyền điều hành."))
    attendee = listed(meeting, person_id)
    stand_ins.check_takes_part(attendee)
    if attendee.role not in roles.MAY_PRESIDE:
        raise Conflict(
            "cannot-preside",
            _("%(person)s dự họp với vai trò %(role)s nên không điều hành được.")
            % {"person": attendee, "role": attendee.get_role_display()},
            hint=_("Đổi vai trò của người này trước."),
        )
    if confidential.is_hidden(attendee.person, live.item):
        raise Conflict(
            "presiding-not-chosen",
            _("%(person)s không được chọn dự mục kín đang bàn nên không điều hành được.") % {"person": attendee},
            hint=_("Chuyển sang mục khác trước."),
        )
    _preside(by, meeting, attendee)


@transaction.atomic
def take_chair(by: Appointment | None, meeting: Meeting) -> None:
    """Take floor control. The meeting's chair may at any time; a co-chair or a secretary when whoever presides
    is not in the room.

    Raises NotAllowed("may-not-preside"), Conflict("chair-present").
    """
    live = conduct.lock(meeting.pk)
    attendee = meeting.attendees.filter(person=by.person).select_related("person").first() if by else None
    if by is None or attendee is None or attendee.role not in roles.MAY_TAKE_OVER:
        raise NotAllowed("may-not-preside", _("Chỉ chủ trì, đồng chủ trì hoặc thư ký nhận được quyền điều hành."))
    presiding = conduct.presiding_person(live)
    here = Connection.objects.filter(meeting=meeting, person=presiding, left_at__isnull=True).exists()
    if here and by.person_id not in (presiding, meeting.chair.person_id):
        raise Conflict(
            "chair-present",
            _("Người điều hành vẫn đang trong phòng họp."),
            hint=_("Đề nghị người đang điều hành giao quyền."),
        )
    _preside(by, meeting, attendee)


def give_back_chair(by: Appointment, meeting: Meeting, attendee: Attendee) -> None:
    """If ``attendee`` presides, the meeting's chair does again."""
    chair = meeting.attendees.filter(person=meeting.chair.person_id).select_related("person").first()
    if chair is not None and conduct.lock(meeting.pk).presiding_id == attendee.pk:
        _preside(by, meeting, chair)


def _preside(by: Appointment, meeting: Meeting, attendee: Attendee) -> None:
    live = conduct.lock(meeting.pk)
    if conduct.presiding_person(live) == attendee.person_id:
        return
    live.presiding = attendee if attendee.person_id != meeting.chair.person_id else None
    live.save(update_fields=["presiding"])
    record("meeting.chair_handed", by=by, target=meeting, person=str(attendee))
    conduct.close_microphones_without_right(live)
    changed = ChairChanged(
        presiding=Presiding(person=attendee.person_id, name=attendee.person.full_name), by=by.person.full_name
    )
    broadcast(meeting.pk, changed, conduct=conduct.facts(live))
    hosting.direct_on_commit(meeting.pk)


def check_assignable(role: str) -> None:
    """Raise UserError("no-such-role") for anything but a role that is given one by one."""
    if role not in roles.ASSIGNABLE:
        raise UserError("no-such-role", _("Chọn một vai trò trong danh sách."))


def may_cast(user: User, meeting: Meeting) -> bool:
    """Change roles: who prepares the meeting, and in the open room who keeps its door."""
    if meeting.state in FINISHED:
        return False
    in_room = meeting.state in permissions.WITH_ROOM and permissions.may_admit(user, meeting)
    return in_room or permissions.may_prepare(user, meeting)


def _check_may_cast(by: Appointment | None, meeting: Meeting) -> Appointment:
    if by is None:
        raise NotAllowed("may-not-cast", _("Chỉ chủ trì hoặc thư ký cuộc họp đổi được vai trò."))
    if meeting.state in FINISHED:
        raise refusal(meeting, "cast")
    if not may_cast(by.person, meeting):
        raise NotAllowed("may-not-cast", _("Chỉ chủ trì hoặc thư ký cuộc họp đổi được vai trò."))
    return by


def listed(meeting: Meeting, person_id: int) -> Attendee:
    """The person as listed; who answers for an invited unit is listed now. Raises NotFound("no-such-attendee")."""
    related = ("person", "substitute__person", "stands_for__person")
    found = meeting.attendees.filter(person=person_id).select_related(*related).first()
    if found is not None:
        return found
    person = User.objects.filter(pk=person_id, is_active=True).first()
    for site in permissions.sites_of(person, meeting) if person else []:
        if person and (appointment := Appointment.objects.held_by(person).filter(unit=site.unit).first()):
            attendance_counted(meeting.pk)
            roster_changed(meeting.pk, [site.pk])
            return Attendee.objects.create(
                meeting=meeting, person=person, appointment=appointment, site=site, role=site.role
            )
    raise NotFound("no-such-attendee", _("Người này không có trong danh sách dự họp."))


def take_effect(meeting: Meeting, people: list[int]) -> None:
    """After a change of roles or places, in the open room: take from who may send nothing any more what they send, then tell them their rights, and
    everybody how many have a vote."""
    tabs = Connection.objects.filter(meeting=meeting, person__in=people, left_at__isnull=True, carries_media=True)
    mute = [
        tab
        for tab in tabs.select_related("person", "site")
        if not roles.grants(permissions.role_of(tab.person, meeting.pk, tab.site), Right.UPLINK)
    ]
    if mute:
        still = {"carries_media": False, "microphone_on": False, "camera_on": False}
        Connection.objects.filter(pk__in=[tab.pk for tab in mute]).update(**still)
        for tab in mute:
            tell_connection(meeting.pk, str(tab.key), MediaTaken(mine=False, by=""))
        roster_changed(meeting.pk, [tab.site_id for tab in mute])
        for room in {tab.consultation_id for tab in mute} - {None}:
            hosting.direct_on_commit(meeting.pk, room)
    if meeting.state in permissions.WITH_ROOM:
        conduct.close_microphones_without_right(conduct.lock(meeting.pk))
        hosting.direct_on_commit(meeting.pk)
    seats_changed(meeting.pk, people)
    attendance_counted(meeting.pk)
