"""Steps of random scripts that carry no media: checks, handshakes, and what nobody can read."""

from dataclasses import dataclass

from meetings.sfu import stun
from tests.sfu.by_hand import AnyPath, Browser

PEERS, ADDRESSES = 4, 10


@dataclass(frozen=True)
class Step:
    """One thing that happens: what, and the numbers that say how."""

    what: str
    a: int = 0
    b: int = 0
    c: int = 0
    data: bytes = b""


class Disturbances:
    """``heard`` is what browsers sent last, sealed."""

    path: AnyPath
    browsers: dict[int, Browser]
    heard: list[tuple[Browser, bytes]]

    def _browser(self, number: int) -> Browser | None:
        return self.browsers.get(number % PEERS)

    def _check(self, step: Step) -> None:
        if browser := self._browser(step.a):
            if step.b % 3 == 0:
                browser.port = 30_000 + step.c % ADDRESSES
            browser.check(self.path, nominated=bool(step.b % 2))

    def _strange_check(self, step: Step) -> None:
        if browser := self._browser(step.a):
            more = [(stun.ICE_CONTROLLING, step.data), (step.c, step.data), (step.c >> 1, b"1")][step.b % 3 :]
            data = bytearray(browser.request(nominated=bool(step.b & 4), more=more))
            if step.b % 5 == 4:
                data[step.c % len(data)] ^= 1 << step.b % 8
            if step.b % 7 == 6:
                data = data[: step.c % len(data)]
            self.path.step_datagram(browser.host, browser.port, bytes(data))

    def _garbage(self, step: Step) -> None:
        browser = self._browser(step.a)
        port = browser.port if browser else 40_000
        data = bytes((step.b,)) + step.data * (1 + step.c % 100)
        self.path.step_datagram("192.0.2.1", port, data)

    def _again(self, step: Step) -> None:
        """A sealed datagram once more, changed or not."""
        if not self.heard:
            return
        browser, sealed = self.heard[step.a % len(self.heard)]
        data = bytearray(sealed)
        if step.b % 2:
            data[step.c % len(data)] ^= 1 << step.b % 8
        self.path.step_datagram(browser.host, browser.port, bytes(data))

    def _dtls(self, step: Step) -> None:
        if browser := self._browser(step.a):
            self.path.send_dtls(browser.name, b"\x16\xfe\xfd" + step.data)
            self.path.step_datagram(browser.host, browser.port, b"\x16\xfe\xff" + step.data)
