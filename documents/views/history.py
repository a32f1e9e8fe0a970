"""What was done about a paper, and about a register."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents import history
from documents.models import Paper
from documents.views.registers import chosen_book
from eoffice.audit.history import page_of
from eoffice.organisation.acting import ActingRequest


@require_safe
@login_required
def paper_history(request: ActingRequest, pk: int) -> HttpResponse:
    """The paper's, as far as the reader may know it."""
    papers = Paper.objects.visible_to(request.user).select_related("owner_unit")
    paper = get_object_or_404(papers, pk=pk)
    page = page_of(history.entries_for(request.user, paper), history.tell, request.GET.get("page"))
    context = {"page": page, "heading": paper.title, "back": reverse("paper-detail", args=[pk])}
    return render(request, "audit/history.html", context)


@require_safe
@login_required
def register_history(request: ActingRequest) -> HttpResponse:
    """The register's of ``unit`` and ``year``: for who keeps it."""
    book = chosen_book(request)
    page = page_of(history.of_register(book.unit, book.year), history.tell_of_number, request.GET.get("page"))
    heading = _("Sổ văn bản đi năm %(year)d – %(unit)s") % {"year": book.year, "unit": book.unit.name}
    back = f"{reverse('register-book')}?{urlencode({'unit': book.unit.pk, 'year': book.year})}"
    return render(request, "audit/history.html", {"page": page, "heading": heading, "back": back})
