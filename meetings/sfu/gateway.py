"""The web side's handle on one media node: typed commands out, typed events in, over one stream socket.

One process opens one ``MediaGateway`` per node and keeps it. It reconnects by itself; while the node is away commands raise
``NodeUnavailable`` within a few seconds, and listeners hear ``NodeLost`` and later ``NodeFound``::

    gateway = await MediaGateway.connect("unix:/run/eoffice/media.sock")
    forget = gateway.add_listener(on_event)          # called in the event loop, for every event of the node
    answer = await gateway.negotiate("meeting-7", "peer-42", "send", sdp, kinds=("microphone", "camera"))
    await gateway.show("meeting-7", "floor", Source(peer="peer-42", kind="camera"))
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
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from meetings.sfu.addresses import TcpAddress, UnixAddress, parse_address
from meetings.sfu.failures import CommandFailed, GatewayError, NodeUnavailable
from meetings.sfu.measures import LineMeasure
from meetings.sfu.messages import (
    AnyAnswer,
    AnyReply,
    Authenticate,
    Borrow,
    Carry,
    CloseRoom,
    Command,
    Connected,
    ConnectionName,
    Crossing,
    Done,
    Drop,
    Expect,
    Expected,
    Failed,
    Inspect,
    Kind,
    Leave,
    Listen,
    Lost,
    Measure,
    Measured,
    Negotiate,
    Negotiated,
    Offered,
    Ping,
    Reduced,
    Report,
    Show,
    Source,
    Span,
    Speaking,
    Spread,
    Switched,
    View,
    Wanted,
)

logger = logging.getLogger(__name__)
_JITTER = random.SystemRandom()  # of its own: a gateway's thread may not disturb others' generator

COMMAND_TIMEOUT = 4.0
"""Seconds a command may take, waiting for the node to come back included."""
FIRST_RETRY, LAST_RETRY = 0.1, 1.0
PING_EVERY = 1.0
"""Seconds; a node that was silent twice in a row, pinged each time, is lost: within 3 s of its last word."""
LINE_LIMIT, STREAM_QUEUE = 1 << 20, 1000

_replies: TypeAdapter[AnyReply] = TypeAdapter(AnyReply)
Answer = TypeVar("Answer", Done, Negotiated, Expected, Measured, Report)


@dataclass(frozen=True)
class NodeLost:
    """The control connection broke. Media may still flow; nobody can steer it.

    ``silent_for``: seconds since its last word when it was hung up on for its silence; 0 when it hung up itself."""

    address: str
    silent_for: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class NodeFound:
    """The control connection is up (again). ``restarted``: another process, also the first time: its rooms are empty."""

    address: str
    restarted: bool


Event = Connected | Lost | Switched | Speaking | Wanted | Reduced | Spread | NodeLost | NodeFound
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
        self._lines_heard = 0
        self._silent_for = 0.0
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, address: str, secret: str = "", *, wait: float = COMMAND_TIMEOUT) -> "MediaGateway":
        """Open the gateway and wait up to ``wait`` seconds for the node.

        Returns even when the node is away: the gateway goes on trying, and ``is_up`` tells. Raises
        ValueError for an address that is none.
        """
        gateway = cls.open(address, secret)
        await gateway.wait(wait)
        return gateway

    @classmethod
    def open(cls, address: str, secret: str = "") -> "MediaGateway":
        """Open the gateway, to be up when the node answers. Raises ValueError for an address that is none."""
        gateway = cls(address, secret)
        gateway._task = asyncio.create_task(gateway._keep_connected(), name=f"media gateway {address}")
        return gateway

    async def wait(self, seconds: float) -> bool:
        """Wait up to ``seconds`` for the node; whether commands can be sent then."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await self._up.wait()
        return self.is_up

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

    @property
    def process(self) -> str:
        """Which process the node is, as it was heard last: another one after a restart."""
        return self._node

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
        what = {"room": room, "peer": peer, "connection": connection, "sdp": sdp, "kinds": tuple(kinds)}
        return (await self._ask(Negotiate.model_validate({"id": next(self._ids), **what}), Negotiated)).sdp

    async def show(self, room: str, slot: str, source: Source | None) -> None:
        """Put a source into a slot of every viewer; None empties it. The source may appear later."""
        await self.arrange(room, {slot: source})

    async def arrange(self, room: str, sources: Mapping[str, Source | None]) -> None:
        """The same for several slots at once."""
        await self._ask(Show(id=next(self._ids), room=room, sources=dict(sources)), Done)

    async def view(
        self,
        room: str,
        peer: str,
        wall: Mapping[str, Source],
        hidden: Sequence[str] = (),
        *,
        common: Sequence[str] = (),
        large: Sequence[str] = (),
    ) -> None:
        """Say what one viewer has in its wall slots, which of them show what everybody's do and which are large, and which
        shared slots it does not want now."""
        what = {"wall": dict(wall), "hidden": tuple(hidden), "common": tuple(common), "large": tuple(large)}
        await self._ask(View.model_validate({"id": next(self._ids), "room": room, "peer": peer, **what}), Done)

    async def listen(self, room: str, peers: Sequence[str], first: str | None = None) -> None:
        """Say whose microphones may be heard in a room, and who has the floor. All others are silent."""
        await self._ask(Listen(id=next(self._ids), room=room, peers=tuple(peers), first=first), Done)

    async def borrow(self, room: str, sources: Mapping[str, tuple[Source, ...]]) -> None:
        """Have a room show these sources of other rooms, by the room they are in, and no others any more."""
        await self._ask(Borrow(id=next(self._ids), room=room, sources=dict(sources)), Done)

    async def leave(self, room: str, peer: str) -> None:
        """Close both connections of a peer and forget it."""
        await self._ask(Leave(id=next(self._ids), room=room, peer=peer), Done)

    async def close_room(self, room: str) -> None:
        """Close every connection of a room and forget it."""
        await self._ask(CloseRoom(id=next(self._ids), room=room), Done)

    # --- cascades: see ``cascade.py`` ------------------------------------------------------------------

    async def span(self, room: str, *, on: bool = True) -> None:
        """Hear ``Spread`` of a room that is on several nodes; off when it is on this one only."""
        await self._ask(Span(id=next(self._ids), room=room, on=on), Done)

    async def expect(self, room: str, offered: Offered, sender: str) -> Crossing:
        """Have a source come from the process ``sender`` of another node. Raises CommandFailed ``is-here``."""
        asked = Expect(id=next(self._ids), room=room, sender=sender, **offered.model_dump())
        return (await self._ask(asked, Expected)).crossing

    async def carry(self, room: str, source: Source, to: str, layers: int, sender: str, crossing: Crossing) -> None:
        """Send a source to another node. Raises CommandFailed ``no-such-source``, ``another-process``, ``used-keys``."""
        what = {"source": source, "to": to, "layers": layers, "sender": sender, "crossing": crossing}
        await self._ask(Carry.model_validate({"id": next(self._ids), "room": room, **what}), Done)

    async def drop(self, room: str, source: Source, label: int, to: str | None = None) -> None:
        """Send a source no more to a node, or expect it no more, if it is by the crossing of that label."""
        await self._ask(Drop(id=next(self._ids), room=room, source=source, label=label, to=to), Done)

    async def measure(self, room: str, peer: str) -> LineMeasure:
        """How one viewer's line fares. Raises CommandFailed ``no-such-viewer``."""
        return (await self._ask(Measure(id=next(self._ids), room=room, peer=peer), Measured)).line

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
                await asyncio.sleep(delay * _JITTER.uniform(0.5, 1.0))
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
        watch = asyncio.create_task(self._watch(writer), name=f"media gateway watch {self.address}")
        try:
            while line := await reader.readline():
                self._lines_heard += 1
                self._received(line)
        except (OSError, ValueError) as error:
            logger.warning("media gateway %s: %s", self.address, error)
        finally:
            greeting.cancel()
            watch.cancel()
            was_up = self._up.is_set()
            self._drop(writer)
        return was_up

    async def _watch(self, writer: asyncio.StreamWriter) -> None:
        """Hang up on a node that does not answer, though its socket is open: it hangs, or the network is gone.

        Rounds are counted, and not seconds: when it was this process that stood still, the answer is there already.
        """
        silent = 0
        await self._up.wait()
        while silent < 2:
            before = self._lines_heard
            writer.write(Ping(id=next(self._ids)).model_dump_json().encode() + b"\n")
            await asyncio.sleep(PING_EVERY)
            silent = silent + 1 if self._lines_heard == before else 0
        logger.warning("media gateway %s: silent, hanging up", self.address)
        self._silent_for = silent * PING_EVERY
        writer.transport.abort()

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
        if isinstance(reply, Done | Failed | Negotiated | Expected | Measured | Report):
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
            silent_for, self._silent_for = self._silent_for, 0.0
            self._tell(NodeLost(self.address, silent_for))
