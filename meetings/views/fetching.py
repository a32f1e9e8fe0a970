"""Fetching what a page is about: only what the reader may know of; anything else is 404."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from eoffice.errors import NotAllowed, NotFound, UserError
from eoffice.organisation.acting import ActingRequest
from meetings import confidential
from meetings.models import AgendaItem, InvitationLine, Meeting, MeetingSite, Nomination, TabledPaper

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
    "booking__resource",
)


def visible_meeting(request: ActingRequest, pk: int) -> Meeting:
    """The meeting, or 404."""
    return get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def visible_part(request: ActingRequest, parts: "QuerySet[Any]", pk: int, *, through: str = "meeting") -> Any:
    """One of ``parts`` (items, lines, sites …) of a meeting that the reader may know of, or 404."""
    known = Meeting.objects.visible_to(request.user).values("pk")
    return get_object_or_404(parts.filter(**{f"{through}__in": known}), pk=pk)


def visible_item(request: ActingRequest, pk: int) -> AgendaItem:
    """The agenda item, or 404; a confidential one only for those who know it."""
    known = AgendaItem.objects.known_to(request.user).select_related("meeting", "presenter")
    item: AgendaItem = visible_part(request, known, pk)
    return item


def visible_line(request: ActingRequest, pk: int) -> InvitationLine:
    """The line of the invitation, or 404."""
    line: InvitationLine = visible_part(request, InvitationLine.objects.select_related("meeting"), pk)
    return line


def visible_site(request: ActingRequest, pk: int) -> MeetingSite:
    """The site, or 404."""
    site: MeetingSite = visible_part(request, MeetingSite.objects.select_related("meeting", "unit"), pk)
    return site


def visible_nomination(request: ActingRequest, pk: int) -> Nomination:
    """The nomination, or 404."""
    related = ("site__meeting", "site__unit", "appointment__person", "appointment__unit", "appointment__position")
    found: Nomination = visible_part(request, Nomination.objects.select_related(*related), pk, through="site__meeting")
    return found


def visible_tabling(request: ActingRequest, pk: int) -> TabledPaper:
    """The paper on the table, or 404."""
    tabled = TabledPaper.objects.select_related("item__meeting", "paper")
    known = confidential.without_hidden(tabled, request.user)
    found: TabledPaper = visible_part(request, known, pk, through="item__meeting")
    return found


def back_with(request: ActingRequest, meeting_id: int, error: UserError, anchor: str = "") -> HttpResponse:
    """To the meeting's page with ``error`` on top; what the person may not do at all stays an error."""
    unless_barred(error)
    messages.error(request, " ".join(str(part) for part in (error.message, error.hint) if part))
    return back(meeting_id, anchor)


def unless_barred(error: UserError) -> UserError:
    """``error``; what the person may not do at all stays an error page."""
    if isinstance(error, NotAllowed | NotFound):
        raise error
    return error


def back(meeting_id: int, anchor: str = "") -> HttpResponse:
    """To the meeting's page, at ``anchor``."""
    response = redirect("meeting-detail", meeting_id)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response
