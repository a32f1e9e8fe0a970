"""Ways for datagrams to an address: by a socket, or, while a path is moved on by hand, into a list."""

import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from meetings.sfu.packet_path import Counters

UDP_SEGMENT = 103
"""Of Linux' ``linux/udp.h``: the kernel cuts a message into datagrams of this size (since 4.18)."""
MOST_SEGMENTS = 32
"""Datagrams of one message: with the largest packets 43 KiB, where the kernel takes 64 datagrams and 64 KiB."""


class Way(Protocol):
    """Takes datagrams to one address."""

    def send(self, data: bytes) -> None:
        """Send one datagram."""

    def send_all(self, datagrams: Sequence[bytes]) -> None:
        """Send several, in order."""


class KeptWay:
    """Keeps what it is given, with its destination."""

    def __init__(self, host: str, port: int, kept: list[tuple[str, int, bytes]], counters: Counters) -> None:
        self._destination = host, port
        self._kept = kept
        self._counters = counters

    def send(self, data: bytes) -> None:
        """See ``Way``."""
        self._kept.append((*self._destination, data))
        self._counters.packets_out += 1
        self._counters.bytes_out += len(data)

    def send_all(self, datagrams: Sequence[bytes]) -> None:
        """See ``Way``."""
        for data in datagrams:
            self.send(data)


class SocketWay:
    """Sends by a socket that does not block. What the network does not take is dropped, as it would do itself."""

    def __init__(self, opened: socket.socket, target: tuple[Any, ...], counters: Counters, *, cuts: bool) -> None:
        self._sendto = opened.sendto
        self._sendmsg = opened.sendmsg
        self._target = target
        self._counters = counters
        self._cuts = cuts

    def send(self, data: bytes) -> None:
        """See ``Way``."""
        try:
            self._sendto(data, self._target)
        except OSError:
            self._counters.sends_failed += 1
            return
        self._counters.packets_out += 1
        self._counters.bytes_out += len(data)

    def send_all(self, datagrams: Sequence[bytes]) -> None:
        """See ``Way``; in as few messages as may be, where the kernel cuts them up."""
        for message in messages(datagrams, MOST_SEGMENTS if self._cuts else 1):
            if len(message) == 1 or not self._send_message(message):
                for data in message:
                    self.send(data)

    def _send_message(self, message: Sequence[bytes]) -> bool:
        """False when it was refused: single datagrams may get through all the same (a small MTU, no check sums)."""
        size = len(message[0]).to_bytes(2, sys.byteorder)
        try:
            sent = self._sendmsg(message, [(socket.IPPROTO_UDP, UDP_SEGMENT, size)], 0, self._target)
        except OSError:
            return False
        self._counters.packets_out += len(message)
        self._counters.bytes_out += sent
        return True


def messages(datagrams: Sequence[bytes], most: int) -> Iterator[Sequence[bytes]]:
    """Datagrams in order by what one message may hold: ``most``, equal in size but for the last, shorter one."""
    start, count = 0, len(datagrams)
    while start < count:
        size = len(datagrams[start])
        end = start + 1
        limit = min(count, start + most)
        while end < limit and len(datagrams[end]) == size:
            end += 1
        if end < limit and len(datagrams[end]) < size:
            end += 1
        yield datagrams[start:end]
        start = end


def cuts_messages(opened: socket.socket) -> bool:
    """Whether the kernel knows segmentation: it then takes the option, be it with 0."""
    try:
        opened.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 0)
    except OSError:
        return False
    return True
