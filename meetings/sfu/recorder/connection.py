"""A viewer's end of one connection to a node: ICE in the controlling role, DTLS as the client, SRTP.

The counterpart of ``meetings/sfu/connection.py``. The node is ICE-lite: it answers checks and sends none (RFC 8445, section 2.5).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import secrets
import socket
import struct
from collections.abc import Callable, Sequence
from typing import Any

from pylibsrtp import Error as SrtpError

from meetings.sfu import stun
from meetings.sfu.dtls import Dtls, DtlsError, Fingerprint, Identity, SrtpSessions
from meetings.sfu.recorder.offer import Answer, Credentials
from meetings.sfu.rtp import is_rtcp

logger = logging.getLogger(__name__)

SETUP_S = 10.0
"""Seconds a connection may take to come up."""
FIRST_CHECKS_S = 0.1
"""Seconds between rounds of checks until one is answered."""
CONSENT_EVERY_S = 2.5
"""Seconds between checks afterwards (RFC 7675: about five; the node waits fifteen)."""
CONSENT_LOST_S = 8.0
"""Seconds without an answer after which the connection is lost."""
RECEIVE_BUFFER = 4 << 20
_PRIORITY = struct.pack("!I", (110 << 24) + (65535 << 8) + 255)


class ConnectionFailed(Exception):
    """The connection did not come up, or has ended."""


class DtlsClient(Dtls):
    """The client's side: it speaks first, and writes with the other half of the keys (RFC 5764, section 4.2)."""

    _is_client = True

    def __init__(self, identity: Identity, expected: Sequence[Fingerprint]) -> None:
        super().__init__(identity, expected)
        self._ssl.set_connect_state()

    def begin(self) -> None:
        """Put the first flight into ``to_send``."""
        self._shake_hands()


class Connection(asyncio.DatagramProtocol):
    """Up once ``open`` has returned; then ``on_rtp`` and ``on_rtcp`` get what is verified and decrypted.

    ``lost`` resolves to the reason when the connection ends by itself.
    """

    def __init__(self, identity: Identity, own: Credentials, answer: Answer) -> None:
        self.on_rtp: Callable[[bytes], None] = lambda _: None
        self.on_rtcp: Callable[[bytes], None] = lambda _: None
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[str] = self._loop.create_future()
        self._username = f"{answer.credentials.ufrag}:{own.ufrag}".encode()
        self._key = answer.credentials.password.encode()
        self._tie = secrets.token_bytes(8)
        self._addresses = answer.addresses
        self._dtls = DtlsClient(identity, answer.fingerprints)
        self._srtp: SrtpSessions | None = None
        self._transports: dict[int, asyncio.DatagramTransport] = {}
        self._asked: dict[bytes, tuple[str, int]] = {}
        self._peer: tuple[str, int] | None = None
        self._answered_at = 0.0
        self._reachable = asyncio.Event()
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._checks: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Raises ConnectionFailed when the node cannot be reached within ``SETUP_S``, or is another than it said."""
        try:
            async with asyncio.timeout(SETUP_S):
                await self._open_sockets()
                self._checks = self._loop.create_task(self._check())
                await self._reachable.wait()
                self._dtls.begin()
                self._flush()
                await self._connected
        except (TimeoutError, OSError, DtlsError) as error:
            self.close()
            raise ConnectionFailed(f"{type(error).__name__} {error}") from None

    async def _open_sockets(self) -> None:
        for family in {_family(host) for host, _port in self._addresses}:
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            sock.settimeout(0)
            sock.bind(("", 0))
            transport, _ = await self._loop.create_datagram_endpoint(lambda: self, sock=sock)
            self._transports[family] = transport

    # --- ICE --------------------------------------------------------------------------------------------

    async def _check(self) -> None:
        """Ask every address until one answers, then that one for ever: the node takes it as consent."""
        while self._peer is None:
            for address in self._addresses:
                self._ask(address)
            await asyncio.sleep(FIRST_CHECKS_S)
        while self._loop.time() - self._answered_at < CONSENT_LOST_S:
            self._ask(self._peer)
            await asyncio.sleep(CONSENT_EVERY_S)
        self._end("the node does not answer")

    def _ask(self, address: tuple[str, int]) -> None:
        transaction = secrets.token_bytes(12)
        if len(self._asked) > 200:
            self._asked.clear()
        self._asked[transaction] = address
        attributes = [
            (stun.USERNAME, self._username),
            (stun.PRIORITY, _PRIORITY),
            (stun.ICE_CONTROLLING, self._tie),
            (stun.USE_CANDIDATE, b""),
        ]
        self._send_to(stun.build(stun.BINDING_REQUEST, transaction, attributes, self._key), address)

    def _checked(self, data: bytes) -> None:
        try:
            message = stun.parse(data)
        except stun.StunError:
            return
        address = self._asked.pop(message.transaction, None)
        if address is None or message.kind != stun.BINDING_SUCCESS or not message.verifies(self._key):
            return
        self._answered_at = self._loop.time()
        if self._peer is None:
            self._peer = address
            self._reachable.set()

    # --- datagrams --------------------------------------------------------------------------------------

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """The first byte tells the protocol (RFC 7983)."""
        if not data:
            return
        first = data[0]
        if 127 < first < 192:
            self._received_media(data)
        elif 19 < first < 64:
            self._received_dtls(data)
        elif first < 4:
            self._checked(data)

    def error_received(self, exc: Exception) -> None:
        """An ICMP error: the checks find out whether it lasts."""

    def _received_dtls(self, data: bytes) -> None:
        if self._peer is None:
            return
        try:
            keys = self._dtls.receive(data)
        except (DtlsError, EOFError) as error:
            self._flush()
            self._end(str(error))
            return
        self._flush()
        if keys and not self._connected.done():
            self._srtp = keys.sessions()
            self._connected.set_result(None)

    def _received_media(self, data: bytes) -> None:
        if self._srtp is None or len(data) > 1500:
            return
        try:
            if is_rtcp(data):
                self.on_rtcp(self._srtp.inbound.unprotect_rtcp(data))
            else:
                self.on_rtp(self._srtp.inbound.unprotect(data))
        except SrtpError:
            logger.debug("a packet that does not verify")

    def send_rtcp(self, compound: bytes) -> None:
        """Encrypt and send; silent when there is nobody to send it to."""
        if self._srtp and self._peer:
            self._send_to(self._srtp.outbound.protect_rtcp(compound), self._peer)

    def _flush(self) -> None:
        for datagram in self._dtls.to_send():
            if self._peer:
                self._send_to(datagram, self._peer)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        timeout = self._dtls.timeout()
        if timeout is not None and not self.lost.done():
            self._timer = self._loop.call_later(max(timeout, 0.01), self._retransmit)

    def _retransmit(self) -> None:
        try:
            self._dtls.retransmit()
        except DtlsError as error:
            self._end(str(error))
            return
        self._flush()

    def _send_to(self, data: bytes, address: tuple[str, int]) -> None:
        transport = self._transports.get(_family(address[0]))
        if transport and not transport.is_closing():
            transport.sendto(data, address)

    # --- the end ----------------------------------------------------------------------------------------

    def _end(self, reason: str) -> None:
        if not self._connected.done():
            self._connected.set_exception(DtlsError(reason))
        elif not self.lost.done():
            self.lost.set_result(reason)

    def close(self) -> None:
        """Say goodbye and close the sockets. Closing twice is harmless."""
        if not self.lost.done():
            self._dtls.close()
            self._flush()
            self.lost.set_result("closed")
        if self._timer:
            self._timer.cancel()
        if self._checks:
            self._checks.cancel()
        if self._connected.done() and not self._connected.cancelled():
            self._connected.exception()  # somebody has looked at it
        for transport in self._transports.values():
            transport.close()


def _family(host: str) -> int:
    return socket.AF_INET6 if ipaddress.ip_address(host.partition("%")[0]).version == 6 else socket.AF_INET
