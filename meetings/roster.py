"""The sites of a meeting: under which agencies they stand, and how each is now.

What rarely changes (``layout``) is apart from what does (``presence``), so that a change costs a few bytes on
each line, whatever the number of sites (docs/protocol.md, "The roster").
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.core.cache import cache
from django.db.models import Count, Q

from eoffice.organisation.models import Unit
from eoffice.organisation.paths import line, superior
from meetings.attached import Mouth, mouths
from meetings.models import Attendee, Connection, MeetingSite
from meetings.protocol.parts import BranchState, SiteState

PEOPLE_SHOWN = 10
LAMP_TTL_S = 60


class Presence(TypedDict):
    """How one site is now."""

    site: int
    marks: str
    """As ``SiteState.marks``."""
    people: list[str]
    """Names of those connected, at most ten."""
    named: int
    """How many people are listed as attending there."""
    seated: int
    """How many of them are checked in."""
    lamp: str
    peer: str | None
    """The media node's name for the tab that carries the site's camera and microphone."""


@dataclass(frozen=True)
class Layout:
    """Sites and the agencies over them, both in the order of the organisation tree; nobody is there yet."""

    branches: tuple[BranchState, ...]
    sites: tuple[SiteState, ...]


# --- how sites stand --------------------------------------------------------------------------------------


def layout(meeting_id: int) -> Layout:
    """All sites of a meeting under their branches. Two queries, whatever the number of sites.

    A branch is a unit right above a site. A site stands under its own unit if that is a branch itself, else
    under the unit above it.
    """
    sites = list(
        MeetingSite.objects.filter(meeting_id=meeting_id)
        .select_related("unit")
        .only("id", "name", "kind", "unit__path")
        .order_by("unit__path", "pk")
    )
    over = {superior(site.unit.path) for site in sites}
    rows = Unit.objects.filter(path__in=over).order_by("path").values_list("path", "pk", "short_name")
    branch_of = {path: pk for path, pk, _name in rows}
    branches = tuple(BranchState(id=pk, name=name, above=_nearest(path, branch_of)) for path, pk, name in rows)
    return Layout(branches, tuple(_site_state(site, branch_of) for site in sites))


def _site_state(site: MeetingSite, branch_of: dict[str, int]) -> SiteState:
    path = site.unit.path
    branch = branch_of.get(path) or branch_of[superior(path)]
    return SiteState(id=site.pk, name=site.name, kind=site.kind, branch=branch, marks="")


def _nearest(path: str, branch_of: dict[str, int]) -> int | None:
    """The branch nearest above the unit at ``path``."""
    above = line(path)[:-1]
    return next((branch_of[one] for one in reversed(above) if one in branch_of), None)


# --- how sites are ----------------------------------------------------------------------------------------


def presence(meeting_id: int, site_ids: Collection[int] | None = None) -> list[Presence]:
    """How the given sites are; when None, all at which somebody is connected or listed. Three queries."""
    here: dict[int, list[Connection]] = {}
    connections = Connection.objects.filter(meeting_id=meeting_id, left_at__isnull=True).select_related("person")
    listed = Attendee.objects.filter(meeting_id=meeting_id, substitute__isnull=True).order_by().values("site")
    if site_ids is not None:
        connections, listed = connections.filter(site__in=site_ids), listed.filter(site__in=site_ids)
    for connection in connections.order_by("pk"):
        here.setdefault(connection.site_id, []).append(connection)
    seats = {
        row["site"]: (row["named"], row["seated"])
        for row in listed.annotate(
            named=Count("pk", distinct=True), seated=Count("check_ins", filter=Q(check_ins__left_at__isnull=True))
        )
    }
    attached = mouths(meeting_id)
    wanted = list(site_ids) if site_ids is not None else sorted({*here, *seats, *attached})
    lamps = cache.get_many([_lamp_key(site) for site in here])
    entries = [_presence(site, here.get(site, []), seats.get(site, (0, 0)), lamps) for site in wanted]
    return [_standing_for(entry, *attached[entry["site"]]) if entry["site"] in attached else entry for entry in entries]


def _standing_for(entry: Presence, _guest: int, mouth: Mouth | None) -> Presence:
    """A site to which another meeting is attached is there, with the picture and the voice of that one's floor."""
    if mouth is None:
        return {**entry, "marks": "c", "peer": None}
    return {**entry, "marks": "c" + "v" * mouth.camera_on + "m" * mouth.heard, "peer": mouth.peer}


def _presence(site: int, connections: Sequence[Connection], seats: tuple[int, int], lamps: dict[str, Any]) -> Presence:
    carrier = next((c for c in connections if c.carries_media), None)
    people = dict.fromkeys(c.person.full_name for c in connections)
    lamp = str(lamps.get(_lamp_key(site), "unknown"))
    return Presence(
        site=site,
        marks=_marks(connections, carrier, lamp),
        people=list(people)[:PEOPLE_SHOWN],
        named=seats[0],
        seated=seats[1],
        lamp=lamp,
        peer=str(carrier.key) if carrier else None,
    )


def _marks(connections: Sequence[Connection], carrier: Connection | None, lamp: str) -> str:
    if not connections:
        return ""
    camera, microphone = (carrier.camera_on, carrier.microphone_on) if carrier else (False, False)
    consulting = (carrier or connections[0]).consultation_id is not None
    return "c" + "v" * camera + "m" * microphone + {"weak": "w", "bad": "b"}.get(lamp, "") + "h" * consulting


def remember_lamp(site_id: int, lamp: str) -> None:
    """Keep how good the line of a site is, for as long as reports keep coming."""
    cache.set(_lamp_key(site_id), lamp, LAMP_TTL_S)


def forget_lamps(site_ids: Iterable[int]) -> None:
    """Nobody is there any more whose line could be judged."""
    cache.delete_many([_lamp_key(site) for site in site_ids])


def _lamp_key(site_id: int) -> str:
    return f"site-lamp:{site_id}"
