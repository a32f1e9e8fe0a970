"""The week goes to who approves it, whole or line by line."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.calendar import accepting
from eoffice.calendar.models import Entry, ScheduleRequest, WeekLine, WeekSchedule
from eoffice.calendar.permissions import may_approve_week
from eoffice.calendar.weeks import addresses, conflicts, resources
from eoffice.calendar.weeks.compiling import checked_reason
from eoffice.calendar.weeks.desks import approvers, desk_people
from eoffice.calendar.weeks.lines import locked_for
from eoffice.calendar.weeks.reading import lines_of
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment

_State, _Review = WeekSchedule.State, WeekLine.Review


@transaction.atomic
def accept_conflict(by: Appointment, schedule: WeekSchedule, name: str, *, reason: str) -> None:
    """Say by name that a conflict (``Conflict.name``) may stand, and why. Raises NotAllowed, UserError("reason-missing").

    One that is no longer there, or was accepted already, is left alone.
    """
    locked = locked_for(by, schedule)
    known = conflicts.unresolved(conflicts.of_week(locked, lines_of(locked)))
    found = [one for one in known if one.name == name]
    if found:
        accepting.accept(by, found[0].line.entry, "entry", found, checked_reason(reason))


@transaction.atomic
def submit(by: Appointment, schedule: WeekSchedule) -> WeekSchedule:
    """Ask for approval: every registration is dealt with, and every conflict is gone or accepted by name.

    Raises NotAllowed, Conflict("week-not-open"), UserError("requests-waiting", "conflicts-unresolved", "week-empty").
    """
    locked = locked_for(by, schedule)
    if locked.state == _State.COMPILED:
        return locked
    if locked.state != _State.OPEN:
        raise Conflict("week-not-open", _("Lịch tuần này đã được duyệt."))
    lines = lines_of(locked)
    _check_complete(locked, lines)
    locked.state, locked.submitted_by, locked.submitted_at = _State.COMPILED, by, timezone.now()
    locked.save()
    log.record("week.submitted", by=by, target=locked, lines=len(lines))
    notify.send(
        [one for one in approvers(locked.unit) if one.pk != by.person_id],
        kind="week.submitted",
        title=lambda: _("Lịch công tác tuần %(number)d chờ duyệt") % {"number": locked.number},
        body=locked.unit.name,
        url=addresses.approving(locked),
    )
    return locked


@transaction.atomic
def approve(by: Appointment, schedule: WeekSchedule, lines: dict[int, int]) -> WeekSchedule:
    """Approve these lines (id → version that was read). Once all are, the week is approved.

    Raises NotAllowed("may-not-approve"), Conflict("week-not-compiled", "line-changed"), UserError as ``submit``.
    """
    locked = _for_approval(by, schedule)
    known = {line.pk: line for line in lines_of(locked)}
    for pk, version in lines.items():
        line = known.get(pk)
        if line is None or line.version != version:
            raise Conflict(
                "line-changed", _("Có mục lịch vừa được sửa. Chưa duyệt mục nào."), hint=_("Xem lại rồi duyệt.")
            )
        line.review, line.review_reason, line.reviewed_by = _Review.APPROVED, "", by
        line.save()
        Entry.objects.filter(pk=line.entry_id).update(state=Entry.State.APPROVED)
    log.record("week.lines_approved", by=by, target=locked, lines=len(lines))
    if all(line.review == _Review.APPROVED for line in known.values()):
        _check_complete(locked, list(known.values()))
        locked.state, locked.approved_by, locked.approved_at = _State.APPROVED, by, timezone.now()
        locked.save()
        log.record("week.approved", by=by, target=locked)
        _tell_desk(locked, by, kind="week.approved", text=_("Lịch công tác tuần %(number)d đã được duyệt"))
    return locked


@transaction.atomic
def give_back(by: Appointment, line: WeekLine, *, reason: str, version: int) -> WeekSchedule:
    """Return one line to the desk, with what is to be changed.

    Raises NotAllowed("may-not-approve"), Conflict("week-not-compiled", "line-changed"), UserError("reason-missing").
    """
    locked = _for_approval(by, line.schedule)
    found = WeekLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if found.version != version:
        raise Conflict("line-changed", _("Mục lịch này vừa được sửa."), hint=_("Xem lại rồi quyết định."))
    found.review, found.review_reason, found.reviewed_by = _Review.RETURNED, checked_reason(reason), by
    found.save()
    Entry.objects.filter(pk=found.entry_id).update(state=Entry.State.PLANNED)
    log.record("week.line_returned", by=by, target=found, reason=found.review_reason)
    _tell_desk(locked, by, kind="week.returned", text=_("Có mục của lịch tuần %(number)d bị trả lại"))
    return locked


def _check_complete(schedule: WeekSchedule, lines: list[WeekLine]) -> None:
    if not lines:
        raise UserError("week-empty", _("Lịch tuần chưa có mục nào."))
    waiting = schedule.requests.filter(state=ScheduleRequest.State.SUBMITTED).count()
    if waiting:
        raise UserError(
            "requests-waiting",
            _("Còn %(count)d đăng ký chưa xử lý.") % {"count": waiting},
            hint=_("Nhận, gộp, chuyển hoặc từ chối từng đăng ký."),
        )
    left = len(conflicts.unresolved(conflicts.of_week(schedule, lines))) + len(resources.unmet(lines))
    if left:
        raise UserError(
            "conflicts-unresolved",
            _("Còn %(count)d trùng lịch chưa giải quyết.") % {"count": left},
            hint=_(
                "Chuyển một trong hai việc, hoặc chấp nhận trùng lịch và ghi lý do; phòng, xe chưa đặt được thì chọn cái khác."
            ),
        )


def _for_approval(by: Appointment, schedule: WeekSchedule) -> WeekSchedule:
    found = WeekSchedule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=schedule.pk)
    if not may_approve_week(by.person, found.unit):
        raise NotAllowed(
            "may-not-approve",
            _("Bạn không duyệt lịch tuần của cơ quan này."),
            hint=_("Lãnh đạo cơ quan hoặc lãnh đạo văn phòng duyệt lịch tuần."),
        )
    if found.state != _State.COMPILED:
        raise Conflict("week-not-compiled", _("Lịch tuần này không ở bước chờ duyệt."), hint=_("Tải lại trang để xem."))
    return found


def _tell_desk(schedule: WeekSchedule, by: Appointment, *, kind: str, text: str) -> None:
    url = addresses.compiling(schedule)
    people = [one for one in desk_people(schedule.unit) if one.pk != by.person_id]
    notify.send(
        notify.without_unread(people, kind=kind, url=url),
        kind=kind,
        title=text % {"number": schedule.number},
        body=schedule.unit.name,
        url=url,
    )
