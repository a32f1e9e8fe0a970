"""Which meetings are attached to each other now (nối cầu), and who stands for an attached one. Reading only."""

from dataclasses import dataclass

from django.db.models import Q

from meetings.models import Attachment, Connection, LiveState, MeetingSite


@dataclass(frozen=True)
class Mouth:
    """The tab that stands for an attached meeting: who has its floor, else its main site. ``heard``: in the host, too."""

    site: int
    """In its own meeting."""
    peer: str
    camera_on: bool
    heard: bool


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

    One query when there is none.
    """
    attached = list(Attachment.objects.attached().filter(site__meeting=meeting_id).values_list("site", "guest"))
    if not attached:
        return {}
    floor = LiveState.objects.filter(meeting=meeting_id).values_list("floor_site", flat=True).first()
    return {site: (guest, mouth_of(guest, speaks=site == floor)) for site, guest in attached if guest}


def mouth_of(meeting_id: int, *, speaks: bool) -> Mouth | None:
    """Who stands for a meeting; ``speaks``: its site has the floor of the host."""
    floor = LiveState.objects.filter(meeting=meeting_id).values_list("floor_site", flat=True).first()
    tabs = Connection.objects.filter(
        Q(site=floor or 0) | Q(site__kind=MeetingSite.Kind.MAIN),
        meeting=meeting_id,
        left_at__isnull=True,
        carries_media=True,
        consultation__isnull=True,
    )
    rows = list(tabs.values_list("site", "key", "camera_on", "microphone_on"))
    rows.sort(key=lambda row: row[0] != floor)
    return next((Mouth(site, str(key), camera, speaks and microphone) for site, key, camera, microphone in rows), None)
