"""How each site of a meeting is now: who is connected, with camera and microphone open or not."""

from collections.abc import Collection
from typing import Any

from django.core.cache import cache
from treebeard.mp_tree import MP_Node

from eoffice.organisation.models import Unit
from meetings.models import Connection, MeetingSite
from meetings.protocol.parts import SiteState
from meetings.realtime import RosterEntry

PEOPLE_SHOWN = 10
STEP: int = MP_Node.steplen  # type: ignore[attr-defined]
LAMP_TTL_S = 60


def entries(meeting_id: int, site_ids: Collection[int] | None = None) -> list[RosterEntry]:
    """Roster entries of the given sites (all when None), in the order of the organisation tree.

    Three queries, whatever the number of sites.
    """
    sites = MeetingSite.objects.filter(meeting_id=meeting_id).select_related("unit").order_by("unit__path", "pk")
    connections = Connection.objects.filter(meeting_id=meeting_id, left_at__isnull=True).select_related("person")
    if site_ids is not None:
        sites = sites.filter(pk__in=site_ids)
        connections = connections.filter(site__in=site_ids)
    here: dict[int, list[Connection]] = {}
    for connection in connections.order_by("pk"):
        here.setdefault(connection.site_id, []).append(connection)
    listed = list(sites)
    branches = _branches(listed)
    lamps = cache.get_many([_lamp_key(site.pk) for site in listed if site.pk in here])
    return [_entry(site, here.get(site.pk, []), branches, lamps) for site in listed]


def _entry(
    site: MeetingSite, connections: list[Connection], branches: dict[str, str], lamps: dict[str, Any]
) -> RosterEntry:
    carrier = next((c for c in connections if c.carries_media), None)
    people = dict.fromkeys(c.person.full_name for c in connections)
    state = SiteState(
        id=site.pk,
        name=site.name,
        kind=site.kind,
        branch=branches.get(_parent_path(site.unit), ""),
        connected=bool(connections),
        people=tuple(people)[:PEOPLE_SHOWN],
        camera=bool(carrier and carrier.camera_on),
        microphone=bool(carrier and carrier.microphone_on),
        lamp=lamps.get(_lamp_key(site.pk), "unknown"),
    )
    return {"site": state.model_dump(mode="json"), "peer": str(carrier.key) if carrier else None}


def remember_lamp(site_id: int, lamp: str) -> None:
    """Keep how good the line of a site is, for as long as reports keep coming."""
    cache.set(_lamp_key(site_id), lamp, LAMP_TTL_S)


def _lamp_key(site_id: int) -> str:
    return f"site-lamp:{site_id}"


def _parent_path(unit: Unit) -> str:
    return unit.path[:-STEP] or unit.path


def _branches(sites: list[MeetingSite]) -> dict[str, str]:
    """Path of each superior unit → its name."""
    paths = {_parent_path(site.unit) for site in sites}
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "name"))
