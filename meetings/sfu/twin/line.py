"""What goes out to one peer: sealed, and sent to where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pylibsrtp

from meetings.sfu.packet_path import LARGEST_PACKET, Counters
from meetings.sfu.twin.carried import Carried
from meetings.sfu.twin.sealing import NUMBER_AT, UNNUMBERED, Sealer

if TYPE_CHECKING:
    from meetings.sfu.twin.outbox import Outbox
    from meetings.sfu.twin.way import Way


class Line:
    """What is gathered waits in the outbox for its like; all else goes at once.

    What cannot be sealed, or has nowhere to go, is dropped.
    """

    def __init__(self, counters: Counters, outbox: Outbox) -> None:
        self.way: Way | None = None
        self.octets = 0
        """Sent so far."""
        self._counters = counters
        self._outbox = outbox
        self._session: pylibsrtp.Session | None = None
        self._sealer: Sealer | None = None
        self._pictures: list[bytes] = []
        self._numbers: list[int] = []
        """Those of the pictures, ``UNNUMBERED`` for one without."""
        self._voices: list[bytes] = []
        self._is_expected = False
        self.carried = Carried()

    def set_keys(self, session: pylibsrtp.Session) -> None:
        """Seal with this from now on."""
        self._session, self._sealer = session, Sealer(session)

    def numbered(self, packet: bytes, now: int) -> bytes:
        """The packet with the next of the connection's numbers in its header extension; not when it will be dropped."""
        if self._sealer is None or self.way is None or len(packet) > LARGEST_PACKET:
            return packet
        number = self.carried.sent(now, len(packet))
        return packet[:NUMBER_AT] + number.to_bytes(2, "big") + packet[NUMBER_AT + 2 :]

    def gather(self, packet: bytes) -> None:
        """Send one packet of a picture with what else comes about now."""
        self._pictures.append(packet)
        self._numbers.append(UNNUMBERED)
        if not self._is_expected:
            self._expect()

    def gather_numbered(self, packet: bytes, now: int) -> None:
        """The same with the next of the connection's numbers, which is put in when the packet is sealed."""
        size = len(packet)
        is_kept = self._sealer is not None and self.way is not None and size <= LARGEST_PACKET
        self._pictures.append(packet)
        self._numbers.append(self.carried.sent(now, size) if is_kept else UNNUMBERED)
        if not self._is_expected:
            self._expect()

    def gather_voice(self, packet: bytes) -> None:
        """The same for a voice, after all pictures: it is shorter, and so may be the last of their message."""
        self._voices.append(packet)
        if not self._is_expected:
            self._expect()

    def _expect(self) -> None:
        self._is_expected = True
        self._outbox.expect(self)

    def flush(self) -> None:
        """Send what was gathered."""
        self._is_expected = False
        gathered = len(self._pictures) + len(self._voices)
        if self._sealer is None or self.way is None:
            self._counters.dropped += gathered
        else:
            sealed = self._sealer.seal_numbered(self._pictures, self._numbers)
            sealed += self._sealer.seal(self._voices)
            self._counters.dropped += gathered - len(sealed)
            self.octets += sum(map(len, sealed))
            self.way.send_all(sealed)
        self._forget_gathered()

    def _forget_gathered(self) -> None:
        self._pictures.clear()
        self._numbers.clear()
        self._voices.clear()

    def send_rtp(self, packet: bytes) -> None:
        """Seal and send one RTP packet at once."""
        sealed = self._sealer.seal((packet,)) if self._sealer and self.way else ()
        if not sealed:
            self._counters.dropped += 1
        for data in sealed:
            self.send(data)

    def send_rtcp(self, packet: bytes) -> None:
        """Seal and send a compound."""
        if self._session is None or self.way is None:
            self._counters.dropped += 1
            return
        try:
            self.send(self._session.protect_rtcp(packet))
        except pylibsrtp.Error:
            self._counters.dropped += 1

    def send(self, data: bytes) -> None:
        """Send one datagram."""
        if self.way is not None:
            self.octets += len(data)
            self.way.send(data)

    def close(self) -> None:
        """Forget the keys and what was gathered."""
        self.way = self._session = self._sealer = None
        self._forget_gathered()
