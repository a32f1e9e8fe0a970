"""A screen that an attached meeting shares is before everybody in its host, while its site has the floor there.

Which it is follows from both meetings: nobody presses anything in the host (docs/domain/meetings.md, "Attached meetings").
"""

from collections.abc import Mapping

from django.db import transaction

from meetings.models import Attachment, LiveState
from meetings.protocol.events import ContentChanged
from meetings.realtime import broadcast


def settle(host_id: int) -> None:
    """Lay it before the host, or take it away, and say so. Three queries at most when all is as it should be.

    A screen that the host shares itself stays: it gives way to none.
    """
    sites = dict(Attachment.objects.attached().filter(site__meeting=host_id).values_list("site", "guest"))
    live = LiveState.objects.filter(meeting=host_id).first()
    if live is None or not sites or live.content_site_id == _wanted(live, sites):
        return
    with transaction.atomic():
        live = LiveState.objects.select_for_update().get(pk=live.pk)
        wanted = _wanted(live, sites)
        if live.content_site_id != wanted:
            live.content_site_id = wanted
            live.save(update_fields=["content_site"])
            broadcast(host_id, ContentChanged(site=wanted))


def take_away(host_id: int, site_id: int) -> None:
    """The site is no longer an attached meeting."""
    if LiveState.objects.filter(meeting=host_id, content_site=site_id).update(content_site=None):
        broadcast(host_id, ContentChanged(site=None))


def _wanted(live: LiveState, sites: Mapping[int, int | None]) -> int | None:
    """Whose screen the host shows."""
    if live.content_site_id is not None and live.content_site_id not in sites:
        return live.content_site_id
    guest = sites.get(live.floor_site_id) if live.floor_site_id else None
    shares = guest is not None and LiveState.objects.filter(meeting=guest, content_site__isnull=False).exists()
    return live.floor_site_id if shares else None
