"""The desk: the grid of the week, its lines, the way to approval."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.calendar.models import ScheduleRequest, WeekLine, WeekSchedule
from eoffice.calendar.permissions import may_approve_week, may_compile_week
from eoffice.calendar.views.finding import Found, line_to_compile, week_to_work_at
from eoffice.calendar.week_forms import LineForm, MoveForm, ReasonForm, SettingsForm, initial_of_line
from eoffice.calendar.weeks import (
    addresses,
    approving,
    becoming,
    compiling,
    days,
    products,
    publishing,
    reading,
    resources,
)
from eoffice.calendar.weeks.products import Made
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, behind
from eoffice.organisation.models import Appointment, Unit


@require_safe
@login_required
def week_compile(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """Leaders across, half-days down, and what is still to be done before approval."""
    found, schedule = week_to_work_at(request, unit, day, "compiles")
    return _grid(request, found, schedule)


@require_POST
@login_required
def week_submit(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """To approval."""
    found, schedule = week_to_work_at(request, unit, day, "compiles")
    try:
        approving.submit(_desk(request, found.unit), schedule)
    except NotAllowed:
        raise
    except UserError as error:
        return _grid(request, found, schedule, error=error)
    messages.success(request, _("Đã trình duyệt. Người duyệt được báo."))
    return redirect("week-compile", unit, found.day)


@require_POST
@login_required
def week_conflict(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """A conflict may stand, by the reader's name and with a reason."""
    found, schedule = week_to_work_at(request, unit, day, "compiles")
    try:
        name, reason = request.POST.get("key", "")[:160], request.POST.get("reason", "")
        approving.accept_conflict(_desk(request, found.unit), schedule, name, reason=reason)
    except NotAllowed:
        raise
    except UserError as error:
        return _grid(request, found, schedule, error=error)
    messages.success(request, _("Đã ghi: chấp nhận trùng lịch."))
    return redirect("week-compile", unit, found.day)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_line_new(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """A line that nobody registered."""
    found, schedule = week_to_work_at(request, unit, day, "compiles")
    if request.method != "POST":
        form = LineForm(schedule=schedule, initial=_suggested(request, schedule))
        return _line_page(request, found, schedule, form)
    form = LineForm(request.POST, schedule=schedule)
    if form.is_valid():
        try:
            reason = form.cleaned_data.get("reason", "")
            compiling.add_line(_desk(request, found.unit), schedule, form.plan(), reason=reason)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã thêm mục lịch."))
            return redirect("week-compile", unit, found.day)
    return _line_page(request, found, schedule, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_line(request: ActingRequest, pk: int) -> HttpResponse:
    """One line, to be changed."""
    found, line = line_to_compile(request, pk)
    schedule = line.schedule
    if request.method != "POST":
        form = LineForm(schedule=schedule, initial=initial_of_line(line), became=bool(line.became))
        return _line_page(request, found, schedule, form, line=line)
    form = LineForm(request.POST, schedule=schedule, became=bool(line.became))
    status = 422
    if form.is_valid():
        try:
            data = form.cleaned_data
            by = _desk(request, found.unit)
            compiling.change_line(by, line, form.plan(), version=data["version"], reason=data.get("reason", ""))
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
            form.data = request.POST.copy()
            form.data["version"] = str(WeekLine.objects.get(pk=pk).version)
        else:
            messages.success(request, _("Đã lưu mục lịch."))
            return redirect("week-compile", found.unit.pk, found.day)
    return _line_page(request, found, schedule, form, line=line, status=status)


@require_POST
@login_required
def week_line_act(request: ActingRequest, pk: int, act: str) -> HttpResponse:
    """Move it, take it out, put it off."""
    found, line = line_to_compile(request, pk)
    by = _desk(request, found.unit)
    version = number_of(request.POST.get("version", ""), digits=9) or 0
    reason = request.POST.get("reason", "")
    try:
        if act == "move":
            form = MoveForm(request.POST, schedule=line.schedule)
            if not form.is_valid():
                raise UserError("bad-move", _("Chọn lãnh đạo, buổi và ghi lý do nếu lịch đã đăng."))
            compiling.move_line(by, line, form.cleaned_data["leader"], form.chosen, version=version, reason=reason)
            messages.success(request, _("Đã chuyển: %(title)s") % {"title": line.entry.title})
        elif act == "out":
            compiling.take_out(by, line, version=version, reason=reason)
            messages.success(request, _("Đã bỏ khỏi lịch: %(title)s") % {"title": line.entry.title})
        elif act == "book":
            compiling.book_again(by, line, version=version)
        elif act == "postpone":
            compiling.postpone(by, line, reason=reason, version=version)
            messages.success(request, _("Đã ghi hoãn. Đăng lại để người liên quan được báo."))
        else:
            raise Http404
    except NotAllowed:
        raise
    except UserError as error:
        return _grid(request, found, line.schedule, error=error)
    return redirect("week-compile", found.unit.pk, found.day)


@require_POST
@login_required
def week_line_meeting(request: ActingRequest, pk: int) -> HttpResponse:
    """A draft meeting is made of the line, once; the person goes on there."""
    found, line = line_to_compile(request, pk)
    try:
        made, left = becoming.become(_desk(request, found.unit), line)
    except NotAllowed:
        raise
    except UserError as error:
        form = LineForm(schedule=line.schedule, initial=initial_of_line(line), became=bool(line.became))
        return _line_page(request, found, line.schedule, form, line=line, error=error)
    shown = _made(request, made)
    messages.success(request, _("Đã lập dự thảo cuộc họp. Xem lại thành phần mời rồi gửi giấy mời."))
    if left:
        messages.warning(request, left)
    return redirect(shown.url if shown and shown.known else addresses.compiling(line.schedule))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_approve(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """The lines before who approves them: all at once, those that are chosen, or one returned with a reason."""
    found, schedule = week_to_work_at(request, unit, day, "approves")
    if request.method != "POST":
        return _approval(request, found, schedule)
    by = behind(request, lambda: may_approve_week(request.user, found.unit))
    try:
        if pk := number_of(request.POST.get("return", "")):
            line = get_object_or_404(WeekLine.objects.select_related("schedule"), pk=pk, schedule=schedule)
            reason = request.POST.get(f"reason-{pk}", "")
            version = number_of(request.POST.get(f"version-{pk}", ""), digits=9) or 0
            approving.give_back(by, line, reason=reason, version=version)
            messages.success(request, _("Đã trả lại mục lịch. Văn phòng được báo kèm lý do."))
        else:
            made = approving.approve(by, schedule, _chosen(request))
            whole = made.state == WeekSchedule.State.APPROVED
            messages.success(request, _("Đã duyệt cả lịch tuần.") if whole else _("Đã duyệt các mục được chọn."))
    except NotAllowed:
        raise
    except UserError as error:
        return _approval(request, found, schedule, error=error)
    return redirect("week-approve", unit, found.day)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week_settings(request: ActingRequest, unit: int) -> HttpResponse:
    """How the agency goes about its week, for its desk."""
    agency = get_object_or_404(Unit, pk=unit)
    if not may_compile_week(request.user, agency):
        raise Http404
    instance = days.settings_of(agency)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=instance)
    if request.method == "POST" and form.is_valid():
        compiling.set_up(_desk(request, agency), form.save(commit=False))
        messages.success(request, _("Đã lưu. Áp dụng cho các tuần chưa có đăng ký."))
        return redirect("week-list")
    return render(
        request, "calendar/week_settings.html", {"form": form, "unit": agency}, status=422 if form.errors else 200
    )


def _desk(request: ActingRequest, unit: Unit) -> Appointment:
    return behind(request, lambda: may_compile_week(request.user, unit))


def _chosen(request: ActingRequest) -> dict[int, int]:
    """The lines that are ticked, with the version that was read; all of them by "all"."""
    names = request.POST.getlist("all-lines" if "all" in request.POST else "line")
    numbers = [number for name in names if (number := number_of(name))]
    return {pk: number_of(request.POST.get(f"version-{pk}", ""), digits=9) or 0 for pk in numbers}


def _suggested(request: ActingRequest, schedule: WeekSchedule) -> dict[str, object]:
    slot = days.parsed_slot(request.GET.get("slot", ""), schedule.monday) or days.slots_of(schedule.monday)[0]
    begins = days.local(slot.begins_at)
    leader = number_of(request.GET.get("leader", ""))
    return {
        "day": slot.day.isoformat(),
        "starts": begins.time(),
        "ends": begins.replace(hour=begins.hour + 1, minute=30).time(),
        "chair": leader,
    }


def _grid(
    request: ActingRequest, found: Found, schedule: WeekSchedule, *, error: UserError | None = None
) -> HttpResponse:
    schedule = WeekSchedule.objects.select_related("unit").get(pk=schedule.pk)
    grid = reading.grid_of(schedule)
    returned = [line for line in grid.lines if line.review == WeekLine.Review.RETURNED]
    context = {
        "week": found,
        "schedule": schedule,
        "grid": grid,
        "returned": returned,
        "move": MoveForm(schedule=schedule, auto_id="move-%s"),
        "declined": schedule.requests.filter(state=ScheduleRequest.State.DECLINED).select_related("unit"),
        "settings": days.settings_of(found.unit),
        "publishing_at": days.publishing_at(days.settings_of(found.unit), schedule.monday),
        "unpublished": publishing.unpublished(schedule) if schedule.is_out else [],
        "error": error,
    }
    return render(request, "calendar/week_compile.html", context, status=_status(error))


def _line_page(
    request: ActingRequest,
    found: Found,
    schedule: WeekSchedule,
    form: LineForm,
    *,
    line: WeekLine | None = None,
    status: int = 200,
    error: UserError | None = None,
) -> HttpResponse:
    context = {
        "week": found,
        "schedule": schedule,
        "form": form,
        "line": line,
        "compared": reading.compared(line) if line else [],
        "postpone": ReasonForm(initial={"version": line.version}, auto_id="postpone-%s") if line else None,
        "changes": line.changes.select_related("by__person") if line else [],
        "made": _made(request, line) if line else None,
        "unmet": resources.unmet([line]) if line else [],
        "may_become": line is not None and becoming.may_become(line),
        "error": error,
    }
    return render(request, "calendar/week_line.html", context, status=_status(error) if error else status)


def _made(request: ActingRequest, line: WeekLine) -> Made | None:
    became = products.of(line)
    return became[0].describe(request.user, became[1]) if became else None


def _approval(
    request: ActingRequest, found: Found, schedule: WeekSchedule, *, error: UserError | None = None
) -> HttpResponse:
    schedule = WeekSchedule.objects.select_related("unit", "approved_by__person", "submitted_by__person").get(
        pk=schedule.pk
    )
    grid = reading.grid_of(schedule)
    accepted: dict[int, list[object]] = {}
    for one in grid.conflicts:
        for line in filter(None, (one.line, one.other_line)):
            accepted.setdefault(line.pk, []).append(one)
    lines = [
        {
            "line": line,
            "parts": reading.parts_of(line),
            "compared": reading.compared(line),
            "conflicts": accepted.get(line.pk, []),
            "unmet": [lack for lack in grid.unmet if lack.line == line],
            "reason": request.POST.get(f"reason-{line.pk}", ""),
        }
        for line in grid.lines
    ]
    may = found.rights.approves and schedule.state == WeekSchedule.State.COMPILED
    context = {"week": found, "schedule": schedule, "grid": grid, "lines": lines, "may_approve": may, "error": error}
    return render(request, "calendar/week_approve.html", context, status=_status(error))


def _status(error: UserError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, Conflict) else 422
