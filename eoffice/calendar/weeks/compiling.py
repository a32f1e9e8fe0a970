"""The office puts the week together: accepts, merges, moves and declines what units registered, and writes lines of its own.

The row of the schedule is the lock of everything that is done to it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar.models import Entry, Resource, ScheduleRequest, WeekLine, WeekSchedule, WeekSettings
from eoffice.calendar.permissions import may_compile_week
from eoffice.calendar.weeks import addresses, changing, days, lines, products, resources
from eoffice.calendar.weeks.products import Said
from eoffice.calendar.weeks.registering import check_time
from eoffice.errors import Conflict, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit

_State = ScheduleRequest.State


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
    room: Resource | None = None
    vehicle: Resource | None = None
    """Of the catalogue; place and car are written from them."""
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
    """What was registered is done with by ``line``, which others asked for: its people come as well, also to the meeting it became.

    Raises as ``accept``; UserError("other-week").
    """
    found = _waiting(by, request, version)
    target = WeekLine.objects.select_for_update().get(pk=line.pk)
    if target.schedule_id != found.schedule_id:
        raise UserError("other-week", _("Chỉ gộp được vào một mục của cùng tuần."))
    people = [part.strip() for part in (target.attendees, found.attendees or found.unit.name) if part.strip()]
    target.attendees = "; ".join(dict.fromkeys(people))[:1000]
    lines.touched(by, target)
    _handled(by, found, _State.MERGED, target)
    if made := products.of(target):
        made[0].join(by, made[1], found.unit)
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
    locked = lines.locked_for(by, schedule)
    check_time(locked, plan.starts_at, plan.ends_at)
    line = _written(by, locked, plan)
    changing.added(by, line, reason)
    return line


@transaction.atomic
def change_line(by: Appointment, line: WeekLine, plan: Plan, *, version: int, reason: str = "") -> WeekLine:
    """Another content of a line. It waits for approval anew; after publication it says why (``reason``).

    Raises NotAllowed, Conflict("line-changed"), UserError("bad-time", "bad-leader", "reason-missing").
    """
    found = lines.locked_line(by, line, version)
    check_time(found.schedule, plan.starts_at, plan.ends_at)
    before = changing.Before.of(found)
    spoken = lines.said(found)
    _fill(by, found, plan)
    if before.differs(found):
        changing.changed(by, found, reason)
    lines.touched(by, found)
    log.record("week.line_changed", by=by, target=found)
    _go_along(by, found, spoken)
    return found


@transaction.atomic
def move_line(
    by: Appointment, line: WeekLine, leader: Appointment, slot: days.Slot, *, version: int, reason: str = ""
) -> WeekLine:
    """The same line with another chair or in another half-day; requests that stand in it are moved. Raises as ``change_line``."""
    found = lines.locked_line(by, line, version)
    before, spoken = changing.Before.of(found), lines.said(found)
    starts_at, ends_at = shifted(spoken.starts_at, spoken.ends_at, slot)
    chair = _of_agency(found.schedule, leader)
    others = [one for one in lines.attending(found) if one.person_id != chair.person_id]
    lines.say(found, replace(spoken, starts_at=starts_at, ends_at=ends_at, chair=chair), others)
    if before.differs(found):
        changing.changed(by, found, reason)
        found.requests.filter(state=_State.ACCEPTED).update(state=_State.MOVED)
    lines.touched(by, found)
    log.record("week.line_moved", by=by, target=found, to=slot.code)
    resources.follow(by, found)
    _go_along(by, found, spoken)
    return found


@transaction.atomic
def book_again(by: Appointment, line: WeekLine, *, version: int) -> WeekLine:
    """Try once more to have the room and the car that it wants. Raises NotAllowed, Conflict("line-changed")."""
    found = lines.locked_line(by, line, version)
    resources.follow(by, found)
    return found


@transaction.atomic
def take_out(by: Appointment, line: WeekLine, *, version: int, reason: str = "") -> None:
    """Out of the week again, before it is published: what units registered waits as before. What was made of the line is
    called off, for a reason.

    Raises NotAllowed, Conflict("line-changed", "week-published"), UserError("reason-missing").
    """
    found = lines.locked_line(by, line, version)
    if found.schedule.is_out:
        raise Conflict(
            "week-published",
            _("Lịch tuần đã đăng; mục đã đăng không bỏ đi được."),
            hint=_("Ghi “Hoãn” với lý do để người dự được báo."),
        )
    made = products.of(found)
    text = checked_reason(reason) if made else ""
    lines.remove(by, found)
    if made:
        made[0].call_off(by, made[1], text)


@transaction.atomic
def postpone(by: Appointment, line: WeekLine, *, reason: str, version: int) -> WeekLine:
    """It was published and does not take place: it stays in the week, struck through, with the reason.

    Raises NotAllowed, Conflict("line-changed", "week-not-published"), UserError("reason-missing").
    """
    found = lines.locked_line(by, line, version)
    if not found.schedule.is_out:
        raise Conflict("week-not-published", _("Lịch chưa đăng: bỏ mục này ra khỏi lịch thay vì ghi hoãn."))
    text = checked_reason(reason)
    changing.postponed(by, found, text)
    resources.follow(by, found)
    found.version += 1
    found.save()
    if made := products.of(found):
        made[0].call_off(by, made[1], text)
    return found


@transaction.atomic
def set_up(by: Appointment, settings: WeekSettings) -> None:
    """How the agency goes about its week from now on. Raises NotAllowed("may-not-compile")."""
    if not may_compile_week(by.person, settings.unit):
        raise lines.not_allowed()
    settings.save()
    log.record("week.settings_changed", by=by, target=settings)


def _go_along(by: Appointment, line: WeekLine, before: Said) -> None:
    """What was made of ``line`` says the same, where it said something else ``before``."""
    now, made = lines.said(line), products.of(line)
    if made and now != before:
        made[0].change(by, made[1], now)


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


def _waiting(by: Appointment, request: ScheduleRequest, version: int) -> ScheduleRequest:
    schedule = lines.locked_for(by, request.schedule)
    locked = ScheduleRequest.objects.select_for_update(of=("self",))
    found = locked.select_related("unit", "leader__person", "papers_by", "created_by__person", "room", "vehicle").get(
        pk=request.pk
    )
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
        room=request.room,
        vehicle=request.vehicle,
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
    _fill(by, line, plan)
    lines.reopened(schedule)
    log.record("week.line_added", by=by, target=line)
    return line


def _fill(by: Appointment, line: WeekLine, plan: Plan) -> None:
    entry, schedule = line.entry, line.schedule
    entry.kind, entry.visibility, entry.public_text = plan.kind, plan.visibility, normalised(plan.public_text)
    entry.title = normalised(plan.title)
    entry.place = plan.room.where[:250] if plan.room else normalised(plan.place)
    entry.starts_at, entry.ends_at = plan.starts_at, plan.ends_at
    line.attendees, line.prepared_by = plan.attendees, plan.prepared_by
    line.car, line.note = plan.vehicle.called[:120] if plan.vehicle else normalised(plan.car), normalised(plan.note)
    lines.save_entry(entry)
    line.entry = entry
    line.save()
    lines.seat(entry, _of_agency(schedule, plan.chair), [_of_agency(schedule, one) for one in plan.attending])
    resources.want(by, line, [one for one in (plan.room, plan.vehicle) if one])
