"""Lists of a meeting to save."""

from django.http import HttpResponse

from eoffice import downloads
from eoffice.spreadsheets import XLSX
from meetings.models import Meeting


def spreadsheet(content: bytes, what: str, meeting: Meeting) -> HttpResponse:
    """The spreadsheet, by a name that says ``what`` it is and of which meeting."""
    return downloads.named(content, media_type=XLSX, what=what, title=meeting.title, ending="xlsx")
