"""What leaves the system as a file about a meeting: who took it is on record."""

from django.http import HttpResponse

from eoffice import downloads
from eoffice.audit import log
from eoffice.organisation.acting import ActingRequest
from eoffice.spreadsheets import XLSX
from meetings.models import Meeting


def exported(request: ActingRequest, meeting_id: int, what: str) -> None:
    """Record that ``what`` of the meeting (as in the file's name) was taken away."""
    meeting = Meeting.objects.get(pk=meeting_id)
    log.record("meeting.exported", by=request.acting, user=request.user, target=meeting, what=what)


def spreadsheet(request: ActingRequest, content: bytes, what: str, meeting: Meeting) -> HttpResponse:
    """The spreadsheet, by a name that says ``what`` it is and of which meeting."""
    exported(request, meeting.pk, what)
    return downloads.named(content, media_type=XLSX, what=what, title=meeting.title, ending="xlsx")
