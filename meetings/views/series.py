"""Recurring meetings: the list, one series, beginning, changing, leaving out, ending."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import permissions, repeating, series_changes, series_days_off, series_page
from meetings.forms import InviteForm
from meetings.models import Meeting, MeetingSeries, Role, SeriesLine, SeriesOccurrence
from meetings.series_forms import EndForm, LeaveOutForm, SeriesForm, StandardItemForm
from meetings.views.fetching import unless_barred, visible_meeting
from meetings.views.planning import form_page, organisers_with

PAGE_SIZE = 25


@require_safe
@login_required
def series_list(request: ActingRequest) -> HttpResponse:
    """The series the reader may know of; a fixed number of queries."""
    now = timezone.now()
    page = Paginator(series_page.listed(request.user, now), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "meetings/series_list.html", {"page": page, "may_create": request.acting is not None})


@require_safe
@login_required
def series_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """Rule, times to come, times that are over, what the last ones hand on, whom each invites."""
    return page(request, visible_series(request, pk))


@form_page
@login_required
def series_create(request: ActingRequest) -> HttpResponse:
    """Begin a series; with ``like`` a meeting of the reader's that is to come back."""
    by = acting.required(request.acting)
    organisers = permissions.organisers_for(by)
    like = _like(request)
    if request.method != "POST":
        form = SeriesForm(initial=SeriesForm.beginning(by, like), organisers=organisers)
        return render(request, "meetings/series_form.html", {"form": form, "like": like})
    form = SeriesForm(request.POST, organisers=organisers)
    if form.is_valid():
        key = form.cleaned_data["key"] or uuid.uuid4()
        try:
            shown = None if repeating.begun(by, key) else series_changes.preview_of_new(by, form.outline(), like)
            if shown and shown.hindered and form.cleaned_data["seen"] != shown.fingerprint:
                return render(request, "meetings/series_form.html", {"form": form, "like": like, "preview": shown})
            made = repeating.begin(by, form.outline(), key=key, like=like)
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã lập lịch họp định kỳ. Các cuộc họp sắp tới đã được tạo ở dạng dự thảo."))
            return redirect("series-detail", made.pk)
    return render(request, "meetings/series_form.html", {"form": form, "like": like}, status=422)


@form_page
@login_required
def series_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change all times to come, or those ``from`` a meeting on: the first press shows which meetings change, the second does it."""
    series = visible_series(request, pk)
    by = acting.required(request.acting)
    repeating.check_may_change(request.user, series)
    row = _from(request, series)
    since = row.day if row else None
    organisers = organisers_with(by, series.organiser)
    context: dict[str, Any] = {"series": series, "since": row.meeting if row else None}
    if request.method != "POST":
        context["form"] = SeriesForm(initial=SeriesForm.of_series(series, since), organisers=organisers)
        return render(request, "meetings/series_form.html", context)
    form = context["form"] = SeriesForm(request.POST, organisers=organisers)
    if not form.is_valid():
        return render(request, "meetings/series_form.html", context, status=422)
    try:
        return _change(request, series, form, since, context)
    except NotAllowed:
        raise
    except UserError as error:
        form.blame(error)
        return render(request, "meetings/series_form.html", context, status=422)


def _change(
    request: ActingRequest, series: MeetingSeries, form: SeriesForm, since: dt.date | None, context: dict[str, Any]
) -> HttpResponse:
    by = acting.required(request.acting)
    outline, first = form.outline(since), since or timezone.localdate()
    version, seen = form.cleaned_data["version"] or 0, form.cleaned_data["seen"]
    status = 200
    if seen:
        try:
            series_changes.change(by, series, outline, since=first, version=version, seen=seen)
        except Conflict as error:
            context["conflict"], status = error, 409
            series.refresh_from_db()
        else:
            messages.success(request, _("Đã lưu lịch họp định kỳ."))
            return redirect("series-detail", series.pk)
    elif version != series.version:
        context["conflict"], status = series_changes.outdated(), 409
    context["preview"] = series_changes.warn(series_changes.preview(by, series, outline, first), request.user)
    data = request.POST.copy()
    data["version"] = str(series.version)
    form.data = data
    return render(request, "meetings/series_form.html", context, status=status)


@form_page
@login_required
def series_end(request: ActingRequest, pk: int) -> HttpResponse:
    """Hold no more, with a reason."""
    series = visible_series(request, pk)
    by = acting.required(request.acting)
    form = EndForm(request.POST or None, initial={"made": "keep"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        repeating.end(by, series, reason=data["reason"], cancel=data["made"] == "cancel")
        messages.success(request, _("Đã dừng lịch họp định kỳ."))
        return redirect("series-detail", series.pk)
    repeating.check_may_change(request.user, series)
    rows = repeating.untouched(series)
    context = {"series": series, "form": form, "rows": rows}
    return render(request, "meetings/series_end.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def series_leave_out(request: ActingRequest, pk: int) -> HttpResponse:
    """Hold no meeting at a time that has none yet."""
    series = visible_series(request, pk)
    by = acting.required(request.acting)
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        return page(request, series, status=422, wrong_day=request.POST.get("day", ""), leave_out=form)
    try:
        repeating.leave_out(by, series, form.cleaned_data["day"], reason=form.cleaned_data["reason"])
    except UserError as error:
        form.blame(unless_barred(error))
        return page(request, series, status=422, wrong_day=request.POST.get("day", ""), leave_out=form)
    messages.success(request, _("Đã bỏ kỳ họp."))
    return redirect("series-detail", pk)


@require_POST
@login_required
def series_take_in(request: ActingRequest, pk: int) -> HttpResponse:
    """Hold the time after all."""
    series = visible_series(request, pk)
    by = acting.required(request.acting)
    form = LeaveOutForm({"day": request.POST.get("day", ""), "reason": "-"})
    if form.is_valid():
        repeating.take_in(by, series, form.cleaned_data["day"])
    else:
        repeating.check_may_change(request.user, series)
    return redirect("series-detail", pk)


@require_POST
@login_required
def series_line_create(request: ActingRequest, pk: int) -> HttpResponse:
    """Invite everything chosen in the pickers, in the meetings made from now on."""
    series = visible_series(request, pk)
    by = acting.required(request.acting)
    form = InviteForm(request.POST)
    if form.is_valid():
        chosen = form.chosen()
        if not chosen:
            messages.error(request, _("Chọn ít nhất một nhóm, đơn vị hoặc cá nhân để mời."))
        repeating.add_lines(by, series, chosen, role=form.cleaned_data["role"] or Role.INVITED)
    else:
        messages.error(request, _("Có mục không còn tồn tại. Chọn lại thành phần mời."))
    return redirect("series-detail", pk)


@require_POST
@login_required
def series_line_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """Take one line out, in the meetings made from now on."""
    known = MeetingSeries.objects.visible_to(request.user).values("pk")
    line = get_object_or_404(SeriesLine.objects.select_related("series"), pk=pk, series__in=known)
    repeating.remove_line(acting.required(request.acting), line)
    return redirect("series-detail", line.series_id)


@require_POST
@login_required
def series_time_move(request: ActingRequest, pk: int) -> HttpResponse:
    """An issued meeting goes to the day that the calendar of now gives."""
    row = _time(request, pk)
    by = acting.required(request.acting)
    form = LeaveOutForm({"day": request.POST.get("day", ""), "reason": "-"})
    if not form.is_valid():
        raise series_changes.outdated()
    series_days_off.move(by, row, form.cleaned_data["day"])
    messages.success(request, _("Đã chuyển kỳ họp và gửi lại giấy mời."))
    return redirect("series-detail", row.series_id)


@require_POST
@login_required
def series_time_keep(request: ActingRequest, pk: int) -> HttpResponse:
    """An issued meeting stays on its day, whatever the calendar says now."""
    row = _time(request, pk)
    series_days_off.keep(acting.required(request.acting), row)
    messages.success(request, _("Đã giữ ngày đang mời."))
    return redirect("series-detail", row.series_id)


def _time(request: ActingRequest, pk: int) -> SeriesOccurrence:
    known = MeetingSeries.objects.visible_to(request.user).order_by().values("pk")
    return get_object_or_404(SeriesOccurrence.objects.select_related("series"), pk=pk, series__in=known)


def page(request: ActingRequest, series: MeetingSeries, status: int = 200, **more: Any) -> HttpResponse:
    """The page of ``series``, as it is after something was said that could not be done (``more``)."""
    context = {**series_page.of_page(request.user, series), **more}
    if context["can_change"]:
        context["invite"] = InviteForm()
        context.setdefault("new_item", StandardItemForm(initial={"minutes": 15, "key": uuid.uuid4()}))
        typed = more.get("typed_item")
        context["items"] = [
            (item, typed if typed and typed.prefix == f"item-{item.pk}" else StandardItemForm.of(item))
            for item in context["items"]
        ]
        context.setdefault("leave_out", LeaveOutForm())
    return render(request, "meetings/series_detail.html", context, status=status)


def visible_series(request: ActingRequest, pk: int) -> MeetingSeries:
    """The series, if the reader may know of it; else 404."""
    related = ("type", "organiser", "chair__person", "chair__position", "chair__unit", "secretary__person",
               "secretary__position", "secretary__unit", "created_by__person", "ended_by__person", "room")  # fmt: skip
    return get_object_or_404(MeetingSeries.objects.visible_to(request.user).select_related(*related), pk=pk)


def _like(request: ActingRequest) -> Meeting | None:
    number = request.GET.get("like", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    meeting = visible_meeting(request, int(number))
    return meeting if permissions.may_prepare(request.user, meeting) else None


def _from(request: ActingRequest, series: MeetingSeries) -> SeriesOccurrence | None:
    """The time from which on is changed; None: all to come."""
    number = request.GET.get("from", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return get_object_or_404(series.occurrences.select_related("meeting"), meeting=int(number))
