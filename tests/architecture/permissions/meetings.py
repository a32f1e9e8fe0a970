"""Meetings: known to those who lead, prepare or are invited; to others they do not exist."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from meetings import speaking_queue, substitutes
from meetings.models import (
    AbsenceRequest,
    Attendee,
    InvitationLine,
    Meeting,
    Nomination,
    Recusal,
    Role,
    RollCall,
    TabledPaper,
)
from tests.architecture.world import World
from tests.factories import AppointmentFactory

_STRANGERS = {"anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}
_INVITED = {"*": 200, **_STRANGERS}
_DRAFT = {**_INVITED, "invited_head": 404, "department_head": 404}
_DRAFT_DONE = {**_DRAFT, "chair": 302, "secretary": 302, "organiser_clerk": 302}
"""Pages and acts of those who prepare, on a meeting that nobody else knows of yet."""
_PREPARING = {**_INVITED, "invited_head": 403, "department_head": 403}
_PREPARED = {**_PREPARING, "chair": 302, "secretary": 302, "organiser_clerk": 302}
"""Acts of those who prepare: they end at the meeting's page; the invited know of it but may not."""
_OF_THE_COMMUNE = {"*": 403, **_STRANGERS, "invited_head": 302}

_OF_THE_OFFICE = {"chair": 403, "secretary": 403, "organiser_clerk": 403}
_ASKED = {"*": 404, "anonymous": 302, "chair": 200, "secretary": 200, "organiser_clerk": 200, "invited_head": 200}
"""A paper asked of the commune: known to it and to those who prepare the meeting."""
_REVIEWED = {**_ASKED, "chair": 302, "secretary": 302, "organiser_clerk": 302, "invited_head": 403}

_DESK_REMINDS = {"*": 404, "anonymous": 302, "chair": 302, "secretary": 302, "organiser_clerk": 302}
"""Who works at the desk of the organiser's week, and who prepares the meeting."""

EXPECTED: dict[str, dict[str, int]] = {
    "meeting-list": {"*": 200, "anonymous": 302},
    "meeting-unconcluded": {"*": 200, "anonymous": 302},
    "meeting-unconcluded-remind": _DESK_REMINDS,
    "meeting-create": {"*": 200, "anonymous": 302, "admin": 403},
    "meeting-conflicts": {"*": 200, "anonymous": 302},
    "meeting-detail": _INVITED,
    "meeting-calendar": _INVITED,
    "meeting-invitation-word": _INVITED,
    "meeting-invitation-pdf": _INVITED,
    "meeting-offline": _INVITED,
    "meeting-sites": _INVITED,
    "meeting-history": {**_INVITED, "invited_head": 404, "department_head": 404},
    "meeting-room": _INVITED,
    "meeting-display": _INVITED,
    "meeting-display-code": _INVITED,  # each of them keeps the attendance of the meeting or of a site
    "meeting-board": _PREPARING,
    "site-contacts": _PREPARING,
    "meeting-missing": _PREPARING,
    "recording-detail": _INVITED,
    "recording-file": _INVITED,
    "recording-content": _INVITED,
    "recording-captions": _INVITED,
    "recording-download": _PREPARING,
    "meeting-captions": _PREPARING,
    "meeting-captions-text": _PREPARING,
    "meeting-captions-webvtt": _PREPARING,
    "recording-join": {**_PREPARED, "organiser_clerk": 403},
    "recording-delete": {**_PREPARING, "organiser_clerk": 403},
    "meeting-edit": _PREPARING,
    "meeting-issue": _DRAFT,
    "meeting-cancel": _PREPARING,
    "meeting-postpone": _PREPARED,
    "meeting-follow": _PREPARED,
    "agenda-item-create": _PREPARED,
    "agenda-item-edit": _PREPARING,
    "agenda-item-move": _PREPARED,
    "agenda-item-remove": _PREPARED,
    "agenda-item-recusals": {**_PREPARING, "organiser_clerk": 403},
    "recusal-lift": {**_PREPARED, "organiser_clerk": 403},
    "agenda-paper-table": _PREPARED,
    "agenda-paper-untable": _PREPARED,
    "agenda-paper-upload": _PREPARED,
    "agenda-paper-times": _PREPARING,
    "invitation-line-create": _PREPARED,
    "invitation-line-remove": _PREPARED,
    "invitation-line-role": _PREPARED,
    "invitation-line-seats": _PREPARED,
    "site-role": _PREPARED,
    "attendee-role": {**_PREPARED, "chair": 409, "secretary": 409, "organiser_clerk": 409},  # the chair stays chair
    "paper-request-create": _PREPARING,
    "paper-saved": {"*": 200, "anonymous": 302},
    "meeting-economy": {"*": 200, "anonymous": 302},
    "meeting-economy-xlsx": {"*": 200, "anonymous": 302},
    "meeting-economy-list": {"*": 200, "anonymous": 302},
    "paper-requests": {"*": 200, "anonymous": 302},
    "paper-request": _ASKED,
    "paper-request-upload": {**_ASKED, **_OF_THE_OFFICE, "invited_head": 400},  # no file
    "paper-request-submit": {**_ASKED, **_OF_THE_OFFICE, "invited_head": 302},  # it was submitted before
    "paper-request-return": _REVIEWED,
    "paper-request-approve": _REVIEWED,
    "paper-request-deadline": _REVIEWED,
    "paper-request-cancel": {**_REVIEWED, "chair": 302, "secretary": 302, "organiser_clerk": 302},
    "paper-request-nudge": {**_REVIEWED, "chair": 409, "secretary": 409, "organiser_clerk": 409},  # nothing is missing
    "paper-requests-nudge": _PREPARED,
    "meeting-papers-take-back": _PREPARING,
    "substitute-send": {**_OF_THE_COMMUNE, "invited_head": 200},
    "substitute-end": {**_OF_THE_COMMUNE, "chair": 302, "secretary": 302},
    "meeting-replies": _PREPARING,
    "replies-nudge": _PREPARED,
    "reply": {**_OF_THE_COMMUNE, "invited_head": 200, "chair": 200, "secretary": 200, "organiser_clerk": 403},
    "reply-accept": {**_OF_THE_COMMUNE, "chair": 302, "secretary": 302},
    "absence-decide": {**_PREPARING, "organiser_clerk": 403},
    "site-edit": {**_OF_THE_COMMUNE, "invited_head": 200},
    "site-people": {**_PREPARING, "organiser_clerk": 403},
    "nomination-create": _OF_THE_COMMUNE,
    "nomination-remove": _OF_THE_COMMUNE,
    "speech-create": {"*": 403, **_STRANGERS, "invited_head": 200, "department_head": 200},
    "speech-withdraw": _OF_THE_COMMUNE,
    "speech-statement": {"*": 404, "anonymous": 302, "invited_head": 200, "secretary": 200},
    "speaking-times": {"*": 403, **_STRANGERS, "chair": 200, "secretary": 200},
}


def _meeting(world: World) -> dict[str, Any]:
    return {"pk": world.meeting.pk}


def _over(world: World) -> dict[str, Any]:
    """It was held, and nobody has issued its conclusions."""
    Meeting.objects.filter(pk=world.meeting.pk).update(state=Meeting.State.ENDED)
    return _meeting(world)


def _with_check_in_open(world: World) -> dict[str, Any]:
    opened = {"opened_at": timezone.now(), "opened_by": world.city["chair"]}
    RollCall.objects.get_or_create(meeting=world.meeting, defaults=opened)
    return {"pk": world.meeting.pk}


def _recording(world: World) -> dict[str, Any]:
    return {"pk": world.recording.pk}


def _item(world: World) -> dict[str, Any]:
    return {"pk": world.item.pk}


def _recusal(world: World) -> dict[str, Any]:
    unit, by = world.city.other_commune, world.city["secretary"]
    made, _created = Recusal.objects.get_or_create(item=world.item, unit=unit, defaults={"reason": "Lợi ích", "by": by})
    return {"pk": made.pk}


def _request(world: World) -> dict[str, Any]:
    return {"pk": world.request.pk}


_REQUEST_PAGES = ("", "-upload", "-submit", "-return", "-approve", "-deadline", "-cancel", "-nudge")


def _nomination(world: World) -> dict[str, Any]:
    site, by = world.commune_site, world.city["invited_head"]
    made, _created = Nomination.objects.get_or_create(
        site=site, appointment=world.city["invited_clerk"], defaults={"by": by}
    )
    return {"pk": made.pk}


def _attendee_of_the_commune(world: World) -> dict[str, Any]:
    seat = {"appointment": world.city["invited_clerk"], "site": world.commune_site, "role": Role.INVITED}
    person = world.city.person("invited_clerk")
    made, _created = Attendee.objects.get_or_create(meeting=world.meeting, person=person, defaults=seat)
    return {"pk": made.pk}


def _substitution(world: World) -> dict[str, Any]:
    absent = Attendee.objects.get(pk=_attendee_of_the_commune(world)["pk"])
    known = absent.substitutions.filter(ended_at__isnull=True).first()
    if known is not None:
        return {"pk": known.pk}
    deputy = AppointmentFactory(unit=world.city.commune)
    return {"pk": substitutes.send(world.city["invited_head"], absent, deputy, reason="Ốm").pk}


def _absence_request(world: World) -> dict[str, Any]:
    """A member of the commune asks to stay away."""
    absent = Attendee.objects.get(pk=_attendee_of_the_commune(world)["pk"])
    made, _created = AbsenceRequest.objects.get_or_create(
        attendee=absent, state="waiting", defaults={"reason": "Ốm", "by": world.city["invited_clerk"]}
    )
    return {"pk": made.pk}


def _speech(world: World) -> dict[str, Any]:
    """A registration of the commune, with a text sent beforehand."""
    wish = speaking_queue.Wish(statement="Kính thưa Chủ tọa")
    return {"pk": speaking_queue.request(world.commune_site, by=world.city.person("invited_head"), wish=wish).pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "meeting-detail": _meeting,
    "meeting-calendar": _meeting,
    "meeting-economy-list": lambda world: {"which": "held"},
    "meeting-captions": _meeting,
    "meeting-captions-text": _meeting,
    "meeting-captions-webvtt": _meeting,
    "meeting-invitation-word": _meeting,
    "meeting-invitation-pdf": _meeting,
    "meeting-offline": _meeting,
    "meeting-sites": _meeting,
    "meeting-history": _meeting,
    "meeting-room": _meeting,
    "meeting-display": _meeting,
    "meeting-display-code": _with_check_in_open,
    "meeting-board": _meeting,
    "site-contacts": _meeting,
    "meeting-missing": _meeting,
    "recording-detail": _recording,
    "recording-file": _recording,
    "recording-content": _recording,
    "recording-captions": _recording,
    "recording-download": _recording,
    "recording-join": _recording,
    "recording-delete": _recording,
    "meeting-edit": _meeting,
    "meeting-issue": lambda world: {"pk": world.draft.pk},
    "meeting-cancel": _meeting,
    "meeting-postpone": _meeting,
    "meeting-unconcluded-remind": _over,
    "meeting-follow": _meeting,
    "agenda-item-create": _meeting,
    "agenda-item-edit": _item,
    "agenda-item-move": _item,
    "agenda-item-remove": _item,
    "agenda-item-recusals": _item,
    "recusal-lift": _recusal,
    "agenda-paper-table": _item,
    "agenda-paper-upload": _item,
    "agenda-paper-times": lambda world: {"pk": TabledPaper.objects.get(item=world.item).pk},
    "agenda-paper-untable": lambda world: {"pk": TabledPaper.objects.get(item=world.item).pk},
    "invitation-line-create": _meeting,
    "invitation-line-remove": lambda world: {"pk": InvitationLine.objects.filter(meeting=world.meeting)[0].pk},
    "invitation-line-role": lambda world: {"pk": InvitationLine.objects.filter(meeting=world.meeting)[0].pk},
    "invitation-line-seats": lambda world: {"pk": InvitationLine.objects.filter(meeting=world.meeting)[0].pk},
    "site-role": lambda world: {"pk": world.commune_site.pk},
    "attendee-role": lambda world: {"pk": world.meeting.attendees.get(role="chair").pk},
    "paper-request-create": _item,
    **{f"paper-request{name}": _request for name in _REQUEST_PAGES},
    "paper-requests-nudge": _meeting,
    "meeting-papers-take-back": lambda world: {"pk": world.ended.pk},
    "substitute-send": _attendee_of_the_commune,
    "substitute-end": _substitution,
    "meeting-replies": _meeting,
    "replies-nudge": _meeting,
    "reply": _attendee_of_the_commune,
    "reply-accept": _attendee_of_the_commune,
    "absence-decide": _absence_request,
    "site-edit": lambda world: {"pk": world.commune_site.pk},
    "site-people": lambda world: {"pk": world.commune_site.pk},
    "nomination-create": lambda world: {"pk": world.commune_site.pk},
    "nomination-remove": _nomination,
    "speech-create": _meeting,
    "speech-withdraw": _speech,
    "speech-statement": _speech,
    "speaking-times": _meeting,
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "meeting-unconcluded-remind": lambda world: {},
    "meeting-postpone": lambda world: {"reason": "Bão số 5"},
    "meeting-follow": lambda world: {"previous": ""},
    "agenda-item-create": lambda world: {"title": "Nội dung khác", "minutes": 10},
    "agenda-item-move": lambda world: {"to": 1},
    "agenda-item-remove": lambda world: {"confirmed": 1},
    "recusal-lift": lambda world: {"confirmed": 1},
    "agenda-paper-table": lambda world: {"paper": world.paper.pk},
    "agenda-paper-untable": lambda world: {"confirmed": 1},
    "agenda-paper-upload": lambda world: {"nothing": 1},
    "invitation-line-create": lambda world: {"units": [world.city.other_commune.pk]},
    "invitation-line-remove": lambda world: {"confirmed": 1},
    "recording-join": lambda world: {"again": 1},
    "invitation-line-role": lambda world: {"role": "member"},
    "invitation-line-seats": lambda world: {"seats": 2},
    "site-role": lambda world: {"role": "member"},
    "attendee-role": lambda world: {"role": "member"},
    "nomination-create": lambda world: {"people": [world.city["invited_clerk"].pk]},
    "nomination-remove": lambda world: {"confirmed": 1},
    "substitute-end": lambda world: {"confirmed": 1},
    "reply-accept": lambda world: {"confirmed": 1},
    "replies-nudge": lambda world: {"confirmed": 1},
    "speech-withdraw": lambda world: {"confirmed": 1},
    "paper-request-upload": lambda world: {"nothing": 1},
    "paper-request-submit": lambda world: {"version": 1},
    "paper-request-return": lambda world: {"reason": "Thiếu phụ lục"},
    "paper-request-approve": lambda world: {"version": 1, "release": "now"},
    "paper-request-deadline": lambda world: {
        "due_0": f"{timezone.localtime(world.meeting.starts_at):%d/%m/%Y}",
        "due_1": f"{timezone.localtime(world.meeting.starts_at):%H:%M}",
    },
    "paper-request-cancel": lambda world: {"confirmed": 1},
    "paper-request-nudge": lambda world: {"confirmed": 1},
    "paper-requests-nudge": lambda world: {"confirmed": 1},
}
