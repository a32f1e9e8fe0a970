"""Keeping somebody out of the papers of an agenda item for a conflict of interest."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.errors import NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import confidential, permissions, recusals, scheduling
from meetings.models import Recusal
from meetings.recusal_forms import RecusalForm
from meetings.views.fetching import visible_item, visible_meeting, visible_part


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def item_recusals(request: ActingRequest, pk: int) -> HttpResponse:
    """Who is kept out of the papers of item ``pk``, who was, and the form to keep out another."""
    item = visible_item(request, pk)
    item.meeting = meeting = visible_meeting(request, item.meeting_id)
    if not permissions.may_recuse(request.user, meeting):
        raise scheduling.refusal(meeting, "recuse")
    form = RecusalForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        person = data["appointment"].person if data["appointment"] else None
        by = acting.required(request.acting)
        try:
            made = recusals.recuse(by, item, reason=data["reason"], person=person, unit=data["unit"])
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã loại trừ %(who)s.") % {"who": made.who})
            return redirect("agenda-item-recusals", pk)
    related = ("person", "unit", "by__person", "lifted_by__person")
    known = list(item.recusals.select_related(*related))
    context = {
        "form": form,
        "item": item,
        "meeting": meeting,
        "in_force": [each for each in known if each.lifted_at is None],
        "lifted": [each for each in known if each.lifted_at is not None],
    }
    return render(request, "meetings/recusals.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def recusal_lift(request: ActingRequest, pk: int) -> HttpResponse:
    """Let them see the papers again."""
    related = ("item__meeting", "person", "unit")
    known = confidential.without_hidden(Recusal.objects.select_related(*related), request.user)
    recusal: Recusal = visible_part(request, known, pk, through="item__meeting")
    recusals.lift(acting.required(request.acting), recusal)
    messages.success(request, _("Đã bỏ loại trừ %(who)s.") % {"who": recusal.who})
    return redirect("agenda-item-recusals", recusal.item_id)
