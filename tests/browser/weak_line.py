"""A weak line between one browser and the media node: `tests.sfu.relay`, in a thread beside Playwright's own loop."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.sfu.relay import Relay

REROUTE = """
const set = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
  const isReceiving = this.getTransceivers().length > 4;
  const rerouted = (line) => (/ udp .* 127\\.0\\.0\\.1 \\d+ typ host/.test(line) ? line.replace(/127\\.0\\.0\\.1 \\d+/, '127.0.0.1 PORT') : '');
  return set.call(this, { type, sdp: isReceiving ? sdp.replace(/a=candidate:.*\\r\\n/g, rerouted) : sdp });
};
"""
"""What this browser receives comes by the relay alone; what it sends goes its own way."""
NODE = "() => window.eofficeRoom.connection.receive.current.remoteDescription.sdp"


@contextmanager
def weak_line(neighbour: Page) -> Iterator[Relay]:
    """A relay to the node that ``neighbour`` is connected to; its ``rate`` and ``loss`` may be changed at any time."""
    found = re.search(r"127\.0\.0\.1 (\d+) typ host", neighbour.evaluate(NODE))
    assert found
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> Relay:
        return Relay(node=("127.0.0.1", int(found[1])))

    async def end() -> None:
        relay.close()

    try:
        relay = asyncio.run_coroutine_threadsafe(begin(), loop).result(5)
        yield relay
        asyncio.run_coroutine_threadsafe(end(), loop).result(5)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def receive_through(page: Page, relay: Relay) -> None:
    """From the next page on."""
    page.add_init_script(REROUTE.replace("PORT", str(relay.port)))
