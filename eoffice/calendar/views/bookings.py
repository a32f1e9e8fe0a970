"""Booking, one's own bookings, and the inbox of who lends."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.audit.history import entries_of, page_of
from eoffice.calendar import booking as bookings
from eoffice.calendar import resource_permissions as permissions
from eoffice.calendar.booking_history import tell
from eoffice.calendar.models import Booking
from eoffice.calendar.resource_forms import BookingForm, ReasonForm, TimesForm
from eoffice.calendar.views.resources import visible_resource
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, behind, required
from eoffice.organisation.models import Unit

PAGE = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_required
def resource_book(request: ActingRequest, pk: int) -> HttpResponse:
    """Book it; while the time is typed the page says whether it is free."""
    resource = visible_resource(request, pk)
    by = required(request.acting)
    units = permissions.units_for(by)
    context: dict[str, Any] = {"resource": resource, "direct": permissions.may_administer(request.user, resource)}
    if request.method != "POST":
        asked = BookingForm.starting(TimesForm(request.GET), units, purpose=request.GET.get("purpose", "")[:320])
        form = BookingForm(initial=asked, resource=resource, units=units)
        return render(request, "calendar/book.html", {**context, "form": form})
    form = BookingForm(request.POST, resource=resource, units=units)
    status = 422
    if form.is_valid():
        try:
            made = bookings.book(by, form.wish(), key=form.cleaned_data["key"] or uuid.uuid4())
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            pending = made.state == Booking.State.PENDING
            messages.success(
                request,
                _("Đã gửi đề nghị. Chỗ được giữ trong lúc chờ duyệt.") if pending else _("Đã đặt."),
            )
            return redirect("booking-detail", made.pk)
    return render(request, "calendar/book.html", {**context, "form": form}, status=status)


@form_page
@login_required
def booking_change(request: ActingRequest, pk: int) -> HttpResponse:
    """Move it, or say something else of it."""
    booking = visible_booking(request, pk)
    by = behind(request, lambda: permissions.may_change(request.user, booking))
    if not permissions.may_change(request.user, booking) or not booking.holds:
        return redirect("booking-detail", pk)
    units = _units(permissions.units_for(by), booking.unit)
    context: dict[str, Any] = {
        "resource": booking.resource,
        "booking": booking,
        "direct": permissions.may_administer(request.user, booking.resource),
    }
    if request.method != "POST":
        form = BookingForm(initial=BookingForm.of_booking(booking), resource=booking.resource, units=units)
        return render(request, "calendar/book.html", {**context, "form": form})
    form = BookingForm(request.POST, resource=booking.resource, units=units)
    status = 422
    if form.is_valid():
        try:
            bookings.change(by, booking, form.wish(), version=form.cleaned_data["version"] or 0)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
            if error.code == "booking-changed":
                saved = visible_booking(request, pk)
                form.data = {**request.POST.dict(), "version": str(saved.version)}
                context["saved"] = saved
        else:
            messages.success(request, _("Đã lưu lượt đặt."))
            return redirect("booking-detail", pk)
    return render(request, "calendar/book.html", {**context, "form": form}, status=status)


@require_safe
@login_required
def booking_list(request: ActingRequest) -> HttpResponse:
    """Bookings of the reader and of units they answer for; those to come first."""
    concerning = Booking.objects.concerning(request.user)
    now = timezone.now()
    coming = concerning.holding().filter(ends_at__gt=now)
    past = concerning.exclude(pk__in=coming.values("pk")).order_by("-starts_at", "-pk")
    tabs: list[tuple[str, str, Any]] = [
        ("coming", _("Sắp tới"), coming),
        ("past", _("Đã qua, đã hủy"), past),
    ]
    tab = "past" if request.GET.get("tab") == "past" else "coming"
    chosen = {name: rows for name, _label, rows in tabs}[tab]
    context = {
        "tab": tab,
        "tabs": [(name, label, rows.count()) for name, label, rows in tabs],
        "page": Paginator(chosen.with_people(), PAGE).get_page(request.GET.get("page")),
        "waiting": Booking.objects.waiting_for(request.user).count(),
        "lends": permissions.may_add(request.user),
    }
    return render(request, "calendar/bookings.html", context)


@require_safe
@login_required
def booking_inbox(request: ActingRequest) -> HttpResponse:
    """What waits for the units in whose name the reader answers; the soonest first."""
    waiting = Booking.objects.waiting_for(request.user).with_people().select_related("booked_by__position")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    return render(request, "calendar/inbox.html", {"page": page, "form": ReasonForm(), "wrong": None})


@require_safe
@login_required
def booking_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One booking and what can be done with it."""
    return booking_page(request, visible_booking(request, pk))


@require_safe
@login_required
def booking_history(request: ActingRequest, pk: int) -> HttpResponse:
    """Everything that was done about it: for those who may read what it is for."""
    booking = visible_booking(request, pk)
    page = page_of(entries_of(Booking, pk), tell, request.GET.get("page"))
    context = {"page": page, "heading": str(booking), "back": reverse("booking-detail", args=[pk])}
    return render(request, "audit/history.html", context)


@require_POST
@login_required
def booking_cancel(request: ActingRequest, pk: int) -> HttpResponse:
    """Call it off."""

    def act(booking: Booking, form: ReasonForm) -> str:
        by = behind(request, lambda: permissions.may_cancel(request.user, booking))
        bookings.cancel(by, booking, reason=form.cleaned_data["reason"])
        return _("Đã hủy lượt đặt.")

    return _acted(request, pk, act)


@require_POST
@login_required
def booking_answer(request: ActingRequest, pk: int) -> HttpResponse:
    """Accept it, or refuse it with a reason."""

    def act(booking: Booking, form: ReasonForm) -> str:
        by = behind(request, lambda: permissions.may_administer(request.user, booking.resource))
        accept = request.POST.get("answer") == "accept"
        bookings.answer(by, booking, accept=accept, reason=form.cleaned_data["reason"])
        return _("Đã duyệt.") if accept else _("Đã từ chối, người đặt nhận được lý do.")

    return _acted(request, pk, act)


@require_POST
@login_required
def booking_check_in(request: ActingRequest, pk: int) -> HttpResponse:
    """It is used."""

    def act(booking: Booking, form: ReasonForm) -> str:
        bookings.check_in(behind(request, lambda: permissions.may_check_in(request.user, booking)), booking)
        return _("Đã ghi nhận có người sử dụng.")

    return _acted(request, pk, act)


@require_POST
@login_required
def booking_give_back(request: ActingRequest, pk: int) -> HttpResponse:
    """It is not needed any more."""

    def act(booking: Booking, form: ReasonForm) -> str:
        bookings.give_back(behind(request, lambda: permissions.may_check_in(request.user, booking)), booking)
        return _("Đã trả; thời gian còn lại người khác đặt được.")

    return _acted(request, pk, act)


def _acted(request: ActingRequest, pk: int, act: Callable[[Booking, ReasonForm], str]) -> HttpResponse:
    booking, form = visible_booking(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return booking_page(request, booking, form=form, status=422)
    try:
        said = act(booking, form)
    except NotAllowed:
        raise
    except UserError as error:
        form.blame(error)
        return booking_page(
            request, visible_booking(request, pk), form=form, status=409 if isinstance(error, Conflict) else 422
        )
    messages.success(request, said)
    if request.POST.get("back") == "inbox":
        return redirect("booking-inbox")
    return redirect("booking-detail", pk)


def booking_page(
    request: ActingRequest, booking: Booking, *, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of ``booking``; ``form`` as it was filled in."""
    now = timezone.now()
    user = request.user
    alive = booking.holds and not booking.is_over
    accepted = alive and booking.state == Booking.State.ACCEPTED
    uses = permissions.may_check_in(user, booking)
    owner = permissions.may_administer(user, booking.resource)
    context = {
        "booking": booking,
        "form": form or ReasonForm(),
        "failed": form is not None,
        "may_change": alive and permissions.may_change(user, booking),
        "may_cancel": alive and permissions.may_cancel(user, booking),
        "reason_needed": not permissions.may_change(user, booking),
        "may_answer": owner and booking.state == Booking.State.PENDING,
        "may_check_in": accepted and uses and not booking.checked_in_at and now >= booking.starts_at - bookings.EARLY,
        "may_confirm": accepted and booking.reconfirm_by is not None and permissions.is_theirs(user, booking),
        "following": _following(booking) if alive else 0,
        "may_give_back": accepted and uses and booking.starts_at < now,
    }
    return render(request, "calendar/booking.html", context, status=status)


def visible_booking(request: ActingRequest, pk: int) -> Booking:
    """The booking if the reader may know of it; 404 otherwise."""
    related = ("resource__unit", "booked_by__person", "booked_by__unit", "booked_by__position", "unit", "series")
    found = Booking.objects.visible_to(request.user).select_related(*related, "answered_by__person")
    return get_object_or_404(found, pk=pk)


def _following(booking: Booking) -> int:
    """How many of its series come after it."""
    if booking.series is None:
        return 0
    return booking.series.bookings.holding().filter(starts_at__gt=booking.starts_at).count()


def _units(units: list[Unit], present: Unit) -> list[Unit]:
    return units if present in units else [present, *units]
