"""Many people signed in at once on one Daphne process: each holds a socket open and opens pages now and then."""

import asyncio
import base64
import itertools
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.results import Result, percentile

THINK_S = 15.0
"""How long a person looks at a page before opening the next; the real pause varies around it."""
ROOT = Path(__file__).resolve().parents[1]


class Crowd:
    """One Daphne process on ``folder`` and one visitor for each cookie."""

    def __init__(self, folder: Path, cookies: Sequence[str], paths: dict[str, str]) -> None:
        self.folder = folder
        self.cookies = cookies
        self.paths = list(paths.values())
        self.port = _free_port()
        self.times_ms: list[float] = []
        self.refused = 0
        self.sockets = 0

    async def work(self, seconds: float, target_ms: float) -> list[Result]:
        """Let everybody work for ``seconds``; their answers' times, failures, and the sockets still open."""
        command = [
            sys.executable,
            "-m",
            "daphne",
            "-v",
            "0",
            "-b",
            "127.0.0.1",
            "-p",
            str(self.port),
            "eoffice.asgi:application",
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))  # noqa: ASYNC220 - before anything waits
        try:
            await self._ready(server)
            end = time.monotonic() + seconds
            async with asyncio.TaskGroup() as group:
                for number, cookie in enumerate(self.cookies):
                    group.create_task(self._visitor(number, cookie, end))
            memory = _memory_mb(server.pid)
        finally:
            server.terminate()
            server.wait(timeout=30)
        return list(self._results(seconds, target_ms, memory))

    def _results(self, seconds: float, target_ms: float, memory: float) -> Iterator[Result]:
        people = len(self.cookies)
        yield Result(f"{people} people at once: answer, p95", percentile(self.times_ms, 0.95), "ms", target_ms)
        yield Result(f"{people} people at once: answer, median", percentile(self.times_ms, 0.5), "ms")
        yield Result(f"{people} people at once: pages per second", len(self.times_ms) / seconds, "pages/s")
        yield Result(f"{people} people at once: pages refused", self.refused, "pages", 0)
        yield Result(f"{people} people at once: sockets lost", people - self.sockets, "sockets", 0)
        yield Result(f"{people} people at once: memory of the process", memory, "MB")

    async def _visitor(self, number: int, cookie: str, end: float) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.uniform(0, THINK_S))
        listening = asyncio.create_task(self._listen(cookie))
        for path in itertools.cycle(self.paths):
            if time.monotonic() >= end:
                break
            await self._open(path, cookie)
            await asyncio.sleep(min(chance.uniform(0.5, 1.5) * THINK_S, max(0.0, end - time.monotonic())))
        self.sockets += not listening.done()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    async def _open(self, path: str, cookie: str) -> None:
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
            )
            answer = await reader.read(-1)
        finally:
            writer.close()
        self.times_ms.append((time.perf_counter() - started) * 1000)
        self.refused += not answer.startswith(b"HTTP/1.1 200")

    async def _listen(self, cookie: str) -> None:
        """Hold the notification socket open, answering pings, until cancelled or closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write(
                f"GET /ws/notices/ HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {cookie}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            while head.startswith(b"HTTP/1.1 101"):
                if await _frame(reader, writer) == 8:
                    return
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()

    async def _ready(self, server: "subprocess.Popen[bytes]") -> None:
        for _attempt in range(600):
            if server.poll() is not None:
                raise RuntimeError("the web process ended at once")
            try:
                _reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
        raise RuntimeError("the web process did not start")


async def _frame(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
    """Read one WebSocket frame (RFC 6455, section 5.2), answer it if it is a ping; its opcode."""
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length >= 126:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8))
    payload = await reader.readexactly(length)
    opcode = first & 0x0F
    if opcode == 9:
        writer.write(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
    return opcode


def _memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
