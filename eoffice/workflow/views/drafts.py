"""Drafts of assistants: written, read, confirmed or discarded by the leader."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.errors import UserError
from eoffice.organisation.acting import ActingRequest, behind, required
from eoffice.workflow import drafting
from eoffice.workflow.draft_kinds import Kind, kind_of
from eoffice.workflow.models import Draft

PAGE_SIZE = 25


@require_safe
@login_required
def draft_list(request: ActingRequest) -> HttpResponse:
    """What waits for the person, and what they have written or decided."""
    waiting = list(drafting.waiting_for(request.user)[:PAGE_SIZE])
    others = drafting.visible_to(request.user).exclude(pk__in=[one.pk for one in waiting])
    page = Paginator(others, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "workflow/drafts.html", {"waiting": waiting, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft_new(request: ActingRequest, kind: str, target: int, leader: int) -> HttpResponse:
    """The assistant drafts an act of the leader."""
    chosen = kind_of(kind)
    row = drafting.target_of(chosen, target) if chosen else None
    if chosen is None or row is None:
        raise Http404
    helped = {one.pk: one for one in drafting.leaders_helped(request.user, chosen, row)}
    if leader not in helped:
        raise Http404
    own = drafting.own_waiting(request.user, chosen, row, helped[leader])
    if own is not None and request.method != "POST":
        return redirect("draft-detail", own.pk)
    return _written(request, chosen, row, helped[leader], None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One draft: to its author to be written anew, to the leader to be changed and confirmed."""
    draft = _visible(request, pk)
    kind, target = drafting.act_of(draft)
    if drafting.may_withdraw(request.user, draft):
        return _written(request, kind, target, draft.leader, draft)
    if request.method != "POST":
        return _page(request, draft, kind, target)
    form = kind.form(request.POST, target)
    if not form.is_valid():
        return _page(request, draft, kind, target, form=form, status=422)
    return _decided(request, draft, kind, target, form=form)


@require_POST
@login_required
def draft_confirm(request: ActingRequest, pk: int) -> HttpResponse:
    """The leader says yes to the draft as they have read it."""
    draft = _visible(request, pk)
    kind, target = drafting.act_of(draft)
    return _decided(request, draft, kind, target, version=_number(request.POST.get("draft_version", "")))


@require_POST
@login_required
def draft_discard(request: ActingRequest, pk: int) -> HttpResponse:
    """The leader does not use it, or its author takes it back."""
    draft = _visible(request, pk)
    draft = drafting.discard(required(request.acting), draft, remark=request.POST.get("remark", ""))
    withdrawn = draft.state == Draft.State.WITHDRAWN
    messages.success(request, _("Đã rút dự thảo.") if withdrawn else _("Đã bỏ dự thảo. Chưa có gì được thực hiện."))
    return redirect("draft-list")


def _visible(request: ActingRequest, pk: int) -> Draft:
    return get_object_or_404(drafting.visible_to(request.user), pk=pk)


def _written(request: ActingRequest, kind: Kind, target: Any, leader: Any, draft: Draft | None) -> HttpResponse:
    """The page on which the assistant writes; what was typed is kept when it cannot be kept as a draft."""
    if request.method != "POST":
        return _page(request, draft, kind, target, leader=leader)
    form = kind.form(request.POST, target)
    if not form.is_valid():
        return _page(request, draft, kind, target, leader=leader, form=form, status=422)
    try:
        written = drafting.write(required(request.acting), kind, target, leader, form)
    except UserError as error:
        return _page(request, draft, kind, target, leader=leader, form=form, error=error)
    messages.success(
        request, _("Đã gửi dự thảo. Chưa có hiệu lực cho đến khi %(who)s xác nhận.") % {"who": leader.person}
    )
    return redirect("draft-detail", written.pk)


def _decided(
    request: ActingRequest, draft: Draft, kind: Kind, target: Any, *, version: int = 0, form: Any = None
) -> HttpResponse:
    try:
        by = behind(request, lambda: kind.may(request.user, target))
        drafting.confirm(by, draft, version=version, form=form)
    except UserError as error:
        again = _visible(request, draft.pk)  # as it is now
        return _page(request, again, kind, drafting.target_of(kind, target.pk), form=form, error=error)
    messages.success(request, _("Đã xác nhận: %(what)s.") % {"what": kind.label})
    following = drafting.waiting_for(request.user).exists()
    return redirect("draft-list") if following else redirect(kind.url(target))


def _page(
    request: ActingRequest,
    draft: Draft | None,
    kind: Kind,
    target: Any,
    *,
    leader: Any = None,
    form: Any = None,
    error: UserError | None = None,
    status: int = 200,
) -> HttpResponse:
    decides = draft is not None and drafting.may_decide(request.user, draft)
    writes = draft is None or drafting.may_withdraw(request.user, draft)
    if form is None and (decides or writes):
        form = kind.form(_as_of_now(draft, kind, target) if draft else None, target)
    if form is not None and form.is_bound and error is not None:
        _blame(form, error, target)
    context = {
        "draft": draft,
        "kind": kind,
        "name": kind.name(target),
        "target_url": kind.url(target),
        "leader": leader or (draft.leader if draft else None),
        "form": form,
        "decides": decides,
        "writes": writes,
        "error": error,
        "back": reverse("draft-list"),
    }
    return render(request, "workflow/draft.html", context, status=error.status if error else status)


def _as_of_now(draft: Draft, kind: Kind, target: Any) -> Any:
    """What was drafted, for the target as it is shown now."""
    data = draft.data
    shown_again = getattr(kind.form(None, target), "shown_again", None)
    for name, value in (shown_again(target) if shown_again else {}).items():
        data[name] = value
    return data


def _blame(form: Any, error: UserError, target: Any) -> None:
    """What is wrong stands beside its field; sent again, the form counts for what is shown now."""
    form.full_clean()
    for field, problem in error.fields.items():
        form.add_error(field if field in form.fields else None, problem)
    if hasattr(form, "shown_again"):
        data = form.data.copy()
        for name, value in form.shown_again(target).items():
            data[name] = value
        form.data = data


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
