"""The list of papers, one paper, and what its own people do with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import comment_list, conversion, intake, listing, publishing, quota, reading, recognition, secrecy
from documents.models import Paper, PaperVersion
from documents.permissions import (
    keeps_registers,
    may_handle_comments,
    may_manage,
    may_see_readership,
    may_take_copy,
    may_take_original,
)
from documents.readership import readership
from eoffice.errors import UserError
from eoffice.files.kinds import DOCUMENTS
from eoffice.http import wants_json
from eoffice.organisation.acting import ActingRequest, behind, required
from eoffice.organisation.models import Appointment

READERS_PER_PAGE = 25
ACCEPTED = ",".join(sorted(f".{kind.extension}" for kind in DOCUMENTS))
"""For the file dialog of the browser; the server looks at the content."""


@require_safe
@login_required
def paper_list(request: ActingRequest) -> HttpResponse:
    """Papers that the person may open: ``q`` words of the title, ``show`` all/unread/mine, ``meeting`` its number."""
    shown = listing.shown_to(request.user, request.GET)
    context = {"shown": shown, "accepted": ACCEPTED, "usage": _usage(request)}
    context["keeps_registers"] = keeps_registers(request.user)
    return render(request, "documents/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def paper_upload(request: ActingRequest) -> HttpResponse:
    """Hand in a file as a new draft paper: 201 with JSON for scripts, the paper's page otherwise."""
    if request.method != "POST":
        return render(request, "documents/upload.html", {"accepted": ACCEPTED, "usage": _usage(request)})
    try:
        secrecy.refuse_declared(request.POST.get("secrecy", ""), by=required(request.acting))
        paper = intake.create_paper(
            request.FILES.get("file"),
            title=request.POST.get("title", ""),
            by=required(request.acting),
        )
    except UserError as error:
        if wants_json(request):
            raise
        context = {"error": error, "title": request.POST.get("title", ""), "accepted": ACCEPTED}
        context["usage"] = _usage(request)
        return render(request, "documents/upload.html", context, status=error.status)
    url = reverse("paper-detail", args=[paper.pk])
    if wants_json(request):
        return JsonResponse({"id": paper.pk, "title": paper.title, "url": url}, status=201)
    messages.success(request, _("Đã nhận tài liệu. Hệ thống đang chuyển đổi để đọc trên màn hình."))
    return redirect(url)


@require_safe
@login_required
def paper_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One paper: its versions, and for its own people who has read it."""
    return _detail(request, _paper(request, pk))


@require_POST
@login_required
def paper_add_version(request: ActingRequest, pk: int) -> HttpResponse:
    """Hand in a newer version."""
    paper = _paper(request, pk)
    try:
        secrecy.refuse_declared(request.POST.get("secrecy", ""), by=required(request.acting))
        version = intake.add_version(paper, request.FILES.get("file"), by=_keeper(request, paper))
    except UserError as error:
        if wants_json(request):
            raise
        return _detail(request, paper, error=error)
    url = reverse("paper-detail", args=[paper.pk])
    if wants_json(request):
        return JsonResponse({"id": version.pk, "title": version.name, "url": url}, status=201)
    messages.success(request, _("Đã nhận bản %(number)s.") % {"number": version.number})
    return redirect(url)


@require_POST
@login_required
def paper_rename(request: ActingRequest, pk: int) -> HttpResponse:
    """Change the title."""
    paper = _paper(request, pk)
    title = request.POST.get("title", "")
    try:
        intake.rename(paper, title, by=_keeper(request, paper))
    except UserError as error:
        return _detail(request, paper, error=error, title=title)
    messages.success(request, _("Đã đổi tên tài liệu."))
    return redirect("paper-detail", pk)


@require_POST
@login_required
def paper_publish(request: ActingRequest, pk: int) -> HttpResponse:
    """Show the latest version, whose number the form carries, to those invited."""
    paper = _paper(request, pk)
    seen = request.POST.get("version", "")
    try:
        publishing.publish(paper, by=_keeper(request, paper), version=int(seen) if seen.isdecimal() else None)
    except UserError as error:
        return _detail(request, paper, error=error)
    messages.success(request, _("Đã phát hành. Những người được mời sẽ đọc được tài liệu này."))
    return redirect("paper-detail", pk)


@require_POST
@login_required
def paper_withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    """Take the paper back from its readers."""
    paper = _paper(request, pk)
    try:
        publishing.withdraw(paper, by=_keeper(request, paper))
    except UserError as error:
        return _detail(request, paper, error=error)
    messages.success(request, _("Đã thu hồi. Người đọc không còn thấy tài liệu này."))
    return redirect("paper-detail", pk)


@require_POST
@login_required
def paper_delete(request: ActingRequest, pk: int) -> HttpResponse:
    """Delete a draft. What is gone already is no error."""
    if not Paper.objects.filter(pk=pk).exists():
        return redirect("paper-list")
    paper = _paper(request, pk)
    try:
        intake.delete_draft(paper, by=_keeper(request, paper))
    except UserError as error:
        return _detail(request, paper, error=error)
    messages.success(request, _("Đã xóa bản nháp “%(title)s”.") % {"title": paper.title})
    return redirect("paper-list")


@require_safe
@login_required
def paper_conversion(request: ActingRequest, version: int) -> HttpResponse:
    """State of a conversion as a fragment that asks again by itself; the page reloads when it is over."""
    found = get_object_or_404(PaperVersion.objects.visible_to(request.user), pk=version)
    response = render(request, "documents/_conversion.html", {"version": found, "reloads": "reload" in request.GET})
    if not found.is_unfinished and "reload" in request.GET:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@login_required
def paper_recognition(request: ActingRequest, version: int) -> HttpResponse:
    """How far the words of a scan have been recognised, as a fragment that asks again by itself."""
    versions = PaperVersion.objects.visible_to(request.user).select_related("recognition")
    found = get_object_or_404(versions, pk=version)
    return render(request, "documents/_recognition.html", {"recognition": getattr(found, "recognition", None)})


@require_POST
@login_required
def paper_retry(request: ActingRequest, version: int) -> HttpResponse:
    """Try a failed conversion, or a failed recognition, again."""
    found = get_object_or_404(PaperVersion.objects.visible_to(request.user).select_related("paper"), pk=version)
    conversion.retry(found, by=required(request.acting))
    recognition.retry(found, by=required(request.acting))
    return redirect("paper-detail", found.paper_id)


def _usage(request: ActingRequest) -> quota.Usage | None:
    return quota.usage(request.acting.unit) if request.acting else None


def _paper(request: ActingRequest, pk: int) -> Paper:
    papers = Paper.objects.visible_to(request.user)
    related = papers.select_related("owner_unit", "created_by__person", "published_version", "submitted_to")
    return get_object_or_404(related, pk=pk)


def _keeper(request: ActingRequest, paper: Paper) -> Appointment:
    """The appointment by which they manage the paper."""
    return behind(request, lambda: may_manage(request.user, paper))


def _detail(
    request: ActingRequest,
    paper: Paper,
    *,
    error: UserError | None = None,
    title: str | None = None,
) -> HttpResponse:
    mine = may_manage(request.user, paper)
    related = ("original", "created_by__person", "recognition")
    versions = list(paper.versions.visible_to(request.user).select_related(*related))
    context: dict[str, Any] = {
        "paper": paper,
        "may_manage": mine,
        "may_take_original": may_take_original(request.user, paper),
        "may_copy": may_take_copy(request.user, paper),
        "versions": versions,
        "latest": versions[0] if versions else None,
        "error": error,
        "title": paper.title if title is None else title,
        "accepted": ACCEPTED,
        "reasons": listing.reasons_of([paper], request.user).get(paper.pk, []),
    }
    if may_see_readership(request.user, paper):
        context["known"] = readership(paper, request.user)
    if may_handle_comments(request.user, paper):
        context["remarks"] = comment_list.counts(paper, request.user)
    if mine:
        context["usage"] = quota.usage(paper.owner_unit)
        readers = Paginator(reading.invited_with_progress(paper), READERS_PER_PAGE)
        context["readers"] = readers.get_page(request.GET.get("page"))
        context["read_count"], context["invited_count"] = reading.counts(paper)
    return render(request, "documents/detail.html", context, status=error.status if error else 200)
