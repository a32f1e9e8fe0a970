"""The page of one meeting, and its calendar entry."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice.accounts.models import User
from eoffice.files.kinds import DOCUMENTS
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Position
from eoffice.organisation.positions import with_level
from meetings import (
    calendars,
    carrying_forms,
    countering,
    dispatching,
    history,
    overview,
    paper_saved,
    permissions,
    poll_page,
    readiness,
    receipts,
    replies,
    reply_board,
    roles,
    series_page,
    speech_register,
    stand_ins,
    substitutes,
    week_lines,
)
from meetings.forms import InviteForm
from meetings.models import Dispatch, Meeting
from meetings.views.fetching import visible_meeting
from meetings.views.notice import receipt_of


@require_safe
@login_required
def meeting_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """Everything about one meeting that the reader may know of."""
    meeting = visible_meeting(request, pk)
    can = overview.abilities(request.user, meeting)
    attendees = overview.attendees_of(meeting)
    items = overview.agenda_of(meeting, request.user)
    context = {
        "meeting": meeting,
        **carrying_forms.of_page(request.user, meeting, may_choose=can["agenda"]),
        "can": can,
        **_origin(request.user, meeting),
        **_agenda(request.user, meeting, items),
        "accepted": ",".join(sorted(f".{kind.extension}" for kind in DOCUMENTS)),
        "roles": [(role.value, role.label) for role in roles.ASSIGNABLE],
        "length": int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
        "lines": overview.lines_of(meeting) if can["prepare"] else [],
        **_inviting(request, may_invite=can["agenda"]),
        "sites": overview.site_counts(meeting),
        "my_sites": (mine := permissions.sites_of(request.user, meeting)),
        "rehearsal": readiness.rehearsal_of(meeting, request.user, mine, timezone.now()),
        "with_room": meeting.state in permissions.WITH_ROOM,
        "attendees": attendees[: overview.SHOWN_ATTENDEES],
        "attendee_count": attendees.count(),
        "my_note": stand_ins.notes(request.user, [meeting]).get(pk, ""),
        "panels": overview.panels_for(request.user, meeting),
        "may_read_captions": permissions.may_read_captions(request.user, meeting),
        "may_join_recording": permissions.may_delete_recording(request.user, meeting),
        "recordings": overview.recordings_of(meeting),
        "offers_offline": bool(items) and meeting.state not in (Meeting.State.DRAFT, Meeting.State.CANCELLED),
        "speeches": speech_register.register_of(meeting, request.user),
        **poll_page.of_meeting(meeting, request.user),
        "history": history.latest(request.user, meeting) if can["prepare"] else [],
        "paper_saved": paper_saved.of_meeting(meeting) if meeting.state in paper_saved.COUNTED else None,
        **_replies(request.user, meeting),
        "counters": countering.waiting(request.user, meeting),
        **_sendings(request.user, meeting, prepares=can["prepare"]),
        "called_off": meeting.state in (Meeting.State.CANCELLED, Meeting.State.POSTPONED),
    }
    return render(request, "meetings/detail.html", context)


def _origin(user: User, meeting: Meeting) -> dict[str, Any]:
    """What it was made of: a recurring meeting, a line of a week."""
    return {"occurrence": series_page.of_meeting(meeting), "week_line": week_lines.line_for(user, meeting)}


def _agenda(user: User, meeting: Meeting, items: list[Any]) -> dict[str, Any]:
    """The items, and what is counted over them."""
    return {
        "items": items,
        "open_tables": overview.open_tables(items, meeting, user),
        "asked_count": sum(len(item.asked) for item in items),
        "missing_count": sum(asked.is_missing for item in items for asked in item.asked),
        "minutes": sum(item.minutes for item in items),
    }


def _replies(user: User, meeting: Meeting) -> dict[str, Any]:
    """What the reader says to the invitation; for those who prepare, what the others say."""
    issued = meeting.state in permissions.WITH_ROOM
    watches = issued and reply_board.may_see(user, meeting)
    return {
        "replier": replies.own(user, meeting),
        "reply_due": replies.due(meeting) if issued else None,
        "substitutable": substitutes.of_reader(user, meeting),
        "my_parts": stand_ins.parts_of(user, [meeting.pk])[:1],
        "reply_tabs": reply_board.tabs_of(meeting) if watches else [],
    }


def _inviting(request: ActingRequest, *, may_invite: bool) -> dict[str, Any]:
    """The form that invites; what was typed into the panel that names people and was not taken."""
    return {
        "invite": InviteForm() if may_invite else None,
        "positions": [(one.pk, with_level(one)) for one in Position.objects.all()] if may_invite else [],
        "ticked": request.GET.get("people", "").split(","),
        "typed_reason": request.GET.get("reason", ""),
    }


def _sendings(user: User, meeting: Meeting, *, prepares: bool) -> dict[str, Any]:
    """The letter as the reader received it; for those who prepare, all that was sent out."""
    letter = dispatching.latest(meeting, Dispatch.Kind.INVITATION)
    own = receipts.opened(user, letter)
    return {**receipt_of(user, letter, own), "sendings": receipts.of_sender(meeting) if prepares else []}


@require_safe
@login_required
def meeting_calendar(request: ActingRequest, pk: int) -> HttpResponse:
    """The meeting as an .ics file for one's own calendar."""
    meeting = visible_meeting(request, pk)
    text = calendars.calendar_text(meeting, method="PUBLISH")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cuoc-hop-{meeting.pk}.ics"'
    return response
