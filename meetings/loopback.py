"""A room of its own on a media node for each line test: the site's picture goes there and comes back to it.

Nobody else is in it, and no row speaks of it. It is on the node that the meeting is on, or will probably be on; the node
forgets it a minute after its last connection, should the page go away without a word.
"""

import asyncio
import contextlib
from uuid import UUID

from asgiref.sync import async_to_sync

from eoffice.errors import UserError
from meetings import hosting, placement
from meetings.gateways import host
from meetings.models import MeetingSite
from meetings.protocol.rehearsal import LineTestOffer
from meetings.sfu.failures import GatewayError
from meetings.sfu.messages import Source


def answer(site: MeetingSite, offer: LineTestOffer) -> str:
    """The node's answer to an offer of a line test.

    Raises UserError: "no-media-node", "media-node-unavailable", "no-usable-codec", "bad-offer".
    """
    placed = placement.where(site.meeting_id)
    return async_to_sync(_answer)(site.meeting_id, placed, room_name(site.pk, offer.run), offer)


def room_name(site_id: int, run: UUID) -> str:
    """The node's name for one run."""
    return f"test-{site_id}-{run.hex}"


def close(site: MeetingSite, run: UUID) -> None:
    """The run is over. A node that is away forgets it by itself."""
    if hosting.has_nodes():
        host().run(_close(site.meeting_id, placement.where(site.meeting_id), room_name(site.pk, run)))


async def _close(meeting_id: int, placed: str | None, room: str) -> None:
    with contextlib.suppress(GatewayError, UserError):
        gateway = await host().gateway(await _node(meeting_id, placed))
        await gateway.close_room(room)


async def _answer(meeting_id: int, placed: str | None, room: str, offer: LineTestOffer) -> str:
    node = await _node(meeting_id, placed)

    async def ask() -> str:
        gateway = await host().gateway(node)
        made = await gateway.negotiate(room, offer.path, offer.connection, offer.sdp, offer.kinds)
        if offer.connection == "receive":
            own = Source(peer=offer.path, kind="camera")
            await gateway.view(room, offer.path, {"floor": own})  # of what all share nobody is sent its own
        return str(made)

    try:
        return str(await asyncio.wrap_future(host().run(ask())))
    except GatewayError as error:
        raise hosting.for_people(error) from error


async def _node(meeting_id: int, placed: str | None) -> str:
    """The meeting's node, or the one that it would be put on now; from any event loop."""
    if placed and await hosting.stays(placed):
        return placed
    usable = await asyncio.wrap_future(host().run(host().usable()))
    if not usable:
        raise hosting.no_node()
    return placement.best(meeting_id, usable)
