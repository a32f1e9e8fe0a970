"""Who can see a paper, and what one of them sees: for its own people and who approves it."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from documents.forms import ViewAsForm
from documents.models import Paper
from documents.permissions import may_see_readership
from documents.readership import Reader, readership
from documents.viewing_as import view_as
from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Appointment

PER_PAGE = 50


@require_safe
@login_required
def paper_readership(request: ActingRequest, pk: int) -> HttpResponse:
    """Everybody who can see the paper, by name, with the reason; ``q``: words of their name or post."""
    paper = _paper(request, pk)
    known = readership(paper, request.user)
    words = request.GET.get("q", "").strip()[:200]
    found = [reader for reader in known.readers if _matches(reader, words)]
    context = {
        "paper": paper,
        "known": known,
        "words": words,
        "form": ViewAsForm(),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "documents/readership.html", context)


@require_safe
@login_required
def paper_view_as(request: ActingRequest, pk: int) -> HttpResponse:
    """What a ``person`` (or the holder of an ``appointment``) sees of the paper; it goes on record."""
    paper = _paper(request, pk)
    if not (request.GET.get("person") or request.GET.get("appointment")):
        return redirect("paper-readership", pk)
    known = readership(paper, request.user)
    person = _person(request)
    if person is None or (known.of(person) is None and not Appointment.objects.held_by(person).exists()):
        raise Http404
    told = view_as(person, paper, known, viewer=request.user, by=request.acting)
    post = Appointment.objects.held_by(person).select_related("position", "unit").first()
    context = {"paper": paper, "told": told, "form": ViewAsForm(), "post": post.title if post else ""}
    return render(request, "documents/view_as.html", context)


def _paper(request: ActingRequest, pk: int) -> Paper:
    papers = Paper.objects.visible_to(request.user)
    related = ("owner_unit", "created_by__person", "published_version", "submitted_to")
    paper = get_object_or_404(papers.select_related(*related), pk=pk)
    if not may_see_readership(request.user, paper):
        raise Http404
    return paper


def _person(request: ActingRequest) -> User | None:
    by_post = number_of(request.GET.get("appointment", ""))
    if by_post is not None:
        return User.objects.filter(appointments__in=Appointment.objects.current().filter(pk=by_post)).first()
    return User.objects.filter(pk=number_of(request.GET.get("person", "")) or 0).first()


def _matches(reader: Reader, words: str) -> bool:
    line = folded(f"{reader.person.full_name} {reader.post}")
    return all(word in line for word in folded(words).split())
