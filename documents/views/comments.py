"""Comments on papers: JSON for the reader's page, a switch and a sheet for the paper's own people."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import comment_list, commenting
from documents.models import Comment, Paper, PaperVersion
from documents.permissions import may_handle_comments
from eoffice import downloads
from eoffice.audit import log
from eoffice.errors import NotAllowed
from eoffice.http import NO_STORE, parsed_body
from eoffice.organisation.acting import ActingRequest, required
from eoffice.spreadsheets import XLSX


@require_safe
@login_required
def paper_comments(request: ActingRequest, pk: int) -> HttpResponse:
    """What was said on every version of the paper that I may open."""
    paper = _paper(request, pk)
    return JsonResponse(comment_list.as_json(paper, request.user), headers={"Cache-Control": NO_STORE})


@require_POST
@login_required
def paper_comments_switch(request: ActingRequest, pk: int) -> HttpResponse:
    """Allow comments on the paper (``open``: 1), or no more."""
    paper, opens = _paper(request, pk), request.POST.get("open") == "1"
    commenting.switch(paper, opens=opens, by=required(request.acting))
    messages.success(request, _("Người đọc góp ý được từ bây giờ.") if opens else _("Đã ngừng nhận góp ý."))
    return redirect("paper-detail", pk)


@require_safe
@login_required
def paper_comments_sheet(request: ActingRequest, pk: int) -> HttpResponse:
    """All comments as a spreadsheet, for who answers them."""
    paper = _paper(request, pk)
    if not may_handle_comments(request.user, paper):
        raise NotAllowed("not-commented-by-you", _("Chỉ đơn vị soạn hoặc nơi duyệt tài liệu làm được việc này."))
    log.record("paper.comments_exported", by=request.acting, user=request.user, target=paper)
    content = comment_list.sheet(paper, request.user, timezone.now())
    return downloads.named(content, media_type=XLSX, what="gop-y", title=paper.title, ending="xlsx")


@require_POST
@login_required
def paper_comment(request: ActingRequest, version: int, key: uuid.UUID) -> HttpResponse:
    """Make the comment ``key``, or change my words: JSON as ``commenting.Remark``. The same twice is once."""
    versions = PaperVersion.objects.visible_to(request.user).select_related("paper")
    found = get_object_or_404(versions, pk=version)
    commenting.say(found, key, parsed_body(request, commenting.Remark), by=required(request.acting))
    return HttpResponse(status=204)


@require_POST
@login_required
def paper_comment_delete(request: ActingRequest, key: uuid.UUID) -> HttpResponse:
    """Take my comment back."""
    commenting.take_back(_comment(request, key), by=required(request.acting))
    return HttpResponse(status=204)


@require_POST
@login_required
def paper_comment_restore(request: ActingRequest, key: uuid.UUID) -> HttpResponse:
    """Bring my comment back."""
    commenting.bring_back(_comment(request, key), by=required(request.acting))
    return HttpResponse(status=204)


@require_POST
@login_required
def paper_comment_settle(request: ActingRequest, key: uuid.UUID) -> HttpResponse:
    """Say what became of a comment: JSON ``{"outcome": "taken"}``."""
    found = _comment(request, key)
    commenting.settle(found, parsed_body(request, commenting.Settling).outcome, by=required(request.acting))
    return HttpResponse(status=204)


def _paper(request: ActingRequest, pk: int) -> Paper:
    return get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)


def _comment(request: ActingRequest, key: uuid.UUID) -> Comment:
    comments = Comment.objects.visible_to(request.user).select_related(
        "version__paper", "author__person", "author__unit"
    )
    return get_object_or_404(comments, key=key)
