"""The page of one meeting."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from eoffice.organisation.acting import ActingRequest
from meetings.models import Meeting

RELATED = (
    "type",
    "organiser",
    "chair__person",
    "chair__position",
    "chair__unit",
    "secretary__person",
    "secretary__position",
    "secretary__unit",
    "created_by__person",
    "created_by__unit",
)


@login_required
def meeting_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """Everything about one meeting that the reader may know of."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    return render(request, "meetings/detail.html", {"meeting": meeting})
