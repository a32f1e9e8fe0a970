"""Bookings that come back: made together, confirmed one by one, called off from one on."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.calendar import repeating
from eoffice.calendar import resource_permissions as permissions
from eoffice.calendar.resource_forms import BookingForm, ReasonForm, RepeatForm, TimesForm
from eoffice.calendar.views.bookings import booking_page, visible_booking
from eoffice.calendar.views.resources import visible_resource
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, behind, required


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def resource_repeat(request: ActingRequest, pk: int) -> HttpResponse:
    """Book it on days that come back."""
    resource = visible_resource(request, pk)
    by = required(request.acting)
    units = permissions.units_for(by)
    context: dict[str, Any] = {"resource": resource, "direct": permissions.may_administer(request.user, resource)}
    if request.method != "POST":
        initial = BookingForm.starting(TimesForm(request.GET), units, purpose=request.GET.get("purpose", "")[:320])
        initial |= {"repeat_every": "week", "repeat_weekdays": [initial["day"].weekday()]}
        form = RepeatForm(initial=initial, resource=resource, units=units)
        return render(request, "calendar/repeat.html", {**context, "form": form})
    form = RepeatForm(request.POST, resource=resource, units=units)
    status = 422
    if form.is_valid():
        days, words, unconfirmed = form.days()
        try:
            if unconfirmed:
                raise _unknown_days(unconfirmed)
            key = form.cleaned_data["key"] or uuid.uuid4()
            made = repeating.book(by, form.wish(), days, words=words, key=key, skip=form.cleaned_data["skip"])
        except NotAllowed:
            raise
        except repeating.SeriesTaken as error:
            form.blame(error)
            context["attempts"] = error.attempts
            status = 409
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            count = made.bookings.count()
            said = ngettext("Đã đặt %(count)d lượt.", "Đã đặt %(count)d lượt.", count) % {"count": count}
            messages.success(request, said)
            return redirect("booking-list")
    return render(request, "calendar/repeat.html", {**context, "form": form}, status=status)


@require_POST
@login_required
def booking_confirm(request: ActingRequest, pk: int) -> HttpResponse:
    """It is still wanted."""
    booking = visible_booking(request, pk)
    by = behind(request, lambda: permissions.is_theirs(request.user, booking))
    try:
        repeating.confirm(by, booking)
    except Conflict as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, _("Đã xác nhận còn sử dụng."))
    return redirect("booking-detail", pk)


@require_POST
@login_required
def booking_cancel_following(request: ActingRequest, pk: int) -> HttpResponse:
    """Call off this one and those of its series after it."""
    booking, form = visible_booking(request, pk), ReasonForm(request.POST)
    if booking.series is None or not form.is_valid():
        return booking_page(request, booking, form=form, status=422)
    by = behind(request, lambda: permissions.may_cancel(request.user, booking))
    try:
        count = repeating.cancel_following(by, booking, reason=form.cleaned_data["reason"])
    except NotAllowed:
        raise
    except UserError as error:
        form.blame(error)
        return booking_page(request, visible_booking(request, pk), form=form, status=422)
    messages.success(request, ngettext("Đã hủy %(count)d lượt.", "Đã hủy %(count)d lượt.", count) % {"count": count})
    return redirect("booking-detail", pk)


def _unknown_days(year: int) -> UserError:
    sentence = _("Lịch làm việc năm %(year)d chưa được xác nhận nên chưa biết ngày nghỉ. Chọn ngày kết thúc sớm hơn.")
    return UserError("unconfirmed-year", sentence % {"year": year}, fields={"repeat_until": sentence % {"year": year}})
