"""A recorder's life: join, write, join again when the connection is lost, until it is told to stop."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from meetings.sfu.dtls import Identity
from meetings.sfu.failures import GatewayError
from meetings.sfu.gateway import Event, MediaGateway
from meetings.sfu.messages import Switched
from meetings.sfu.recorder.connection import Connection, ConnectionFailed
from meetings.sfu.recorder.offer import BadAnswer, Credentials, read_answer, write_offer
from meetings.sfu.recorder.part import Part
from meetings.sfu.recorder.viewer import RecordingViewer

logger = logging.getLogger(__name__)

TICK_S = 0.05
TICKS_PER_REPORT = 20
TICKS_PER_SYNC = 40
RETRY_S = 0.5


def next_part(folder: Path) -> Path:
    """Where the next part goes: numbered on from those that are there."""
    taken = [int(path.stem.removeprefix("part-")) for path in folder.glob("part-*.webm")]
    return folder / f"part-{max(taken, default=0) + 1:04}.webm"


class Recorder:
    """``tell`` hears ``recording`` and ``interrupted``, for whoever supervises."""

    def __init__(self, gateway: MediaGateway, room: str, folder: Path, tell: Callable[[str], None]) -> None:
        self._gateway = gateway
        self._room = room
        self._peer = f"recorder-{secrets.token_hex(8)}"
        self._tell = tell
        self._identity = Identity()
        self._folder = folder
        self._part: Part | None = None
        self._viewer: RecordingViewer | None = None
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """End soon, with everything written."""
        self._stop.set()

    async def run(self) -> None:
        """Record until ``stop``. Raises OSError when nothing can be written."""
        forget = self._gateway.add_listener(self._heard)
        try:
            while not self._stop.is_set():
                try:
                    await self._record()
                except (GatewayError, ConnectionFailed, BadAnswer) as error:
                    logger.warning("not connected: %s", error)
                await self._pause(RETRY_S)
        finally:
            forget()
            if self._part:
                self._part.close()
            with contextlib.suppress(GatewayError):
                await self._gateway.leave(self._room, self._peer)

    async def _record(self) -> None:
        own = Credentials.fresh()
        offer = write_offer(own, self._identity.fingerprint)
        answer = read_answer(await self._gateway.negotiate(self._room, self._peer, "receive", offer))
        connection = Connection(self._identity, own, answer)
        part = self._part or Part(next_part(self._folder), asyncio.get_running_loop().time)
        self._part = part
        self._viewer = RecordingViewer(connection, answer.slots, part)
        try:
            await connection.open()
            await self._gateway.view(self._room, self._peer, {}, ("chair",))
            self._tell("recording")
            await self._keep_writing(connection, part, self._viewer)
        finally:
            self._viewer = None
            connection.close()
        if not self._stop.is_set():
            logger.warning("connection lost: %s", connection.lost.result())
            self._tell("interrupted")

    async def _keep_writing(self, connection: Connection, part: Part, viewer: RecordingViewer) -> None:
        ticks = 0
        while not (self._stop.is_set() or connection.lost.done()):
            await self._pause(TICK_S)
            ticks += 1
            viewer.tick()
            part.advance()
            if ticks % TICKS_PER_REPORT == 0:
                viewer.report()
            if ticks % TICKS_PER_SYNC == 0:
                await asyncio.to_thread(part.writer.sync)

    def _heard(self, event: Event) -> None:
        match event:
            case Switched(room=self._room, peer=None, slot=slot, source=None) if self._viewer:
                self._viewer.emptied(slot)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
