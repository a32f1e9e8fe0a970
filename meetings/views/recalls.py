"""Taking back what was issued: each of the four meanings has a page that says what it touches."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, required
from meetings import dispatching, permissions, recalls
from meetings.forms import ReasonForm
from meetings.models import Delivery, Dispatch, Recall
from meetings.views.receipts import fetch

_ask = require_http_methods(["GET", "HEAD", "POST"])
_Act = Callable[[str], Recall]


@_ask
@login_required
def recall(request: ActingRequest, pk: int) -> HttpResponse:
    """The document is in force no more."""
    dispatch = _issued(request, pk)
    seen = number_of(request.POST.get("seen", "")) or 0
    return _page(
        request, dispatch, Recall.Meaning.RECALL,
        lambda reason: recalls.recall(required(request.acting), dispatch, reason=reason, seen=seen),
    )  # fmt: skip


@_ask
@login_required
def cancel_number(request: ActingRequest, pk: int) -> HttpResponse:
    """The number is void."""
    dispatch = _issued(request, pk)
    return _page(
        request, dispatch, Recall.Meaning.CANCEL_NUMBER,
        lambda reason: recalls.cancel_number(required(request.acting), dispatch, reason=reason),
    )  # fmt: skip


@_ask
@login_required
def remove_access(request: ActingRequest, pk: int) -> HttpResponse:
    """The text is not shown any more."""
    dispatch = _issued(request, pk)
    return _page(
        request, dispatch, Recall.Meaning.REMOVE_ACCESS,
        lambda reason: recalls.remove_access(required(request.acting), dispatch, reason=reason),
    )  # fmt: skip


@_ask
@login_required
def withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    """Taken back from one recipient."""
    related = ("unit", "person", "opened_by", "withdrawal__by__person")
    delivery = get_object_or_404(Delivery.objects.select_related(*related), pk=pk)
    delivery.dispatch = fetch(delivery.dispatch_id)
    if not permissions.may_see_receipts(request.user, delivery.dispatch):
        raise Http404
    return _page(
        request, delivery.dispatch, Recall.Meaning.WITHDRAW,
        lambda reason: recalls.withdraw(required(request.acting), delivery, reason=reason), delivery=delivery,
    )  # fmt: skip


def _page(
    request: ActingRequest, dispatch: Dispatch, meaning: Recall.Meaning, act: _Act, *, delivery: Delivery | None = None
) -> HttpResponse:
    form, status = ReasonForm(request.POST or None), 200
    problem: UserError | None = None
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except UserError as error:
            problem, status = None if error.fields else error, 409 if isinstance(error, Conflict) else 422
            if error.fields:
                form.blame(error)
        else:
            messages.success(request, _("Đã thực hiện: %(act)s.") % {"act": meaning.label.lower()})
            return redirect("dispatch-receipts", dispatch.pk)
    elif form.is_bound:
        status = 422
    context = {
        "dispatch": dispatch,
        "meeting": dispatch.meeting,
        "name": str(dispatch),
        "meaning": meaning,
        "delivery": delivery,
        "form": form,
        "error": problem,
        "effect": recalls.effect_of(dispatch) if delivery is None else None,
        "gone": dispatching.recall_of(dispatch),
        "done": _done(dispatch, meaning, delivery),
    }
    return render(request, "meetings/recall.html", context, status=status)


def _done(dispatch: Dispatch, meaning: Recall.Meaning, delivery: Delivery | None) -> Recall | None:
    return getattr(delivery, "withdrawal", None) if delivery else dispatching.recall_of(dispatch, meaning)


def _issued(request: ActingRequest, pk: int) -> Dispatch:
    """404 for who does not see the board; what they may not do there is an error of the act."""
    dispatch = fetch(pk)
    if not permissions.may_see_receipts(request.user, dispatch):
        raise Http404
    if not permissions.may_recall(request.user, dispatch):
        raise NotAllowed(
            "may-not-recall",
            _("Bạn không thu hồi được văn bản này."),
            hint=_(
                "Lãnh đạo cơ quan ban hành thu hồi thông báo kết luận; giấy mời được thu hồi khi hoãn hoặc hủy cuộc họp."
            ),
        )
    return dispatch
