"""ICE over TCP for networks that block UDP: a relay between framed TCP connections and the node's own UDP port.

Passive candidates on one port (RFC 6544), two bytes of length before each datagram (RFC 4571). Each connection has
a UDP socket of its own towards the node, so the packet path sees one more address and knows nothing of TCP.

A connection is *proven* once the node has answered it, which it does only to checks with a right password. Until
then it may hold little: one of few places, for a short time, and nothing but checks pass.
"""

import asyncio
import contextlib
import errno
import logging
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from meetings.sfu import stun
from meetings.sfu.port import Candidate, local_addresses

logger = logging.getLogger(__name__)

MOST = 2_000
"""Connections at a time; each holds two file descriptors."""
MOST_PER_ADDRESS = 1_400
"""Two of each of the city's 632 sites may come through one address translation."""
MOST_UNPROVEN = 400
MOST_UNPROVEN_PER_ADDRESS = 64
PROVE_WITHIN = 10.0
UNPROVEN_FRAMES = 50
IDLE = 60.0
"""Seconds without a frame of the browser. It checks the pair in use every few seconds, a spare one every 25."""
SWEEP_EVERY = 1.0
LONGEST = 2048
"""Bytes of a frame: what the UDP port reads of a datagram."""
BATCH = 64
SEND_BUFFER = 128 << 10
"""Bytes that the kernel keeps for one connection: what comes late is of no use."""
BACKLOG = 64 << 10
"""Bytes waiting in this process beyond those; then datagrams are dropped, as a full network would."""
SMALL = 300
"""Sound and reports are smaller: they may fill the whole backlog, pictures half of it."""

_LENGTH = struct.Struct("!H")
_TYPE_PREFERENCE = 90  # below every UDP candidate (RFC 6544, section 4.2)
_PASSIVE = 4  # direction preference of passive host candidates (the same section)


@dataclass(slots=True)
class TcpCounters:
    """Since the start: ``refused`` at the door, ``ended`` for what they sent, ``dropped`` datagrams."""

    accepted: int = 0
    refused: int = 0
    ended: int = 0
    frames_in: int = 0
    frames_out: int = 0
    dropped: int = 0


def candidates(addresses: Sequence[str], port: int) -> list[Candidate]:
    """Passive host candidates of these addresses, the first before the others (RFC 6544, section 4.2)."""
    return [
        Candidate(host, port, (_TYPE_PREFERENCE << 24) + (((_PASSIVE << 13) + 8191 - n) << 8) + 255)
        for n, host in enumerate(addresses)
    ]


class TcpRelay:
    """The TCP port and all its connections."""

    def __init__(self, udp_port: int) -> None:
        self.counters = TcpCounters()
        self.candidates: list[Candidate] = []
        self.udp_port = udp_port
        self.connections: set[Connection] = set()
        self._loop = asyncio.get_running_loop()
        self._servers: list[asyncio.Server] = []
        self._timer = self._loop.call_later(SWEEP_EVERY, self._sweep)

    @classmethod
    async def start(cls, port: int, bind: Sequence[str], advertise: Sequence[str], udp_port: int) -> "TcpRelay":
        """Listen on ``port`` of the addresses ``bind`` (empty: all of this machine), towards the node's ``udp_port``.

        Raises OSError when the port is taken.
        """
        addresses = list(bind) or local_addresses()
        sockets = _listen(addresses, port)
        relay = cls(udp_port)
        for sock in sockets:
            relay._servers.append(await relay._loop.create_server(lambda: Connection(relay), sock=sock, backlog=512))
        relay.candidates = candidates(list(advertise) or addresses, sockets[0].getsockname()[1])
        return relay

    def close(self) -> None:
        """Stop listening and hang up on everybody."""
        self._timer.cancel()
        for server in self._servers:
            server.close()
        for connection in tuple(self.connections):
            connection.end()

    def admits(self, address: str) -> bool:
        """Whether there is room for one more connection, and for one from ``address``."""
        ours = [connection for connection in self.connections if connection.address == address]
        unproven = sum(not connection.proven for connection in self.connections)
        return (
            len(self.connections) < MOST
            and len(ours) < MOST_PER_ADDRESS
            and unproven < MOST_UNPROVEN
            and sum(not connection.proven for connection in ours) < MOST_UNPROVEN_PER_ADDRESS
        )

    def _sweep(self) -> None:
        self._timer = self._loop.call_later(SWEEP_EVERY, self._sweep)
        now = self._loop.time()
        for connection in tuple(self.connections):
            if connection.overdue(now):
                connection.end()


class Connection(asyncio.Protocol):
    """One browser's TCP connection and the UDP socket that stands for it at the node."""

    def __init__(self, relay: TcpRelay) -> None:
        self.address = ""
        self.proven = False
        self._relay = relay
        self._loop = asyncio.get_running_loop()
        self._begun = self._heard = self._loop.time()
        self._received = bytearray()
        self._frames = 0
        self._transport: asyncio.Transport | None = None
        self._udp: socket.socket | None = None

    def overdue(self, now: float) -> bool:
        """Whether it has not proven itself in time, or says nothing any more."""
        return now - self._heard > IDLE or (not self.proven and now - self._begun > PROVE_WITHIN)

    @property
    def waiting(self) -> int:
        """Bytes that the kernel has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def end(self) -> None:
        """Hang up at once and forget what waits. Ending twice is harmless."""
        self._relay.connections.discard(self)
        if self._udp:
            self._loop.remove_reader(self._udp)
            self._udp.close()
            self._udp = None
        if self._transport:
            self._transport.abort()
            self._transport = None

    # --- from the browser -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected: give them a socket towards the node, or turn them away."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.address = str(transport.get_extra_info("peername", ("",))[0])
        if not self._relay.admits(self.address):
            self._relay.counters.refused += 1
            self.end()
            return
        sock = transport.get_extra_info("socket")
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            self._udp = self._towards_node(sock.getsockname()[0])
        except OSError as error:
            logger.warning("a TCP connection cannot be served: %s", error)
            self._relay.counters.refused += 1
            self.end()
            return
        self._loop.add_reader(self._udp, self._answered)
        self._relay.counters.accepted += 1
        self._relay.connections.add(self)

    def _towards_node(self, host: str) -> socket.socket:
        """From the address that was called to the same address of the UDP port, where the node certainly listens."""
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)  # noqa: FBT003
        try:
            sock.connect((host, self._relay.udp_port))
        except OSError:
            sock.close()
            raise
        return sock

    def data_received(self, data: bytes) -> None:
        """Some bytes of the stream: pass on each whole frame, keep the rest."""
        self._received += data
        at = 0
        while self._udp and len(self._received) - at >= 2:
            (length,) = _LENGTH.unpack_from(self._received, at)
            if length > LONGEST or not self._allowed(length):
                self._ended_for("a frame that may not be")
                return
            if len(self._received) - at - 2 < length:
                break
            if not self._forward(bytes(self._received[at + 2 : at + 2 + length])):
                self._ended_for("a frame that may not be")
                return
            at += 2 + length
        del self._received[:at]

    def _allowed(self, length: int) -> bool:
        return self.proven or (length >= 20 and self._frames < UNPROVEN_FRAMES)

    def _forward(self, frame: bytes) -> bool:
        """Give one frame to the node; False when it is none that this connection may send."""
        if not self.proven and not _is_check(frame):
            return False
        self._frames += 1
        self._heard = self._loop.time()
        self._relay.counters.frames_in += 1
        if frame and self._udp:  # an empty one is legal (RFC 4571, section 2), and says nothing
            try:
                self._udp.send(frame)
            except OSError:
                self._relay.counters.dropped += 1
        return True

    def _ended_for(self, reason: str) -> None:
        logger.info("a TCP connection ended", extra={"reason": reason})
        self._relay.counters.ended += 1
        self.end()

    def eof_received(self) -> bool:
        """The browser sends no more: then it is of no use."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has gone."""
        self.end()

    # --- from the node ----------------------------------------------------------------------------------

    def _answered(self) -> None:
        """Datagrams of the node: into the stream, or dropped when the browser's network is slower."""
        if self._udp is None or self._transport is None:
            return
        frames: list[bytes] = []
        backlog = self.waiting
        for _ in range(BATCH):
            try:
                data = self._udp.recv(LONGEST)
            except OSError:  # nothing more to read, or nobody listens at the node's port
                break
            self.proven = True
            if backlog + len(data) > (BACKLOG if len(data) < SMALL else BACKLOG // 2):
                self._relay.counters.dropped += 1
                continue
            backlog += 2 + len(data)
            frames += (_LENGTH.pack(len(data)), data)
        if frames:
            self._relay.counters.frames_out += len(frames) // 2
            self._transport.write(b"".join(frames))


def _is_check(frame: bytes) -> bool:
    """Whether a frame is a STUN binding request; whose it is and whether it is right, the node finds out."""
    try:
        return stun.parse(frame).kind == stun.BINDING_REQUEST
    except (stun.StunError, struct.error):
        return False


def _listen(addresses: Sequence[str], port: int) -> list[socket.socket]:
    """The same port on every address. One that the machine does not have is skipped; one at least must be."""
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            with contextlib.suppress(_Absent):
                sockets.append(_bind(address, port))
                port = sockets[0].getsockname()[1]
    except OSError:
        for sock in sockets:
            sock.close()
        raise
    if not sockets:
        raise OSError(errno.EADDRNOTAVAIL, f"no local address to listen on among {', '.join(addresses)}")
    return sockets


class _Absent(Exception):
    """The machine does not have an address."""


def _bind(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise _Absent from None
        raise
    return sock
