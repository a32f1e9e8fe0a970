"""Sending a substitute (cử người dự thay): one act moves an attendee's place, papers, speech and, where the type of meeting
allows it, their vote; taking it back ends all of it (docs/domain/meetings.md, "Substitutes"). For a part of the meeting the
act waits for its time: ``meetings.handing_over`` does it, and gives the place back.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.announcing import readers_changed
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from meetings import (
    attendance,
    casting,
    entitled,
    parts,
    permissions,
    replies,
    stand_ins,
    substitute_checks,
    substitute_notices,
    tabling,
    voter_list,
)
from meetings.models import (
    Attendee,
    CheckIn,
    Connection,
    Meeting,
    MeetingSite,
    Reply,
    ReplyVia,
    Substitution,
    TabledPaper,
)
from meetings.realtime import attendance_counted, door_changed, roster_changed, sites_removed
from meetings.scheduling import locked


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
    stands for them; ``sendable``: they may send another one."""
    if meeting.state not in permissions.WITH_ROOM:
        return []
    represented = standing_of(user).represents
    mine = Q(person=user) | Q(appointment__unit__in=represented) | Q(site__unit__in=represented)
    open_to = mine & Q(role__in=stand_ins.MOVING, stands_for__isnull=True)
    if permissions.may_admit(user, meeting):
        mine = Q()
    related = ("appointment__person", "appointment__position", "appointment__unit", "by__person")
    sent = Substitution.objects.filter(ended_at__isnull=True).select_related(*related).order_by("starts_at", "pk")
    of_meeting = sent.filter(meeting=meeting).order_by().values("absent")
    rows = meeting.attendees.filter(open_to | (mine & Q(pk__in=of_meeting)))
    rows = rows.select_related("person", "appointment__position", "appointment__unit", "site")
    rows = rows.prefetch_related(Prefetch("substitutions", sent, to_attr="sent"))
    found: list[Attendee] = list(rows.order_by("appointment__position__rank", "person__search_name"))
    for attendee in found:
        attendee.meeting = meeting
        attendee.sendable = may_send(user, attendee)  # type: ignore[attr-defined]
    return found


@transaction.atomic
def send(
    by: Appointment,
    attendee: Attendee,
    appointment: Appointment,
    *,
    reason: str,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> Substitution:
    """Have ``appointment`` take part in the place of ``attendee`` from now on; or from–to, an end left out is the meeting's:
    then they attend the rest, which is their reply. Sending the same again is harmless.

    Raises NotAllowed("may-not-substitute"), UserError("bad-substitution", "bad-part") with ``fields``, Conflict:
    "has-substitute", "stands-in" (one hop only), "runs-meeting", "checked-in", "has-seat".
    """
    meeting = locked(attendee.meeting)
    attendee = locked_seat(attendee, meeting)
    if not may_send(by.person, attendee):
        raise substitute_checks.not_allowed()
    start, end = parts.inside(meeting, starts_at, ends_at)
    known = attendee.substitutions.filter(ended_at__isnull=True, starts_at=start, ends_at=end).first()
    if known is not None and known.appointment_id == appointment.pk:
        return known
    waits = start is not None and start > timezone.now()
    substitute_checks.check_part(attendee, appointment, (start, end))
    substitute_checks.check_absent(attendee, checked_in=waits)
    reason = substitute_checks.checked_reason(attendee, appointment, reason)
    made = Substitution(meeting=meeting, absent=attendee, appointment=appointment, reason=reason, by=by)
    made.starts_at, made.ends_at = start, end
    if made.part:
        _attends_rest(by, made)
    if waits:
        made.save()
        roster_changed(meeting.pk, [attendee.site_id])
    else:
        begin(made, attendee)
    log.record("meeting.substitute_sent", by=by, target=meeting, **_names(made))
    substitute_notices.sent(made)
    return made


def begin(made: Substitution, attendee: Attendee) -> None:
    """The place is the substitute's from this moment. Meeting and ``attendee`` are locked by the caller."""
    meeting, now = attendee.meeting, timezone.now()
    made.began_at = now
    CheckIn.objects.filter(attendee=attendee, left_at__isnull=True).update(left_at=now, left_by=made.by.person)
    _seat(made, attendee, meeting)
    made.save()
    _leave_room(meeting, attendee.person, _("Quý vị đã cử %(person)s dự thay.") % {"person": made.appointment.person})
    _moved(meeting, attendee, made.appointment.person)


@transaction.atomic
def take_back(by: Appointment, substitution: Substitution) -> None:
    """The absent person takes part again, the substitute no longer, or not when the time comes. Taking back twice is harmless.

    Raises NotAllowed("may-not-substitute").
    """
    meeting = locked(substitution.meeting)
    attendee = locked_seat(substitution.absent, meeting)
    if not may_take_back(by.person, attendee):
        raise NotAllowed(
            "may-not-substitute", _("Chỉ người vắng, đơn vị của họ, chủ trì hoặc thư ký thôi cử được người dự thay.")
        )
    for current in _not_ended(attendee).filter(pk=substitution.pk):
        _end(by, current, attendee)


def end(by: Appointment, attendee: Attendee) -> None:
    """End what stands or will stand for ``attendee``, and what they stand for: their place goes to somebody else.

    The meeting is locked by the caller.
    """
    stands_for = getattr(attendee, "stands_for", None)
    absent = stands_for or attendee
    rows = _not_ended(absent)
    found = list(rows.filter(appointment__person=attendee.person_id) if stands_for else rows)
    if not found:
        return
    absent = locked_seat(absent, locked(absent.meeting))
    for substitution in found:
        _end(by, substitution, absent)


def end_parts(by: Appointment, meeting: Meeting) -> None:
    """The meeting has another time: what was said of parts of it holds no longer. The meeting is locked by the caller."""
    for substitution in parts.planned(meeting):
        _end(by, substitution, locked_seat(substitution.absent, meeting))


def _not_ended(absent: Attendee) -> "QuerySet[Substitution]":
    rows = Substitution.objects.filter(absent=absent, ended_at__isnull=True)
    return rows.select_related("appointment__person", "absent__person", "by__person").order_by("pk")


def _end(by: Appointment, substitution: Substitution, absent: Attendee) -> None:
    substitution.ended_by = by
    give_back(substitution, absent)
    if substitution.part:
        replies.forget(Attendee.objects.filter(pk=absent.pk))
    log.record("meeting.substitute_taken_back", by=by, target=absent.meeting, **_names(substitution))
    substitute_notices.taken_back(substitution)


def give_back(substitution: Substitution, absent: Attendee) -> None:
    """The place is that of ``absent`` again, from this moment. Meeting and ``absent`` are locked by the caller."""
    meeting = absent.meeting
    substitution.absent, substitution.meeting = absent, meeting
    substitution.ended_at = timezone.now()
    substitution.save(update_fields=["ended_at", "ended_by"])
    if substitution.began_at is None:
        roster_changed(meeting.pk, [absent.site_id])
        return
    _unseat(substitution.ended_by or substitution.by, substitution, absent, meeting)
    person = substitution.appointment.person
    _leave_room(meeting, person, _("Quý vị thôi dự thay cho %(person)s.") % {"person": absent.person})
    _moved(meeting, absent, person)
    for paper in (
        TabledPaper.objects.filter(item__meeting=meeting).order_by().values_list("paper", flat=True).distinct()
    ):
        readers_changed(paper)


def make_way(by: Appointment, meeting: Meeting) -> None:
    """Who leads the meeting from now on stands for nobody, and nobody for them."""
    leaders = meeting.attendees.filter(person__in=[meeting.chair.person_id, meeting.secretary.person_id])
    sent = Substitution.objects.filter(meeting=meeting, ended_at__isnull=True).order_by().values("absent")
    for attendee in leaders.filter(Q(pk__in=sent) | Q(stands_for__isnull=False)):
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
    if not made.part:
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


def _attends_rest(by: Appointment, made: Substitution) -> None:
    """Who sends somebody for a part comes to the rest, unless they have said already to which part of that."""
    absent, meeting = made.absent, made.meeting
    said = (absent.attends_from, absent.attends_to)
    if absent.reply == Reply.ACCEPTED and absent.part and not parts.touch(said, (made.starts_at, made.ends_at)):
        return
    left = parts.rest(meeting, made.starts_at, made.ends_at)
    start, end = (
        left[0] if len(left) == 1 else (None, None)
    )  # somebody comes for the middle: they are there before and after
    replies.forget(Attendee.objects.filter(pk=absent.pk))
    said_now = {"replied_at": timezone.now(), "replied_by": by, "reply_via": ReplyVia.WEB}
    Attendee.objects.filter(pk=absent.pk).update(reply=Reply.ACCEPTED, attends_from=start, attends_to=end, **said_now)
    absent.refresh_from_db(fields=["reply", "attends_from", "attends_to"])


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


def locked_seat(attendee: Attendee, meeting: Meeting) -> Attendee:
    """As they are now; nobody checks them in meanwhile, no vote is opened or cast."""
    voter_list.hold(meeting.pk)
    seats_of = Attendee.objects.filter(Q(pk=attendee.pk) | Q(stands_for=attendee.pk))
    voter_list.hold_seats(*seats_of)
    related = ("person", "appointment__unit", "site__unit", "site__person", "substitute__person")
    found = stand_ins.held(attendee.pk, *related)
    if found is None:
        raise Conflict("not-invited", _("Người này không còn trong danh sách dự họp."))
    found.meeting = meeting
    return found


def _names(substitution: Substitution) -> dict[str, str]:
    return {
        "person": substitution.absent.person.full_name,
        "substitute": substitution.appointment.person.full_name,
        "reason": substitution.reason,
        "part": substitution.part,
    }
