"""The chairs of a meeting's room: who sits where, and what they are doing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from eoffice.calendar.resource_forms import SEATS_EXAMPLE, SEATS_HELP
from eoffice.errors import NotAllowed, UserError
from eoffice.forms import ErrorsFromOperation
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, required
from meetings import permissions, seat_plans
from meetings.models import Meeting, SeatPlan
from meetings.views.fetching import visible_meeting


class LayoutForm(ErrorsFromOperation, forms.Form):
    """How the chairs stand."""

    layout = forms.CharField(
        label=gettext_lazy("Sơ đồ ghế"),
        max_length=seat_plans.LAYOUT_LIMIT,
        widget=forms.Textarea({"rows": 6, "placeholder": SEATS_EXAMPLE}),
        help_text=SEATS_HELP,
    )


@require_safe
@login_required
def meeting_seats(request: ActingRequest, pk: int) -> HttpResponse:
    """The chairs; with ``?seat=2-5`` that one is being given to somebody."""
    return _page(request, visible_meeting(request, pk))


@require_POST
@login_required
def seats_draw(request: ActingRequest, pk: int) -> HttpResponse:
    """Say how the chairs stand."""
    meeting, form = visible_meeting(request, pk), LayoutForm(request.POST)
    if form.is_valid():
        try:
            seat_plans.draw(required(request.acting), meeting, form.cleaned_data["layout"])
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã lưu sơ đồ ghế."))
            return redirect("meeting-seats", pk)
    return _page(request, meeting, form=form, status=422)


@require_POST
@login_required
def seat_give(request: ActingRequest, pk: int) -> HttpResponse:
    """Give one chair to somebody, or to nobody; the next free one is opened."""
    meeting = visible_meeting(request, pk)
    row, number = _seat_of(request.POST.get("seat", "")) or (0, 0)
    chosen = request.POST.get("attendee", "")
    try:
        attendee = number_of(chosen) if chosen else None
        if chosen and attendee is None:
            raise UserError("does-not-sit-here", _("Người này không dự tại phòng họp."), hint=_("Mở lại trang."))
        seat_plans.seat(required(request.acting), meeting, row=row, number=number, attendee=attendee)
    except NotAllowed:
        raise
    except UserError as error:
        return _page(request, meeting, error=error, status=error.status if error.status == 409 else 422)
    return redirect(f"{reverse('meeting-seats', args=[pk])}{_following(meeting, row, number) if attendee else ''}")


@require_POST
@login_required
def seats_fill(request: ActingRequest, pk: int) -> HttpResponse:
    """Give the free chairs in protocol order."""
    meeting = visible_meeting(request, pk)
    count = seat_plans.fill(required(request.acting), meeting)
    said = ngettext("Đã xếp chỗ cho %(count)d người.", "Đã xếp chỗ cho %(count)d người.", count) % {"count": count}
    messages.success(request, said if count else _("Không có ai chưa có chỗ, hoặc hết ghế trống."))
    return redirect("meeting-seats", pk)


def _page(
    request: ActingRequest,
    meeting: Meeting,
    *,
    form: LayoutForm | None = None,
    error: UserError | None = None,
    status: int = 200,
) -> HttpResponse:
    plan = SeatPlan.objects.filter(meeting=meeting).first()
    rows = seat_plans.shown(meeting, plan) if plan else []
    chairs = [chair for row in rows for block in row.blocks for chair in block]
    seated = {chair.attendee.pk for chair in chairs if chair.attendee}
    wanted = _seat_of(request.GET.get("seat", "") or request.POST.get("seat", ""))
    prepares = permissions.may_prepare(request.user, meeting) and meeting.state in _OPEN
    initial = plan.layout if plan else (meeting.room.seat_layout if meeting.room else "")
    people = seat_plans.who_sits(meeting)
    context: dict[str, Any] = {
        "meeting": meeting,
        "rows": rows,
        "prepares": prepares,
        "chosen": next((one for one in chairs if (one.row, one.number) == wanted), None) if prepares else None,
        "standing": [one for one in people if one.pk not in seated],
        "seated": [one for one in people if one.pk in seated],
        "counts": [(code, words, sum(one.state == code for one in chairs)) for code, words in _STATES],
        "form": form or LayoutForm(initial={"layout": initial}),
        "error": error,
    }
    return render(request, "meetings/seats.html", context, status=status)


_STATES = list(seat_plans.STATES.items())
_OPEN = (Meeting.State.DRAFT, Meeting.State.INVITED, Meeting.State.POSTPONED, Meeting.State.IN_SESSION)


def _seat_of(text: str) -> tuple[int, int] | None:
    """Row and number of "2-5"."""
    row, dash, number = text.partition("-")
    found = (number_of(row, digits=3), number_of(number, digits=3))
    return (found[0], found[1]) if dash and found[0] is not None and found[1] is not None else None


def _following(meeting: Meeting, row: int, number: int) -> str:
    """The next free chair as the query of its address, while somebody has none."""
    plan = SeatPlan.objects.get(meeting=meeting)
    chairs = [one for line in seat_plans.shown(meeting, plan) for block in line.blocks for one in block]
    later = [one for one in chairs if one.attendee is None and (one.row, one.number) > (row, number)]
    seated = {one.attendee.pk for one in chairs if one.attendee}
    if not later or all(one.pk in seated for one in seat_plans.who_sits(meeting)):
        return ""
    return f"?seat={later[0].row}-{later[0].number}#give"
