"""A UDP socket of the packet path in the event loop: what has come, from where, and when."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import NamedTuple

from meetings.sfu.port import bound_socket

BATCH = 64
"""Datagrams read at one look, before other links get their turn."""
LARGEST = 2048
_STAMP = struct.Struct("@qq")
_SO_TIMESTAMPNS = 35
"""Of Linux' ``asm-generic/socket.h``: each datagram comes with the time at which the kernel had it."""
_ANCILLARY = socket.CMSG_SPACE(_STAMP.size)


class Address(NamedTuple):
    """Where a datagram came from, and the link that heard it."""

    host: str
    port: int
    link: int
    scope: int = 0


class Datagram(NamedTuple):
    """One datagram; ``came`` is in microseconds since 1970, 0 where the kernel does not say."""

    data: bytes
    address: Address
    came: int


class Link:
    """Calls ``look`` when something has come, or, where it is told to rest, that much later."""

    def __init__(self, number: int, address: str, port: int) -> None:
        """Raises OSError."""
        self.socket = bound_socket(address, port)
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._number = number
        self._watched = False
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def read(self) -> list[Datagram]:
        """What has come, at most ``BATCH`` datagrams."""
        found = []
        for _ in range(BATCH):
            try:
                data, ancillary, _, (host, port, *more) = self.socket.recvmsg(LARGEST, _ANCILLARY)
            except OSError:  # nothing more to read, or an ICMP error of an earlier datagram
                break
            seconds, rest = _STAMP.unpack(ancillary[0][2]) if ancillary else (0, 0)
            address = Address(host.partition("%")[0], port, self._number, more[1] if more else 0)
            found.append(Datagram(data, address, seconds * 1_000_000 + rest // 1000))
        return found

    def await_next(self, look: Callable[[Link], None], rest: int) -> None:
        """Have ``look`` called after ``rest`` microseconds, or with 0 when something has come."""
        loop = self._loop = asyncio.get_running_loop()
        if rest:
            self._timer = loop.call_later(rest / 1e6, look, self)
        if self._watched and rest:
            loop.remove_reader(self.socket)
        elif not self._watched and not rest:
            loop.add_reader(self.socket, look, self)
        self._watched = not rest

    def close(self) -> None:
        """Look no more."""
        if self._watched and self._loop:
            self._loop.remove_reader(self.socket)
        if self._timer:
            self._timer.cancel()
        self.socket.close()
