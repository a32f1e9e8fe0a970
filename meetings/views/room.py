"""The room's page: everything else happens over its socket."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from eoffice.accounts.models import User
from meetings import entry, handing_over, recording, roles
from meetings.models import Meeting, MeetingSite
from meetings.permissions import enterable_sites, is_secretary, may_read_draft_conclusions, role_of
from meetings.roles import Right


@require_safe
@login_required
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Pre-join and room of a meeting for those who have a site in it; others who know of the meeting are
    led to its page."""
    assert isinstance(request.user, User)
    visible = Meeting.objects.visible_to(request.user).select_related("chair", "secretary")
    meeting = get_object_or_404(visible, pk=pk)
    handing_over.settle(pk)
    sites = enterable_sites(request.user, meeting)
    if not sites:
        return redirect("meeting-detail", pk)
    context = {"meeting": meeting, "config": _config(request.user, meeting, sites)}
    return render(request, "meetings/room.html", context)


def _config(user: User, meeting: Meeting, sites: list[MeetingSite]) -> dict[str, Any]:
    """What the page's script needs before the socket opens."""
    return {
        "meeting": meeting.pk,
        "title": meeting.title,
        "starts_at": meeting.starts_at.isoformat(),
        "opens_at": _opens_at(meeting),
        "sites": [_place(user, site) for site in sites],
        "help_phone": _help_phone(meeting),
        "socket": f"/ws/meetings/{meeting.pk}/",
        "me": {"id": user.pk, "name": user.full_name},
        "urls": {
            "meeting": reverse("meeting-detail", args=[meeting.pk]),
            "site_people": _pattern("site-people", "pk"),
            "conclusions_panel": _conclusions_panel(user, meeting),
            "speaking_times": reverse("speaking-times", args=[meeting.pk]),
            "speech_statement": _pattern("speech-statement", "pk").replace("{pk}", "{request}")
            if is_secretary(user, meeting)
            else None,
            "attendance_panel": reverse("meeting-attendance-panel", args=[meeting.pk]),
            "poll": _pattern("poll-detail", poll="pk"),
            "poll_annul": _pattern("poll-annul", poll="pk"),
            "poll_desk": _pattern("poll-desk", poll="pk"),
            "board": reverse("meeting-board", args=[meeting.pk]),
            "display": reverse("meeting-display", args=[meeting.pk]),
            "contacts": reverse("site-contacts", args=[meeting.pk]),
            "missing": reverse("meeting-missing", args=[meeting.pk]),
            "paper_file": _pattern("paper-file", "version"),
            "paper_image": _pattern("paper-page-image", "version", "page"),
            "paper_reading": _pattern("paper-reading", "version"),
            "paper_marking": _pattern("paper-marking", "version"),
        },
        "chat_days": settings.CHAT_RETENTION_DAYS,
        "recording": _recording(meeting),
        "simulate": settings.SOCKET_SIMULATION,
    }


def _help_phone(meeting: Meeting) -> str:
    """Whom to call when nothing else helps: the main site's room, else the unit that holds the meeting."""
    main = meeting.sites.filter(kind=MeetingSite.Kind.MAIN).select_related("unit").first()
    return (main.phone or main.unit.phone) if main else ""


def _opens_at(meeting: Meeting) -> str | None:
    """When the door opens, of a meeting that does not sit yet."""
    return entry.opens_at(meeting).isoformat() if meeting.state == Meeting.State.INVITED else None


def _place(user: User, site: MeetingSite) -> dict[str, Any]:
    """A site the person may represent, and as what they would sit there."""
    role = role_of(user, site.meeting_id, site)
    uplink = roles.grants(role, Right.UPLINK)
    own_screen = site.kind != MeetingSite.Kind.INDIVIDUAL
    return {"id": site.pk, "name": site.name, "role": role, "uplink": uplink, "shared": own_screen, "phone": site.phone}


def _pattern(name: str, *places: str, **named: str) -> str:
    """The address called ``name`` with "{place}" where the script puts a number; ``place="pk"`` where the address
    calls it otherwise."""
    arguments = {**{place: place for place in places}, **named}
    stand_ins = {place: 10**9 + number for number, place in enumerate(arguments)}
    path = reverse(name, kwargs={arguments[place]: number for place, number in stand_ins.items()})
    for place, number in stand_ins.items():
        path = path.replace(str(number), f"{{{place}}}")
    return path


def _recording(meeting: Meeting) -> dict[str, Any] | None:
    """The recording that runs, for who is about to enter."""
    state = recording.state_of(recording.running(meeting.pk))
    return state.model_dump(mode="json") if state else None


def _conclusions_panel(user: User, meeting: Meeting) -> str | None:
    """Where the secretary's desk is, for those who may see it."""
    may = may_read_draft_conclusions(user, meeting)
    return reverse("meeting-conclusions-panel", args=[meeting.pk]) if may else None
