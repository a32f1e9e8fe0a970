"""The node's control sockets: JSON lines, a command a line in, answers and events a line out."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from meetings.sfu.addresses import TcpAddress, UnixAddress
from meetings.sfu.messages import AnyCommand, Authenticate, Done, Failed
from meetings.sfu.node import Node

logger = logging.getLogger(__name__)

LINE_LIMIT = 1 << 20
"""Bytes of the longest line; an offer of fifteen sections has some 80,000."""
BACKLOG_LIMIT = 8 << 20
"""Bytes waiting for a reader that does not read; beyond, it is hung up on and may connect anew."""
AUTHENTICATION_TIME = 10.0

_commands: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)


class ControlServer:
    """Serves one node on one address. Over TCP the first line must be ``Authenticate``."""

    def __init__(self, node: Node, address: UnixAddress | TcpAddress, secret: str = "") -> None:
        """Raises ValueError for TCP without a secret: whoever reaches the port could command the node."""
        if isinstance(address, TcpAddress) and not secret:
            raise ValueError("a control address over TCP needs a secret")
        self.address = address
        self._node = node
        self._secret = secret
        self._server: asyncio.Server | None = None
        self._conversations: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be used."""
        match self.address:
            case UnixAddress(path=path):
                _remove_stale(Path(path))
                self._server = await asyncio.start_unix_server(self._accept, path, limit=LINE_LIMIT)
                _protect(Path(path))
            case TcpAddress(host=host, port=port):
                self._server = await asyncio.start_server(self._accept, host, port, limit=LINE_LIMIT)
                if port == 0:
                    self.address = TcpAddress(host, self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and hang up."""
        if self._server:
            self._server.close()
        for task in tuple(self._conversations):
            task.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)
        if isinstance(self.address, UnixAddress):
            _remove_stale(Path(self.address.path))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._conversations.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, ValueError, TimeoutError, asyncio.CancelledError) as error:
            logger.info("control connection ended: %s", repr(error))
        finally:
            self._conversations.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        send = _sender(writer)
        if self._secret and isinstance(self.address, TcpAddress):
            async with asyncio.timeout(AUTHENTICATION_TIME):
                if not self._authenticated(await reader.readline(), send):
                    await writer.drain()
                    return
        forget = self._node.add_listener(send)
        try:
            while line := await reader.readline():
                self._handle(line, send)
                await writer.drain()
        finally:
            forget()

    def _authenticated(self, line: bytes, send: Callable[[BaseModel], None]) -> bool:
        try:
            command = Authenticate.model_validate_json(line)
        except ValidationError:
            send(Failed(id=0, code="not-authenticated", message="the first line must be authenticate"))
            return False
        if not hmac.compare_digest(command.secret.encode(), self._secret.encode()):
            send(Failed(id=command.id, code="not-authenticated", message="wrong secret"))
            return False
        send(Done(id=command.id))
        return True

    def _handle(self, line: bytes, send: Callable[[BaseModel], None]) -> None:
        """Carry out one line; a line that is no command is answered and does no harm."""
        try:
            command = _commands.validate_json(line)
        except ValidationError as error:
            where = error.errors(include_url=False, include_input=False)[0]
            message = f"{'.'.join(map(str, where['loc']))}: {where['msg']}"
            send(Failed(id=_id_of(line), code="bad-command", message=message))
            return
        try:
            send(self._node.carry_out(command))
        except Exception as error:
            logger.exception("command failed", extra={"command": command.type})
            send(Failed(id=command.id, code="node-error", message=type(error).__name__))


def _sender(writer: asyncio.StreamWriter) -> Callable[[BaseModel], None]:
    def send(message: BaseModel) -> None:
        if writer.is_closing():
            return
        if writer.transport.get_write_buffer_size() > BACKLOG_LIMIT:
            logger.warning("a control connection does not read: hung up")
            writer.transport.abort()
            return
        writer.write(message.model_dump_json().encode() + b"\n")

    return send


class _AnyId(BaseModel):
    """As much of a broken command as is needed to answer it."""

    id: int = 0


def _id_of(line: bytes) -> int:
    try:
        return _AnyId.model_validate_json(line).id
    except ValidationError:
        return 0


def _remove_stale(path: Path) -> None:
    """A socket file left by a node that was killed; anything else in its place is an error of the caller's."""
    if path.is_socket():
        path.unlink()


def _protect(path: Path) -> None:
    """Only the node's own user may command it."""
    path.chmod(0o600)
