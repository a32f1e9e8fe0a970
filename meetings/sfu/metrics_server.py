"""``GET /metrics`` on a port of its own: as much of HTTP/1.1 as Prometheus speaks."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

HEAD_LIMIT = 8 << 10
PATIENCE = 5.0
"""Seconds for the head of a request, and for taking the answer."""
MOST = 16
"""Requests at a time; beyond, the newest is hung up on."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class MetricsServer:
    """Answers every request for ``/metrics`` with what ``exposition`` returns then."""

    def __init__(self, exposition: Callable[[], str]) -> None:
        self._exposition = exposition
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises OSError when the address cannot be used."""
        self._server = await asyncio.start_server(self._accept, host, port, limit=HEAD_LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and hang up."""
        if self._server:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if len(self._tasks) <= MOST:
                async with asyncio.timeout(PATIENCE):
                    await self._answer(reader, writer)
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, asyncio.CancelledError) as error:
            logger.debug("a request for metrics ended: %r", error)
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, *_ = [*head.split(b"\r\n", 1)[0].split(b" "), b"", b""]
        if method not in (b"GET", b"HEAD"):
            status, body = "405 Method Not Allowed", ""
        elif target.partition(b"?")[0] != b"/metrics":
            status, body = "404 Not Found", ""
        else:
            status, body = "200 OK", self._exposition()
        data = body.encode()
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {CONTENT_TYPE}", f"Content-Length: {len(data)}"]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        if method != b"HEAD":
            writer.write(data)
        await writer.drain()
