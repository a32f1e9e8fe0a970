"""Who has received what a meeting sent out: the sender's board, and what a recipient says about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from eoffice import downloads
from eoffice.accounts.models import User
from eoffice.organisation.acting import ActingRequest, required
from eoffice.spreadsheets import XLSX
from meetings import conclusions, dispatching, permissions, receipts
from meetings.models import Dispatch
from meetings.views.fetching import RELATED

PER_PAGE = 200


@require_safe
@login_required
def board(request: ActingRequest, pk: int) -> HttpResponse:
    """The recipients of one sending, or those on one list of it; ``all=1``: on one page, to be printed."""
    dispatch = _own_sending(request, pk)
    which = _list(request)
    lines = receipts.board_of(dispatch).filter(receipts.LISTS[which][1])
    tabs = receipts.tabs_of(dispatch)
    whole = request.GET.get("all") == "1"
    context = {
        "dispatch": dispatch,
        "meeting": dispatch.meeting,
        "name": str(dispatch),
        "document_page": receipts.page_of(dispatch),
        "tabs": tabs,
        "which": which,
        "count": {tab.code: tab.count for tab in tabs},
        "asked_for": which if which in receipts.ASKED_FOR else "",
        "page": Paginator(lines, 100_000 if whole else PER_PAGE).get_page(request.GET.get("page")),
        "gone": dispatching.recall_of(dispatch),
        "may_recall": permissions.may_recall(request.user, dispatch),
        "may_replace": _may_replace(request.user, dispatch),
        "may_withdraw": permissions.may_withdraw(request.user, dispatch),
        "now": timezone.now(),
    }
    return render(request, "meetings/receipts.html", context)


def _may_replace(user: User, dispatch: Dispatch) -> bool:
    notice = conclusions.notice_of(dispatch.meeting)
    newest = dispatch.kind == Dispatch.Kind.NOTICE and dispatch.edition == notice.edition
    return newest and permissions.may_replace_notice(user, dispatch.meeting, notice)


@require_safe
@login_required
def export(request: ActingRequest, pk: int) -> HttpResponse:
    """The same as a spreadsheet."""
    dispatch = _own_sending(request, pk)
    content = receipts.workbook(dispatch, receipts.board_of(dispatch).filter(receipts.LISTS[_list(request)][1]))
    title = dispatch.code or dispatch.meeting.title
    return downloads.unkept(content, media_type=XLSX, what="theo-doi-gui-nhan", title=title, ending="xlsx")


@require_POST
@login_required
def nudge(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask those on one list for what is missing."""
    dispatch = _own_sending(request, pk)
    which = request.POST.get("list", "")
    asked = receipts.nudge(required(request.acting), dispatch, which)
    if asked:
        said = ngettext("Đã nhắc %(asked)d nơi nhận.", "Đã nhắc %(asked)d nơi nhận.", asked) % {"asked": asked}
        messages.success(request, said)
    else:
        messages.info(request, _("Những nơi nhận này đã được nhắc hôm nay."))
    response = redirect("dispatch-receipts", dispatch.pk)
    response["Location"] += f"?list={which}"
    return response


@require_POST
@login_required
def acknowledge(request: ActingRequest, pk: int) -> HttpResponse:
    """A recipient says that the document is received."""
    dispatch = _received(request, pk)
    receipts.acknowledge(required(request.acting), dispatch)
    messages.success(request, _("Đã tiếp nhận %(document)s.") % {"document": str(dispatch)})
    return redirect(receipts.page_of(dispatch))


@require_POST
@login_required
def stop_using(request: ActingRequest, pk: int) -> HttpResponse:
    """A recipient says that a recalled document is not used any more."""
    dispatch = _received(request, pk)
    receipts.stop_using(required(request.acting), dispatch)
    messages.success(request, _("Đã xác nhận ngừng sử dụng văn bản."))
    return redirect(receipts.page_of(dispatch))


def fetch(pk: int) -> Dispatch:
    """The sending with what its pages need, or 404."""
    related = ("issuer", "number", "by__person", "meeting", *(f"meeting__{name}" for name in RELATED))
    found = Dispatch.objects.select_related(*related).prefetch_related("recalls__by__person").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _own_sending(request: ActingRequest, pk: int) -> Dispatch:
    dispatch = fetch(pk)
    if not permissions.may_see_receipts(request.user, dispatch):
        raise Http404
    return dispatch


def _received(request: ActingRequest, pk: int) -> Dispatch:
    dispatch = fetch(pk)
    if not dispatching.lines_of(request.user, dispatch).filter(withdrawal__isnull=True).exists():
        raise Http404
    return dispatch


def _list(request: ActingRequest) -> str:
    which = request.GET.get("list", "")
    return which if which in receipts.LISTS else "all"
