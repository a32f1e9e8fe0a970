"""A person's own time: leave, private entries, working hours."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.calendar import own_time
from eoffice.calendar.models import Entry
from eoffice.calendar.own_time_forms import HoursForm, OwnTimeForm
from eoffice.dashboard.my_time import lines_of
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, required
from eoffice.workflow.delegating import givers_for

UNDO = "own_time_undo"
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_required
def my_time(request: ActingRequest) -> HttpResponse:
    """The list, and the form for more."""
    form = OwnTimeForm(request.POST or None, initial=OwnTimeForm.starting())
    if request.method == "POST" and form.is_valid():
        try:
            key = form.cleaned_data["key"] or uuid.uuid4()
            entry = own_time.add(required(request.acting), form.own_time(), key=key)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            return _done(request, entry, None, _("Đã ghi: %(what)s.") % {"what": entry.title})
    return _page(request, form, HoursForm(user=request.user))


@form_page
@login_required
def my_time_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change one of them."""
    entry = _own(request, pk)
    form = OwnTimeForm(request.POST or None, initial=OwnTimeForm.showing(entry))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                version = form.cleaned_data["version"] or 0
                changed = own_time.change(required(request.acting), entry, form.own_time(), version=version)
            except NotAllowed:
                raise
            except UserError as error:
                form.blame(error)
                status = 409 if isinstance(error, Conflict) else 422
            else:
                return _done(request, changed, entry, _("Đã sửa: %(what)s.") % {"what": changed.title})
    return render(request, "dashboard/my_time_edit.html", {"form": form, "entry": entry}, status=status)


@require_POST
@login_required
def my_time_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """Take one back."""
    entry = _own(request, pk)
    removed = own_time.remove(required(request.acting), entry)
    return _done(request, removed, entry, _("Đã xóa: %(what)s.") % {"what": removed.title})


@require_POST
@login_required
def my_time_undo(request: ActingRequest) -> HttpResponse:
    """Take the last act back."""
    request.session.pop(UNDO, None)
    try:
        own_time.undo(required(request.acting), request.POST.get("token", ""))
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, " ".join(str(part) for part in (error.message, error.hint) if part))
    else:
        messages.success(request, _("Đã hoàn tác."))
    return redirect("my-time")


@require_POST
@login_required
def my_hours(request: ActingRequest) -> HttpResponse:
    """Set the working hours, or go back to those of the site (``reset``)."""
    by = required(request.acting)
    form = HoursForm(request.POST, user=request.user)
    reset = "reset" in request.POST
    form.is_valid()
    unit = form.cleaned_data.get("whose")
    if reset and not form.errors.get("whose"):
        own_time.set_hours(by, None, unit=unit)
    elif form.is_valid():
        try:
            own_time.set_hours(by, form.spans(), unit=unit)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
    if form.errors and not (reset and not form.errors.get("whose")):
        return _page(request, OwnTimeForm(initial=OwnTimeForm.starting()), form)
    messages.success(request, _("Đã lưu giờ làm việc."))
    return redirect("my-time")


def _own(request: ActingRequest, pk: int) -> Entry:
    found: Entry = get_object_or_404(own_time.entries_of(request.user).select_related("created_by"), pk=pk)
    return found


def _done(request: ActingRequest, entry: Entry, before: Entry | None, sentence: str) -> HttpResponse:
    """To the list, which offers to take the act back."""
    messages.success(request, sentence)
    request.session[UNDO] = own_time.undo_token(entry, before)
    return redirect("my-time")


def _page(request: ActingRequest, form: OwnTimeForm, hours: HoursForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "hours": hours,
        "lines": lines_of(request.user, timezone.now()),
        "may_delegate": givers_for(request.user).filter(person=request.user).exists(),
        "undo": request.session.pop(UNDO, ""),
    }
    status = 422 if form.errors or hours.errors else 200
    return render(request, "dashboard/my_time.html", context, status=status)
