"""The room's socket: text in, text out. What the messages mean is in ``session`` and ``intents``."""

import asyncio
import contextlib
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from pydantic import ValidationError

from eoffice.errors import UserError
from eoffice.realtime import serve_from_this_loop
from meetings.protocol.base import MAX_MESSAGE_BYTES
from meetings.protocol.events import SERVER_MESSAGE, Done, Farewell, Refused
from meetings.protocol.requests import CLIENT_MESSAGE, Bye, Hello, Intent, Resume
from meetings.signalling import intents, openings, simulation
from meetings.signalling.session import Outgoing, Session

logger = logging.getLogger(__name__)
ENTERING_S = 5
"""Further messages wait this long for somebody to pass the door; who then still waits there has only its own."""
SILENCE_S = 45
"""A socket that says nothing for this long is dead: browsers send at least every ``heartbeat_s``."""
PROTOCOL_ERROR = 4400
TOO_BIG = 1009
UNSENT_LIMIT = 5000
"""Messages that wait for a browser that reads nothing; it gets a new socket and the full state instead."""


class RoomConsumer(AsyncWebsocketConsumer):
    """One socket. It is accepted for those who may enter the room and refused (403) for all others."""

    channel_layer_alias = "none"  # the room hears the meeting for all its sockets (signalling.room)
    session: Session | None = None
    writer: asyncio.Task[None] | None = None
    watchdog: asyncio.TimerHandle | None = None
    door: openings.Door | None = None
    opening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.outgoing: Outgoing = asyncio.Queue(UNSENT_LIMIT)
        try:
            await super().__call__(scope, receive, send)
        finally:  # Channels does not call disconnect() when a handler raises or the server stops
            if self.watchdog:
                self.watchdog.cancel()
            for task in (self.writer, self.opening):
                if task:
                    task.cancel()
            if self.session:
                self.session.detach(self.outgoing)

    async def connect(self) -> None:
        """Let in those who have a site in this meeting."""
        door = await database_sync_to_async(openings.door)(dict(self.scope))
        if door is None or simulation.is_cut_off(door.meeting.pk, door.user.pk):
            await self.close()
            return
        self.door = door
        serve_from_this_loop()
        await self.accept()
        self.writer = asyncio.get_running_loop().create_task(self._write())
        self._alive()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One message of the browser."""
        self._alive()
        if text_data is None or len(text_data) > MAX_MESSAGE_BYTES:
            await self.close(TOO_BIG)
            return
        try:
            message = CLIENT_MESSAGE.validate_json(text_data)
        except ValidationError as error:
            await self._protocol_error(_first_fault(error))
            return
        if isinstance(message, Hello | Resume):
            await self._open(message)
        elif session := self.session or await self._come_in():
            await self._carry_out(session, message)
        else:
            await self._before_the_room(message)

    async def _open(self, message: Hello | Resume) -> None:
        if self.opening is not None or self.door is None:
            await self._protocol_error("hello or resume comes once")
            return
        self.opening = asyncio.get_running_loop().create_task(self._enter(self.door, message))
        await asyncio.wait([self.opening], timeout=ENTERING_S)
        await self._come_in()

    async def _come_in(self) -> Session | None:
        """Their session, once they are in the room: who is past the door is waited for, however long it takes."""
        while self.door and self.opening and not self.opening.done() and self.door.passed.is_set():
            await asyncio.wait([self.opening], timeout=ENTERING_S)
        return self.session

    async def _enter(self, door: openings.Door, message: Hello | Resume) -> None:
        """Come in, if need be after waiting at the door for hours."""
        try:
            self.session = await openings.open_session(door, message, self.outgoing)
        except UserError as error:
            await self._say_goodbye(Farewell(reason=str(error.message), action="stop"))
        except Exception:
            logger.exception("entering meeting %s", door.meeting.pk)
            self.outgoing.put_nowait(None)

    async def _before_the_room(self, message: Intent) -> None:
        """Nothing can be done from the door but to say that one is still there, or to go."""
        if self.opening is None:
            await self._protocol_error("hello or resume comes first")
        elif isinstance(message, Bye):
            await self.close()

    async def _carry_out(self, session: Session, message: Intent) -> None:
        if message.ack is not None:
            session.acknowledge(message.ack)
        try:
            done = await intents.carry_out(session, message)
        except UserError as error:
            session.send(
                Refused(code=error.code, message=str(error.message), hint=str(error.hint)),
                re=message.id,
            )
            return
        if done and message.id is not None:
            session.send(Done(), re=message.id)

    async def _write(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while (text := await self.outgoing.get()) is not None:
                await self.send(text)
            await self.close()

    async def _protocol_error(self, fault: str) -> None:
        await self._say_goodbye(Farewell(reason=f"protocol error: {fault}", action="rejoin"), PROTOCOL_ERROR)

    async def _say_goodbye(self, farewell: Farewell, code: int | None = None) -> None:
        await self.send(SERVER_MESSAGE.dump_json(farewell).decode())
        await self.close(code)

    def _alive(self) -> None:
        if self.watchdog:
            self.watchdog.cancel()
        self.watchdog = asyncio.get_running_loop().call_later(SILENCE_S, self.outgoing.put_nowait, None)


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
