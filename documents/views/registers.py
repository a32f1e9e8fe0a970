"""The clerk's register of outgoing documents: its lines, and what is done with a number."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import registers
from documents.models import NumberAllocation, Register
from documents.permissions import kept_registers
from documents.register_book import Book, book_of, workbook
from documents.register_forms import CancelForm, EntryForm, ReserveForm
from eoffice import downloads
from eoffice.audit import log
from eoffice.errors import NotAllowed, UserError
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, behind
from eoffice.organisation.models import Appointment, Unit
from eoffice.spreadsheets import XLSX


@require_safe
@login_required
def register_book(request: ActingRequest) -> HttpResponse:
    """The book of ``unit``, ``year`` and ``type``; ``all=1``: on one page, to be printed."""
    return _page(request, ReserveForm(), status=200)


@require_safe
@login_required
def register_export(request: ActingRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    book = chosen_book(request)
    title = f"{book.unit.short_name} {book.year}"
    log.record("register.exported", by=request.acting, user=request.user, target=book.unit, year=book.year)
    return downloads.unkept(workbook(book), media_type=XLSX, what="so-van-ban-di", title=title, ending="xlsx")


@require_POST
@login_required
def number_reserve(request: ActingRequest) -> HttpResponse:
    """Take the next number of a series of ``unit`` for a document on paper, which is then entered."""
    form = ReserveForm(request.POST)
    unit = get_object_or_404(kept_registers(request.user), pk=number_of(request.POST.get("unit", "")) or 0)
    if form.is_valid():
        try:
            given = registers.reserve(
                _keeper(request, unit), unit, form.series_chosen(), reason=form.cleaned_data["reason"]
            )
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã giữ số %(code)s.") % {"code": given.code})
            return redirect("number-entry", given.pk)
    return _page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def number_entry(request: ActingRequest, pk: int) -> HttpResponse:
    """Write the document that bears the number into the register."""
    number = _number(request, pk)
    form = EntryForm(request.POST or None, initial=EntryForm.of(number))
    if form.is_valid():
        try:
            registers.enter(_keeper(request, number.register.unit), number, form.entry())
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã ghi vào sổ."))
            return redirect(_address(number))
    context = {"number": number, "form": form, "back": _address(number)}
    return render(request, "documents/number_entry.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def number_cancel(request: ActingRequest, pk: int) -> HttpResponse:
    """Cancel the number, with a reason."""
    number = _number(request, pk)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            registers.cancel(_keeper(request, number.register.unit), number, reason=form.cleaned_data["reason"])
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã hủy số %(code)s.") % {"code": number.code})
            return redirect(_address(number))
    context = {"number": number, "form": form, "back": _address(number)}
    return render(request, "documents/number_cancel.html", context, status=422 if form.is_bound else 200)


def _page(request: ActingRequest, form: ReserveForm, *, status: int) -> HttpResponse:
    book = chosen_book(request)
    whole = request.GET.get("all") == "1"
    context = {
        "book": book,
        "page": book.page(request.GET.get("page"), whole=whole),
        "gaps": book.gaps(),
        "form": form,
        "now": timezone.now(),
    }
    return render(request, "documents/register.html", context, status=status)


def chosen_book(request: ActingRequest) -> Book:
    """The book that is asked for; raises NotAllowed("keeps-no-register")."""
    book = book_of(request.user, request.POST if request.method == "POST" else request.GET)
    if book is None:
        raise keeps_none()
    return book


def keeps_none() -> NotAllowed:
    """Refusal for who keeps no register at all."""
    return NotAllowed(
        "keeps-no-register",
        _("Bạn không giữ sổ văn bản nào."),
        hint=_("Văn thư và lãnh đạo của cơ quan giữ sổ văn bản."),
    )


def _number(request: ActingRequest, pk: int) -> NumberAllocation:
    kept = NumberAllocation.objects.filter(
        register__unit__in=kept_registers(request.user).order_by().values("pk"),
        register__direction=Register.Direction.OUTGOING,
    )
    number = kept.select_related("register__unit").filter(pk=pk).first()
    if number is None:
        raise Http404
    return number


def _keeper(request: ActingRequest, unit: Unit) -> Appointment:
    """The appointment by which they keep the registers of ``unit``."""
    return behind(request, lambda: kept_registers(request.user).filter(pk=unit.pk).exists())


def _address(number: NumberAllocation) -> str:
    register = number.register
    return f"{reverse('register-book')}?unit={register.unit_id}&year={register.year}"
