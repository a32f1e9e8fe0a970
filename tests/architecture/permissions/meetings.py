"""Meetings: known to those who lead, prepare or are invited; to others they do not exist."""

from collections.abc import Callable
from typing import Any

from meetings.models import InvitationLine, Nomination, TabledPaper
from tests.architecture.world import World

_STRANGERS = {"anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}
_INVITED = {"*": 200, **_STRANGERS}
_DRAFT = {**_INVITED, "invited_head": 404, "department_head": 404}
_DRAFT_DONE = {**_DRAFT, "chair": 302, "secretary": 302, "organiser_clerk": 302}
"""Pages and acts of those who prepare, on a meeting that nobody else knows of yet."""
_PREPARING = {**_INVITED, "invited_head": 403, "department_head": 403}
_PREPARED = {**_PREPARING, "chair": 302, "secretary": 302, "organiser_clerk": 302}
"""Acts of those who prepare: they end at the meeting's page; the invited know of it but may not."""
_OF_THE_COMMUNE = {"*": 403, **_STRANGERS, "invited_head": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "meeting-list": {"*": 200, "anonymous": 302},
    "meeting-create": {"*": 200, "anonymous": 302, "admin": 403},
    "meeting-detail": _INVITED,
    "meeting-calendar": _INVITED,
    "meeting-sites": _INVITED,
    "meeting-room": _INVITED,
    "meeting-edit": _PREPARING,
    "meeting-issue": _DRAFT,
    "meeting-cancel": _PREPARING,
    "meeting-postpone": _PREPARED,
    "agenda-item-create": _PREPARED,
    "agenda-item-edit": _PREPARING,
    "agenda-item-move": _PREPARED,
    "agenda-item-remove": _PREPARED,
    "agenda-paper-table": _PREPARED,
    "agenda-paper-untable": _PREPARED,
    "agenda-paper-upload": _PREPARED,
    "invitation-line-create": _PREPARED,
    "invitation-line-remove": _PREPARED,
    "nomination-create": _OF_THE_COMMUNE,
    "nomination-remove": _OF_THE_COMMUNE,
}


def _meeting(world: World) -> dict[str, Any]:
    return {"pk": world.meeting.pk}


def _item(world: World) -> dict[str, Any]:
    return {"pk": world.item.pk}


def _nomination(world: World) -> dict[str, Any]:
    site, by = world.commune_site, world.city["invited_head"]
    made, _created = Nomination.objects.get_or_create(
        site=site, appointment=world.city["invited_clerk"], defaults={"by": by}
    )
    return {"pk": made.pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "meeting-detail": _meeting,
    "meeting-calendar": _meeting,
    "meeting-sites": _meeting,
    "meeting-room": _meeting,
    "meeting-edit": _meeting,
    "meeting-issue": lambda world: {"pk": world.draft.pk},
    "meeting-cancel": _meeting,
    "meeting-postpone": _meeting,
    "agenda-item-create": _meeting,
    "agenda-item-edit": _item,
    "agenda-item-move": _item,
    "agenda-item-remove": _item,
    "agenda-paper-table": _item,
    "agenda-paper-upload": _item,
    "agenda-paper-untable": lambda world: {"pk": TabledPaper.objects.get(item=world.item).pk},
    "invitation-line-create": _meeting,
    "invitation-line-remove": lambda world: {"pk": InvitationLine.objects.filter(meeting=world.meeting)[0].pk},
    "nomination-create": lambda world: {"pk": world.commune_site.pk},
    "nomination-remove": _nomination,
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "meeting-postpone": lambda world: {"reason": "Bão số 5"},
    "agenda-item-create": lambda world: {"title": "Nội dung khác", "minutes": 10},
    "agenda-item-move": lambda world: {"to": 1},
    "agenda-item-remove": lambda world: {"confirmed": 1},
    "agenda-paper-table": lambda world: {"paper": world.paper.pk},
    "agenda-paper-untable": lambda world: {"confirmed": 1},
    "agenda-paper-upload": lambda world: {"nothing": 1},
    "invitation-line-create": lambda world: {"units": [world.city.other_commune.pk]},
    "invitation-line-remove": lambda world: {"confirmed": 1},
    "nomination-create": lambda world: {"people": [world.city["invited_clerk"].pk]},
    "nomination-remove": lambda world: {"confirmed": 1},
}
