"""SRTP by libsrtp, without what pylibsrtp does anew for every packet.

Its ``protect`` and ``unprotect`` allocate a length and look everything up each time, which costs more than the cipher
does. Here one buffer serves all peers, since only one packet is worked on at a time.
"""

from collections.abc import Sequence
from typing import Any

from pylibsrtp import Session, _binding

from meetings.sfu.packet_path import LARGEST_DATAGRAM, LARGEST_PACKET

NUMBER_AT = 17
"""Where the transport-wide number is: behind the header, the extensions' first word and its id."""
UNNUMBERED = -1
_NUMBER_END = NUMBER_AT + 2
_protect: Any = _binding.lib.srtp_protect
_unprotect: Any = _binding.lib.srtp_unprotect
_unprotect_rtcp: Any = _binding.lib.srtp_unprotect_rtcp
_ROOM = _binding.ffi.new("char[]", 2048)
_LENGTH = _binding.ffi.new("int *")
_bytes: Any = _binding.ffi.buffer(_ROOM)


class Sealer:
    """RTP under the outbound keys of one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session  # its context is freed with it
        self._context = session._srtp[0]

    def seal(self, packets: Sequence[bytes]) -> list[bytes]:
        """The SRTP packets of RTP packets, in order; what is too large or too old to be sent is left out."""
        context, sealed = self._context, []
        for packet in packets:
            size = len(packet)
            if size > LARGEST_PACKET:
                continue
            _bytes[:size] = packet
            _LENGTH[0] = size
            if _protect(context, _ROOM, _LENGTH) == 0:
                sealed.append(_bytes[: _LENGTH[0]])
        return sealed

    def seal_numbered(self, packets: Sequence[bytes], numbers: Sequence[int]) -> list[bytes]:
        """The same, each with its transport-wide number in its header extension (``UNNUMBERED``: as it is)."""
        context, sealed = self._context, []
        for packet, number in zip(packets, numbers, strict=True):
            size = len(packet)
            if size > LARGEST_PACKET:
                continue
            _bytes[:size] = packet
            if number >= 0:
                _bytes[NUMBER_AT:_NUMBER_END] = number.to_bytes(2, "big")
            _LENGTH[0] = size
            if _protect(context, _ROOM, _LENGTH) == 0:
                sealed.append(_bytes[: _LENGTH[0]])
        return sealed


class Opener:
    """RTP and RTCP under the inbound keys of one connection."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._context = session._srtp[0]

    def open(self, data: bytes, *, is_rtcp: bool) -> bytes | None:
        """The plain packet; None when it does not verify, came before, or is too large."""
        size = len(data)
        if size > LARGEST_DATAGRAM:
            return None
        _bytes[:size] = data
        _LENGTH[0] = size
        failed = (_unprotect_rtcp if is_rtcp else _unprotect)(self._context, _ROOM, _LENGTH)
        return None if failed else _bytes[: _LENGTH[0]]
