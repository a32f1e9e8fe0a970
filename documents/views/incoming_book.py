"""The register of incoming documents, to be read, printed and taken away."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.circulation.book import IncomingBook, book_of, lines_of, workbook
from documents.views.registers import keeps_none
from eoffice import downloads
from eoffice.organisation.acting import ActingRequest
from eoffice.spreadsheets import XLSX


@require_safe
@login_required
def incoming_book(request: ActingRequest) -> HttpResponse:
    """The book of ``unit`` and ``year``; ``all=1``: on one page, to be printed."""
    book = _book(request)
    page = book.page(request.GET.get("page"), whole=request.GET.get("all") == "1")
    context = {"book": book, "page": page, "lines": lines_of(page), "gaps": book.gaps()}
    return render(request, "documents/incoming_book.html", context)


@require_safe
@login_required
def incoming_export(request: ActingRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    book = _book(request)
    title = f"{book.unit.short_name} {book.year}"
    return downloads.unkept(workbook(book), media_type=XLSX, what="so-van-ban-den", title=title, ending="xlsx")


def _book(request: ActingRequest) -> IncomingBook:
    book = book_of(request.user, request.GET)
    if book is None:
        raise keeps_none()
    return book
