"""Who may stand for whom (docs/domain/meetings.md, "Substitutes")."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment
from meetings import parts, stand_ins
from meetings.models import Attendee, LiveState, Substitution

REASON_LIMIT = 500
SHOWN_CANDIDATES = 200


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
    seated = seated.exclude(
        pk__in=Attendee.objects.filter(pk=attendee.pk, substitute__isnull=False).values("substitute")
    )
    return people_of(attendee).exclude(person__in=seated.order_by().values("person"))


def not_allowed() -> NotAllowed:
    """Why somebody may not send a substitute."""
    return NotAllowed(
        "may-not-substitute",
        _(
            "Chỉ người được mời, hoặc lãnh đạo, văn thư của đơn vị, mới cử được người dự thay, khi cuộc họp chưa kết thúc."
        ),
    )


def check_part(attendee: Attendee, appointment: Appointment, part: parts.Ends) -> None:
    """Nobody else stands for ``attendee`` at that time, and ``appointment`` for nobody else."""
    rows = Substitution.objects.filter(meeting=attendee.meeting, ended_at__isnull=True)
    concerned = rows.filter(Q(absent=attendee) | Q(appointment__person=appointment.person_id))
    for other in concerned.select_related("absent__person", "appointment__person").order_by("pk"):
        if not parts.touch((other.starts_at, other.ends_at), part):
            continue
        if other.absent_id == attendee.pk:
            raise stand_ins.has_substitute(attendee.person, other.appointment.person)
        raise _has_seat(appointment)


def check_absent(attendee: Attendee, *, checked_in: bool = False) -> None:
    """Raise Conflict when nobody can take the place of ``attendee``; ``checked_in``: although they are there."""
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
    if attendee.check_ins.exists() and not checked_in:
        raise Conflict(
            "checked-in",
            _("%(person)s đã điểm danh nên không cử người dự thay được nữa.") % {"person": attendee.person},
            hint=_("Đơn vị có thể phân công thêm người dự họp."),
        )


def checked_reason(attendee: Attendee, appointment: Appointment, reason: str) -> str:
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
    check_free(attendee, appointment)
    return reason


def check_free(attendee: Attendee, appointment: Appointment) -> None:
    """Raise Conflict("has-seat") when ``appointment`` has a seat of their own."""
    if not candidates(attendee).filter(pk=appointment.pk).exists():
        raise _has_seat(appointment)


def _has_seat(appointment: Appointment) -> Conflict:
    return Conflict(
        "has-seat",
        _("%(person)s đã dự họp ở chỗ của mình hoặc đang dự thay người khác.") % {"person": appointment.person},
        hint=_("Mỗi người giữ một chỗ và một phiếu. Hãy cử người khác."),
    )
