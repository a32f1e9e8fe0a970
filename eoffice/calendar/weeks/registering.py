"""Units register what they want of leaders' time (đăng ký lịch)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar.models import Entry, Resource, ScheduleRequest, WeekSchedule
from eoffice.calendar.permissions import may_register_week
from eoffice.calendar.weeks import addresses, days
from eoffice.calendar.weeks.desks import desk_people
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit

_State = ScheduleRequest.State


@dataclass(frozen=True)
class Wish:
    """What is asked: whose time, when, for what."""

    leader: Appointment
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    place: str = ""
    attendees: str = ""
    papers_by: Unit | None = None
    car: str = ""
    room: Resource | None = None
    vehicle: Resource | None = None
    """Of the catalogue; place and car are written from them."""
    priority: str = ScheduleRequest.Priority.NORMAL
    alternatives: str = ""
    kind: str = Entry.Kind.WORK
    visibility: str = Entry.Visibility.AGENCY
    public_text: str = ""


@transaction.atomic
def register(
    by: Appointment, unit: Unit, schedule: WeekSchedule, wish: Wish, *, key: uuid.UUID, send: bool
) -> ScheduleRequest:
    """Write down what ``unit`` asks, and ``send`` it to the desk. The same ``key`` registers nothing anew.

    Raises NotAllowed("may-not-register"), UserError("bad-time", "registration-closed").
    """
    if not may_register_week(by.person, schedule.unit, unit):
        raise NotAllowed(
            "may-not-register",
            _("Bạn không đăng ký lịch được cho đơn vị này."),
            hint=_("Người đứng đầu, cấp phó hoặc văn thư của đơn vị đăng ký."),
        )
    if known := ScheduleRequest.objects.filter(key=key).first():
        return known
    _check(schedule, wish)
    made = ScheduleRequest(key=key, schedule=schedule, unit=unit, created_by=by)
    _fill(made, wish)
    made.save()
    log.record("week.registered", by=by, target=made)
    if send:
        _send(by, made)
    return made


@transaction.atomic
def change(by: Appointment, request: ScheduleRequest, wish: Wish, *, version: int, send: bool) -> ScheduleRequest:
    """Another wish, as long as the desk has not dealt with it.

    Raises NotAllowed, Conflict("request-changed", "request-handled"), UserError("bad-time", "registration-closed").
    """
    found = _own(by, request, version)
    _check(found.schedule, wish)
    _fill(found, wish)
    found.version += 1
    found.save()
    log.record("week.request_changed", by=by, target=found)
    if send and found.state == _State.DRAFT:
        _send(by, found)
    return found


@transaction.atomic
def withdraw(by: Appointment, request: ScheduleRequest, *, version: int) -> None:
    """Take back what the desk has not dealt with: it is a draft again; a draft is deleted."""
    found = _own(by, request, version)
    log.record("week.withdrawn", by=by, target=found)
    if found.state == _State.DRAFT:
        found.delete()
        return
    found.state, found.submitted_at, found.late = _State.DRAFT, None, False
    found.version += 1
    found.save()


def _own(by: Appointment, request: ScheduleRequest, version: int) -> ScheduleRequest:
    locked = ScheduleRequest.objects.select_for_update(of=("self",)).select_related("schedule__unit", "unit", "leader")
    found = locked.get(pk=request.pk)
    if not may_register_week(by.person, found.schedule.unit, found.unit):
        raise NotAllowed("may-not-register", _("Bạn không sửa được đăng ký của đơn vị này."))
    if found.state not in (_State.DRAFT, _State.SUBMITTED):
        raise Conflict(
            "request-handled",
            _("Văn phòng đã xử lý đăng ký này."),
            hint=_("Nếu cần thay đổi, liên hệ văn phòng."),
        )
    if found.version != version:
        raise Conflict(
            "request-changed",
            _("Đăng ký này vừa được sửa. Nội dung của bạn chưa được lưu."),
            hint=_("Xem lại rồi lưu lần nữa."),
        )
    return found


def _check(schedule: WeekSchedule, wish: Wish) -> None:
    check_time(schedule, wish.starts_at, wish.ends_at)
    if wish.leader.unit_id != schedule.unit_id:
        text = _("Chọn lãnh đạo của %(unit)s.") % {"unit": schedule.unit.name}
        raise UserError("bad-leader", text, fields={"leader": text})


def check_time(schedule: WeekSchedule, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """Raises UserError("bad-time") unless it lies in the week and ends after it begins."""
    if ends_at <= starts_at:
        text = _("Giờ kết thúc phải sau giờ bắt đầu.")
        raise UserError("bad-time", text, fields={"ends": text})
    first, last = days.bounds(schedule.monday)
    if not (first <= starts_at and ends_at <= last):
        text = _("Chọn ngày trong tuần từ %(first)s đến %(last)s.") % {
            "first": f"{schedule.monday:%d/%m/%Y}",
            "last": f"{schedule.sunday:%d/%m/%Y}",
        }
        raise UserError("bad-time", text, fields={"day": text})


def _fill(request: ScheduleRequest, wish: Wish) -> None:
    request.leader, request.kind = wish.leader, wish.kind
    request.starts_at, request.ends_at = wish.starts_at, wish.ends_at
    request.title, request.room, request.vehicle = normalised(wish.title), wish.room, wish.vehicle
    request.place = wish.room.where[:250] if wish.room else normalised(wish.place)
    request.car = wish.vehicle.called[:120] if wish.vehicle else normalised(wish.car)
    request.attendees, request.papers_by = wish.attendees, wish.papers_by
    request.priority, request.alternatives = wish.priority, wish.alternatives
    request.visibility, request.public_text = wish.visibility, normalised(wish.public_text)


def _send(by: Appointment, request: ScheduleRequest) -> None:
    now = timezone.now()
    schedule = request.schedule
    late = now > schedule.cut_off
    if late and days.settings_of(schedule.unit).refuse_late:
        raise UserError(
            "registration-closed",
            _("Đã hết hạn đăng ký lịch tuần này (%(at)s).")
            % {"at": f"{timezone.localtime(schedule.cut_off):%H:%M, %d/%m/%Y}"},
            hint=_("Lưu nháp để giữ nội dung và liên hệ văn phòng."),
        )
    request.state, request.submitted_at, request.late = _State.SUBMITTED, now, late
    request.save()
    log.record("week.request_sent", by=by, target=request, late=late)
    if late:
        url = addresses.compiling(schedule)
        people = [one for one in desk_people(schedule.unit) if one.pk != by.person_id]
        told = notify.without_unread(people, kind="week.late_request", url=url)
        notify.send(
            told,
            kind="week.late_request",
            title=lambda: _("Có đăng ký lịch tuần gửi sau hạn"),
            body=f"{request.unit.name}: {request.title}",
            url=url,
        )
