"""One slot's packets put in order: what is missing is asked for again, and given up when it comes too late."""

from collections.abc import Callable

from meetings.sfu import rtcp
from meetings.sfu.rtp import Packet
from meetings.sfu.twin.reception import Reception

WAIT_S = {"audio": 0.15, "video": 0.6}
"""Seconds that later packets wait for a missing one."""

Deliver = Callable[[Packet, float, int], None]
"""``packet`` (its sequence number unwrapped), when it arrived, and how many before it are gone for good."""


class Arrival:
    """Packets of one SSRC; ``deliver`` gets them in order."""

    def __init__(self, ssrc: int, own_ssrc: int, media: str, clock_rate: int, deliver: Deliver) -> None:
        self.ssrc = ssrc
        self.reception = Reception(clock_rate)
        self._own_ssrc = own_ssrc
        self._wait = WAIT_S[media]
        self._deliver = deliver
        self._kept: dict[int, tuple[Packet, float]] = {}
        self._next = -1

    def receive(self, packet: Packet, now: float) -> bytes:
        """Take one packet; the RTCP to send in return, empty when nothing newly lacks."""
        reception = self.reception
        number = reception.unwrap(packet.sequence)
        if reception.restarted(number):
            self._flush(now, everything=True)
            reception.restart()
            number = reception.unwrap(packet.sequence)
            self._next = -1
        packet.sequence = number
        lacking = reception.arrived(number, packet.timestamp, microseconds(now))
        if self._next < 0:
            self._next = number
        if number >= self._next:
            self._kept.setdefault(number, (packet, now))
        self._flush(now)
        return self._ask_for(lacking) if lacking and reception.lost(lacking, microseconds(now)) else b""

    def tick(self, now: float) -> bytes:
        """A few times a second: give up what is overdue; the RTCP that asks for the rest again."""
        self._flush(now)
        due = self.reception.due(microseconds(now))
        return self._ask_for(due) if due else b""

    def _ask_for(self, numbers: list[int]) -> bytes:
        return rtcp.write_nack(self._own_ssrc, self.ssrc, [number & 0xFFFF for number in numbers])

    def _flush(self, now: float, *, everything: bool = False) -> None:
        gone = 0
        while self._kept:
            if self._next not in self._kept:
                first = min(self._kept)
                if not everything and now - self._kept[first][1] < self._wait:
                    return
                self._next, gone = first, first - self._next
            packet, arrived = self._kept.pop(self._next)
            self._next += 1
            self._deliver(packet, arrived, gone)
            gone = 0


def microseconds(seconds: float) -> int:
    """Seconds as the reception counts them."""
    return int(seconds * 1_000_000)
