"""The room's page: everything else happens over its socket."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from eoffice.accounts.models import User
from meetings.models import Meeting, MeetingSite
from meetings.permissions import may_enter_room, may_read_draft_conclusions, sites_of


@require_safe
@login_required
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Pre-join and room of a meeting for those who have a site in it; others who know of the meeting are
    led to its page."""
    assert isinstance(request.user, User)
    visible = Meeting.objects.visible_to(request.user).select_related("chair", "secretary")
    meeting = get_object_or_404(visible, pk=pk)
    if not may_enter_room(request.user, meeting):
        return redirect("meeting-detail", pk)
    sites = sites_of(request.user, meeting)
    context = {"meeting": meeting, "config": _config(request.user, meeting, sites)}
    return render(request, "meetings/room.html", context)


def _config(user: User, meeting: Meeting, sites: list[MeetingSite]) -> dict[str, Any]:
    """What the page's script needs before the socket opens."""
    return {
        "meeting": meeting.pk,
        "title": meeting.title,
        "starts_at": meeting.starts_at.isoformat(),
        "sites": [{"id": site.pk, "name": site.name} for site in sites],
        "socket": f"/ws/meetings/{meeting.pk}/",
        "me": {"id": user.pk, "name": user.full_name},
        "urls": {
            "meeting": reverse("meeting-detail", args=[meeting.pk]),
            "conclusions_panel": _conclusions_panel(user, meeting),
            "paper_file": "/papers/versions/{version}/file/",
            "paper_image": "/papers/versions/{version}/pages/{page}/image/",
            "paper_reading": "/papers/versions/{version}/reading/",
        },
        "simulate": settings.SOCKET_SIMULATION,
    }


def _conclusions_panel(user: User, meeting: Meeting) -> str | None:
    """Where the secretary's desk is, for those who may see it."""
    may = may_read_draft_conclusions(user, meeting)
    return reverse("meeting-conclusions-panel", args=[meeting.pk]) if may else None
