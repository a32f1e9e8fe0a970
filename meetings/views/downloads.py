"""Lists of a meeting to save."""

from django.http import HttpResponse
from django.utils.text import slugify

from eoffice.accounts.names import folded
from eoffice.spreadsheets import XLSX
from meetings.models import Meeting


def spreadsheet(content: bytes, what: str, meeting: Meeting) -> HttpResponse:
    """The spreadsheet, by a name that says ``what`` it is and of which meeting."""
    response = HttpResponse(content, content_type=XLSX)
    name = slugify(folded(meeting.title))[:60] or "cuoc-hop"
    response["Content-Disposition"] = f'attachment; filename="{what}-{name}.xlsx"'
    return response
