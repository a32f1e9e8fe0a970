"""What has changed since the reader last read a paper."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from documents import reading
from documents.comparing import changes
from documents.models import Page, Paper, PaperVersion
from documents.permissions import may_take_copy
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest

PAGES_SHOWN = 10


@require_safe
@login_required
def paper_changes(request: ActingRequest, pk: int) -> HttpResponse:
    """Page by page what differs: ``?from=1&to=2`` two versions; without them, since I last read it."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user).select_related("published_version"), pk=pk)
    known = {version.number: version for version in paper.versions.visible_to(request.user)}
    newer = known.get(_version(request, "to")) or reading.version_for(request.user, paper)
    older = known.get(_version(request, "from")) or reading.earlier_version(request.user, newer, known.values())
    if newer is None or older is None:
        raise Http404
    changed = changes(_texts(older), _texts(newer)) if older.is_ready and newer.is_ready else []
    context = {
        "paper": paper,
        "may_copy": may_take_copy(request.user, paper),
        "older": older,
        "newer": newer,
        "versions": sorted(known),
        "page": Paginator(changed, PAGES_SHOWN).get_page(request.GET.get("page")),
        "numbers": [page.number for page in changed],
        "is_recognised": _is_recognised(older, newer),
        "ready": older.is_ready and newer.is_ready,
        "has_text": any(text.strip() for _number, text in [*_texts(older), *_texts(newer)]) if not changed else True,
    }
    return render(request, "documents/changes.html", context)


def _version(request: ActingRequest, name: str) -> int:
    return number_of(request.GET.get(name, ""), digits=5) or 0


def _texts(version: PaperVersion) -> list[tuple[int, str]]:
    return list(version.pages.order_by("number").values_list("number", "text"))


def _is_recognised(*versions: PaperVersion) -> bool:
    return Page.objects.filter(version__in=versions, text_source=Page.Source.RECOGNISED).exists()
