"""The site board outside the room: whom to call, who is missing, and the board as a page of its own."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eoffice.accounts.models import User
from eoffice.errors import NotAllowed
from meetings import readiness
from meetings.contacts import SiteContacts, contacts
from meetings.models import Meeting
from meetings.permissions import may_watch_board


@require_safe
@login_required
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """A second window of the room: it shows what the room's own window knows."""
    return render(request, "meetings/board.html", {"meeting": _meeting(request, pk)})


@require_safe
@login_required
def site_contacts(request: HttpRequest, pk: int) -> JsonResponse:
    """Whom to call at each site, and what its line test found."""
    meeting = _meeting(request, pk)
    lamps = readiness.states(meeting, timezone.now())
    return JsonResponse({"sites": {entry.site.pk: _as_json(entry, lamps) for entry in contacts(meeting)}})


@require_safe
@login_required
def missing(request: HttpRequest, pk: int) -> HttpResponse:
    """The sites at which nobody is connected now, to print or to call one after the other."""
    meeting = _meeting(request, pk)
    context = {
        "meeting": meeting,
        "missing": contacts(meeting, missing=True),
        "count": meeting.sites.count(),
        "now": timezone.localtime(),
    }
    return render(request, "meetings/missing.html", context)


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting whose board the person may watch: 404 for who does not know of it, NotAllowed for others who may not."""
    assert isinstance(request.user, User)
    visible = Meeting.objects.visible_to(request.user).select_related("chair", "secretary", "created_by")
    meeting = get_object_or_404(visible, pk=pk)
    if not may_watch_board(request.user, meeting):
        raise NotAllowed(
            "may-not-watch-board", _("Chỉ chủ trì, thư ký, đạo diễn hình và kỹ thuật viên của điểm cầu chính xem được.")
        )
    return meeting


def _as_json(entry: SiteContacts, lamps: dict[int, tuple[readiness.State, str]]) -> dict[str, Any]:
    state, why = lamps.get(entry.site.pk, (readiness.State.UNTESTED, ""))
    return {
        "tested": {"state": state.value, "label": str(state.label), "why": why},
        "room": entry.site.room,
        "phone": entry.phone,
        "people": [{"name": one.name, "title": one.title, "phone": one.phone} for one in entry.people],
    }
