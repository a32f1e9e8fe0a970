"""The node's one UDP port: a socket per local address, and which connection a datagram belongs to.

A socket per address, and not one for all, because an answer must leave from the address that was asked.
The first byte tells the protocol (RFC 7983): 0–3 STUN, 20–63 DTLS, 128–191 RTP or RTCP.
"""

import asyncio
import contextlib
import errno
import ipaddress
import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import ifaddr

from meetings.sfu import stun
from meetings.sfu.counters import Counters
from meetings.sfu.transport import Address, Transport

logger = logging.getLogger(__name__)

BATCH = 64
"""Datagrams read from one socket before the others get their turn."""
LARGEST = 2048
SOCKET_BUFFER = 8 << 20
_FORCE = {socket.SO_RCVBUF: 33, socket.SO_SNDBUF: 32}
"""SO_RCVBUFFORCE and SO_SNDBUFFORCE, which ``socket`` does not name: beyond the sysctl, for the privileged."""


@dataclass(frozen=True)
class Candidate:
    """Where a browser may send its checks."""

    host: str
    port: int
    priority: int


def local_addresses() -> list[str]:
    """Addresses of this machine, the loopback ones last; link-local IPv6 is left out."""
    found = [ip.ip if ip.is_IPv4 else ip.ip[0] for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    usable = [a for a in map(str, found) if not ipaddress.ip_address(a.partition("%")[0]).is_link_local]
    return sorted(dict.fromkeys(usable), key=lambda a: ipaddress.ip_address(a).is_loopback)


class Link:
    """One socket of the port, with the addresses that were heard on it."""

    def __init__(self, sock: socket.socket, port: "MediaPort") -> None:
        self.sock = sock
        self._port = port
        self._routes: dict[Address, Transport] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._readable)

    def route(self, address: Address, transport: Transport) -> None:
        """From now on datagrams from ``address`` are ``transport``'s."""
        self._routes[address] = transport

    def forget(self, address: Address, transport: Transport) -> None:
        """Undo ``route``, unless the address belongs to another by now."""
        if self._routes.get(address) is transport:
            del self._routes[address]

    def close(self) -> None:
        """Stop reading and close the socket."""
        self._loop.remove_reader(self.sock)
        self.sock.close()

    def _readable(self) -> None:
        receive = self.sock.recvfrom
        now = self._loop.time()
        for _ in range(BATCH):
            try:
                data, address = receive(LARGEST)
            except OSError:  # nothing more to read, or an ICMP error of an earlier datagram
                return
            try:
                self._received(data, address, now)
            except Exception:  # one datagram may not end the service of all others
                self._port.counters.dropped += 1
                logger.exception("a datagram could not be handled")

    def _received(self, data: bytes, address: Address, now: float) -> None:
        if not data:
            return
        first = data[0]
        if first < 4:
            self._port.checked(data, self, address, now)
            return
        transport = self._routes.get(address)
        if transport is None:
            self._port.counters.dropped += 1
        elif 127 < first < 192:
            transport.received_media(data, address, now)
        elif 19 < first < 64:
            transport.received_dtls(data)


class MediaPort:
    """All sockets of the node and all its connections by their user name fragment."""

    def __init__(self, port: int, bind: Sequence[str], advertise: Sequence[str], counters: Counters) -> None:
        """Open ``port`` (0: any) on the addresses ``bind`` (empty: all of this machine).

        ``advertise`` replaces the addresses that browsers are told, for a node behind address translation.
        Raises OSError when the port is taken.
        """
        self.counters = counters
        self._transports: dict[str, Transport] = {}
        addresses = list(bind) or local_addresses()
        self.port, sockets = _open(addresses, port)
        self._links = [Link(sock, self) for sock in sockets]
        self.candidates = _candidates(list(advertise) or addresses, self.port)

    def add(self, transport: Transport) -> None:
        """Hear checks for a connection until it closes."""
        self._transports[transport.ufrag] = transport
        transport.on_close = self._remove

    def _remove(self, transport: Transport) -> None:
        self._transports.pop(transport.ufrag, None)

    def checked(self, data: bytes, link: Link, address: Address, now: float) -> None:
        """A datagram that should be STUN: only binding requests for one of our fragments count."""
        try:
            message = stun.parse(data)
        except stun.StunError:
            self.counters.dropped += 1
            return
        transport = self._transports.get(message.username.partition(":")[0])
        if transport is None or message.kind != stun.BINDING_REQUEST:
            self.counters.dropped += 1
            return
        transport.check(message, link, address, now)

    def sweep(self, now: float) -> None:
        """Give up connections without consent, or that never came up."""
        for transport in tuple(self._transports.values()):
            if reason := transport.overdue(now):
                transport.fail(reason)

    @property
    def connections(self) -> int:
        """Connections that are open or opening."""
        return len(self._transports)

    def close(self) -> None:
        """Close every connection and every socket."""
        for transport in tuple(self._transports.values()):
            transport.close()
        for link in self._links:
            link.close()


def _open(addresses: Sequence[str], port: int) -> tuple[int, list[socket.socket]]:
    """The same port on every address. An address that vanished meanwhile is skipped; one at least must be."""
    for _ in range(20):
        sockets: list[socket.socket] = []
        chosen = port
        try:
            for address in addresses:
                with contextlib.suppress(_AddressGone):
                    sockets.append(_bind(address, chosen))
                    chosen = sockets[0].getsockname()[1]
        except OSError as error:
            for sock in sockets:
                sock.close()
            if port or error.errno != errno.EADDRINUSE:
                raise
            continue  # any port will do, and this one was free on some addresses only
        if sockets:
            return chosen, sockets
        break
    raise OSError(errno.EADDRNOTAVAIL, f"no local address to listen on among {', '.join(addresses)}")


class _AddressGone(Exception):
    """The machine no longer has, or cannot use, an address."""


def _bind(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)  # noqa: FBT003
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for option, force in _FORCE.items():
            try:
                sock.setsockopt(socket.SOL_SOCKET, force, SOCKET_BUFFER)
            except OSError:
                sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER)
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise _AddressGone from None
        raise
    return sock


def _candidates(addresses: Sequence[str], port: int) -> list[Candidate]:
    """Host candidates, loopback after the others (RFC 8445, section 5.1.2.1)."""
    ordered = sorted(addresses, key=lambda a: ipaddress.ip_address(a).is_loopback)
    return [Candidate(host, port, (126 << 24) + ((65535 - i) << 8) + 255) for i, host in enumerate(ordered)]
