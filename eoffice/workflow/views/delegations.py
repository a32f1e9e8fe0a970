"""Delegations of absent leaders: given, confirmed, ended."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, required
from eoffice.organisation.models import Delegation
from eoffice.workflow import delegating
from eoffice.workflow.delegation_forms import DelegationForm

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delegation_list(request: ActingRequest) -> HttpResponse:
    """Those that concern the person, and the form for another."""
    form = DelegationForm(request.POST or None, user=request.user, initial=_proposed(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = delegating.give(required(request.acting), form.terms())
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _given(made))
            return redirect("delegation-list")
    lines = [_line(request, one) for one in delegating.visible_to(request.user)[:SHOWN]]
    context = {"lines": lines, "form": form, "may_give": form.fields["giver"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "workflow/delegations.html", context, status=status)


@require_POST
@login_required
def delegation_confirm(request: ActingRequest, pk: int) -> HttpResponse:
    """The absent leader says yes."""
    delegation = _delegation(request, pk)
    delegating.confirm(required(request.acting), delegation)
    messages.success(request, _("Đã xác nhận ủy quyền."))
    return redirect("delegation-list")


@require_POST
@login_required
def delegation_end(request: ActingRequest, pk: int) -> HttpResponse:
    """It ends now, or is not confirmed."""
    delegation = _delegation(request, pk)
    ended = delegating.revoke(required(request.acting), delegation)
    declined = ended.state == Delegation.State.DECLINED
    messages.success(request, _("Ủy quyền không được xác nhận.") if declined else _("Đã thu hồi ủy quyền."))
    return redirect("delegation-list")


def _delegation(request: ActingRequest, pk: int) -> Delegation:
    found = delegating.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _proposed(request: ActingRequest) -> dict[str, Any]:
    """Days of an absence for which a delegation is offered: ``?valid_from=2026-12-07&valid_to=2026-12-11``."""
    proposed = {}
    for name in ("valid_from", "valid_to"):
        with suppress(ValueError):
            proposed[name] = dt.date.fromisoformat(request.GET.get(name, ""))
    return proposed


def _given(made: Delegation) -> str:
    if made.state == Delegation.State.CONFIRMED:
        return _("Đã ủy quyền cho %(to)s.") % {"to": made.to.person}
    return _("Đã ghi. Ủy quyền có hiệu lực khi %(giver)s xác nhận.") % {"giver": made.giver.person}


def _line(request: ActingRequest, delegation: Delegation) -> dict[str, Any]:
    today = timezone.localdate()
    over = delegation.state == Delegation.State.CONFIRMED and delegation.valid_to < today
    begun = delegation.valid_from <= today <= delegation.valid_to
    return {
        "delegation": delegation,
        "over": over,
        "counts": delegation.state == Delegation.State.CONFIRMED and begun,
        "may_confirm": delegating.may_confirm(request.user, delegation),
        "may_end": delegating.may_revoke(request.user, delegation),
        "own": delegation.giver.person_id == request.user.pk,
    }
