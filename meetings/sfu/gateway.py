"""The web side's handle on one media node: typed commands out, typed events in, over one stream socket.

One process opens one ``MediaGateway`` per node and keeps it. The gateway reconnects by itself; while the
node is away commands raise ``NodeUnavailable`` within a few seconds, and listeners hear ``NodeLost`` and
later ``NodeFound``::

    gateway = await MediaGateway.connect("unix:/run/eoffice/media.sock")
    forget = gateway.add_listener(on_event)          # called in the event loop, for every event of the node
    answer = await gateway.negotiate("meeting-7", "peer-42", "send", sdp, kinds=("microphone", "camera"))
    await gateway.show("meeting-7", "floor", Source(peer="peer-42", kind="camera"))
    ...
    await gateway.close()

After ``NodeFound`` the rooms' ``show``, ``view`` and ``listen`` are to be sent again (all are idempotent);
``NodeFound.restarted`` says that every media connection is gone too, so browsers must offer anew.
"""

import asyncio
import contextlib
import itertools
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from meetings.sfu.addresses import TcpAddress, UnixAddress, parse_address
from meetings.sfu.messages import (
    AnyAnswer,
    AnyReply,
    Authenticate,
    CloseRoom,
    Command,
    Connected,
    ConnectionName,
    Done,
    Failed,
    Inspect,
    Kind,
    Leave,
    Listen,
    Lost,
    Negotiate,
    Negotiated,
    Report,
    Show,
    Source,
    Speaking,
    Switched,
    View,
    Wanted,
)

logger = logging.getLogger(__name__)

COMMAND_TIMEOUT = 4.0
"""Seconds a command may take, waiting for the node to come back included."""
FIRST_RETRY = 0.1
LAST_RETRY = 5.0
LINE_LIMIT = 1 << 20
STREAM_QUEUE = 1000

_replies: TypeAdapter[AnyReply] = TypeAdapter(AnyReply)
Answer = TypeVar("Answer", Done, Negotiated, Report)


class GatewayError(Exception):
    """A command that was not carried out. ``code`` is stable, ``message`` is English, for the log."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class NodeUnavailable(GatewayError):
    """The node is away, did not answer in time, or refused the secret. Trying again later makes sense."""


class CommandFailed(GatewayError):
    """The node answered ``Failed``: ``no-usable-codec``, ``bad-offer``, ``bad-command``, ``node-full``…"""


@dataclass(frozen=True)
class NodeLost:
    """The control connection broke. Media may still flow; nobody can steer it."""

    address: str


@dataclass(frozen=True)
class NodeFound:
    """The control connection is up (again). ``restarted``: another process than before (true the first
    time too): its rooms are empty."""

    address: str
    restarted: bool


Event = Connected | Lost | Switched | Speaking | Wanted | NodeLost | NodeFound
Listener = Callable[[Event], None]


class MediaGateway:
    """Commands and events of one node; see the module's docstring. Not thread-safe: one event loop."""

    def __init__(self, address: str, secret: str = "") -> None:
        self.address = address
        self._target = parse_address(address)
        self._secret = secret
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[AnyAnswer]] = {}
        self._listeners: list[Listener] = []
        self._writer: asyncio.StreamWriter | None = None
        self._up = asyncio.Event()
        self._node = ""
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, address: str, secret: str = "", *, wait: float = COMMAND_TIMEOUT) -> "MediaGateway":
        """Open the gateway and wait up to ``wait`` seconds for the node.

        Returns even when the node is away: the gateway goes on trying, and ``is_up`` tells. Raises
        ValueError for an address that is none.
        """
        gateway = cls(address, secret)
        gateway._task = asyncio.create_task(gateway._keep_connected(), name=f"media gateway {address}")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(gateway._up.wait(), wait)
        return gateway

    @property
    def is_up(self) -> bool:
        """Whether commands can be sent at once."""
        return self._up.is_set()

    async def close(self) -> None:
        """Stop trying and hang up. Media of the node's rooms flow on. Closing twice is harmless."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    # --- events -----------------------------------------------------------------------------------------

    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` for every event, in the event loop; it must not block. Returns what undoes it."""
        self._listeners.append(listener)

        def forget() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return forget

    async def events(self) -> AsyncIterator[Event]:
        """Every event from now on. A reader that falls 1,000 events behind misses the oldest ones."""
        queue: asyncio.Queue[Event] = asyncio.Queue(STREAM_QUEUE)

        def put(event: Event) -> None:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

        forget = self.add_listener(put)
        try:
            while True:
                yield await queue.get()
        finally:
            forget()

    # --- commands: each raises NodeUnavailable or CommandFailed -----------------------------------------

    async def negotiate(
        self, room: str, peer: str, connection: ConnectionName, sdp: str, kinds: Sequence[Kind] = ()
    ) -> str:
        """The node's answer to a browser's offer. Opens room and peer; replaces an older connection.

        Raises CommandFailed ``no-usable-codec`` or ``bad-offer``.
        """
        command = Negotiate(
            id=next(self._ids), room=room, peer=peer, connection=connection, sdp=sdp, kinds=tuple(kinds)
        )
        return (await self._ask(command, Negotiated)).sdp

    async def show(self, room: str, slot: Literal["floor", "chair", "content"], source: Source | None) -> None:
        """Put a source into a slot of every viewer; None empties it. The source may appear later."""
        await self._ask(Show(id=next(self._ids), room=room, slot=slot, source=source), Done)

    async def view(self, room: str, peer: str, wall: Mapping[str, Source], hidden: Sequence[str] = ()) -> None:
        """Say what one viewer has in its wall slots, and which shared slots it does not want now."""
        await self._ask(View(id=next(self._ids), room=room, peer=peer, wall=dict(wall), hidden=tuple(hidden)), Done)

    async def listen(self, room: str, peers: Sequence[str]) -> None:
        """Say whose microphones may be heard in a room. All others are silent."""
        await self._ask(Listen(id=next(self._ids), room=room, peers=tuple(peers)), Done)

    async def leave(self, room: str, peer: str) -> None:
        """Close both connections of a peer and forget it."""
        await self._ask(Leave(id=next(self._ids), room=room, peer=peer), Done)

    async def close_room(self, room: str) -> None:
        """Close every connection of a room and forget it."""
        await self._ask(CloseRoom(id=next(self._ids), room=room), Done)

    async def inspect(self) -> Report:
        """Counts of the node."""
        return await self._ask(Inspect(id=next(self._ids)), Report)

    # --- the link ---------------------------------------------------------------------------------------

    async def _ask(self, command: Command, expected: type[Answer]) -> Answer:
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT):
                await self._up.wait()
                return await self._exchange(command, expected)
        except TimeoutError:
            raise NodeUnavailable("media-node-unavailable", f"{self.address} did not answer in time") from None

    async def _exchange(self, command: Command, expected: type[Answer]) -> Answer:
        if self._writer is None:
            raise NodeUnavailable("media-node-unavailable", f"{self.address} is away")
        future: asyncio.Future[AnyAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[command.id] = future
        try:
            self._writer.write(command.model_dump_json().encode() + b"\n")
            await self._writer.drain()
            answer = await future
        except ConnectionError:
            raise NodeUnavailable("media-node-unavailable", f"{self.address} hung up") from None
        finally:
            self._waiting.pop(command.id, None)
        if isinstance(answer, Failed):
            raise CommandFailed(answer.code, answer.message)
        if not isinstance(answer, expected):
            raise CommandFailed("bad-answer", f"{answer.type} in answer to {type(command).__name__}")
        return answer

    async def _keep_connected(self) -> None:
        delay = FIRST_RETRY
        while True:
            try:
                reader, writer = await asyncio.wait_for(self._open(), COMMAND_TIMEOUT)
            except (OSError, TimeoutError):
                await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
                delay = min(delay * 2, LAST_RETRY)
                continue
            if await self._serve(reader, writer):
                delay = FIRST_RETRY
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_RETRY)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        match self._target:
            case UnixAddress(path=path):
                return await asyncio.open_unix_connection(path, limit=LINE_LIMIT)
            case TcpAddress(host=host, port=port):
                return await asyncio.open_connection(host, port, limit=LINE_LIMIT)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Run one connection to its end; whether it ever became usable."""
        self._writer = writer
        greeting = asyncio.create_task(self._greet(), name=f"media gateway greeting {self.address}")
        try:
            while line := await reader.readline():
                self._received(line)
        except (OSError, ValueError) as error:
            logger.warning("media gateway %s: %s", self.address, error)
        finally:
            greeting.cancel()
            was_up = self._up.is_set()
            self._drop(writer)
        return was_up

    async def _greet(self) -> None:
        """Authenticate, learn which process this is, and open the gate for commands."""
        try:
            async with asyncio.timeout(COMMAND_TIMEOUT):
                if self._secret:
                    await self._exchange(Authenticate(id=next(self._ids), secret=self._secret), Done)
                report = await self._exchange(Inspect(id=next(self._ids)), Report)
        except (GatewayError, TimeoutError) as error:
            logger.error("media gateway %s: greeting failed: %s", self.address, error)
            if self._writer:
                self._writer.close()
            return
        restarted, self._node = report.node != self._node, report.node
        self._up.set()
        self._tell(NodeFound(self.address, restarted))

    def _received(self, line: bytes) -> None:
        try:
            reply = _replies.validate_json(line)
        except ValidationError as error:
            logger.error("media gateway %s: unreadable line: %s", self.address, error)
            return
        if isinstance(reply, Done | Failed | Negotiated | Report):
            future = self._waiting.get(reply.id)
            if future and not future.done():
                future.set_result(reply)
        else:
            self._tell(reply)

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                logger.exception("media gateway %s: a listener failed on %r", self.address, event)

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._writer = None
        writer.close()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError())
        if self._up.is_set():
            self._up.clear()
            self._tell(NodeLost(self.address))
