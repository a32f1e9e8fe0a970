"""Watching a recording, taking it away, deleting it."""

from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.accounts.names import folded
from eoffice.errors import NotAllowed, UserError
from eoffice.files.kinds import MKV, WEBM
from eoffice.files.serving import Body, send
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import caption_record, permissions, recording
from meetings.forms import ReasonForm
from meetings.models import Meeting, Recording, RecordingNotice
from meetings.views.fetching import back

form_page = require_http_methods(["GET", "HEAD", "POST"])
PIECE = 4 << 20
"""Bytes that a player gets at a time."""


@require_safe
@login_required
def recording_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """The page on which a recording is watched."""
    found = _visible(request, pk)
    context = {
        "recording": found,
        "meeting": found.meeting,
        "may_download": permissions.may_download_recording(request.user, found.meeting),
        "may_delete": permissions.may_delete_recording(request.user, found.meeting),
        "captioned": bool(caption_record.in_recording(caption_record.lines_for(request.user, found.meeting_id), found)),
        "noted": _told(found) if permissions.may_prepare(request.user, found.meeting) else [],
    }
    return render(request, "meetings/recording.html", context)


@require_safe
@login_required
def recording_file(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The floor and the voices, for the player."""
    found = ready_recording(request, pk)
    return _send(request, found, found.file, found.size)


@require_safe
@login_required
def recording_content(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The shared screens, for the player."""
    found = ready_recording(request, pk)
    if not found.content_size:
        raise Http404
    return _send(request, found, found.content_file, found.content_size)


@require_safe
@login_required
def recording_download(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The whole recording as a file of one's own."""
    found = ready_recording(request, pk)
    recording.take_away(found, user=request.user)
    return _send(request, found, found.file, found.size, download=True)


@require_POST
@login_required
def recording_join(request: ActingRequest, pk: int) -> HttpResponse:
    """Try once more to make one file of it."""
    found = _visible(request, pk)
    recording.join_again(acting.required(request.acting), found)
    return back(found.meeting_id, "recordings")


@form_page
@login_required
def recording_delete(request: ActingRequest, pk: int) -> HttpResponse:
    """Delete with a reason."""
    found = _visible(request, pk)
    if not permissions.may_delete_recording(request.user, found.meeting):
        raise NotAllowed("may-not-delete", _("Chỉ chủ trì hoặc thư ký cuộc họp xóa được bản ghi hình."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        try:
            recording.delete(acting.required(request.acting), found, reason=request.POST.get("reason", ""))
        except NotAllowed:
            raise
        except UserError as error:
            form.is_valid()
            form.errors.clear()
            form.blame(error)
        else:
            messages.success(request, _("Đã xóa bản ghi hình."))
            return back(found.meeting_id, "recordings")
    context = {"recording": found, "meeting": found.meeting, "form": form}
    return render(request, "meetings/recording_delete.html", context, status=422 if form.is_bound else 200)


def _told(found: Recording) -> list[RecordingNotice]:
    """Who was told of the recording, in the order of saying so."""
    return list(found.notices.select_related("person", "site").order_by("at", "pk"))


def _visible(request: ActingRequest, pk: int) -> Recording:
    """The recording, or 404."""
    known = Meeting.objects.visible_to(request.user).values("pk")
    rows = Recording.objects.select_related(
        "meeting__chair__person",
        "meeting__secretary__person",
        "meeting__created_by__person",
        "meeting__created_by__unit",
        "meeting__organiser",
        "started_by__person",
        "deleted_by__person",
    )
    return get_object_or_404(rows.filter(meeting__in=known), pk=pk)


def ready_recording(request: ActingRequest, pk: int) -> Recording:
    """The recording, if it can be watched, or 404."""
    found = _visible(request, pk)
    if found.state != Recording.State.READY:
        raise Http404
    return found


def _send(
    request: ActingRequest, found: Recording, path: Path, size: int, *, download: bool = False
) -> HttpResponseBase:
    prefix = settings.RECORDINGS_X_ACCEL_PREFIX
    address = prefix + quote(f"{found.key}/{path.name}") if prefix else ""
    kind = MKV if path.suffix == f".{MKV.extension}" else WEBM
    body = Body(
        kind.media_type, size, f'"{found.key}-{path.stem}-{size}"', address, lambda: cast(BinaryIO, path.open("rb"))
    )
    day = timezone.localtime(found.started_at)
    name = f"{slugify(folded(found.meeting.title))[:80] or 'cuoc-hop'}-{day:%Y%m%d-%H%M}.{kind.extension}"
    return send(request, body, name=name, download=download, most=PIECE)
