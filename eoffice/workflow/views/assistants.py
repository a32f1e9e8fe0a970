"""Assistants of leaders: named, ended."""

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
from eoffice.organisation.models import AssistantLink
from eoffice.workflow import assisting
from eoffice.workflow.assistant_forms import AssistantForm

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def assistant_list(request: ActingRequest) -> HttpResponse:
    """Those that concern the person, and the form for another."""
    form = AssistantForm(request.POST or None, user=request.user)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = assisting.name_assistant(required(request.acting), form.terms())
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _("Đã phân công %(who)s làm trợ lý.") % {"who": made.assistant.person})
            return redirect("assistant-list")
    lines = [_line(request, one) for one in assisting.visible_to(request.user)[:SHOWN]]
    context = {"lines": lines, "form": form, "may_name": form.fields["leader"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "workflow/assistants.html", context, status=status)


@require_POST
@login_required
def assistant_end(request: ActingRequest, pk: int) -> HttpResponse:
    """It ends now."""
    found = assisting.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    assisting.end(required(request.acting), found)
    messages.success(request, _("Đã kết thúc phân công trợ lý."))
    return redirect("assistant-list")


def _line(request: ActingRequest, link: AssistantLink) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "link": link,
        "over": link.ended_at is not None or link.valid_to < today,
        "counts": link.ended_at is None and link.valid_from <= today <= link.valid_to,
        "may_end": assisting.may_end(request.user, link),
    }
