"""A tab that comes back and says again what was not acknowledged, as frontend/src/meeting/signalling.ts does."""

import asyncio
import json
from typing import Any

from benchmarks.room.client import Client, Ledger
from meetings.protocol.base import VERSION

BACK_OFF_S = (0, 0.3, 1.2, 2.7, 3, 3, 3, 5, 7)
"""As frontend/src/lib/socket.ts."""


class StubbornClient(Client):
    """Follows beside the device of its site; ``acknowledged``: types of what the server has said is done."""

    def __init__(self, ledger: Ledger, meeting: int, site: int, cookie: str, port: int) -> None:
        super().__init__(ledger, meeting, site, cookie)
        self.port = port
        self.acknowledged: list[str] = []
        self.refusals: list[str] = []
        self.back: list[float] = []
        """Moments of the loop's clock at which it was welcomed."""
        self._secret = ""
        self._attempt = 0
        self._pending: dict[int, dict[str, Any]] = {}

    async def connect(self) -> None:
        """Open the socket, however often it takes."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(BACK_OFF_S[min(self._attempt, len(BACK_OFF_S) - 1)])
            self._attempt += 1
            try:
                await loop.create_connection(lambda: self, "127.0.0.1", self.port)
            except OSError:
                continue
            return

    def ask(self, type: str, **fields: Any) -> None:
        """Have it done: said again after each welcome until there is an outcome."""
        self._id += 1
        self._pending[self._id] = {"type": type, "id": self._id, **fields}
        self.put(self._pending[self._id])

    @property
    def waits(self) -> bool:
        """Whether something has no outcome yet."""
        return bool(self._pending)

    def greet(self) -> None:
        if self._secret:
            self.put({"type": "resume", "version": VERSION, "secret": self._secret})
        else:
            self.put({"type": "hello", "version": VERSION, "site": self.site, "carry_media": False})

    def connection_lost(self, exc: Exception | None) -> None:
        self._buffer.clear()
        if not self.leaving:
            self._coming = asyncio.get_running_loop().create_task(self.connect())

    def _heard(self, payload: bytes) -> None:
        super()._heard(payload)
        message = json.loads(payload)
        if message["type"] == "welcome":
            self._secret, self._attempt = message["secret"], 0
            self.back.append(asyncio.get_running_loop().time())
            for request in self._pending.values():
                self.put(request)
        elif message["re"] in self._pending:
            request = self._pending.pop(message["re"])
            (self.acknowledged if message["type"] == "done" else self.refusals).append(request["type"])
