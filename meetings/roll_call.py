"""Check-in (điểm danh): who is there, by whose word, from when to when (docs/domain/votes.md).

The chair opens it; each attendee says "I am here", or their site or the secretary says it for them. Joining the room
checks nobody in. What is counted for quorum is people, not connections.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound
from eoffice.organisation.models import Appointment
from meetings import casting, handing_over, replying, stand_ins, voter_list
from meetings.entitled import may_keep_attendance, sites_kept_by
from meetings.models import Attendee, CheckIn, Meeting, Poll, PollSeat, RollCall
from meetings.permissions import WITH_ROOM
from meetings.protocol.voting import RollCallClosed, RollCallMarked, RollCallOpened
from meetings.realtime import attendance_counted, broadcast, roster_changed, tell_person


def of(meeting_id: int) -> RollCall | None:
    """The roll call of a meeting, if one was ever opened."""
    return RollCall.objects.filter(meeting_id=meeting_id).first()


def is_open(meeting_id: int) -> bool:
    """People may check in now."""
    return RollCall.objects.filter(meeting_id=meeting_id, closed_at__isnull=True).exists()


@transaction.atomic
def open_roll_call(by: Appointment | None, meeting: Meeting) -> RollCall:
    """Let people check in. Opening twice is harmless, and so is opening again what was closed.

    Raises NotAllowed("not-chair").
    """
    keeper = _check_keeps(by, meeting)
    now = timezone.now()
    rows = RollCall.objects.select_for_update(of=("self",))
    roll, created = rows.get_or_create(meeting=meeting, defaults={"opened_at": now, "opened_by": keeper})
    if not created and roll.closed_at is None:
        return roll
    roll.closed_at = None
    roll.save(update_fields=["closed_at"])
    record("meeting.roll_call_opened", by=keeper, target=meeting)
    broadcast(meeting.pk, RollCallOpened(by=keeper.person.full_name))
    attendance_counted(meeting.pk)
    return roll


@transaction.atomic
def close_roll_call(by: Appointment | None, meeting: Meeting) -> None:
    """Nobody checks in by themselves any more; the secretary still may mark. Closing twice is harmless.

    Raises NotAllowed("not-chair").
    """
    keeper = _check_keeps(by, meeting)
    if RollCall.objects.filter(meeting=meeting, closed_at__isnull=True).update(closed_at=timezone.now()):
        record("meeting.roll_call_closed", by=keeper, target=meeting)
        broadcast(meeting.pk, RollCallClosed())


@transaction.atomic
def check_in(meeting: Meeting, *, by: User, attendee_id: int | None = None, token: str = "") -> CheckIn:
    """``attendee_id`` (``by`` when None) is here. Saying it twice is harmless. ``token``: from the QR code.

    Raises NotFound("no-such-attendee"), NotAllowed("not-your-attendee"), Conflict("roll-call-closed", "has-substitute").
    """
    handing_over.settle(meeting.pk)
    attendee = _attendee(meeting, by, attendee_id)
    method = _method(meeting, by, attendee, token)
    if method != CheckIn.Method.BY_SECRETARY and not is_open(meeting.pk):
        raise Conflict(
            "roll-call-closed",
            _("Chủ tọa chưa mở điểm danh, hoặc đã đóng điểm danh."),
            hint=_("Đề nghị thư ký cuộc họp điểm danh giúp."),
        )
    return arrive(attendee, by=by, method=method)


def arrive(attendee: Attendee, *, by: User, method: str) -> CheckIn:
    """Write down the arrival, once; a vote that is being taken counts them as present from now on.

    Raises Conflict("has-substitute") while somebody stands for them.
    """
    voter_list.hold_seats(attendee)
    current = _hold(attendee)
    stay, created = CheckIn.objects.get_or_create(
        attendee=attendee, left_at__isnull=True, defaults={"at": timezone.now(), "by": by, "method": method}
    )
    going_on = Q(poll__state=Poll.State.OPEN) | Q(poll__state=Poll.State.PAUSED) | Q(poll__state=Poll.State.READY)
    PollSeat.objects.filter(going_on, attendee=attendee, present=False).update(present=True)
    if created:
        replying.arrived(current)
        _tell(attendee, present=True)
    return stay


@transaction.atomic
def check_out(meeting: Meeting, *, by: User, attendee_id: int | None = None) -> None:
    """``attendee_id`` (``by`` when None) has left. Leaving twice is harmless.

    Raises NotFound("no-such-attendee"), NotAllowed("not-your-attendee").
    """
    attendee = _attendee(meeting, by, attendee_id)
    _method(meeting, by, attendee, "")
    stays = CheckIn.objects.filter(attendee=attendee, left_at__isnull=True)
    if stays.update(left_at=timezone.now(), left_by=by):
        _tell(attendee, present=False)


def end(meeting: Meeting) -> None:
    """The meeting is over: attendance is frozen."""
    now = timezone.now()
    CheckIn.objects.filter(attendee__meeting=meeting, left_at__isnull=True).update(left_at=now)
    RollCall.objects.filter(meeting=meeting, closed_at__isnull=True).update(closed_at=now)


def _hold(attendee: Attendee) -> Attendee:
    """As they are now; until the transaction ends nobody is sent in their place. Raises Conflict when somebody was."""
    found = stand_ins.held(attendee.pk, "person", "substitute__person")
    if found is None:
        raise _not_listed()
    stand_ins.check_takes_part(found)
    return found


def _not_listed() -> NotFound:
    return NotFound("no-such-attendee", _("Người này không có trong danh sách dự họp."))


def _tell(attendee: Attendee, *, present: bool) -> None:
    tell_person(attendee.meeting_id, attendee.person_id, RollCallMarked(present=present))
    attendance_counted(attendee.meeting_id)
    roster_changed(attendee.meeting_id, [attendee.site_id])


def _attendee(meeting: Meeting, by: User, attendee_id: int | None) -> Attendee:
    if meeting.state not in WITH_ROOM:
        raise Conflict("meeting-over", _("Cuộc họp đã kết thúc."))
    if attendee_id is None:
        return casting.listed(meeting, by.pk)
    found = Attendee.objects.select_related("site", "person").filter(meeting=meeting, pk=attendee_id).first()
    if found is None:
        raise _not_listed()
    return found


def _method(meeting: Meeting, by: User, attendee: Attendee, token: str) -> str:
    """By what right ``by`` says it of ``attendee``. Raises NotAllowed("not-your-attendee")."""
    if attendee.person_id == by.pk:
        scanned = token and RollCall.objects.filter(meeting=meeting, token=token).exists()
        return CheckIn.Method.QR if scanned else CheckIn.Method.SELF
    if may_keep_attendance(by, meeting):
        return CheckIn.Method.BY_SECRETARY
    if sites_kept_by(by, meeting).filter(pk=attendee.site_id).exists():
        return CheckIn.Method.BY_SITE
    raise NotAllowed(
        "not-your-attendee",
        _("Quý vị chỉ điểm danh được cho mình và cho người của điểm cầu mình phụ trách."),
        hint=_("Đề nghị thư ký cuộc họp điểm danh giúp."),
    )


def _check_keeps(by: Appointment | None, meeting: Meeting) -> Appointment:
    if by is None or not may_keep_attendance(by.person, meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký cuộc họp làm được việc này."))
    return by
