"""What everybody in a meeting sees and hears now, worked out from the database alone (docs/adr/0081).

A meeting that is attached to another one sees and hears what that one does, and is there one site, whose picture and voice
are those of its own floor (docs/adr/0088). Its voice, and a screen shared in it, cross only while that site has the floor.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from meetings import patrol
from meetings.attached import host_of, mouths
from meetings.models import Connection, Direction, LiveState, MeetingSite
from meetings.sfu.messages import Kind, Source
from meetings.sfu.slots import WIDE_WALL

SCREEN: tuple[Kind, ...] = ("content", "content-audio")
Sources = dict[str, Source | None]


@dataclass
class Scene:
    """What is in the slots that all share, whose microphones are heard, and who has the floor (``first``)."""

    sources: Sources
    heard: list[str]
    first: str | None
    sites: dict[str, int] = field(default_factory=dict)
    """Sites of this meeting by the peers that show them."""
    homes: dict[str, int] = field(default_factory=dict)
    """Meetings in whose rooms peers are, of those that are not in this one's."""
    borrowed: dict[int, tuple[Source, ...]] = field(default_factory=dict)
    """What its room has of others' rooms."""
    foreign: dict[str, int] = field(default_factory=dict)
    """Sites by peers of other meetings that stand for no site here: of a guest those of its host that it sees or hears, of a host
    the tabs of its guests whose screens it may show."""


def scene(meeting_id: int) -> Scene:
    """See the module's docstring. None of the media node's names for rooms are in it."""
    own = _own(meeting_id)
    host = host_of(meeting_id)
    return own if host is None else _as_guest(meeting_id, own, host, _own(host))


def _own(meeting_id: int) -> Scene:
    """A meeting with those that are attached to it."""
    tabs = Connection.objects.filter(
        meeting_id=meeting_id, left_at__isnull=True, carries_media=True, consultation__isnull=True
    )
    carriers = list(tabs.values_list("site_id", "site__kind", "key", "microphone_on"))
    live = LiveState.objects.filter(meeting_id=meeting_id).first()
    peers = {site: str(key) for site, _kind, key, _on in carriers}
    heard = [str(key) for _site, _kind, key, on in carriers if on]
    main = next((str(key) for _site, kind, key, _on in carriers if kind == MeetingSite.Kind.MAIN), None)
    homes: dict[str, int] = {}
    borrowed: dict[int, tuple[Source, ...]] = {}
    screens: dict[int, str | None] = {}
    for site, (guest, mouth) in mouths(meeting_id).items():
        peers.pop(site, None)
        screens[site] = mouth.screen if mouth else None
        if mouth is None:
            continue
        peers[site], homes[mouth.peer] = mouth.peer, guest
        borrowed[guest] = (Source(peer=mouth.peer, kind="camera"),)
        if mouth.heard:
            heard.append(mouth.peer)
            borrowed[guest] += (Source(peer=mouth.peer, kind="microphone"),)
        if mouth.screen:
            homes[mouth.screen] = guest
            borrowed[guest] += tuple(Source(peer=mouth.screen, kind=kind) for kind in SCREEN)
    floor = peers.get(live.floor_site_id) if live and live.floor_site_id else main
    content = (peers | screens).get(live.content_site_id) if live and live.content_site_id else None
    sources = _directed(meeting_id, peers, floor, main)
    sources["content"] = Source(peer=content, kind="content") if content else None
    foreign = {peer: site for site, peer in screens.items() if peer}
    return Scene(
        sources, heard, floor, foreign | {peer: site for site, peer in peers.items()}, homes, borrowed, foreign
    )


def _directed(meeting_id: int, peers: dict[int, str], floor: str | None, main: str | None) -> Sources:
    """Large, inset and on the shared wall. Beside a picture on air the speaker is inset; their microphone stays theirs."""
    direction = Direction.objects.filter(meeting_id=meeting_id).first()
    programme = peers.get(direction.programme_id) if direction and direction.programme_id else None
    inset = floor if programme and floor != programme else main
    sources = {"floor": _camera(programme or floor), "chair": _camera(inset)}
    wall = patrol.wall_of(direction)
    shown = [peers.get(site) for site in wall.sites] if wall else []
    empty = [None] * (WIDE_WALL - len(shown))
    return sources | {f"wall{place}": _camera(peer) for place, peer in enumerate([*shown, *empty])}


def _camera(peer: str | None) -> Source | None:
    return Source(peer=peer, kind="camera") if peer else None


def _as_guest(meeting_id: int, own: Scene, host_id: int, host: Scene) -> Scene:
    """The host's picture, inset and shared screen in place of one's own; its voices beside one's own."""
    content = host.sources["content"]
    shared = {"floor": host.sources["floor"], "chair": host.sources["chair"]}
    if content:
        shared["content"] = content
    needed = [source for source in shared.values() if source]
    needed += [Source(peer=peer, kind="microphone") for peer in host.heard]
    needed += [Source(peer=content.peer, kind="content-audio")] if content else []
    borrowed = dict(own.borrowed) | _by_home(needed, host, host_id, apart_from=meeting_id)
    heard = list(dict.fromkeys([*host.heard, *own.heard]))
    shown = {source.peer for source in needed} - own.sites.keys()
    foreign = {peer: host.sites[peer] for peer in shown if peer in host.sites}
    return Scene(own.sources | shared, heard, host.first, own.sites, own.homes, borrowed, foreign)


def _by_home(needed: Iterable[Source], host: Scene, host_id: int, *, apart_from: int) -> dict[int, tuple[Source, ...]]:
    """In which meeting's room each source is."""
    found: dict[int, tuple[Source, ...]] = {}
    for source in dict.fromkeys(needed):
        home = host.homes.get(source.peer, host_id)
        if home != apart_from:
            found[home] = (*found.get(home, ()), source)
    return found
