"""Sites without a screen: each is a socket that speaks the room's protocol; all live in a thread beside Playwright's loop."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from benchmarks.room.client import Client, Ledger, Probe
from tests.browser.site import Site

SAYS_SOMETHING_EVERY_S = 8
TOLD_WITHIN_S = 20


class Crowd:
    """``seats``: number of the site and cookie of who sits there, for each."""

    def __init__(self, site: Site, meeting: int, seats: Sequence[tuple[int, str]]) -> None:
        self.port = int(urlsplit(site.url).port or 0)
        self.ledger = Ledger()
        self.clients = [Client(self.ledger, meeting, seat, cookie) for seat, cookie in seats]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def enter(self) -> None:
        """Everybody comes in, one soon after the other."""
        self._thread.start()
        self._do(self._enter())

    async def _enter(self) -> None:
        self._talking = self._loop.create_task(self._keep_talking())
        for client in self.clients:
            await self._loop.create_connection(lambda client=client: client, "127.0.0.1", self.port)
            await asyncio.wait_for(client.entered.wait(), TOLD_WITHIN_S)

    async def _keep_talking(self) -> None:
        """A tab that says nothing for long is taken for dead."""
        while True:
            await asyncio.sleep(SAYS_SOMETHING_EVERY_S)
            for client in [client for client in self.clients if client.entered.is_set()]:
                client.say("stat", loss=0.0, rtt_ms=20, jitter_ms=2)

    def say(self, type: str, fields: Callable[[int], dict[str, Any]] = lambda _number: {}) -> None:
        """Each says it, with fields of its own."""

        async def say() -> None:
            for number, client in enumerate(self.clients):
                client.say(type, **fields(number))
                await asyncio.sleep(0.01)

        self._do(say())

    @contextmanager
    def told(self, type: str, mark: str = "") -> Iterator[None]:
        """Inside the block something is done; every site is told of it by an event in which ``mark`` occurs."""

        async def watch() -> Probe:
            return self.ledger.watch(Probe(type, mark.encode(), len(self.clients)))

        async def wait() -> None:
            await asyncio.wait_for(probe.done.wait(), TOLD_WITHIN_S)
            self.ledger.forget(probe)

        probe: Probe = self._do(watch())
        yield
        try:
            self._do(wait())
        except TimeoutError:
            raise AssertionError(
                f"{type}: {len(probe.delays_ms)} of {len(self.clients)} sites were told within {TOLD_WITHIN_S} s"
            ) from None

    @property
    def refused(self) -> dict[str, int]:
        """Codes of what was refused, with how often."""
        return dict(self.ledger.refused)

    @property
    def lost(self) -> int:
        """How many sockets have broken."""
        return sum(client.lost for client in self.clients)

    def leave(self) -> None:
        """Everybody hangs up."""

        async def leave() -> None:
            self._talking.cancel()
            for client in self.clients:
                client.leave()
            await asyncio.sleep(0.1)  # until the sockets are closed

        if self._thread.is_alive():
            self._do(leave())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
        self._loop.close()

    def _do(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(120)
