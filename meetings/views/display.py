"""The second screen's page, and the check-in code on it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eoffice.accounts.models import User
from eoffice.errors import NotAllowed, NotFound
from meetings import roll_call
from meetings.display import may_show_code
from meetings.models import Meeting
from meetings.permissions import may_enter_room
from meetings.views import codes


@require_safe
@login_required
def display(request: HttpRequest, pk: int) -> HttpResponse:
    """Item, speaker, clock, vote and check-in, large; others than those who may enter the room are led to its page."""
    meeting, user = _meeting(request, pk)
    if not may_enter_room(user, meeting):
        return redirect("meeting-detail", pk)
    config = {
        "title": meeting.title,
        "socket": f"/ws/meetings/{meeting.pk}/display/",
        "meeting": reverse("meeting-detail", args=[meeting.pk]),
        "code": reverse("meeting-display-code", args=[meeting.pk]) if may_show_code(user, meeting) else None,
    }
    return render(request, "meetings/display.html", {"meeting": meeting, "config": config})


@require_safe
@login_required
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The check-in code as a picture, while check-in is open."""
    meeting, user = _meeting(request, pk)
    if not may_show_code(user, meeting):
        raise NotAllowed(
            "may-not-show-code", _("Chỉ thư ký, người phụ trách điểm cầu và kỹ thuật viên chiếu được mã điểm danh.")
        )
    roll = roll_call.of(pk)
    if roll is None or roll.closed_at is not None:
        raise NotFound("roll-call-closed", _("Điểm danh chưa mở hoặc đã đóng."))
    response = HttpResponse(codes.svg(codes.address(request, roll)), content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response


def _meeting(request: HttpRequest, pk: int) -> tuple[Meeting, User]:
    """The meeting, or 404, and who asks for it."""
    assert isinstance(request.user, User)
    visible = Meeting.objects.visible_to(request.user).select_related("chair", "secretary", "created_by")
    return get_object_or_404(visible, pk=pk), request.user
