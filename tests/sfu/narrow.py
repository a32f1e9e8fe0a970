"""One frame after another through a threaded path that gathers: ``python -m tests.sfu.narrow``; prints what arrived.

To be run in a network namespace whose loopback is narrow: there the kernel refuses to segment such packets.
"""

import asyncio
import socket
import sys

from meetings.sfu.native.binding import NativePath
from tests.sfu.by_hand import VP8_KEYFRAME, VP8_OTHER, Browser, picture_slot, rtp, video

SOURCE, SLOT, PACKETS = 0x1111, 0x2222, 100


async def run() -> tuple[int, int]:
    """How many packets arrived and were right, and how many sends failed."""
    path = NativePath()
    port = path.open_link("127.0.0.1", 0)
    path.gather(10_000)
    path.start(lambda _: None)
    sender, viewer = Browser(1), Browser(2)
    with socket.socket(type=socket.SOCK_DGRAM) as sending, socket.socket(type=socket.SOCK_DGRAM) as viewing:
        for browser, opened in ((sender, sending), (viewer, viewing)):
            opened.connect(("127.0.0.1", port))
            browser.introduce(path)
            opened.send(browser.request())
        path.add_stream(video(1, 1, SOURCE))
        path.add_slot(picture_slot(1, 2, SLOT))
        path.aim(1, 1)
        await asyncio.sleep(0.2)
        for number in range(PACKETS):
            head = VP8_OTHER if number else VP8_KEYFRAME
            sending.send(sender.seal(rtp(SOURCE, number, number // 10, head + bytes(1250))))
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.3)
        viewing.setblocking(False)
        arrived = viewer.opened(iter(lambda: _read(viewing), b""))
    failed = path.counters().sends_failed
    path.close()
    return len(arrived), failed


def _read(opened: socket.socket) -> bytes:
    try:
        return opened.recv(2048)
    except OSError:
        return b""


if __name__ == "__main__":
    sys.stdout.write("{} {}\n".format(*asyncio.run(run())))
