"""Reading without network: the page, its service worker, and the pack of one paper."""

from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents import offline_shell
from documents.models import Paper
from documents.offline import Outline, Section, pack
from eoffice.http import NO_STORE
from eoffice.organisation.acting import ActingRequest


@require_safe
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """What is kept on this machine. The page knows nothing of anybody: all it shows lies in the browser."""
    return render(request, "documents/offline.html")


@require_safe
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; another one whenever the page or the build is another."""
    program = offline_shell.worker(offline(request).content)
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(program, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
@login_required
def paper_offline(request: ActingRequest, pk: int) -> HttpResponse:
    """The pack of one published paper, with keys for the reader."""
    known = Paper.objects.visible_to(request.user).filter(state=Paper.State.PUBLISHED)
    paper = get_object_or_404(known, pk=pk)
    outline = Outline(
        name=f"paper-{paper.pk}",
        title=paper.title,
        address=reverse("paper-offline", args=[paper.pk]),
        page=reverse("paper-detail", args=[paper.pk]),
        facts=[],
        sections=[Section("", [paper.pk])],
    )
    return JsonResponse(pack(outline, user=request.user, now=timezone.now()), headers={"Cache-Control": NO_STORE})
