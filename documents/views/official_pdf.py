"""The PDF of an official document: served where it is ready, else a page that says how far it is and goes on by itself."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from documents import official_pdfs
from documents.decree30 import layout
from documents.decree30.parts import OfficialDocument
from documents.models import NumberAllocation, OfficialPdf
from documents.signatures import signing
from eoffice import downloads
from eoffice.files.serving import serve
from eoffice.organisation.acting import ActingRequest

either = require_http_methods(["GET", "HEAD", "POST"])
"""A POST tries again to make a PDF that could not be made."""


def word_of(document: OfficialDocument, what: str) -> HttpResponse:
    """``document``, which the reader may read, as a Word file by the name ``what``."""
    content = layout.docx(document)
    return downloads.unkept(content, media_type=layout.DOCX, what=what, title=document.subject, ending="docx")


def pdf_of(
    request: ActingRequest, document: OfficialDocument, *, what: str, back: str, number: NumberAllocation | None = None
) -> HttpResponseBase:
    """``document``, which the reader may read, as PDF by the name ``what``; a POST tries a failed one again.

    If it bears ``number`` and was signed digitally, the PDF that was signed.
    """
    kept = signing.signed(number) if number else None
    if kept is not None:
        return serve(request, kept.pdf, name=f"{what}.pdf")
    made = official_pdfs.of(document)
    if request.method == "POST":
        official_pdfs.retry(made)
    if made.state == OfficialPdf.State.READY and made.pdf is not None:
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": request.path})
        return serve(request, made.pdf, name=f"{what}.pdf")
    partly = request.htmx and request.method != "POST"  # type: ignore[attr-defined]
    template = "documents/_official_pdf.html" if partly else "documents/official_pdf.html"
    return render(request, template, {"made": made, "document": document, "back": back})
