"""Sending a substitute (cử người dự thay): one act moves an attendee's place, papers, speech and, where the type of meeting
allows it, their vote; taking it back ends all of it (docs/domain/meetings.md, "Substitutes").
"""

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.announcing import readers_changed
from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from meetings import (
    attendance,
    casting,
    entitled,
    permissions,
    replies,
    stand_ins,
    substitute_notices,
    tabling,
    voter_list,
)
from meetings.models import Attendee, CheckIn, Connection, LiveState, Meeting, MeetingSite, Substitution, TabledPaper
from meetings.realtime import attendance_counted, door_changed, roster_changed, sites_removed
from meetings.scheduling import locked

REASON_LIMIT = 500
SHOWN_CANDIDATES = 200


def may_send(user: User, attendee: Attendee) -> bool:
    """Send a substitute for ``attendee``: they themselves, or who answers for their unit, until the meeting has ended."""
    if attendee.meeting.state not in permissions.WITH_ROOM:
        return False
    units = {attendee.appointment.unit_id, attendee.site.unit_id}
    return user.pk == attendee.person_id or bool(units & standing_of(user).represents)


def may_take_back(user: User, attendee: Attendee) -> bool:
    """Take it back: the same people, the chair, the secretaries and who presides."""
    if attendee.meeting.state not in permissions.WITH_ROOM:
        return False
    return may_send(user, attendee) or permissions.may_admit(user, attendee.meeting)


def of_reader(user: User, meeting: Meeting) -> list[Attendee]:
    """Those of ``meeting`` for whom ``user`` may send somebody, and those whose substitute they may take back; ``sent``: who
    stands for them."""
    if meeting.state not in permissions.WITH_ROOM:
        return []
    represented = standing_of(user).represents
    mine = Q(person=user) | Q(appointment__unit__in=represented) | Q(site__unit__in=represented)
    open_to = mine & Q(role__in=stand_ins.MOVING, stands_for__isnull=True)
    if permissions.may_admit(user, meeting):
        mine = Q()
    rows = meeting.attendees.filter(open_to | (mine & Q(substitute__isnull=False)))
    related = ("appointment__person", "appointment__position", "appointment__unit", "by__person")
    sent = Substitution.objects.filter(ended_at__isnull=True).select_related(*related)
    rows = rows.select_related("person", "appointment__position", "appointment__unit")
    rows = rows.prefetch_related(Prefetch("substitutions", sent, to_attr="sent"))
    return list(rows.order_by("appointment__position__rank", "person__search_name"))


def people_of(attendee: Attendee) -> "QuerySet[Appointment]":
    """The other people of the unit of ``attendee``, and of the units below it, on the day of the meeting."""
    day = timezone.localdate(attendee.meeting.starts_at)
    path = attendee.appointment.unit.path
    below = Appointment.objects.current(day).own().filter(unit__path__startswith=path, person__is_active=True)
    return below.exclude(person=attendee.person_id).select_related("person", "position", "unit").in_protocol_order()


def candidates(attendee: Attendee) -> "QuerySet[Appointment]":
    """Those of ``people_of`` who may stand for them: who have no seat of their own."""
    seated = attendee.meeting.attendees.exclude(
        site=attendee.site_id, role__in=stand_ins.WITHOUT_SEAT, stands_for__isnull=True, substitute__isnull=True
    )
    return people_of(attendee).exclude(person__in=seated.order_by().values("person"))


@transaction.atomic
def send(by: Appointment, attendee: Attendee, appointment: Appointment, *, reason: str) -> Substitution:
    """Have ``appointment`` take part in the place of ``attendee`` from now on. Sending the same again is harmless.

    Raises NotAllowed("may-not-substitute"), UserError("bad-substitution") with ``fields``, Conflict: "has-substitute",
    "stands-in" (one hop only), "runs-meeting", "checked-in", "has-seat".
    """
    meeting = locked(attendee.meeting)
    attendee = _locked(attendee, meeting)
    if not may_send(by.person, attendee):
        raise not_allowed()
    known = attendee.substitutions.filter(ended_at__isnull=True).first()
    if known is not None and known.appointment_id == appointment.pk:
        return known
    _check_absent(attendee)
    reason = _checked(attendee, appointment, reason)
    made = Substitution(meeting=meeting, absent=attendee, appointment=appointment, reason=reason, by=by)
    _seat(made, attendee, meeting)
    made.save()
    _leave_room(meeting, attendee.person, _("Quý vị đã cử %(person)s dự thay.") % {"person": appointment.person})
    _moved(meeting, attendee, appointment.person)
    log.record("meeting.substitute_sent", by=by, target=meeting, **_names(made))
    substitute_notices.sent(made)
    return made


@transaction.atomic
def take_back(by: Appointment, substitution: Substitution) -> None:
    """The absent person takes part again, the substitute no longer. Taking back twice is harmless.

    Raises NotAllowed("may-not-substitute").
    """
    meeting = locked(substitution.meeting)
    attendee = _locked(substitution.absent, meeting)
    if not may_take_back(by.person, attendee):
        raise NotAllowed(
            "may-not-substitute", _("Chỉ người vắng, đơn vị của họ, chủ trì hoặc thư ký thôi cử được người dự thay.")
        )
    if substitution.ended_at is None and attendee.substitutions.filter(pk=substitution.pk, ended_at=None).exists():
        end(by, attendee)


def end(by: Appointment, attendee: Attendee) -> None:
    """End what stands for ``attendee``, or what they stand for, whoever asks: their place goes to somebody else.

    The meeting is locked by the caller.
    """
    absent = getattr(attendee, "stands_for", None) or attendee
    in_force = Substitution.objects.filter(absent=absent, ended_at__isnull=True)
    substitution = in_force.select_related("appointment__person", "absent__person", "by").first()
    if substitution is None:
        return
    meeting = locked(absent.meeting)
    absent = _locked(absent, meeting)
    substitution.absent, substitution.meeting = absent, meeting
    substitution.ended_at, substitution.ended_by = timezone.now(), by
    substitution.save(update_fields=["ended_at", "ended_by"])
    _unseat(by, substitution, absent, meeting)
    person = substitution.appointment.person
    _leave_room(meeting, person, _("Quý vị thôi dự thay cho %(person)s.") % {"person": absent.person})
    _moved(meeting, absent, person)
    for paper in (
        TabledPaper.objects.filter(item__meeting=meeting).order_by().values_list("paper", flat=True).distinct()
    ):
        readers_changed(paper)
    log.record("meeting.substitute_taken_back", by=by, target=meeting, **_names(substitution))
    substitute_notices.taken_back(substitution)


def make_way(by: Appointment, meeting: Meeting) -> None:
    """Who leads the meeting from now on stands for nobody, and nobody for them."""
    leaders = meeting.attendees.filter(person__in=[meeting.chair.person_id, meeting.secretary.person_id])
    for attendee in leaders.filter(Q(substitute__isnull=False) | Q(stands_for__isnull=False)):
        end(by, attendee)


# --- seats ------------------------------------------------------------------------------------------------


def _seat(made: Substitution, absent: Attendee, meeting: Meeting) -> None:
    """Give the substitute the place of ``absent``; votes that are being taken and not cast by them go along."""
    role = stand_ins.role_for(absent.role, meeting.type)
    person = made.appointment.person
    substitute = meeting.attendees.filter(person=person).first()
    if substitute is None:
        seat = {"person": person, "appointment": made.appointment, "site": absent.site, "role": role}
        substitute = Attendee.objects.create(meeting=meeting, **seat)
    else:
        made.former_role = substitute.role
        Attendee.objects.filter(pk=substitute.pk).update(role=role)
        substitute.role = role
    absent.substitute = substitute
    absent.save(update_fields=["substitute"])
    replies.forget(Attendee.objects.filter(pk=absent.pk))  # sending somebody is their reply
    if role in entitled.VOTING_ROLES:
        voter_list.hand_over(absent, substitute)
    _name_desk(absent.site, made)


def _unseat(by: Appointment, substitution: Substitution, absent: Attendee, meeting: Meeting) -> None:
    substitute = absent.substitute
    absent.substitute = None
    absent.save(update_fields=["substitute"])
    _name_desk(absent.site, None)
    if substitute is None:
        return
    if substitute.role in entitled.VOTING_ROLES:
        voter_list.hand_over(substitute, absent)
    casting.give_back_chair(by, meeting, substitute)
    if substitute.person_id in (meeting.chair.person_id, meeting.secretary.person_id):
        return  # they lead the meeting by now
    now = timezone.now()
    if substitution.former_role:
        Attendee.objects.filter(pk=substitute.pk).update(role=substitution.former_role)
    elif substitute.check_ins.exists():
        CheckIn.objects.filter(attendee=substitute, left_at__isnull=True).update(left_at=now, left_by=by.person)
        Attendee.objects.filter(pk=substitute.pk).update(dropped_at=now)
    else:
        substitute.delete()


def _name_desk(site: MeetingSite, made: Substitution | None) -> None:
    """A person's own desk bears the name and the number of who sits at it."""
    if site.person is None:
        return
    person = made.appointment.person if made else site.person
    site.name, site.phone = person.full_name[:120], person.phone
    site.save(update_fields=["name", "phone"])
    sites_removed(site.meeting_id)  # open rooms read the sites' names anew


def _leave_room(meeting: Meeting, person: User, words: str) -> None:
    """Their tabs close with ``words``; who may enter otherwise comes back as what they are then."""
    tabs = Connection.objects.filter(meeting=meeting, person=person, left_at__isnull=True)
    for tab in tabs.select_related("site", "person", "meeting"):
        attendance.leave(tab, words=words)


def _moved(meeting: Meeting, absent: Attendee, substitute: User) -> None:
    """Papers, roster, counts and doors as they are after the change."""
    tabling.share(meeting)
    people = [absent.person_id, substitute.pk]
    casting.take_effect(meeting, people)
    roster_changed(meeting.pk, [absent.site_id])
    attendance_counted(meeting.pk)
    door_changed(meeting.pk, people)


# --- checks -----------------------------------------------------------------------------------------------


def not_allowed() -> NotAllowed:
    """Why somebody may not send a substitute."""
    return NotAllowed(
        "may-not-substitute",
        _(
            "Chỉ người được mời, hoặc lãnh đạo, văn thư của đơn vị, mới cử được người dự thay, khi cuộc họp chưa kết thúc."
        ),
    )


def _locked(attendee: Attendee, meeting: Meeting) -> Attendee:
    """As they are now; nobody checks them in meanwhile, no vote is opened or cast."""
    voter_list.hold(meeting.pk)
    seats_of = Attendee.objects.filter(Q(pk=attendee.pk) | Q(stands_for=attendee.pk))
    voter_list.hold_seats(*seats_of)
    related = ("person", "appointment__unit", "site__unit", "site__person", "substitute__person")
    found = Attendee.objects.select_for_update(of=("self",)).select_related(*related).get(pk=attendee.pk)
    found.meeting = meeting
    return found


def _check_absent(attendee: Attendee) -> None:
    stand_ins.check_takes_part(attendee)
    if getattr(attendee, "stands_for", None) is not None:
        raise Conflict(
            "stands-in",
            _("%(person)s đang dự thay người khác nên không cử tiếp người dự thay được.") % {"person": attendee.person},
            hint=_("Người vắng, hoặc đơn vị của họ, cử người khác."),
        )
    presides = LiveState.objects.filter(meeting=attendee.meeting_id, presiding=attendee).exists()
    if attendee.role not in stand_ins.MOVING or presides:
        raise Conflict(
            "runs-meeting",
            _("%(person)s dự họp với vai trò %(role)s nên không cử người dự thay được.")
            % {"person": attendee.person, "role": attendee.get_role_display()},
            hint=_(
                "Chủ trì, thư ký và người giúp việc cuộc họp được đổi trong thông tin cuộc họp, hoặc giao quyền điều hành."
            ),
        )
    if attendee.check_ins.exists():
        raise Conflict(
            "checked-in",
            _("%(person)s đã điểm danh nên không cử người dự thay được nữa.") % {"person": attendee.person},
            hint=_("Đơn vị có thể phân công thêm người dự họp."),
        )


def _checked(attendee: Attendee, appointment: Appointment, reason: str) -> str:
    reason = normalised(reason)
    wrong = {}
    if not reason or len(reason) > REASON_LIMIT:
        wrong["reason"] = _("Ghi lý do, tối đa %(limit)d ký tự.") % {"limit": REASON_LIMIT}
    if appointment.person_id == attendee.person_id:
        wrong["appointment"] = _("Không cử chính người vắng.")
    elif not people_of(attendee).filter(pk=appointment.pk).exists():
        wrong["appointment"] = _("Chọn người cùng đơn vị hoặc đơn vị trực thuộc, còn giữ chức vụ vào ngày họp.")
    if wrong:
        raise UserError("bad-substitution", next(iter(wrong.values())), fields=wrong)
    if not candidates(attendee).filter(pk=appointment.pk).exists():
        raise Conflict(
            "has-seat",
            _("%(person)s đã dự họp ở chỗ của mình hoặc đang dự thay người khác.") % {"person": appointment.person},
            hint=_("Mỗi người giữ một chỗ và một phiếu. Hãy cử người khác."),
        )
    return reason


def _names(substitution: Substitution) -> dict[str, str]:
    return {
        "person": substitution.absent.person.full_name,
        "substitute": substitution.appointment.person.full_name,
        "reason": substitution.reason,
    }
