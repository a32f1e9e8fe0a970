"""Which media node hosts which meeting, and what it is told to show.

Each process that touches a room keeps one gateway per node, all in one event loop on a thread of its own:
views, jobs and sockets live in other threads and loops, and a command must not depend on which.

What a room shows (``direct``) is always worked out from the database, so telling a node again is harmless,
and a restarted node or web process finds its way back.
"""

import asyncio
import hashlib
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.errors import UserError
from meetings.models import Connection, LiveState, MeetingSite
from meetings.sfu.gateway import Event, GatewayError, MediaGateway
from meetings.sfu.messages import ConnectionName, Kind, Source

logger = logging.getLogger(__name__)
Listener = Callable[[Event], None]


class MediaHost:
    """The gateways of this process, in their own thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._listeners: list[Listener] = []
        self._gateways: dict[str, asyncio.Future[MediaGateway]] = {}
        threading.Thread(target=self.loop.run_forever, name="media-gateways", daemon=True).start()

    def add_listener(self, listener: Listener) -> None:
        """Call ``listener`` in the gateways' thread for every event of every node; it must not block."""
        self._listeners.append(listener)

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> "Future[Any]":
        """Run ``coroutine`` in the gateways' loop, from any thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    async def gateway(self, meeting_id: int) -> MediaGateway:
        """The gateway to the node that hosts ``meeting_id``, opened on first use. Runs in ``loop``."""
        address = node_of(meeting_id)
        if address not in self._gateways:
            self._gateways[address] = asyncio.ensure_future(self._open(address))
        return await self._gateways[address]

    async def _open(self, address: str) -> MediaGateway:
        secret = settings.MEDIA_NODE_SECRET if address.startswith("tcp:") else ""
        gateway = await MediaGateway.connect(address, secret, wait=0)
        gateway.add_listener(self._heard)
        return gateway

    def _heard(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


@cache
def host() -> MediaHost:
    """This process's gateways."""
    return MediaHost()


def node_of(meeting_id: int) -> str:
    """Address of the node that hosts a meeting: rendezvous hashing, the same answer in every process.

    Raises UserError("no-media-node") when none is configured.
    """
    if not settings.MEDIA_NODES:
        raise UserError(
            "no-media-node",
            _("Máy chủ chưa có bộ phận truyền hình ảnh và âm thanh."),
            hint=_("Quý vị vẫn xem tài liệu và trao đổi được; đề nghị báo quản trị viên."),
        )
    return max(
        settings.MEDIA_NODES,
        key=lambda address: hashlib.sha256(f"{address} {meeting_id}".encode()).digest(),
    )


def room_name(meeting_id: int) -> str:
    """The media node's name for a meeting."""
    return f"meeting-{meeting_id}"


def meeting_of(room: str) -> int:
    """The meeting a room of a media node belongs to."""
    return int(room.removeprefix("meeting-"))


# --- one viewer ---------------------------------------------------------------------------------------


async def negotiate(meeting_id: int, peer: str, connection: ConnectionName, sdp: str, kinds: tuple[Kind, ...]) -> str:
    """The node's answer to a browser's offer, from any event loop. Raises UserError with a stable code."""

    async def ask() -> str:
        gateway = await host().gateway(meeting_id)
        return await gateway.negotiate(room_name(meeting_id), peer, connection, sdp, kinds)

    try:
        return str(await asyncio.wrap_future(host().run(ask())))
    except GatewayError as error:
        raise _for_people(error) from error


def view(meeting_id: int, peer: str, wall: dict[str, str], hidden: tuple[str, ...]) -> None:
    """Say which peers' cameras one viewer has in its wall slots, and which slots it does not look at."""
    sources = {slot: Source(peer=shown, kind="camera") for slot, shown in wall.items()}
    _tell(meeting_id, lambda gateway: gateway.view(room_name(meeting_id), peer, sources, hidden))


def leave(meeting_id: int, peer: str) -> None:
    """Close a peer's media."""
    _tell(meeting_id, lambda gateway: gateway.leave(room_name(meeting_id), peer))


# --- the whole room -----------------------------------------------------------------------------------


def direct_on_commit(meeting_id: int) -> None:
    """``direct`` once the transaction is committed."""
    transaction.on_commit(lambda: direct(meeting_id))


def close_on_commit(meeting_id: int) -> None:
    """Close the room's media once the transaction is committed."""
    transaction.on_commit(lambda: _tell(meeting_id, lambda gateway: gateway.close_room(room_name(meeting_id))))


def direct(meeting_id: int) -> None:
    """Tell the node what everybody sees and hears now: floor, chair, content, open microphones."""
    carriers = list(
        Connection.objects.filter(meeting_id=meeting_id, left_at__isnull=True, carries_media=True).values_list(
            "site_id", "site__kind", "key", "microphone_on"
        )
    )
    live = LiveState.objects.filter(meeting_id=meeting_id).first()
    peers = {site: str(key) for site, _kind, key, _on in carriers}
    main = next((str(key) for _site, kind, key, _on in carriers if kind == MeetingSite.Kind.MAIN), None)
    floor = peers.get(live.floor_site_id) if live and live.floor_site_id else main
    content = peers.get(live.content_site_id) if live and live.content_site_id else None
    heard = tuple(str(key) for _site, _kind, key, on in carriers if on)
    _tell(meeting_id, lambda gateway: _show(gateway, room_name(meeting_id), floor, main, content, heard))


async def _show(
    gateway: MediaGateway, room: str, floor: str | None, chair: str | None, content: str | None, heard: tuple[str, ...]
) -> None:
    await gateway.listen(room, heard)
    await gateway.show(room, "floor", Source(peer=floor, kind="camera") if floor else None)
    await gateway.show(room, "chair", Source(peer=chair, kind="camera") if chair else None)
    await gateway.show(room, "content", Source(peer=content, kind="content") if content else None)


def _tell(meeting_id: int, command: Callable[[MediaGateway], Coroutine[Any, Any, None]]) -> None:
    """Send without waiting: a node that is away is told again when it is back (``attendance.sweep``)."""
    if not settings.MEDIA_NODES:
        return

    async def send() -> None:
        try:
            await command(await host().gateway(meeting_id))
        except GatewayError as error:
            logger.warning("media node of meeting %s: %s", meeting_id, error)

    host().run(send())


def _for_people(error: GatewayError) -> UserError:
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
