"""What the media nodes of a meeting are told to show, and what they answer to browsers.

What a room shows (``direct``) is always worked out from the database, so telling a node again is harmless,
and a restarted node or web process finds its way back. Which nodes they are, ``placement`` keeps; what one of them has
and another lacks crosses between them (``cascades``).
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.errors import UserError
from meetings import attached, guest_screens, placement, scenes
from meetings.gateways import host
from meetings.models import Connection
from meetings.realtime import attachments_changed, roster_changed
from meetings.sfu.failures import GatewayError
from meetings.sfu.gateway import MediaGateway
from meetings.sfu.measures import LineMeasure
from meetings.sfu.messages import ConnectionName, Kind, Source

logger = logging.getLogger(__name__)


def has_nodes() -> bool:
    """Whether this installation has media nodes, or may have some."""
    return bool(settings.MEDIA_NODES or settings.MEDIA_NODES_REDIS_URL)


async def home(meeting_id: int) -> str:
    """The node of a meeting (its centre, when it is on several), from any event loop.

    Chosen now when it has none, or one that is away for long.

    Raises UserError("no-media-node") when there is none at all.
    """
    if node := await keep(meeting_id):
        return node
    usable = await asyncio.wrap_future(host().run(host().usable()))
    nodes = usable or await asyncio.wrap_future(host().run(host().nodes()))
    if not nodes:
        raise no_node()
    return await database_sync_to_async(placement.settle)(meeting_id, nodes, capacity=settings.MEDIA_NODE_CAPACITY)


def no_node() -> UserError:
    """There is no media node at all."""
    return UserError(
        "no-media-node",
        _("Máy chủ chưa có bộ phận truyền hình ảnh và âm thanh."),
        hint=_("Quý vị vẫn xem tài liệu và trao đổi được; đề nghị báo quản trị viên."),
    )


def node_of(meeting_id: int) -> str:
    """``home`` for synchronous code."""
    return async_to_sync(home)(meeting_id)


async def keep(meeting_id: int) -> str | None:
    """The node of a meeting, or its centre, moved when it is away for long; None before anybody in it offered anything."""
    node = await database_sync_to_async(placement.where)(meeting_id)
    if node is None or await stays(node):
        return node
    usable = await asyncio.wrap_future(host().run(host().usable()))
    return await database_sync_to_async(placement.move)(meeting_id, away_from=node, usable=usable)


async def place_for_tab(meeting_id: int, peer: str) -> tuple[str, int | None]:
    """The node that one tab connects to, from any event loop, and the consultation room it is in there.

    Raises UserError("no-media-node") when there is none at all.
    """
    former, consultation = await database_sync_to_async(placement.place_of_tab)(peer)
    if consultation is None:
        return await _node_for_tab(meeting_id, peer, former), None
    return await _node_for_consultation(meeting_id, peer, consultation), consultation


async def _node_for_consultation(meeting_id: int, peer: str, consultation: int) -> str:
    """A consultation room is on one node: where it was, else where there is room."""
    node = await database_sync_to_async(placement.node_of_consultation)(consultation)
    if not node or not await stays(node):
        usable = await asyncio.wrap_future(host().run(host().usable())) or (await home(meeting_id),)
        settle = database_sync_to_async(placement.settle_consultation)
        node = await settle(consultation, usable, away_from=node, capacity=settings.MEDIA_NODE_CAPACITY)
    await database_sync_to_async(placement.put_tab)(peer, node)
    return node


async def _node_for_tab(meeting_id: int, peer: str, former: str) -> str:
    """Its own node, or another one when that is away for long."""
    if former and await stays(former):
        return former
    centre = await home(meeting_id)
    usable = await asyncio.wrap_future(host().run(host().usable())) or (centre,)
    assign = database_sync_to_async(placement.assign)
    node = await assign(meeting_id, peer, usable, capacity=settings.MEDIA_NODE_CAPACITY)
    if former and former != node:
        leave(meeting_id, peer, former)
    return node


async def stays(node: str) -> bool:
    """Whether rooms and tabs may stay on a node, from any event loop: it is up, or comes back soon after its end."""
    return bool(await asyncio.wrap_future(host().run(host().stays(node))))


def steer(meeting_id: int, nodes: tuple[str, ...]) -> None:
    """Have what one of the meeting's nodes lacks cross to it; the first of them is the centre."""
    host().run(host().cascades.steer(room_name(meeting_id), nodes))


def steer_no_more(meeting_id: int) -> None:
    """Leave that to processes with people of the meeting."""
    host().run(host().cascades.leave(room_name(meeting_id)))


def room_name(meeting_id: int, consultation: int | None = None) -> str:
    """The media node's name for a meeting, or for one of its consultation rooms."""
    return f"meeting-{meeting_id}" if consultation is None else f"meeting-{meeting_id}-consultation-{consultation}"


def meeting_of(room: str) -> int | None:
    """The meeting a room of a media node belongs to, or the one whose consultation it is; None for a line test's."""
    kind, number, *_ = [*room.split("-"), ""]
    return int(number) if kind == "meeting" and number.isdecimal() else None


# --- one viewer ---------------------------------------------------------------------------------------


async def negotiate(
    node: str, room: str, peer: str, connection: ConnectionName, sdp: str, kinds: tuple[Kind, ...]
) -> str:
    """The node's answer to a browser's offer, from any event loop. Raises UserError with a stable code."""

    async def ask() -> str:
        gateway = await host().gateway(node)
        return await gateway.negotiate(room, peer, connection, sdp, kinds)

    try:
        return str(await asyncio.wrap_future(host().run(ask())))
    except GatewayError as error:
        raise for_people(error) from error


async def measure(node: str, room: str, peer: str) -> LineMeasure | None:
    """How one viewer's line fares, from any event loop; None when its node sends it nothing, or is away."""

    async def ask() -> LineMeasure:
        gateway = await host().gateway(node)
        return await gateway.measure(room, peer)

    try:
        return await asyncio.wrap_future(host().run(ask()))
    except GatewayError:
        return None


@dataclass(frozen=True)
class Look:
    """What one viewer looks at: peers' cameras by wall slot, shared slots that are hidden, wall slots that show what
    everybody's do (``common``), wall slots that are large on its screen."""

    wall: dict[str, str]
    hidden: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    large: tuple[str, ...] = ()


def view(node: str, room: str, peer: str, look: Look) -> None:
    """Say what one viewer looks at."""
    sources = {slot: Source(peer=shown, kind="camera") for slot, shown in look.wall.items()}
    more = {"common": look.common, "large": look.large}
    _send(node, room, lambda gateway: gateway.view(room, peer, sources, look.hidden, **more))


def leave(meeting_id: int, peer: str, node: str, consultation: int | None = None) -> None:
    """Close a peer's media at its node."""
    room = room_name(meeting_id, consultation)
    _send(node, room, lambda gateway: gateway.leave(room, peer))


async def forget_room(node: str, meeting_id: int) -> None:
    """Have a node drop all connections of a meeting, from any event loop."""

    async def close() -> None:
        gateway = await host().gateway(node)
        await gateway.close_room(room_name(meeting_id))

    await asyncio.wrap_future(host().run(close()))


# --- the whole room -----------------------------------------------------------------------------------


def direct_on_commit(meeting_id: int, consultation: int | None = None) -> None:
    """``direct`` once the transaction is committed."""
    transaction.on_commit(lambda: direct(meeting_id, consultation))


def close_on_commit(meeting_id: int) -> None:
    """Close the room's media once the transaction is committed."""

    def close() -> None:
        if has_nodes():
            _tell(placement.ever(meeting_id), meeting_id, lambda gateway: gateway.close_room(room_name(meeting_id)))
        placement.forget(meeting_id)

    transaction.on_commit(close)


def close_consultation(meeting_id: int, consultation: int, node: str) -> None:
    """Close the media of a consultation room that has ended."""
    room = room_name(meeting_id, consultation)
    _send(node, room, lambda gateway: gateway.close_room(room))


def direct(meeting_id: int, consultation: int | None = None) -> None:
    """Tell the nodes what everybody sees and hears now: floor, chair, content, the shared wall, open microphones; in a
    consultation room the microphones alone, for there everybody chooses what to look at.

    Meetings that are attached to each other are all told. Before the first browser offers there is none, and nothing to say.
    """
    if consultation is None:
        kin = attached.group(meeting_id)
        if len(kin) > 1:
            tell_attached(kin)
        for meeting in kin:
            _direct_main(meeting)
    elif has_nodes() and (node := placement.node_of_consultation(consultation)):
        open_ones = Connection.objects.filter(consultation=consultation, left_at__isnull=True, microphone_on=True)
        heard = tuple(str(key) for key in open_ones.values_list("key", flat=True))
        room = room_name(meeting_id, consultation)
        _send(node, room, lambda gateway: gateway.listen(room, heard))


def direct_all(meeting_id: int) -> None:
    """``direct`` for its own rooms, the main one and those of consultations: a node may have forgotten."""
    _direct_main(meeting_id)
    for consultation in placement.consultations(meeting_id):
        direct(meeting_id, consultation)


def tell_attached(kin: Sequence[int]) -> None:
    """Who stands for an attached meeting, or what its host shows, may be another: ``kin`` are the host and its guests."""
    host, *guests = kin
    guest_screens.settle(host)
    mouths = attached.mouths(host)
    roster_changed(host, mouths)
    if any(mouth and mouth.screen for _guest, mouth in mouths.values()):
        attachments_changed(host)
    for guest in guests:
        attachments_changed(guest)


def _direct_main(meeting_id: int) -> None:
    nodes = placement.nodes(meeting_id) if has_nodes() else ()
    if not nodes:
        return
    scene = scenes.scene(meeting_id)
    room, heard = room_name(meeting_id), tuple(scene.heard)
    borrowed = {room_name(home): sources for home, sources in scene.borrowed.items()}

    async def show(gateway: MediaGateway) -> None:
        if borrowed:
            await gateway.borrow(room, borrowed)
        await gateway.listen(room, heard, scene.first)
        await gateway.arrange(room, scene.sources)

    _tell(nodes, meeting_id, show)


def part(kin: Collection[int], nodes: Collection[str]) -> None:
    """Meetings that were attached have nothing of each other any more, at the ``nodes`` that they were on."""
    for meeting in kin if has_nodes() else ():
        room = room_name(meeting)
        _tell(nodes, meeting, partial(MediaGateway.borrow, room=room, sources={}))


def _tell(
    nodes: Collection[str], meeting_id: int, command: Callable[[MediaGateway], Coroutine[Any, Any, None]]
) -> None:
    for node in nodes:
        _send(node, room_name(meeting_id), command)


def _send(node: str, room: str, command: Callable[[MediaGateway], Coroutine[Any, Any, None]]) -> None:
    """Send without waiting: a node that is away is told again when it is back (``attendance.sweep``)."""

    async def send() -> None:
        try:
            await command(await host().gateway(node))
        except GatewayError as error:
            logger.warning("media node %s of %s: %s", node, room, error)

    host().run(send())


def for_people(error: GatewayError) -> UserError:
    """What an error of a node means for the person at the browser."""
    if error.code in ("no-usable-codec", "bad-offer"):
        return UserError(
            error.code,
            _("Trình duyệt này không truyền được hình ảnh theo cách phòng họp cần."),
            hint=_("Hãy dùng Chrome, Edge hoặc Firefox bản mới."),
        )
    logger.warning("media node: %s", error)
    return UserError(
        "media-node-unavailable",
        _("Đường truyền hình ảnh và âm thanh đang gián đoạn; hệ thống tự nối lại."),
        hint=_("Quý vị vẫn xem tài liệu và trao đổi được."),
    )
