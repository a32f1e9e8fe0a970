"""A bad network between one aiortc connection and the node: it loses, falls silent, and changes addresses."""

import asyncio
import random
import re
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Address = tuple[str, int]


@dataclass
class Relay:
    """Sits at ``port`` of loopback; ``loss`` is the share of RTP packets lost in each direction, RTCP and STUN pass.

    The node, at ``node``, sees one address per address of the client. ``kept`` are the client's last datagrams.
    ``noise`` makes what is sent to the node before and after each of them.
    """

    loss: float = 0.0
    silent: bool = False
    noise: Callable[[], bytes] | None = None
    lost: int = 0
    kept: deque[bytes] = field(default_factory=lambda: deque(maxlen=300))
    port: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(8)
        self._loop = asyncio.get_running_loop()
        self._near = self._socket()
        self.port = self._near.getsockname()[1]
        self.node: Address = ("127.0.0.1", 0)
        self._far: dict[Address, socket.socket] = {}
        self._loop.add_reader(self._near, self._from_client)

    def between(self, answer: str) -> str:
        """The node's answer with this relay as its only candidate."""
        candidates = re.findall(r"a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+) typ host\r\n", answer)
        self.node = ("127.0.0.1", int(candidates[0]))
        return answer.replace(f" 127.0.0.1 {candidates[0]} typ host", f" 127.0.0.1 {self.port} typ host")

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
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
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
                self._far[client].sendto(datagram, self.node)

    def _from_node(self, client: Address) -> None:
        data = self._far[client].recv(2048)
        if self._passes(data):
            self._near.sendto(data, client)

    def _passes(self, data: bytes) -> bool:
        if self.silent:
            return False
        media = 127 < data[0] < 192 and not 192 <= data[1] < 224  # RFC 5761, section 4
        if media and self._chance.random() < self.loss:
            self.lost += 1
            return False
        return True
