"""Registering for a week, and what becomes of it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.calendar.models import ScheduleRequest, WeekLine, WeekSchedule
from eoffice.calendar.permissions import may_compile_week, may_register_week
from eoffice.calendar.views.finding import visible_request, week_to_work_at
from eoffice.calendar.week_forms import MoveForm, ReasonForm, WishForm, initial_of_wish
from eoffice.calendar.weeks import compiling, conflicts, days, reading, registering
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, behind, required
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of

_State = ScheduleRequest.State


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_register(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """The form of a registration; "save" keeps it as a draft, "send" gives it to the desk."""
    found, schedule = week_to_work_at(request, unit, day, "registers")
    units = _units(request, found.unit)
    if request.method != "POST":
        form = WishForm(schedule=schedule, units=units, initial=_suggested(schedule))
        return _form(request, schedule, form)
    form = WishForm(request.POST, schedule=schedule, units=units)
    if not form.is_valid():
        return _form(request, schedule, form, status=422)
    send = "send" in request.POST
    try:
        chosen = form.cleaned_data["unit"]
        by = behind(request, lambda: may_register_week(request.user, found.unit, chosen))
        made = registering.register(by, chosen, schedule, form.wish(), key=form.cleaned_data["key"], send=send)
    except NotAllowed:
        raise
    except UserError as error:
        form.blame(error)
        return _form(request, schedule, form, status=422)
    _said(request, made)
    return redirect("week-request", made.pk)


@require_safe
@login_required
def week_check(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """What stands against the leader and the time that are being typed; nothing while they are not complete."""
    _found, schedule = week_to_work_at(request, unit, day, "registers")
    form = WishForm(request.GET, schedule=schedule, units=[])
    form.is_valid()
    data = form.cleaned_data
    clashes = None
    if all(data.get(name) for name in ("leader", "day", "starts", "ends")) and data["starts"] < data["ends"]:
        but = number_of(request.GET.get("but", ""))
        wanted = [data[name] for name in ("room", "vehicle") if data.get(name)]
        clashes = conflicts.of_wish(schedule, data["leader"], *form.moments(), resources=wanted, but=but)
    return render(request, "calendar/_week_clashes.html", {"clashes": clashes})


@require_safe
@login_required
def week_request(request: ActingRequest, pk: int) -> HttpResponse:
    """One registration: what was asked, what became of it, what may be done."""
    return _page(request, visible_request(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_request_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Another wish, by the unit that registered it."""
    found = visible_request(request, pk)
    if not may_register_week(request.user, found.schedule.unit, found.unit):
        raise Http404
    if request.method != "POST":
        form = WishForm(schedule=found.schedule, units=[found.unit], initial=initial_of_wish(found))
        return _form(request, found.schedule, form, found=found)
    form = WishForm(request.POST, schedule=found.schedule, units=[found.unit])
    if not form.is_valid():
        return _form(request, found.schedule, form, found=found, status=422)
    try:
        by = behind(request, lambda: may_register_week(request.user, found.schedule.unit, found.unit))
        version = form.cleaned_data["version"]
        made = registering.change(by, found, form.wish(), version=version, send="send" in request.POST)
    except NotAllowed:
        raise
    except UserError as error:
        form.blame(error)
        now = ScheduleRequest.objects.get(pk=pk)
        form.data = request.POST.copy()
        form.data["version"] = str(now.version)
        return _form(request, found.schedule, form, found=found, status=error.status if error.status == 409 else 422)
    _said(request, made)
    return redirect("week-request", pk)


@require_POST
@login_required
def week_request_act(request: ActingRequest, pk: int, act: str) -> HttpResponse:
    """Withdraw it, or, at the desk: accept, move, merge, decline."""
    found = visible_request(request, pk)
    acts = {"withdraw": _withdraw, "accept": _accept, "move": _move, "merge": _merge, "decline": _decline}
    if act not in acts:
        raise Http404
    try:
        return acts[act](request, found)
    except NotAllowed:
        raise
    except UserError as error:
        return _page(request, visible_request(request, pk), error=error)


def _withdraw(request: ActingRequest, found: ScheduleRequest) -> HttpResponse:
    schedule, was_draft = found.schedule, found.state == _State.DRAFT
    by = behind(request, lambda: may_register_week(request.user, schedule.unit, found.unit))
    registering.withdraw(by, found, version=_version(request))
    if was_draft:
        messages.success(request, _("Đã xóa bản nháp."))
        return redirect("week", schedule.unit_id, schedule.monday.isoformat())
    messages.success(request, _("Đã rút đăng ký. Nội dung được giữ lại thành bản nháp."))
    return redirect("week-request", found.pk)


def _accept(request: ActingRequest, found: ScheduleRequest) -> HttpResponse:
    compiling.accept(_at_desk(request, found), found, version=_version(request))
    messages.success(request, _("Đã xếp lịch: %(title)s") % {"title": found.title})
    return _to_grid(found.schedule)


def _move(request: ActingRequest, found: ScheduleRequest) -> HttpResponse:
    form = MoveForm(request.POST, schedule=found.schedule)
    if not form.is_valid():
        raise UserError("bad-move", _("Chọn lãnh đạo và buổi."))
    by = _at_desk(request, found)
    compiling.move(by, found, form.cleaned_data["leader"], form.chosen, version=form.cleaned_data["version"])
    messages.success(request, _("Đã xếp lịch: %(title)s") % {"title": found.title})
    return _to_grid(found.schedule)


def _merge(request: ActingRequest, found: ScheduleRequest) -> HttpResponse:
    line = WeekLine.objects.filter(schedule=found.schedule, pk=number_of(request.POST.get("line", "")) or 0).first()
    if line is None:
        raise UserError("bad-merge", _("Chọn mục lịch để gộp vào."))
    compiling.merge(_at_desk(request, found), found, line, version=_version(request))
    messages.success(request, _("Đã gộp vào: %(title)s") % {"title": line.entry.title})
    return _to_grid(found.schedule)


def _decline(request: ActingRequest, found: ScheduleRequest) -> HttpResponse:
    reason = request.POST.get("reason", "")
    compiling.decline(_at_desk(request, found), found, reason=reason, version=_version(request))
    messages.success(request, _("Đã từ chối. Đơn vị được báo kèm lý do."))
    return _to_grid(found.schedule)


def _at_desk(request: ActingRequest, found: ScheduleRequest) -> Any:
    return behind(request, lambda: may_compile_week(request.user, found.schedule.unit))


def _to_grid(schedule: WeekSchedule) -> HttpResponse:
    return redirect("week-compile", schedule.unit_id, schedule.monday.isoformat())


def _version(request: ActingRequest) -> int:
    return number_of(request.POST.get("version", ""), digits=9) or 0


def _units(request: ActingRequest, agency: Unit) -> list[Unit]:
    """Those of the agency's tree for which the reader registers."""
    own = Unit.objects.below(agency).filter(pk__in=standing_of(request.user).represents)
    acting = request.acting.unit_id if request.acting else 0
    return sorted(own, key=lambda unit: (unit.pk != acting, unit.path))


def _suggested(schedule: WeekSchedule) -> dict[str, object]:
    return {"day": schedule.monday.isoformat(), "starts": dt.time(8), "ends": dt.time(9, 30)}


def _said(request: ActingRequest, made: ScheduleRequest) -> None:
    if made.state == _State.DRAFT:
        messages.success(request, _("Đã lưu bản nháp. Văn phòng chưa nhận được."))
    elif made.late:
        messages.warning(request, _("Đã gửi đăng ký sau hạn. Văn phòng được báo là đăng ký muộn."))
    else:
        messages.success(request, _("Đã gửi đăng ký đến văn phòng."))


def _form(
    request: ActingRequest,
    schedule: WeekSchedule,
    form: WishForm,
    *,
    found: ScheduleRequest | None = None,
    status: int = 200,
) -> HttpResponse:
    required(request.acting)
    late = timezone.now() > schedule.cut_off
    context = {
        "schedule": schedule,
        "form": form,
        "found": found,
        "late": late,
        "settings": days.settings_of(schedule.unit),
    }
    return render(request, "calendar/week_register.html", context, status=status)


def _page(request: ActingRequest, found: ScheduleRequest, *, error: UserError | None = None) -> HttpResponse:
    schedule = found.schedule
    compiles = may_compile_week(request.user, schedule.unit)
    waits = found.state == _State.SUBMITTED
    lines = reading.lines_of(schedule) if found.line_id or (compiles and waits) else []
    line = next((one for one in lines if one.pk == found.line_id), None)
    registers = may_register_week(request.user, schedule.unit, found.unit)
    slot = days.slot_of(found.starts_at).code
    context = {
        "found": found,
        "schedule": schedule,
        "line": line,
        "differences": list(reading.differences(found, line)) if line else [],
        "lines": lines,
        "may_change": registers and found.state in (_State.DRAFT, _State.SUBMITTED),
        "may_handle": compiles and waits,
        "compiles": compiles,
        "clashes": _clashes(found) if waits else [],
        "move": MoveForm(
            schedule=schedule,
            initial={"version": found.version, "leader": found.leader_id, "slot": slot},
            auto_id="move-%s",
        ),
        "decline": ReasonForm(
            initial={"version": found.version, "reason": request.POST.get("reason", "")}, auto_id="decline-%s"
        ),
        "error": error,
    }
    return render(request, "calendar/week_request.html", context, status=_status(error))


def _status(error: UserError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 422


def _clashes(found: ScheduleRequest) -> list[conflicts.Clash]:
    wanted = [one for one in (found.room, found.vehicle) if one]
    times = (found.starts_at, found.ends_at)
    return conflicts.of_wish(found.schedule, found.leader, *times, resources=wanted, but=found.pk)
