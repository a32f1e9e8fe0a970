"""A bad network between one aiortc connection and the node: it loses, falls silent, and changes addresses."""

import asyncio
import random
import re
import socket
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

Address = tuple[str, int]
QUEUE_S = 0.3
LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}


@dataclass
class Relay:
    """Sits at ``port`` of loopback; ``loss`` is the share of RTP packets lost in each direction, RTCP and STUN pass.

    Each way takes ``delay`` seconds and carries ``rate`` bits per second (0: any), with a queue of ``QUEUE_S`` before it.
    The node, at ``node``, sees one address per address of the client. ``kept`` are the client's last datagrams, ``brought``
    counts media packets from the node by their SSRC.
    ``noise`` makes what is sent to the node before and after each of them.
    """

    loss: float = 0.0
    silent: bool = False
    delay: float = 0.0
    rate: int = 0
    noise: Callable[[], bytes] | None = None
    family: socket.AddressFamily = socket.AF_INET
    lost: int = 0
    brought: Counter[int] = field(default_factory=Counter)
    kept: deque[bytes] = field(default_factory=lambda: deque(maxlen=300))
    port: int = 0
    node: Address | None = None

    def __post_init__(self) -> None:
        self._chance = random.Random(8)
        self._loop = asyncio.get_running_loop()
        self._near = self._socket()
        self.port = self._near.getsockname()[1]
        self._host = LOOPBACK[self.family]
        self.node = self.node or (self._host, 0)
        self._far: dict[Address, socket.socket] = {}
        self._free_at = {True: 0.0, False: 0.0}
        self._loop.add_reader(self._near, self._from_client)

    def between(self, answer: str) -> str:
        """The node's answer with this relay as its only candidate."""
        candidate = rf"(a=candidate:\S+ 1 udp \d+ {re.escape(self._host)} )(\d+)( typ host\r\n)"
        found = re.search(candidate, answer)
        assert found, answer
        self.node = (self._host, int(found[2]))
        return re.sub(candidate, rf"\g<1>{self.port}\g<3>", answer)

    def move(self) -> None:
        """From now on the node sees the client at other ports, as after a change of network."""
        for client in tuple(self._far):
            self._forget(client)

    def inject(self, data: bytes) -> None:
        """Send bytes to the node from every address of the client."""
        for far in self._far.values():
            far.sendto(data, self.node)

    def close(self) -> None:
        for client in tuple(self._far):
            self._forget(client)
        self._loop.remove_reader(self._near)
        self._near.close()

    def _socket(self) -> socket.socket:
        sock = socket.socket(self.family, socket.SOCK_DGRAM)
        sock.bind((LOOPBACK[self.family], 0))
        sock.setblocking(False)
        return sock

    def _forget(self, client: Address) -> None:
        far = self._far.pop(client)
        self._loop.remove_reader(far)
        far.close()

    def _from_client(self) -> None:
        data, client = self._near.recvfrom(2048)
        self.kept.append(data)
        if client not in self._far:
            self._far[client] = self._socket()
            self._loop.add_reader(self._far[client], self._from_node, client)
        if self._passes(data):
            noise = [self.noise() for _ in range(10)] if self.noise else []
            for datagram in (*noise[:5], data, *noise[5:]):
                self._carry(datagram, lambda datagram=datagram: self._to_node(datagram, client), up=True)

    def _from_node(self, client: Address) -> None:
        data = self._far[client].recv(2048)
        if self._passes(data):
            self.brought[int.from_bytes(data[8:12], "big")] += _is_media(data)
            self._carry(data, lambda: self._to_client(data, client), up=False)

    def _carry(self, data: bytes, deliver: Callable[[], None], *, up: bool) -> None:
        """Deliver at once, or when the line has carried what came before and this; a full queue drops it."""
        if not self.delay and not self.rate:
            deliver()
            return
        now = self._loop.time()
        leaves = max(now, self._free_at[up])
        if self.rate:
            if leaves - now > QUEUE_S:
                self.lost += 1
                return
            leaves += len(data) * 8 / self.rate
            self._free_at[up] = leaves
        self._loop.call_later(leaves - now + self.delay, deliver)

    def _to_node(self, data: bytes, client: Address) -> None:
        if client in self._far:
            self._far[client].sendto(data, self.node)

    def _to_client(self, data: bytes, client: Address) -> None:
        if self._near.fileno() >= 0:
            self._near.sendto(data, client)

    def _passes(self, data: bytes) -> bool:
        if self.silent:
            return False
        if _is_media(data) and self._chance.random() < self.loss:
            self.lost += 1
            return False
        return True


def _is_media(data: bytes) -> bool:
    """RFC 5761, section 4."""
    return 127 < data[0] < 192 and not 192 <= data[1] < 224
