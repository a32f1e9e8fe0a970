"""The wall that everybody shares: which sites stand on it, and, while it patrols, for how long.

What stands there is kept in the database: all processes and media nodes show the same, also after a restart.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import groupby

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from eoffice.organisation.paths import superior
from meetings.models import Attachment, Connection, Direction, Meeting, MeetingSite
from meetings.protocol.direction import WallState, WallTurned
from meetings.realtime import broadcast


def is_common(direction: Direction) -> bool:
    """Whether everybody has the same sites on the wall; else each turns their own."""
    return direction.layout == Direction.Layout.WALL and bool(direction.patrol_every_s or direction.wall_sites)


def wall_of(direction: Direction | None) -> WallState | None:
    """What stands on the shared wall; None when there is none."""
    if direction is None or not is_common(direction):
        return None
    return WallState(
        sites=tuple(direction.wall_now),
        page=direction.wall_page,
        pages=direction.wall_pages,
        turns_at=_turns_at(direction),
    )


def _turns_at(direction: Direction) -> dt.datetime | None:
    if not direction.patrol_every_s or direction.turned_at is None:
        return None
    return direction.turned_at + dt.timedelta(seconds=direction.patrol_every_s)


@transaction.atomic
def turn(meeting_id: int) -> None:
    """Let the wall show the next sites, if it is time: of several processes that say so the first one does it."""
    from meetings import hosting

    sitting = Meeting.State.IN_SESSION, Meeting.State.INVITED
    rows = Direction.objects.select_for_update(of=("self",)).filter(meeting__state__in=sitting)
    direction = rows.filter(meeting_id=meeting_id).first()
    if direction is None or not is_common(direction):
        return
    now, turns_at = timezone.now(), _turns_at(direction)
    if turns_at is None or now < turns_at:
        return
    before = direction.wall_now
    lay(direction, now, after=before[-1] if before else None)
    direction.save(update_fields=["wall_now", "wall_page", "wall_pages", "turned_at"])
    wall = wall_of(direction)
    assert wall is not None
    broadcast(meeting_id, WallTurned(wall=wall))
    if before != direction.wall_now:
        hosting.direct_on_commit(meeting_id)


def lay(direction: Direction, now: dt.datetime, *, after: int | None = None) -> None:
    """Put on the wall the sites that come after the site ``after``, or the first ones. People come and go meanwhile: what
    was shown is not shown again before its time, and nobody is passed over."""
    sites, size = _sites(direction), direction.wall_size
    start = _place_after(direction, sites, after)
    here = pages_by_branch([site[1:] for site in sites[start:]], size) or [()]
    pages = pages_by_branch([site[1:] for site in sites], size) or [()]
    direction.wall_page = next(number for number, page in enumerate(pages, start=1) if set(here[0][:1]) <= set(page))
    direction.wall_pages, direction.wall_now, direction.turned_at = len(pages), list(here[0]), now


Site = tuple[str, str, int]
"""Where it stands in the order, its branch, its number."""


def _sites(direction: Direction) -> list[Site]:
    """Those chosen; else those with somebody there or another meeting attached, in the order of the tree."""
    if chosen := direction.wall_sites:
        return [(f"{place:06}", "", site) for place, site in enumerate(chosen)]
    here = Connection.objects.filter(meeting_id=direction.meeting_id, left_at__isnull=True, carries_media=True)
    attached = Attachment.objects.attached().filter(site__meeting=direction.meeting_id)
    sites = MeetingSite.objects.filter(Q(pk__in=here.values("site")) | Q(pk__in=attached.values("site")))
    rows = sites.order_by("unit__path", "pk").values_list("unit__path", "pk")
    return [(path, superior(path), site) for path, site in rows]


def _place_after(direction: Direction, sites: Sequence[Site], after: int | None) -> int:
    """Where to go on in ``sites`` after the site ``after``, which may have left; beyond the last from the first."""
    if after is None:
        return 0
    if direction.wall_sites:
        path = next((order for order, _branch, site in sites if site == after), "")
    else:
        path = MeetingSite.objects.filter(pk=after).values_list("unit__path", flat=True).first() or ""
    following = (place for place, (order, _branch, site) in enumerate(sites) if (order, site) > (path, after))
    return next(following, 0)


def pages_by_branch(sites: Collection[tuple[str, int]], size: int) -> list[tuple[int, ...]]:
    """Pages of at most ``size`` sites: a branch begins a page of its own, unless all of it fits beside the one before."""
    pages: list[tuple[int, ...]] = []
    for _branch, group in groupby(sites, key=lambda entry: entry[0]):
        own = tuple(site for _path, site in group)
        if pages and len(pages[-1]) + len(own) <= size:
            pages[-1] += own
        else:
            pages += [own[start : start + size] for start in range(0, len(own), size)]
    return pages
