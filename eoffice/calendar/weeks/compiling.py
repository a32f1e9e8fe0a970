"""The office puts the week together: accepts, merges, moves and declines what units registered, and writes lines of its own.

The row of the schedule is the lock of everything that is done to it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar.models import Entry, Participation, ScheduleRequest, WeekLine, WeekSchedule, WeekSettings
from eoffice.calendar.permissions import may_compile_week
from eoffice.calendar.weeks import addresses, changing, days
from eoffice.calendar.weeks.registering import check_time
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit

_State, _Role = ScheduleRequest.State, Participation.Role


@dataclass(frozen=True)
class Plan:
    """What a line says."""

    chair: Appointment
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    attending: Sequence[Appointment] = field(default_factory=list)
    place: str = ""
    attendees: str = ""
    prepared_by: Unit | None = None
    car: str = ""
    note: str = ""
    kind: str = Entry.Kind.WORK
    visibility: str = Entry.Visibility.AGENCY
    public_text: str = ""


@transaction.atomic
def accept(by: Appointment, request: ScheduleRequest, *, version: int) -> WeekLine:
    """Put what was registered into the week as it was asked.

    Raises NotAllowed, Conflict("request-changed", "request-handled").
    """
    found = _waiting(by, request, version)
    line = _placed(by, found, found.leader, found.starts_at, found.ends_at)
    _handled(by, found, _State.ACCEPTED, line)
    return line


@transaction.atomic
def move(by: Appointment, request: ScheduleRequest, leader: Appointment, slot: days.Slot, *, version: int) -> WeekLine:
    """Put what was registered into the week, with another leader or in another half-day; where both are as asked it is
    accepted. Raises as ``accept``."""
    found = _waiting(by, request, version)
    starts_at, ends_at = shifted(found.starts_at, found.ends_at, slot)
    line = _placed(by, found, _of_agency(found.schedule, leader), starts_at, ends_at)
    same = leader.pk == found.leader_id and starts_at == found.starts_at
    _handled(by, found, _State.ACCEPTED if same else _State.MOVED, line)
    return line


@transaction.atomic
def merge(by: Appointment, request: ScheduleRequest, line: WeekLine, *, version: int) -> WeekLine:
    """What was registered is done with by ``line``, which others asked for: its people come as well.

    Raises as ``accept``; UserError("other-week").
    """
    found = _waiting(by, request, version)
    target = WeekLine.objects.select_for_update().get(pk=line.pk)
    if target.schedule_id != found.schedule_id:
        raise UserError("other-week", _("Chỉ gộp được vào một mục của cùng tuần."))
    people = [part.strip() for part in (target.attendees, found.attendees or found.unit.name) if part.strip()]
    target.attendees = "; ".join(dict.fromkeys(people))[:1000]
    touched(by, target)
    _handled(by, found, _State.MERGED, target)
    return target


@transaction.atomic
def decline(by: Appointment, request: ScheduleRequest, *, reason: str, version: int) -> None:
    """Give it no time, and say why; the unit is told. Raises as ``accept``; UserError("reason-missing")."""
    found = _waiting(by, request, version)
    found.reason = checked_reason(reason)
    _handled(by, found, _State.DECLINED, None)
    notify.send(
        [found.created_by.person],
        kind="week.declined",
        title=lambda: _("Đăng ký lịch không được xếp: %(title)s") % {"title": found.title},
        body=found.reason,
        url=addresses.request(found),
    )


@transaction.atomic
def add_line(by: Appointment, schedule: WeekSchedule, plan: Plan, *, reason: str = "") -> WeekLine:
    """A line that no unit registered: reception of citizens, a trip, leave. After publication it says why (``reason``).

    Raises NotAllowed, UserError("bad-time", "bad-leader", "reason-missing").
    """
    locked = locked_for(by, schedule)
    check_time(locked, plan.starts_at, plan.ends_at)
    line = _written(by, locked, plan)
    changing.added(by, line, reason)
    return line


@transaction.atomic
def change_line(by: Appointment, line: WeekLine, plan: Plan, *, version: int, reason: str = "") -> WeekLine:
    """Another content of a line. It waits for approval anew; after publication it says why (``reason``).

    Raises NotAllowed, Conflict("line-changed"), UserError("bad-time", "bad-leader", "reason-missing").
    """
    found = locked_line(by, line, version)
    check_time(found.schedule, plan.starts_at, plan.ends_at)
    before = changing.Before.of(found)
    _fill(found, plan)
    if before.differs(found):
        changing.changed(by, found, before, reason)
    touched(by, found)
    log.record("week.line_changed", by=by, target=found)
    return found


@transaction.atomic
def move_line(
    by: Appointment, line: WeekLine, leader: Appointment, slot: days.Slot, *, version: int, reason: str = ""
) -> WeekLine:
    """The same line with another chair or in another half-day; requests that stand in it are moved. Raises as ``change_line``."""
    found = locked_line(by, line, version)
    before = changing.Before.of(found)
    entry = found.entry
    entry.starts_at, entry.ends_at = shifted(entry.starts_at, entry.ends_at, slot)
    attending = [part.appointment for part in _parts(entry) if part.role == _Role.ATTEND]
    _save_entry(entry)
    _seat(entry, _of_agency(found.schedule, leader), [one for one in attending if one.person_id != leader.person_id])
    if before.differs(found):
        changing.changed(by, found, before, reason)
        found.requests.filter(state=_State.ACCEPTED).update(state=_State.MOVED)
    touched(by, found)
    log.record("week.line_moved", by=by, target=found, to=slot.code)
    return found


@transaction.atomic
def take_out(by: Appointment, line: WeekLine, *, version: int) -> None:
    """Out of the week again, before it is published: what units registered waits as before.

    Raises NotAllowed, Conflict("line-changed", "week-published").
    """
    found = locked_line(by, line, version)
    if found.schedule.is_out:
        raise Conflict(
            "week-published",
            _("Lịch tuần đã đăng; mục đã đăng không bỏ đi được."),
            hint=_("Ghi “Hoãn” với lý do để người dự được báo."),
        )
    found.requests.update(state=_State.SUBMITTED, line=None, handled_by=None)
    log.record("week.line_taken_out", by=by, target=found)
    entry = found.entry
    reopened(found.schedule)
    found.delete()
    entry.delete()


@transaction.atomic
def postpone(by: Appointment, line: WeekLine, *, reason: str, version: int) -> WeekLine:
    """It was published and does not take place: it stays in the week, struck through, with the reason.

    Raises NotAllowed, Conflict("line-changed", "week-not-published"), UserError("reason-missing").
    """
    found = locked_line(by, line, version)
    if not found.schedule.is_out:
        raise Conflict("week-not-published", _("Lịch chưa đăng: bỏ mục này ra khỏi lịch thay vì ghi hoãn."))
    changing.postponed(by, found, checked_reason(reason))
    found.version += 1
    found.save()
    return found


@transaction.atomic
def set_up(by: Appointment, settings: WeekSettings) -> None:
    """How the agency goes about its week from now on. Raises NotAllowed("may-not-compile")."""
    if not may_compile_week(by.person, settings.unit):
        raise _not_allowed()
    settings.save()
    log.record("week.settings_changed", by=by, target=settings)


def shifted(start: dt.datetime, end: dt.datetime, slot: days.Slot) -> tuple[dt.datetime, dt.datetime]:
    """The time from–to within ``slot``: at the same hour where it is the same half of a day."""
    was = days.slot_of(start)
    moved = days.at(slot.day, days.local(start).time()) if was.half == slot.half else slot.begins_at
    return moved, moved + (end - start)


def checked_reason(reason: str) -> str:
    """Raises UserError("reason-missing")."""
    text = normalised(reason)[:500]
    if not text:
        raise UserError("reason-missing", _("Ghi lý do."), fields={"reason": _("Ghi lý do.")})
    return text


def locked_for(by: Appointment, schedule: WeekSchedule) -> WeekSchedule:
    """The schedule, locked, once it is known that ``by`` compiles it. Raises NotAllowed("may-not-compile")."""
    found = WeekSchedule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=schedule.pk)
    if not may_compile_week(by.person, found.unit):
        raise _not_allowed()
    return found


def _not_allowed() -> NotAllowed:
    return NotAllowed(
        "may-not-compile",
        _("Bạn không tổng hợp lịch tuần của cơ quan này."),
        hint=_("Văn phòng của cơ quan tổng hợp lịch tuần."),
    )


def locked_line(by: Appointment, line: WeekLine, version: int) -> WeekLine:
    """The line with its schedule locked. Raises NotAllowed, Conflict("line-changed")."""
    schedule = locked_for(by, line.schedule)
    found = WeekLine.objects.select_for_update(of=("self",)).select_related("entry").filter(pk=line.pk).first()
    if found is None or found.version != version:
        raise Conflict(
            "line-changed",
            _("Mục lịch này vừa được sửa. Thay đổi của bạn chưa được lưu."),
            hint=_("Xem lại nội dung mới rồi làm lại."),
        )
    found.schedule = schedule
    return found


def touched(by: Appointment, line: WeekLine) -> None:
    """The line was changed: who approved it did not approve this."""
    line.version += 1
    if not line.schedule.is_out:
        line.review, line.review_reason, line.reviewed_by = WeekLine.Review.PENDING, "", None
        line.entry.state = Entry.State.PLANNED
        line.entry.save(update_fields=["state"])
        reopened(line.schedule)
    line.accepted_conflicts.all().delete()
    line.save()


def reopened(schedule: WeekSchedule) -> None:
    """What was approved as a whole waits for approval again."""
    if schedule.state == WeekSchedule.State.APPROVED:
        schedule.state, schedule.approved_by, schedule.approved_at = WeekSchedule.State.COMPILED, None, None
        schedule.save()


def _waiting(by: Appointment, request: ScheduleRequest, version: int) -> ScheduleRequest:
    schedule = locked_for(by, request.schedule)
    locked = ScheduleRequest.objects.select_for_update(of=("self",))
    found = locked.select_related("unit", "leader__person", "papers_by", "created_by__person").get(pk=request.pk)
    if found.state != _State.SUBMITTED:
        raise Conflict(
            "request-handled", _("Đăng ký này đã được xử lý hoặc đã được rút."), hint=_("Tải lại trang để xem.")
        )
    if found.version != version:
        raise Conflict(
            "request-changed", _("Đơn vị vừa sửa đăng ký này."), hint=_("Xem lại nội dung mới rồi xử lý lần nữa.")
        )
    found.schedule = schedule
    return found


def _placed(
    by: Appointment, request: ScheduleRequest, leader: Appointment, start: dt.datetime, end: dt.datetime
) -> WeekLine:
    plan = Plan(
        chair=leader,
        starts_at=start,
        ends_at=end,
        title=request.title,
        place=request.place,
        attendees=request.attendees,
        prepared_by=request.papers_by or request.unit,
        car=request.car,
        kind=request.kind,
        visibility=request.visibility,
        public_text=request.public_text,
    )
    line = _written(by, request.schedule, plan)
    changing.added(by, line, _("Theo đăng ký của %(unit)s") % {"unit": request.unit.name})
    return line


def _handled(by: Appointment, request: ScheduleRequest, state: str, line: WeekLine | None) -> None:
    request.state, request.line, request.handled_by = state, line, by
    request.version += 1
    request.save()
    log.record("week.request_handled", by=by, target=request, state=state, reason=request.reason)


def _of_agency(schedule: WeekSchedule, leader: Appointment) -> Appointment:
    if leader.unit_id != schedule.unit_id:
        text = _("Chọn lãnh đạo của %(unit)s.") % {"unit": schedule.unit.name}
        raise UserError("bad-leader", text, fields={"leader": text})
    return leader


def _written(by: Appointment, schedule: WeekSchedule, plan: Plan) -> WeekLine:
    entry = Entry(unit=schedule.unit, created_by=by)
    line = WeekLine(schedule=schedule, entry=entry, created_by=by)
    _fill(line, plan)
    reopened(schedule)
    log.record("week.line_added", by=by, target=line)
    return line


def _fill(line: WeekLine, plan: Plan) -> None:
    entry, schedule = line.entry, line.schedule
    entry.kind, entry.visibility, entry.public_text = plan.kind, plan.visibility, normalised(plan.public_text)
    entry.title, entry.place = normalised(plan.title), normalised(plan.place)
    entry.starts_at, entry.ends_at = plan.starts_at, plan.ends_at
    line.attendees, line.prepared_by = plan.attendees, plan.prepared_by
    line.car, line.note = normalised(plan.car), normalised(plan.note)
    _save_entry(entry)
    line.entry = entry
    line.save()
    _seat(entry, _of_agency(schedule, plan.chair), [_of_agency(schedule, one) for one in plan.attending])


def _save_entry(entry: Entry) -> None:
    if entry.pk:
        entry.version += 1
        entry.sequence += 1
    entry.save()


def _parts(entry: Entry) -> list[Participation]:
    return list(entry.participations.select_related("appointment__person"))


def _seat(entry: Entry, chair: Appointment, attending: Sequence[Appointment]) -> None:
    """These and nobody else have a part in it, at its time."""
    wanted = {one.person_id: (one, _Role.ATTEND) for one in attending} | {chair.person_id: (chair, _Role.CHAIR)}
    busy = entry.state not in (Entry.State.POSTPONED, Entry.State.CANCELLED)
    entry.participations.exclude(person__in=wanted).delete()
    for person, (appointment, role) in wanted.items():
        Participation.objects.update_or_create(
            entry=entry,
            person_id=person,
            defaults={
                "appointment": appointment,
                "role": role,
                "starts_at": entry.starts_at,
                "ends_at": entry.ends_at,
                "busy": busy,
            },
        )
