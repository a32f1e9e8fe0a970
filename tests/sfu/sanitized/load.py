"""A threaded path under a small load: ``python -m tests.sfu.sanitized.load LIBRARY``.

One thread sends as browsers do, another makes and ends connections, and the loop hears events: all at once.
"""

import asyncio
import itertools
import socket
import sys
import threading
from pathlib import Path

from meetings.sfu.native.binding import NativePath
from meetings.sfu.packet_path import Event
from tests.sfu.by_hand import VP8_KEYFRAME, Browser, nack, picture_slot, rtp, video

VIEWERS, SECONDS, SOURCE = 12, 3, 0x1111


class Load:
    def __init__(self, path: NativePath, port: int) -> None:
        self.path, self.port = path, port
        self.ended = threading.Event()
        self.sender = Browser(1)
        self.viewers = [Browser(2 + n) for n in range(VIEWERS)]
        self.lives = itertools.count(100)

    def begin(self) -> None:
        self.sender.introduce(self.path)
        self.path.add_stream(video(1, 1, SOURCE))
        for viewer in self.viewers:
            self._join(viewer)

    def _join(self, viewer: Browser) -> None:
        viewer.introduce(self.path)
        self.path.add_slot(picture_slot(viewer.name, viewer.name, 0x2222))
        self.path.aim(viewer.name, 1)

    def media(self) -> None:
        """The sender's pictures, and what viewers ask for again; each from a socket of its own."""
        sockets = {b: socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for b in (self.sender, *self.viewers)}
        for browser, opened in sockets.items():
            opened.connect(("127.0.0.1", self.port))
            opened.send(browser.request())
        for number in itertools.count(1):
            if self.ended.wait(0.002):
                break
            packet = rtp(SOURCE, number, number * 90, VP8_KEYFRAME + bytes(600))
            sockets[self.sender].send(self.sender.seal(packet))
            viewer = self.viewers[number % VIEWERS]
            sockets[viewer].send(viewer.seal(nack(0x2222, range(number - 5, number))))
        for opened in sockets.values():
            opened.close()

    def guests(self) -> None:
        """Connections that come and go."""
        while not self.ended.wait(0.01):
            guest = Browser(next(self.lives))
            self._join(guest)
            self.path.send_dtls(guest.name, b"\x16\xfe\xfd")
            self.path.counters()
            self.path.gather((-1, 0, 10_000)[guest.name % 3])
            self.path.remove_peer(guest.name)


async def run(library: Path) -> int:
    path, heard = NativePath(library), list[Event]()
    port = path.open_link("127.0.0.1", 0)
    path.start(heard.append)
    load = Load(path, port)
    load.begin()
    threads = [threading.Thread(target=target) for target in (load.media, load.guests)]
    for thread in threads:
        thread.start()
    await asyncio.sleep(SECONDS)
    load.ended.set()
    for thread in threads:
        thread.join()
    sent = path.counters().packets_out
    path.close()
    assert heard
    return sent


def main() -> None:
    sent = asyncio.run(run(Path(sys.argv[1])))
    sys.stdout.write(f"{sent} packets\n")
    assert sent > 1000


if __name__ == "__main__":
    main()
