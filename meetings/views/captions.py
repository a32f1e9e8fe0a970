"""Captions that were kept: reading and saving those of a meeting, and the track of a recording."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eoffice import downloads
from eoffice.errors import NotAllowed
from eoffice.http import NO_STORE
from eoffice.organisation.acting import ActingRequest
from meetings import caption_record, permissions
from meetings.models import CaptionLine, Meeting
from meetings.views.downloads import exported
from meetings.views.fetching import visible_meeting
from meetings.views.recordings import ready_recording

TEXT, WEBVTT = "text/plain; charset=utf-8", "text/vtt; charset=utf-8"


@require_safe
@login_required
def page(request: ActingRequest, pk: int) -> HttpResponse:
    """Everything that was typed, item by item."""
    meeting, lines = _readable(request, pk)
    context = {"meeting": meeting, "chapters": caption_record.chapters(lines), "count": len(lines)}
    return render(request, "meetings/captions.html", context)


@require_safe
@login_required
def as_text(request: ActingRequest, pk: int) -> HttpResponse:
    """The same to copy from."""
    meeting, lines = _readable(request, pk)
    return _saved(request, meeting, caption_record.plain(meeting, lines), TEXT, "txt")


@require_safe
@login_required
def as_webvtt(request: ActingRequest, pk: int) -> HttpResponse:
    """The same for players, by the time since the opening."""
    meeting, lines = _readable(request, pk)
    return _saved(request, meeting, caption_record.webvtt(caption_record.since_opening(lines, meeting)), WEBVTT, "vtt")


@require_safe
@login_required
def of_recording(request: ActingRequest, pk: int) -> HttpResponse:
    """The captions of a recording, for the player: whoever watches it, but for items hidden from them."""
    found = ready_recording(request, pk)
    cues = caption_record.in_recording(caption_record.lines_for(request.user, found.meeting_id), found)
    response = HttpResponse(caption_record.webvtt(cues), content_type=WEBVTT)
    response["Cache-Control"] = NO_STORE
    return response


def _readable(request: ActingRequest, pk: int) -> tuple[Meeting, list[CaptionLine]]:
    meeting = visible_meeting(request, pk)
    if not permissions.may_read_captions(request.user, meeting):
        raise NotAllowed(
            "may-not-read-captions",
            _("Chỉ người chuẩn bị cuộc họp và thư ký đọc được toàn bộ phụ đề."),
            hint=_("Quý vị vẫn xem được phụ đề khi xem lại bản ghi hình."),
        )
    return meeting, list(caption_record.lines_for(request.user, pk).select_related("item", "by__person"))


def _saved(request: ActingRequest, meeting: Meeting, text: str, media_type: str, ending: str) -> HttpResponse:
    exported(request, meeting.pk, "phu-de")
    return downloads.unkept(text.encode(), media_type=media_type, what="phu-de", title=meeting.title, ending=ending)
