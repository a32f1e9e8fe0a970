"""One peer connection below RTP: ICE-lite, DTLS and SRTP of a browser's connection to the node.

The node never sends a check of its own (RFC 8445, section 2.5): the browser's checks tell where it is, and
that it still consents to be sent media (RFC 7675).
"""

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable, Sequence
from socket import socket
from typing import Any, Protocol

import pylibsrtp

from meetings.sfu import stun
from meetings.sfu.counters import Counters
from meetings.sfu.dtls import Dtls, DtlsError, Fingerprint, Identity, SrtpSessions
from meetings.sfu.rtp import MAX_PACKET, is_rtcp

logger = logging.getLogger(__name__)

Address = Any
"""What ``recvfrom`` gives: (host, port) or (host, port, flow, scope)."""
CONSENT = 15.0
"""Seconds without a valid check after which a connection is lost."""
SETUP = 30.0
"""Seconds a connection may take to come up."""
SILENCE = 3.0
"""Seconds of silence after which a check from elsewhere moves a connection, nominated or not."""
MOST_ADDRESSES = 8
"""Addresses of one browser that are routed at a time; the oldest is forgotten."""


class Router(Protocol):
    """Where datagrams of an address go: the local socket that heard it."""

    sock: socket

    def route(self, address: Address, transport: "Transport") -> None:
        """From now on datagrams from ``address`` are ``transport``'s."""

    def forget(self, address: Address, transport: "Transport") -> None:
        """Undo ``route``, if it is still so."""


class Owner(Protocol):
    """Who uses a transport. None of these may raise."""

    def connected(self) -> None:
        """Keys are agreed; media may flow."""

    def received_rtp(self, data: bytes, now: float) -> None:
        """One RTP packet, verified and decrypted."""

    def received_rtcp(self, data: bytes, now: float) -> None:
        """One compound of RTCP, verified and decrypted."""

    def lost(self, reason: str) -> None:
        """The connection has ended by itself; nothing follows."""


class Transport:
    """ICE credentials, current address, DTLS state and SRTP keys of one connection."""

    def __init__(
        self, identity: Identity, remote_ufrag: str, fingerprints: Sequence[Fingerprint], counters: Counters
    ) -> None:
        self.ufrag = secrets.token_hex(8)
        self.password = secrets.token_hex(16)
        self.owner: Owner | None = None
        self.on_close: Callable[[Transport], None] | None = None
        self._key = self.password.encode()
        self._username = f"{self.ufrag}:{remote_ufrag}".encode()
        self._counters = counters
        self._dtls = Dtls(identity, fingerprints)
        self._srtp: SrtpSessions | None = None
        self._sock: socket | None = None
        self._address: Address = None
        self._routes: list[tuple[Router, Address]] = []
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._started = self._heard = self._checked = self._loop.time()
        self.closed = False

    @property
    def is_connected(self) -> bool:
        """Whether media can flow."""
        return self._srtp is not None and not self.closed

    def overdue(self, now: float) -> str:
        """Why the connection is to be given up at ``now``; empty when it is well."""
        if self._srtp is None:
            return "not connected in time" if now - self._started > SETUP else ""
        return "no consent" if now - self._checked > CONSENT else ""

    # --- ICE --------------------------------------------------------------------------------------------

    def check(self, message: stun.Message, router: Router, address: Address, now: float) -> None:
        """Answer a binding request, if it verifies; what does not is not answered (no amplification)."""
        if not hmac.compare_digest(message.attributes.get(stun.USERNAME, b""), self._username):
            return
        if not message.verifies(self._key):
            self._counters.dropped += 1
            return
        if message.unknown:
            router.sock.sendto(stun.refusal(message, 420, "Unknown Attribute", self._key), address)
            return
        router.sock.sendto(stun.success(message, address[0], address[1], self._key), address)
        self._checked = now
        self._remember(router, address)
        nominated = stun.USE_CANDIDATE in message.attributes
        if self._address is None or nominated or (address != self._address and now - self._heard > SILENCE):
            self._address, self._sock = address, router.sock
        if address == self._address:
            self._heard = now

    def _remember(self, router: Router, address: Address) -> None:
        if (router, address) in self._routes:
            return
        self._routes.append((router, address))
        router.route(address, self)
        if len(self._routes) > MOST_ADDRESSES:
            old, former = next(route for route in self._routes if route[1] != self._address)
            self._routes.remove((old, former))
            old.forget(former, self)

    # --- DTLS -------------------------------------------------------------------------------------------

    def received_dtls(self, datagram: bytes) -> None:
        """One datagram of the handshake, or an alert after it."""
        try:
            keys = self._dtls.receive(datagram)
        except DtlsError as error:
            self._flush()
            self.fail(str(error))
            return
        except EOFError:
            self.fail("closed by the browser")
            return
        self._flush()
        if keys:
            self._srtp = keys
            self._checked = self._loop.time()
            if self.owner:
                self.owner.connected()

    def _flush(self) -> None:
        for datagram in self._dtls.to_send():
            self._send(datagram)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        timeout = self._dtls.timeout()
        if timeout is not None and not self.closed:
            self._timer = self._loop.call_later(max(timeout, 0.01), self._retransmit)

    def _retransmit(self) -> None:
        try:
            self._dtls.retransmit()
        except DtlsError as error:
            self.fail(str(error))
            return
        self._flush()

    # --- SRTP -------------------------------------------------------------------------------------------

    def received_media(self, data: bytes, address: Address, now: float) -> None:
        """One SRTP or SRTCP packet."""
        if self._srtp is None or self.owner is None or len(data) > 1500:
            self._counters.dropped += 1
            return
        try:
            if is_rtcp(data):
                plain = self._srtp.inbound.unprotect_rtcp(data)
                received = self.owner.received_rtcp
            else:
                plain = self._srtp.inbound.unprotect(data)
                received = self.owner.received_rtp
        except pylibsrtp.Error:
            self._counters.dropped += 1
            return
        self._counters.packets_in += 1
        if address == self._address:
            self._heard = now
        received(plain, now)

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send; dropped when the socket is full, as the network would do."""
        if self._srtp is None or len(packet) > MAX_PACKET:
            self._counters.dropped += 1
            return
        try:
            self._send(self._srtp.outbound.protect(packet))
        except pylibsrtp.Error:
            self._counters.dropped += 1

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send a compound; dropped like ``send_rtp``."""
        if self._srtp is None or len(packet) > MAX_PACKET:
            self._counters.dropped += 1
            return
        try:
            self._send(self._srtp.outbound.protect_rtcp(packet))
        except pylibsrtp.Error:
            self._counters.dropped += 1

    def _send(self, data: bytes) -> None:
        if self._sock is None:
            return
        try:
            self._sock.sendto(data, self._address)
            self._counters.packets_out += 1
        except OSError:
            self._counters.dropped += 1

    # --- the end ----------------------------------------------------------------------------------------

    def fail(self, reason: str) -> None:
        """End the connection and tell the owner."""
        if not self.closed:
            owner = self.owner
            self.close()
            if owner:
                owner.lost(reason)

    def close(self) -> None:
        """Say goodbye and forget every address and the owner. Closing twice is harmless.

        What a connection holds is much (TLS state, histories): it goes when nobody refers to it, and does not wait
        for the garbage collector.
        """
        if self.closed:
            return
        self._dtls.close()
        self.closed = True
        self._flush()
        for router, address in self._routes:
            router.forget(address, self)
        self._routes.clear()
        self._sock = None
        self._srtp = None
        if self.on_close:
            self.on_close(self)
        self.on_close = self.owner = None
