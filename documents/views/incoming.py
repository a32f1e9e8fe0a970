"""Incoming documents: the lists, and what who keeps the register does with an entry."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import secrecy
from documents.circulation import changing, delivering, listing, registering
from documents.circulation.forms import CorrectForm, FactsForm, ReasonForm, RegisterForm
from documents.models import Delivery, IncomingDocument, IncomingFile
from documents.permissions import kept_registers
from eoffice.errors import UserError
from eoffice.files import serving
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, required


@require_safe
@login_required
def incoming_list(request: ActingRequest) -> HttpResponse:
    """My agency's, those that wait for me, those I follow."""
    shown = listing.shown(request.user, request.GET)
    keeps = any(code == "agency" for code, _label, _counts in shown.tabs)
    context = {
        "shown": shown,
        "states": listing.STATES,
        "keeps": keeps,
        "deliveries": list(delivering.waiting_for(request.user)[:50]) if keeps else [],
    }
    return render(request, "documents/incoming_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def incoming_register(request: ActingRequest) -> HttpResponse:
    """Register a document that has come in."""
    by = required(request.acting)
    first = kept_registers(request.user).first()
    if first is None:
        changing.require_keeper(by, by.unit)
    if request.method != "POST":
        return _register_page(request, RegisterForm(user=request.user, initial={"unit": first}))
    form = RegisterForm(request.POST, request.FILES, user=request.user)
    status = 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            secrecy.refuse_declared(data["secrecy"], by=by)
            document = registering.register(
                by,
                data["unit"],
                form.facts(),
                arrived_on=data["arrived_on"],
                uploads=form.uploads(),
                knowing=data["knowing"],
                key=data["key"],
            )
        except UserError as error:
            form.blame(error)
            status = error.status
        else:
            messages.success(request, _("Đã vào sổ, số đến %(number)s.") % {"number": document.allocation.code})
            return redirect("incoming-detail", document.pk)
    return _register_page(request, form, status=status)


@require_safe
@login_required
def incoming_twins(request: ActingRequest) -> HttpResponse:
    """Part of the form: entries with the same sender, number and day, while the clerk types."""
    form = FactsForm(request.GET)
    form.full_clean()
    named = form.cleaned_data
    unit = kept_registers(request.user).filter(pk=number_of(request.GET.get("unit", "")) or 0).first()
    sender = named["sender_unit"].name if named.get("sender_unit") else named.get("sender", "")
    twins = []
    if unit and sender and named.get("code") and named.get("issued_on"):
        twins = registering.twins_of(unit, sender=sender, code=named["code"], issued_on=named["issued_on"])
    return render(request, "documents/_incoming_twins.html", {"twins": twins})


@require_POST
@login_required
def incoming_delivery(request: ActingRequest, pk: int) -> HttpResponse:
    """Register what another agency issued on this system."""
    units = kept_registers(request.user).order_by().values("pk")
    delivery = get_object_or_404(Delivery, pk=pk, unit__in=units)
    document = delivering.register(required(request.acting), delivery)
    messages.success(request, _("Đã vào sổ, số đến %(number)s.") % {"number": document.allocation.code})
    return redirect("incoming-detail", document.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def incoming_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Correct the entry."""
    document = _kept(request, pk)
    form = CorrectForm(request.POST or None, initial=CorrectForm.of(document))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            registering.correct(
                required(request.acting), document, form.facts(), version=data["version"], knowing=data["knowing"]
            )
        except UserError as error:
            form.blame(error)
            status = error.status
            if error.code == "incoming-changed":
                form.data = {**form.data.dict(), "version": str(_kept(request, pk).version)}  # type: ignore[attr-defined]
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("incoming-detail", pk)
    context = {"document": document, "form": form, "twins": _twins_shown(form)}
    return render(request, "documents/incoming_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def incoming_cancel(request: ActingRequest, pk: int) -> HttpResponse:
    """Cancel the arrival number, with a reason."""
    document = _kept(request, pk)
    form = ReasonForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            registering.cancel(required(request.acting), document, reason=form.cleaned_data["reason"])
        except UserError as error:
            form.blame(error)
            status = error.status
        else:
            messages.success(request, _("Đã hủy số đến."))
            return redirect("incoming-detail", pk)
    return render(request, "documents/incoming_cancel.html", {"document": document, "form": form}, status=status)


@require_safe
@login_required
def incoming_file(request: ActingRequest, pk: int, file: int) -> HttpResponseBase:
    """A file of a document that the reader may know of."""
    seen = IncomingDocument.objects.visible_to(request.user).filter(pk=pk)
    found = get_object_or_404(
        IncomingFile.objects.select_related("file"), pk=file, document__in=seen.order_by().values("pk")
    )
    return serving.serve(request, found.file, name=found.name)


def _kept(request: ActingRequest, pk: int) -> IncomingDocument:
    kept = IncomingDocument.objects.kept_by(request.user).select_related("unit", "allocation", "sender_unit")
    return get_object_or_404(kept, pk=pk)


def _register_page(request: ActingRequest, form: RegisterForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "twins": _twins_shown(form),
        "twins_url": reverse("incoming-twins"),
        "files_lost": bool(request.FILES),
    }
    return render(request, "documents/incoming_register.html", context, status=status)


def _twins_shown(form: Any) -> bool:
    """The box with which the clerk says that it is another document, once there is reason to."""
    return form.is_bound and ("knowing" in form.errors or bool(form.data.get("knowing")))
