"""What leaves the system as a file about a meeting: who took it is on record."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse, HttpResponseBase

from eoffice import downloads
from eoffice.audit import log
from eoffice.organisation.acting import ActingRequest
from eoffice.spreadsheets import XLSX
from meetings.models import Meeting


def exported(request: ActingRequest, meeting_id: int, what: str) -> None:
    """Record that ``what`` of the meeting (as in the file's name) was taken away."""
    meeting = Meeting.objects.get(pk=meeting_id)
    log.record("meeting.exported", by=request.acting, user=request.user, target=meeting, what=what)


def on_record(what: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """For a view of a meeting that gives the file ``what``: who got it is recorded; a page that says to wait is no file, and
    further pieces of a file are not recorded again.
    """

    def recording(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def recorded(request: ActingRequest, pk: int, **which: int) -> HttpResponseBase:
            response = view(request, pk, **which)
            is_file = not response.headers.get("Content-Type", "").startswith("text/html")
            if response.status_code == 200 and is_file and "Range" not in request.headers:
                exported(request, pk, what)
            return response

        return recorded

    return recording


def spreadsheet(request: ActingRequest, content: bytes, what: str, meeting: Meeting) -> HttpResponse:
    """The spreadsheet, by a name that says ``what`` it is and of which meeting."""
    exported(request, meeting.pk, what)
    return downloads.named(content, media_type=XLSX, what=what, title=meeting.title, ending="xlsx")
