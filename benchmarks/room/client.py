"""One site's socket in the room, as cheap as can be: hundreds of them share the machine with the server."""

import asyncio
import base64
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from meetings.protocol.base import VERSION

ROSTER = ("roster.changed", "board.shown", "board.changed")
"""What counts as roster traffic, beside the sites in ``state``."""


@dataclass
class Probe:
    """Something that everybody is to be told: an event of this type in which ``mark`` occurs."""

    type: str
    mark: bytes
    expected: int
    began: float = field(default_factory=time.perf_counter)
    delays_ms: list[float] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, at: float) -> None:
        """Another client has it."""
        self.delays_ms.append((at - self.began) * 1000)
        if len(self.delays_ms) >= self.expected:
            self.done.set()


class Ledger:
    """What all clients heard, counted together."""

    def __init__(self) -> None:
        self.probes: dict[str, list[Probe]] = {}
        self.bytes: Counter[str] = Counter()
        self.messages: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def watch(self, probe: Probe) -> Probe:
        """Follow ``probe`` until ``forget``."""
        self.probes.setdefault(probe.type, []).append(probe)
        return probe

    def forget(self, probe: Probe) -> None:
        """What comes later does not count."""
        self.probes[probe.type].remove(probe)


class Client(asyncio.Protocol):
    """Opens the socket (RFC 6455), says hello, counts what comes."""

    def __init__(self, ledger: Ledger, meeting: int, site: int, cookie: str) -> None:
        self.ledger = ledger
        self.site = site
        self._path = f"/ws/meetings/{meeting}/"
        self._cookie = cookie
        self._buffer = bytearray()
        self._id = 0
        self.state: dict[str, Any] | None = None
        self.keep_state = False
        self.entered = asyncio.Event()
        self.lost = False
        self.leaving = False
        self.bytes = 0
        self.roster_bytes = 0
        self.join_ms = 0.0

    # --- to the server --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._began = time.perf_counter()
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {self._cookie}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        self._take: Callable[[], bool] = self._handshake

    def say(self, type: str, **fields: Any) -> int:
        """Send a request that wants its outcome; its number."""
        self._id += 1
        self.put({"type": type, "id": self._id, **fields})
        return self._id

    def put(self, message: dict[str, Any]) -> None:
        """Send a message as it is."""
        text = json.dumps(message).encode()
        size = len(text)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2)
        if not self._transport.is_closing():
            self._transport.write(head + b"\0\0\0\0" + text)  # masked with zeros

    def leave(self) -> None:
        """Hang up."""
        self.leaving = True
        self._transport.close()

    # --- from the server ------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._now = time.perf_counter()
        self._buffer += data
        self.bytes += len(data)
        while self._take():
            pass

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = not self.leaving
        self.entered.set()

    def _handshake(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self._buffer.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(bytes(self._buffer[:40]).decode(errors="replace"))
        del self._buffer[: end + 4]
        self._take = self._frame
        self.greet()
        return True

    def greet(self) -> None:
        """The first message."""
        self.say("hello", version=VERSION, site=self.site)

    def _frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 0x7F, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:start])
        if len(buffer) < start + length:
            return False
        payload = bytes(buffer[start : start + length])
        opcode = buffer[0] & 0x0F
        del buffer[: start + length]
        if opcode == 1:
            self._heard(payload)
        elif opcode == 9:
            self._transport.write(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
        return True

    def _heard(self, payload: bytes) -> None:
        start = payload.find(b'"type":"') + 8
        kind = payload[start : payload.index(b'"', start)].decode()
        self.ledger.bytes[kind] += len(payload)
        self.ledger.messages[kind] += 1
        if kind in ROSTER:
            self.roster_bytes += len(payload)
        for probe in self.ledger.probes.get(kind, ()):
            if probe.mark in payload:
                probe.heard(self._now)
        if kind == "state":
            self._enter(payload)
        elif kind == "refused":
            self.ledger.refused[json.loads(payload)["code"]] += 1

    def _enter(self, payload: bytes) -> None:
        if self.keep_state:
            self.state = json.loads(payload)
        if not self.entered.is_set():
            self.join_ms = (self._now - self._began) * 1000
            self.entered.set()
