"""Which meetings are attached to each other now (nối cầu), and who stands for an attached one. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from meetings.models import Attachment, Connection, LiveState, MeetingSite


@dataclass(frozen=True)
class Mouth:
    """The tab that stands for an attached meeting: who has its floor, else its main site. ``heard``: in the host, too.

    ``screen``: the tab whose shared screen the host may show, while it has given its floor.
    """

    site: int
    """In its own meeting."""
    peer: str
    camera_on: bool
    heard: bool
    screen: str | None = None


def group(meeting_id: int) -> tuple[int, ...]:
    """The meetings that see and hear each other, the host first; it alone when none is attached. One query then."""
    rows = Attachment.objects.attached().filter(Q(guest=meeting_id) | Q(site__meeting=meeting_id))
    found = rows.values_list("site__meeting", flat=True).first()
    if found is None:
        return (meeting_id,)
    guests = Attachment.objects.attached().filter(site__meeting=found).order_by("guest")
    return (found, *guests.values_list("guest", flat=True))


def host_of(meeting_id: int) -> int | None:
    """The meeting to which this one is attached."""
    return Attachment.objects.attached().filter(guest=meeting_id).values_list("site__meeting", flat=True).first()


def mouths(meeting_id: int) -> dict[int, tuple[int, Mouth | None]]:
    """For each site of a meeting to which another one is attached: that meeting, and who stands for it now, if anybody.

    One query when there is none, else three, however many there are.
    """
    attached = list(Attachment.objects.attached().filter(site__meeting=meeting_id).values_list("site", "guest"))
    if not attached:
        return {}
    floor = LiveState.objects.filter(meeting=meeting_id).values_list("floor_site", flat=True).first()
    tabs = _tabs_of([guest for _site, guest in attached if guest])
    return {site: (guest, _mouth(tabs.get(guest, ()), speaks=site == floor)) for site, guest in attached if guest}


@dataclass(frozen=True)
class _Tab:
    """A tab that carries media, at the main site, with the floor, or with a shared screen."""

    site: int
    key: str
    camera_on: bool
    microphone_on: bool
    has_floor: bool
    is_main: bool
    shares: bool


def _tabs_of(meetings: list[int]) -> dict[int, list[_Tab]]:
    """By meeting, whoever has the floor first. One query."""
    floor, content = F("meeting__live__floor_site"), F("meeting__live__content_site")
    tabs = Connection.objects.filter(
        Q(site__kind=MeetingSite.Kind.MAIN) | Q(site=floor) | Q(site=content),
        meeting__in=meetings,
        left_at__isnull=True,
        carries_media=True,
        consultation__isnull=True,
    )
    found: dict[int, list[_Tab]] = {}
    columns = ("meeting", "site", "site__kind", "key", "camera_on", "microphone_on", "floor", "content")
    for meeting, site, kind, key, camera, microphone, speaks, shares in (
        tabs.annotate(floor=floor, content=content).order_by("pk").values_list(*columns)
    ):
        main = kind == MeetingSite.Kind.MAIN
        tab = _Tab(site, str(key), camera, microphone, has_floor=site == speaks, is_main=main, shares=site == shares)
        found.setdefault(meeting, []).append(tab)
    return {meeting: sorted(tabs, key=lambda tab: not tab.has_floor) for meeting, tabs in found.items()}


def _mouth(tabs: Sequence[_Tab], *, speaks: bool) -> Mouth | None:
    """Who stands for a meeting; ``speaks``: its site has the floor of the host."""
    screen = next((tab.key for tab in tabs if tab.shares and speaks), None)
    standing = next((tab for tab in tabs if tab.has_floor or tab.is_main), None)
    if standing is None:
        return None
    return Mouth(standing.site, standing.key, standing.camera_on, speaks and standing.microphone_on, screen)
