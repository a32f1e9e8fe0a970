"""Saying which meeting a meeting follows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eoffice.errors import UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import carrying
from meetings.carrying_forms import FollowForm
from meetings.views.fetching import back, back_with, visible_meeting

ANCHOR = "carried"


@require_POST
@login_required
def meeting_follow(request: ActingRequest, pk: int) -> HttpResponse:
    """Choose the earlier meeting, or none."""
    meeting = visible_meeting(request, pk)
    form = FollowForm(request.POST, user=request.user, meeting=meeting)
    previous = form.cleaned_data["previous"] if form.is_valid() else None
    try:
        if not form.is_valid():
            raise UserError("not-an-earlier-meeting", _("Chọn một cuộc họp trong danh sách."))
        carrying.follow(acting.required(request.acting), meeting, previous)
    except UserError as error:
        return back_with(request, pk, error, ANCHOR)
    messages.success(request, _("Đã lưu cuộc họp kỳ trước."))
    return back(pk, ANCHOR)
